"""What one client's file says, checked: every field of the command line's contract.

A setting of a provider is that provider's own to check, by `settings.Settings` of its folder. A
secret never stands here.
"""

from enum import StrEnum
from typing import Any, ClassVar, Literal, Self

from pydantic import (
    Field,
    ValidationError,
    computed_field,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from platform_cli import engines
from platform_cli.config.fields import (
    ClientId,
    Domain,
    Email,
    Model,
    TagKey,
    TagValue,
    unknown,
    wrong,
)
from platform_cli.config.usage import UsageConfig
from platform_core import naming, providers
from platform_core.naming import Environment
from platform_core.provider import Kind


class ServiceTier(StrEnum):
    TIER1 = "tier1"
    TIER2 = "tier2"
    TIER3 = "tier3"


class ManagementModel(StrEnum):
    """Who looks after a tier1 site."""

    SELF_MANAGED = "self_managed"
    DEVELOPER_MANAGED = "developer_managed"
    TECHNICAL = "technical"


class IntegrationMode(StrEnum):
    DIRECT = "direct"
    EVENT_DRIVEN = "event_driven"


class ServiceType(StrEnum):
    """What a client's providers add up to."""

    TEMPLATE = "template"
    CMS_TIER = "cms_tier"
    ECOMMERCE_TIER = "ecommerce_tier"
    COMPOSED_STACK = "composed_stack"


class ProviderConfig(Model):
    """One provider and its settings."""

    KIND: ClassVar[Kind]

    provider: str
    """Which provider; an alias is taken for the name that it stands for."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """What the provider has to know. Secrets are set with `platform secrets set`."""

    @field_validator("provider")
    @classmethod
    def _exists(cls, name: str) -> str:
        if not providers.known(name):
            raise unknown(f"{cls.KIND} provider", name, of_kind(cls.KIND))
        manifest = providers.manifest(name)
        if manifest.kind is not cls.KIND:
            raise wrong(
                f"{manifest.name} is no {cls.KIND} provider",
                f"{manifest.label} belongs under {manifest.kind}_config",
            )
        return manifest.name

    @model_validator(mode="after")
    def _settings_fit(self) -> Self:
        model = providers.settings(self.provider).Settings
        try:
            checked = model.model_validate(self.settings)
        except ValidationError as error:
            raise PydanticCustomError(
                "settings", "the settings do not fit", {"errors": error.errors(), "model": model}
            ) from None
        self.__dict__["settings"] = checked.model_dump(mode="json", exclude_unset=True)
        return self


def of_kind(kind: Kind) -> list[str]:
    """The providers that bring this to a site."""
    return [name for name in providers.names() if providers.manifest(name).kind is kind]


class CMSProviderConfig(ProviderConfig):
    """Where articles and pages are written."""

    KIND = Kind.CMS


class EcommerceProviderConfig(ProviderConfig):
    """Where products are sold."""

    KIND = Kind.COMMERCE


class ServiceIntegrationConfig(Model):
    """What the site is made of."""

    integration_mode: IntegrationMode = IntegrationMode.DIRECT
    """direct: one provider, whose webhook builds. event_driven: content is kept and composed."""
    ssg_engine: str
    """The site generator that builds the pages."""
    cms_config: CMSProviderConfig | None = None
    ecommerce_config: EcommerceProviderConfig | None = None

    @field_validator("ssg_engine")
    @classmethod
    def _engine_exists(cls, name: str) -> str:
        if name not in engines.names():
            raise unknown("site generator", name, engines.names())
        return name

    @model_validator(mode="after")
    def _mode_fits(self) -> Self:
        both = self.cms_config is not None and self.ecommerce_config is not None
        if both and self.integration_mode is IntegrationMode.DIRECT:
            raise wrong(
                "direct mode serves one provider, and this client has two",
                "set integration_mode: event_driven",
                field="integration_mode",
            )
        return self

    @computed_field  # type: ignore[prop-decorator]
    @property
    def service_type(self) -> ServiceType:
        """What the providers add up to."""
        match (self.cms_config, self.ecommerce_config):
            case (None, None):
                return ServiceType.TEMPLATE
            case (_, None):
                return ServiceType.CMS_TIER
            case (None, _):
                return ServiceType.ECOMMERCE_TIER
            case _:
                return ServiceType.COMPOSED_STACK


class SiteConfig(Model):
    """Where the site's source lies, and how visitors reach it."""

    source: Literal["local", "git"] = "local"
    """`local`: the folder clients/<client_id>/. `git`: a repository; a deploy clones it."""
    repository: str | None = Field(default=None, pattern=r"^github:[\w.-]+/[\w.-]+$")
    """As github:owner/name."""
    branch: str = Field(default="main", pattern=r"^[\w.][\w./-]*$", max_length=200)
    """A branch of that repository."""
    hosted_zone_id: str | None = Field(default=None, pattern=r"^Z[A-Z0-9]{1,31}$")
    """The Route53 zone for the domain's records and certificate, such as Z0123456789ABC."""
    hosted_zone_name: Domain | None = None
    certificate_arn: str | None = Field(default=None, pattern=r"^arn:aws:acm:us-east-1:\d{12}:.+$")
    """One of us-east-1 that exists; else one is made where a hosted zone is given."""
    language: str = Field(default="en", pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    """The language of the pages (BCP 47), such as en or pt-BR."""

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if self.source == "git" and self.repository is None:
            raise wrong("source: git needs a repository", "repository: github:owner/name")
        if self.source == "local" and self.repository is not None:
            raise wrong("a repository goes with source: git only", field="repository")
        if (self.hosted_zone_id is None) != (self.hosted_zone_name is None):
            given = "hosted_zone_id" if self.hosted_zone_id else "hosted_zone_name"
            raise wrong("hosted_zone_id and hosted_zone_name go together", field=given)
        return self


class BuildsConfig(Model):
    """When to build; see `platform_core.batching.Policy`."""

    grace_seconds: float = Field(default=3, ge=0, le=900)
    """How long a single change waits for others."""
    bulk_threshold: int = Field(default=10, ge=2, le=100_000)
    """So many events within the window are a bulk."""
    bulk_window_seconds: float = Field(default=30, gt=0, le=900)
    bulk_quiet_seconds: float = Field(default=20, gt=0, le=900)
    """A bulk waits for so long a silence ..."""
    bulk_max_wait_seconds: float = Field(default=240, gt=0, le=3600)
    """... but never longer than this."""
    staleness_slo_seconds: float | None = Field(default=None, ge=60, le=86_400)
    """A promise: changes are live after so long. Builds then start as late as it allows."""

    @model_validator(mode="after")
    def _bulk_can_end(self) -> Self:
        if self.bulk_max_wait_seconds < self.bulk_quiet_seconds:
            raise wrong(
                "a bulk cannot wait longer for silence than it may wait at all",
                "make bulk_max_wait_seconds at least bulk_quiet_seconds",
                field="bulk_max_wait_seconds",
            )
        return self


class ClientServiceConfig(Model):
    """One client in one environment."""

    schema_version: Literal[1] = 1
    client_id: ClientId
    """Its file's name, and the beginning of every AWS name."""
    company_name: str = Field(min_length=1, max_length=100)
    """As people know it."""
    domain: Domain
    """Where visitors find the site, without https://."""
    contact_email: Email
    """Whom a visitor can write to."""
    environment: Environment = Environment.PROD
    """Which environment is meant where a command names none."""
    service_tier: ServiceTier = ServiceTier.TIER1
    management_model: ManagementModel | None = None
    """Of tier1 only; self_managed where nothing is said."""
    labels: dict[TagKey, TagValue] = Field(default_factory=dict, max_length=30)
    """Free words to select clients by; they become tags, too."""
    service_integration: ServiceIntegrationConfig
    site: SiteConfig = Field(default_factory=SiteConfig)
    builds: BuildsConfig = Field(default_factory=BuildsConfig)
    usage: UsageConfig = Field(default_factory=UsageConfig)
    secret_store: Literal["ssm", "secretsmanager"] = "ssm"  # noqa: S105 (the name of a store)
    """Where this client's secrets are kept; ssm costs nothing."""
    dashboard: bool | None = None
    """A CloudWatch dashboard ($3 a month); where nothing is said, from tier2 up."""
    notify_email: Email | None = None
    """Who hears of alarms."""
    environments: dict[Environment, dict[str, Any]] = Field(default_factory=dict)
    """What differs in an environment, laid over the rest."""

    @model_validator(mode="after")
    def _tier_fits(self) -> Self:
        if self.service_tier is not ServiceTier.TIER1 and self.management_model is not None:
            raise wrong(
                f"management_model is of tier1 only, and this is {self.service_tier}",
                "leave it out",
                field="management_model",
            )
        if self.service_tier is ServiceTier.TIER1 and self.management_model is None:
            self.__dict__["management_model"] = ManagementModel.SELF_MANAGED
        zone = self.site.hosted_zone_name
        if zone is not None and not f".{self.domain}".endswith(f".{zone}"):
            raise wrong(f"{self.domain} is not within the hosted zone {zone}", field="domain")
        return self

    @computed_field  # type: ignore[prop-decorator]
    @property
    def service_type(self) -> ServiceType:
        """What the providers add up to."""
        return self.service_integration.service_type

    @computed_field  # type: ignore[prop-decorator]
    @property
    def stack_type(self) -> str:
        """The label of the combination, e.g. `tina_foxy_composed_stack` (D-R04)."""
        chosen = self.service_integration
        cms, shop = chosen.cms_config, chosen.ecommerce_config
        return naming.stack_type(
            cms.provider if cms else None, shop.provider if shop else None, chosen.ssg_engine
        )

    @computed_field  # type: ignore[prop-decorator]
    @property
    def deployment_name(self) -> str:
        """The name of the stack (D-R01)."""
        return naming.deployment_name(self.client_id, self.environment, self.stack_type)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def resource_prefix(self) -> str:
        """D-R05."""
        return naming.resource_prefix(self.client_id, self.environment)

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
from platform_cli.config import client_names
from platform_cli.config.client_names import Environment
from platform_cli.config.fields import (
    ClientId,
    Domain,
    Email,
    Model,
    Name,
    TagKey,
    TagValue,
    unknown,
    wrong,
)
from platform_cli.config.site import BuildsConfig, SiteConfig
from platform_cli.config.usage import UsageConfig
from platform_core import providers
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
        if not providers.resolve_name(name):
            raise unknown(f"{cls.KIND} provider", name, of_kind(cls.KIND))
        manifest = providers.load_manifest(name)
        if manifest.kind is not cls.KIND:
            raise wrong(
                f"{manifest.name} is no {cls.KIND} provider",
                f"{manifest.label} belongs under {manifest.kind}_config",
            )
        return manifest.name

    @model_validator(mode="after")
    def _settings_fit(self) -> Self:
        model = providers.load_settings(self.provider).Settings
        try:
            checked = model.model_validate(self.settings)
        except ValidationError as error:
            raise PydanticCustomError(
                "settings", "the settings do not fit", {"errors": error.errors(), "model": model}
            ) from None
        self.__dict__["settings"] = checked.model_dump(mode="json", exclude_unset=True)
        return self

    def lacks(self, mode: str) -> list[str]:
        """Settings that are not given, and that this mode cannot do without (`needed_in`)."""
        fields = providers.load_settings(self.provider).Settings.model_fields
        return [
            name
            for name, each in fields.items()
            if isinstance(each.json_schema_extra, dict)
            and each.json_schema_extra.get("needed_in") == mode
            and self.settings.get(name) is None
        ]


def of_kind(kind: Kind) -> list[str]:
    """The providers that bring this to a site."""
    return [
        name for name in providers.provider_names() if providers.load_manifest(name).kind is kind
    ]


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
        (other,) = set(IntegrationMode) - {self.integration_mode}
        for config in filter(None, (self.cms_config, self.ecommerce_config)):
            for name in config.lacks(self.integration_mode):
                raise wrong(
                    f"{self.integration_mode} mode needs the setting {name} of {config.provider}",
                    f"set {name}, or integration_mode: {other}",
                    field=f"{config.KIND}_config",
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


class ClientServiceConfig(Model):
    """One client in one environment."""

    schema_version: Literal[1] = 1
    client_id: ClientId
    """Its file's name, and the beginning of every AWS name."""
    company_name: Name
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
        return client_names.stack_type(
            cms.provider if cms else None, shop.provider if shop else None, chosen.ssg_engine
        )

    @computed_field  # type: ignore[prop-decorator]
    @property
    def deployment_name(self) -> str:
        """The name of the stack (D-R01)."""
        return client_names.deployment_name(self.client_id, self.environment, self.stack_type)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def resource_prefix(self) -> str:
        """D-R05."""
        return client_names.resource_prefix(self.client_id, self.environment)

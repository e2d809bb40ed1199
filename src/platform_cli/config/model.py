"""The validated contents of a client's file.

Each provider validates its own settings with the `Settings` model in its folder. Secrets are never
part of the file.
"""

from enum import StrEnum
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, ValidationError, computed_field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from platform_cli import engines
from platform_cli.config import client_names
from platform_cli.config.aliases import check_aliases, check_aliases_beside_previews
from platform_cli.config.client_names import Environment
from platform_cli.config.fields import (
    ClientId,
    Domain,
    Email,
    Name,
    StrictModel,
    TagKey,
    TagValue,
    invalid_value,
    unknown_name,
)
from platform_cli.config.sections.build_secrets import check_build_secrets
from platform_cli.config.sections.previews import PreviewConfig
from platform_cli.config.sections.source import check_source
from platform_cli.config.site import BuildsConfig, SiteConfig, check_build_settings
from platform_cli.config.usage import UsageConfig
from platform_core import providers
from platform_core.provider import Kind

LONGEST_CERTIFICATE_NAME = 64
"""Characters of the common name in a certificate (RFC 5280, ub-common-name)."""


class ServiceTier(StrEnum):
    TIER1 = "tier1"
    TIER2 = "tier2"
    TIER3 = "tier3"


class ManagementModel(StrEnum):
    """The party that maintains a tier1 site."""

    SELF_MANAGED = "self_managed"
    DEVELOPER_MANAGED = "developer_managed"
    TECHNICAL = "technical"


class IntegrationMode(StrEnum):
    DIRECT = "direct"
    EVENT_DRIVEN = "event_driven"


class ServiceType(StrEnum):
    """The kind of service, derived from the providers of a client."""

    TEMPLATE = "template"
    CMS_TIER = "cms_tier"
    ECOMMERCE_TIER = "ecommerce_tier"
    COMPOSED_STACK = "composed_stack"


class ProviderConfig(StrictModel):
    """A provider and its settings."""

    KIND: ClassVar[Kind]

    provider: str
    """Name of the provider. Aliases are accepted."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """Settings of the provider. Set secrets with `platform secrets set` instead."""

    @field_validator("provider")
    @classmethod
    def _check_provider(cls, name: str) -> str:
        if not providers.resolve_name(name):
            raise unknown_name(f"{cls.KIND} provider", name, providers_of_kind(cls.KIND))
        manifest = providers.load_manifest(name)
        if manifest.kind is not cls.KIND:
            raise invalid_value(
                f"{manifest.name} is not a provider of kind {cls.KIND}",
                f"move {manifest.label} to {manifest.kind}_config",
            )
        return manifest.name

    @model_validator(mode="after")
    def _check_settings(self) -> Self:
        model = providers.load_settings(self.provider).Settings
        try:
            checked = model.model_validate(self.settings)
        except ValidationError as error:
            raise PydanticCustomError(
                "settings", "invalid settings", {"errors": error.errors(), "model": model}
            ) from None
        self.__dict__["settings"] = checked.model_dump(mode="json", exclude_unset=True)
        return self

    def missing_settings(self, mode: str) -> list[str]:
        """Return the missing settings that this integration mode requires (`needed_in`)."""
        fields = providers.load_settings(self.provider).Settings.model_fields
        return [
            name
            for name, field in fields.items()
            if isinstance(field.json_schema_extra, dict)
            and field.json_schema_extra.get("needed_in") == mode
            and self.settings.get(name) is None
        ]


def providers_of_kind(kind: Kind) -> list[str]:
    """Return the names of all providers of this kind."""
    return [
        name for name in providers.provider_names() if providers.load_manifest(name).kind is kind
    ]


class CMSProviderConfig(ProviderConfig):
    """The CMS that manages articles and pages."""

    KIND = Kind.CMS


class EcommerceProviderConfig(ProviderConfig):
    """The shop system that sells products."""

    KIND = Kind.COMMERCE


class ServiceIntegrationConfig(StrictModel):
    """The site generator, the providers, and how they work together."""

    integration_mode: IntegrationMode = IntegrationMode.DIRECT
    """direct: webhooks of one provider start builds. event_driven: content is stored first."""
    ssg_engine: str
    """Site generator that builds the pages."""
    cms_config: CMSProviderConfig | None = None
    ecommerce_config: EcommerceProviderConfig | None = None

    @field_validator("ssg_engine")
    @classmethod
    def _check_engine(cls, name: str) -> str:
        if name not in engines.engine_names():
            raise unknown_name("site generator", name, engines.engine_names())
        return name

    @model_validator(mode="after")
    def _check_mode(self) -> Self:
        both = self.cms_config is not None and self.ecommerce_config is not None
        if both and self.integration_mode is IntegrationMode.DIRECT:
            raise invalid_value(
                "direct mode supports one provider, but this client has two",
                "set integration_mode: event_driven",
                field="integration_mode",
            )
        (other,) = set(IntegrationMode) - {self.integration_mode}
        for config in filter(None, (self.cms_config, self.ecommerce_config)):
            for name in config.missing_settings(self.integration_mode):
                raise invalid_value(
                    f"{self.integration_mode} mode requires setting {name} of {config.provider}",
                    f"set {name}, or integration_mode: {other}",
                    field=f"{config.KIND}_config",
                )
        return self

    @computed_field  # type: ignore[prop-decorator]
    @property
    def service_type(self) -> ServiceType:
        """The kind of service, derived from the providers."""
        match (self.cms_config, self.ecommerce_config):
            case (None, None):
                return ServiceType.TEMPLATE
            case (_, None):
                return ServiceType.CMS_TIER
            case (None, _):
                return ServiceType.ECOMMERCE_TIER
            case _:
                return ServiceType.COMPOSED_STACK


class ClientServiceConfig(StrictModel):
    """The configuration of a client in one environment."""

    schema_version: Literal[1] = 1
    client_id: ClientId
    """Identifier of the client. Equals the file name and starts the name of every AWS resource."""
    company_name: Name
    """Name of the company, as shown on the site."""
    domain: Domain
    """Domain of the site, without https://."""
    contact_email: Email
    """Contact e-mail address for visitors."""
    environment: Environment = Environment.PROD
    """Default environment of commands."""
    service_tier: ServiceTier = ServiceTier.TIER1
    management_model: ManagementModel | None = None
    """The party that maintains the site. Only for tier1; defaults to self_managed."""
    labels: dict[TagKey, TagValue] = Field(default_factory=dict, max_length=30)
    """Labels for selecting clients. They are also set as AWS tags."""
    service_integration: ServiceIntegrationConfig
    site: SiteConfig = Field(default_factory=SiteConfig)
    builds: BuildsConfig = Field(default_factory=BuildsConfig)
    preview: PreviewConfig | None = None
    """Previews of the site beside the live one. Write preview: {} to have them."""
    usage: UsageConfig = Field(default_factory=UsageConfig)
    secret_store: Literal["ssm", "secretsmanager"] = "ssm"  # noqa: S105 (the name of a store)
    """AWS service that stores the secrets of the client. ssm is free of charge."""
    dashboard: bool | None = None
    """Whether to create a CloudWatch dashboard ($3 per month). By default for tier2 and tier3."""
    notify_email: Email | None = None
    """E-mail address that receives alarms."""
    budget_usd_per_month: float | None = Field(default=None, gt=0, le=1_000_000)
    """AWS costs of the client in a month, in US dollars, at which AWS writes to notify_email."""
    environments: dict[Environment, dict[str, Any]] = Field(default_factory=dict)
    """Overrides by environment. They are merged into the other fields."""

    @model_validator(mode="after")
    def _check_tier_and_zone(self) -> Self:
        if self.service_tier is not ServiceTier.TIER1 and self.management_model is not None:
            raise invalid_value(
                f"management_model applies only to tier1, not to {self.service_tier}",
                "remove it",
                field="management_model",
            )
        if self.service_tier is ServiceTier.TIER1 and self.management_model is None:
            self.__dict__["management_model"] = ManagementModel.SELF_MANAGED
        zone = self.site.hosted_zone_name
        if zone is not None and not f".{self.domain}".endswith(f".{zone}"):
            raise invalid_value(
                f"{self.domain} is not part of the hosted zone {zone}", field="domain"
            )
        check_aliases(self.site.aliases, self.domain, zone)
        if self.preview is not None:
            check_aliases_beside_previews(self.site.aliases, self.domain)
        creates_certificate = zone is not None and self.site.certificate_arn is None
        if creates_certificate and len(self.domain) > LONGEST_CERTIFICATE_NAME:
            raise invalid_value(
                f"{self.domain} has {len(self.domain)} characters, and the first name of a "
                f"certificate of AWS has at most {LONGEST_CERTIFICATE_NAME}",
                "set site.certificate_arn to a certificate of your own, or use a shorter domain",
                field="domain",
            )
        return self

    @model_validator(mode="after")
    def _check_build_settings(self) -> Self:
        chosen = self.service_integration
        check_build_settings(self.site, engines.load_engine(chosen.ssg_engine))
        bound = filter(None, (chosen.cms_config, chosen.ecommerce_config))
        names = [config.provider for config in bound]
        content, env = self.site.content, self.site.env
        check_build_secrets(content, self.site.build_secrets, env, names, field="site")
        if self.preview is not None:
            secrets = self.preview.build_secrets
            check_build_secrets(content, secrets, env, names, field="preview")
        if self.site.content == "source":
            check_source(self.site, chosen.cms_config)
        return self

    @model_validator(mode="after")
    def _check_budget(self) -> Self:
        if self.budget_usd_per_month is not None and self.notify_email is None:
            raise invalid_value(
                "budget_usd_per_month requires notify_email",
                "add notify_email: AWS writes to it",
                field="budget_usd_per_month",
            )
        return self

    @computed_field  # type: ignore[prop-decorator]
    @property
    def service_type(self) -> ServiceType:
        """The kind of service, derived from the providers."""
        return self.service_integration.service_type

    @computed_field  # type: ignore[prop-decorator]
    @property
    def stack_type(self) -> str:
        """Name of the stack type, e.g. `tina_foxy_composed_stack` (D-R04)."""
        chosen = self.service_integration
        cms, shop = chosen.cms_config, chosen.ecommerce_config
        return client_names.stack_type(
            cms.provider if cms else None, shop.provider if shop else None, chosen.ssg_engine
        )

    @computed_field  # type: ignore[prop-decorator]
    @property
    def deployment_name(self) -> str:
        """Name of the CloudFormation stack (D-R01)."""
        return client_names.deployment_name(self.client_id, self.environment, self.stack_type)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def resource_prefix(self) -> str:
        """Prefix of the AWS resource names (D-R05)."""
        return client_names.resource_prefix(self.client_id, self.environment)

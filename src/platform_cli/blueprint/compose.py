"""Turn a client's configuration into the blueprint of its stack."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from platform_cli.blueprint.binding import EVENT_DRIVEN, Binding, PartContext
from platform_cli.blueprint.model import (
    AWS,
    PART_TYPES,
    Blueprint,
    Content,
    Names,
    Offers,
    Part,
    Webhooks,
    all_expiries,
)
from platform_cli.blueprint.naming import Environment, ResourceNames
from platform_cli.blueprint.parts.webhooks import SecretStore
from platform_cli.config.client_names import TAG_CLIENT, TAG_ENVIRONMENT
from platform_cli.config.model import (
    ClientServiceConfig,
    IntegrationMode,
    ServiceIntegrationConfig,
    ServiceTier,
)
from platform_cli.config.sections.build_secrets import parse_build_secret
from platform_cli.engines import STARTER, DetectedSite
from platform_core import providers
from platform_core.contract import DRAFTS_TOKEN, LOGIN_SECRET, MANAGE_PREFIX
from platform_core.webhooks.request import WEBHOOK_SECRET

__all__ = ["EVENT_DRIVEN", "binding", "compose", "delivery_parts", "make_hypothetical_blueprint"]

NO_NAMES = Names("", "", "", "", "")
NO_SECRETS: Mapping[str, str] = MappingProxyType({})


def compose(
    config: ClientServiceConfig, *, offers: Offers = AWS, detected: DetectedSite = STARTER
) -> Blueprint:
    """Return the blueprint of one client in one environment, for a target with these offers.

    `detected` are the facts from the files of the site. By default it is one of our starters.
    """
    names = Names(
        client_id=config.client_id,
        environment=str(config.environment),
        resource_prefix=config.resource_prefix,
        deployment_name=config.deployment_name,
        stack_type=config.stack_type,
    )
    context = PartContext(
        names=ResourceNames(names.client_id, names.resource_prefix),
        integration_mode=str(config.service_integration.integration_mode),
        retain_data=config.environment != Environment.DEV,
        bindings=_bindings(config),
        expiries=all_expiries(),
        detected=detected,
    )
    return Blueprint(
        names=names,
        integration_mode=context.integration_mode,
        service_tier=str(config.service_tier),
        parts=_parts(config, context),
        tags=_tags(config),
        retain_data=context.retain_data,
        offers=offers,
    )


def make_hypothetical_blueprint(
    engine_name: str, provider_names: Iterable[str], *, integration_mode: str
) -> Blueprint:
    """Return the blueprint of a client that does not exist yet, for comparison only."""
    # Validation would reject a client without a name, so only the defaults are applied.
    config = ClientServiceConfig.model_construct(
        client_id="",
        company_name="",
        domain="",
        contact_email="",
        service_integration=ServiceIntegrationConfig.model_construct(
            ssg_engine=engine_name, integration_mode=IntegrationMode(integration_mode)
        ),
    )
    context = PartContext(
        names=ResourceNames("", ""),
        integration_mode=integration_mode,
        retain_data=True,
        bindings=tuple(binding(provider, {}) for provider in provider_names),
        expiries=all_expiries(),
    )
    return Blueprint(
        NO_NAMES,
        integration_mode,
        service_tier=str(ServiceTier.TIER1),
        parts=_parts(config, context),
    )


def _parts(config: ClientServiceConfig, context: PartContext) -> tuple[Part, ...]:
    """Let each kind of part compose itself, so that a new part needs no change here."""
    composed = (part_type.compose(config, context) for part_type in PART_TYPES)
    return tuple(part for part in composed if part is not None)


@dataclass(frozen=True, slots=True)
class _SecretStoreChoice:
    secret_store: SecretStore


def delivery_parts(
    blueprint: Blueprint, bindings: tuple[Binding, ...], integration_mode: str
) -> tuple[Part, ...]:
    """Return the parts that deliveries pass, for the same client with other providers."""
    context = PartContext(
        blueprint.resource_names, integration_mode, blueprint.retain_data, bindings
    )
    current = blueprint.find(Webhooks)
    store = _SecretStoreChoice(current.secret_store if current else "ssm")
    composed = (Webhooks.compose(store, context), Content.compose(None, context))
    return tuple(part for part in composed if part is not None)


def binding(
    provider: str,
    settings: Mapping[str, object],
    build_secrets: Mapping[str, str] = NO_SECRETS,
    preview_secrets: Mapping[str, str] = NO_SECRETS,
) -> Binding:
    """Return a provider with the secrets that its manifest names, and those of the builds."""
    manifest = providers.load_manifest(provider)
    needs = manifest.needs.secrets
    readable = [
        need
        for need in needs
        if not need.name.startswith(MANAGE_PREFIX) and need.name not in {DRAFTS_TOKEN, LOGIN_SECRET}
    ]
    return Binding(
        provider=provider,
        settings=dict(settings),
        secrets=tuple(
            dict.fromkeys((*(need.name for need in needs), *build_secrets, *preview_secrets))
        ),
        readable=tuple(need.name for need in readable),
        api_secrets=tuple(
            need.name for need in readable if need.name != WEBHOOK_SECRET or need.is_api_key
        ),
        erasure=manifest.needs.erasure,
        build_secrets=dict(build_secrets),
        preview_secrets=dict(preview_secrets),
    )


def _bindings(config: ClientServiceConfig) -> tuple[Binding, ...]:
    choices = (
        config.service_integration.cms_config,
        config.service_integration.ecommerce_config,
    )
    of_previews = config.preview.build_secrets if config.preview else ()
    return tuple(
        binding(
            choice.provider,
            choice.settings,
            _variables_by_secret(config.site.build_secrets, choice.provider),
            _variables_by_secret(of_previews, choice.provider),
        )
        for choice in choices
        if choice is not None
    )


def _variables_by_secret(written: Iterable[str], provider: str) -> dict[str, str]:
    """Return the variable of each secret of a provider that a list names."""
    secrets = map(parse_build_secret, written)
    return {secret.name: secret.variable for secret in secrets if secret.provider == provider}


def _tags(config: ClientServiceConfig) -> dict[str, str]:
    """Return the tags of every resource. A client's own labels never replace a standard tag."""
    standard = {
        TAG_CLIENT: config.client_id,
        TAG_ENVIRONMENT: str(config.environment),
        "platform:stack-type": config.stack_type,
        "platform:service-tier": str(config.service_tier),
        "platform:managed-by": "platform",
    }
    return {f"label:{key}": value for key, value in config.labels.items()} | standard

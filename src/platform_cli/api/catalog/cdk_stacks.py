"""Add a client's stack to a CDK app of your own."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platform_cli.api.catalog.stacks import select_engine
from platform_cli.api.documents import validate_document
from platform_cli.blueprint.compatibility import Level, assess_compatibility
from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.naming import factory_name
from platform_cli.blueprint.stack_types import COMPOSED, StackType, require_stack_type
from platform_cli.config.model import ClientServiceConfig, IntegrationMode
from platform_cli.config.new_client_file import example_value, required_settings
from platform_cli.errors import Incompatible, UsageError
from platform_cli.workspace import Workspace
from platform_core import providers

if TYPE_CHECKING:
    from platform_cli.infra.embed import Scope
    from platform_cli.infra.stack import ClientStack

Settings = Mapping[str, Mapping[str, object]]
"""Settings by provider. A missing one gets an example, and the stack a warning about it."""


def create_stack(
    scope: "Scope",
    client_id: str,
    domain: str,
    stack_type: str,
    ssg_engine: str | None = None,
    **more: Any,
) -> "ClientStack":
    """Add a stack of this type to a CDK app or stage.

    A stack of a single provider is named after it (D-R02), any other as by `platform deploy`
    (D-R01). `more` is the same as for `create_composed_stack`. Raises `PlatformError`.
    """
    kind = require_stack_type(stack_type)
    if stack_type == COMPOSED:
        raise UsageError(f"{COMPOSED} names no providers", hint="use create_composed_stack")
    engine = select_engine(stack_type, kind, ssg_engine)
    config, warnings = _build_config(client_id, domain, kind, engine, **more)
    match kind.members:
        case [only_provider]:
            name = factory_name(client_id, only_provider.name, engine)
        case _:
            name = config.deployment_name
    return _add_stack(scope, config, name, warnings)


def create_composed_stack(
    scope: "Scope",
    client_id: str,
    domain: str,
    cms_provider: str,
    ecommerce_provider: str,
    ssg_engine: str,
    **more: Any,
) -> "ClientStack":
    """Add the stack of a CMS and a shop to a CDK app or stage, named as by `platform deploy`.

    `more` takes the providers' `settings`, the `integration_mode`, and any other field of a
    client's file. Raises `PlatformError`; for unknown names `Incompatible`, which is a
    `ValueError`.
    """
    cms, shop = (
        providers.resolve_name(name) or name for name in (cms_provider, ecommerce_provider)
    )
    kind = StackType(cms=cms, ecommerce=shop)
    config, warnings = _build_config(client_id, domain, kind, ssg_engine, **more)
    return _add_stack(scope, config, config.deployment_name, warnings)


def _build_config(
    client_id: str,
    domain: str,
    kind: StackType,
    engine: str,
    *,
    settings: Settings | None = None,
    integration_mode: str | None = None,
    **fields: Any,
) -> tuple[ClientServiceConfig, list[str]]:
    """Build the config of a client without a file, and the warnings for its stack."""
    compatibility = assess_compatibility(engine, cms=kind.cms, ecommerce=kind.ecommerce)
    if compatibility.level is Level.REJECTED:
        raise Incompatible(compatibility.reason, hint=compatibility.hint)
    provider_configs, warnings = _provider_configs(kind, settings or {})
    if compatibility.level is Level.BRIDGED:
        warnings.append(compatibility.reason)
    is_pair = len(kind.members) > 1
    default_mode = IntegrationMode.EVENT_DRIVEN if is_pair else IntegrationMode.DIRECT
    document = {
        "client_id": client_id,
        "company_name": client_id.replace("-", " ").title(),
        "domain": domain,
        "contact_email": f"web@{domain}",
        "service_integration": {
            "integration_mode": integration_mode or default_mode,
            "ssg_engine": engine,
            **provider_configs,
        },
        **fields,
    }
    return validate_document(document, ClientServiceConfig), warnings


def _provider_configs(kind: StackType, settings: Settings) -> tuple[dict[str, Any], list[str]]:
    """Build the section of each provider, and a warning for each example setting."""
    remaining = {
        providers.resolve_name(name) or name: dict(values) for name, values in settings.items()
    }
    configs, warnings = {}, []
    for manifest in kind.members:
        values = remaining.pop(manifest.name, {})
        for key in required_settings(manifest.name):
            if key not in values:
                values[key] = example_value(manifest.name, key)
                warnings.append(f"{manifest.name}.{key} is an example: set yours in settings")
        configs[f"{manifest.kind}_config"] = {"provider": manifest.name, "settings": values}
    if remaining:
        raise UsageError(f"settings: this stack has no provider {', '.join(remaining)}")
    return configs, warnings


def _add_stack(
    scope: "Scope", config: ClientServiceConfig, name: str, warnings: list[str]
) -> "ClientStack":
    # Importing the CDK takes seconds, and most programs use the rest of the API without it.
    from platform_cli.infra.embed import add_stack

    # The same cache as the command line's: the functions' code is bundled once.
    cache = Workspace(Path.cwd()).ensure_state_folder("bundles")
    return add_stack(scope, compose(config).with_deployment_name(name), cache, warnings)

"""A client's blueprint and the providers in it."""

from collections.abc import Mapping

from platform_cli.api.workspaces import WorkspacePath, load_config
from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.model import Binding, Blueprint, Webhooks
from platform_cli.errors import UsageError
from platform_core import providers


def load_blueprint(
    client: str, environment: str | None = None, *, workspace: WorkspacePath = None
) -> Blueprint:
    """Compose the parts of a client's site from its file. Raises `UsageError`, `ConfigError`."""
    return compose(load_config(client, environment, workspace=workspace))


def provider_bindings(blueprint: Blueprint) -> tuple[Binding, ...]:
    """The client's providers, with the settings and secrets of each."""
    return next((part.bindings for part in blueprint.parts if isinstance(part, Webhooks)), ())


def provider_settings(blueprint: Blueprint, provider: str) -> Mapping[str, object]:
    """The client's settings of one of its providers."""
    return next(
        binding.settings for binding in provider_bindings(blueprint) if binding.provider == provider
    )


def resolve_provider(blueprint: Blueprint, name: str) -> str:
    """Return the canonical name of one of the client's providers. Raises `UsageError`."""
    provider = providers.resolve_name(name)
    names = [binding.provider for binding in provider_bindings(blueprint)]
    if provider not in names:
        raise UsageError(
            f"{blueprint.names.client_id} has no provider {name!r}",
            hint=f"it has: {', '.join(names) or 'none'}",
        )
    return provider

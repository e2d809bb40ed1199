"""Set, list, rotate and revoke a client's secrets. Their values never come out."""

from dataclasses import dataclass
from typing import Unpack

from platform_cli.api.clients.blueprints import load_blueprint, provider_bindings, resolve_provider
from platform_cli.api.deployments.lookup import open_deployments, open_secrets
from platform_cli.api.workspaces import Location, load_config
from platform_cli.errors import UsageError
from platform_cli.targets.secrets import ClientSecrets, SecretStatus


@dataclass(frozen=True, slots=True)
class RotatedSecret:
    """A secret with a new value, and the time until which the previous one is valid."""

    provider: str
    name: str
    previous_until: float
    """Unix seconds."""


def list_secrets(client: str, **location: Unpack[Location]) -> list[SecretStatus]:
    """Describe all secrets that the client's providers need, without their values."""
    safe = _open_client_secrets(client, **location)
    blueprint = load_blueprint(
        client, location.get("environment"), workspace=location.get("workspace")
    )
    return [
        safe.describe(binding.provider, name)
        for binding in provider_bindings(blueprint)
        for name in binding.secrets
    ]


def describe_secret(
    client: str, provider: str, name: str, **location: Unpack[Location]
) -> SecretStatus:
    """Describe one secret without its value. Raises `UsageError` if the client does not need it.

    Call this before asking a person for a value: it also checks that the target can be reached.
    """
    safe = _open_client_secrets(client, **location)
    return safe.describe(_resolve_provider_of_secret(client, provider, name, **location), name)


def set_secret(
    client: str, provider: str, name: str, value: str, **location: Unpack[Location]
) -> str:
    """Set a secret; only this value is valid from now on. Returns the provider's name."""
    safe = _open_client_secrets(client, **location)
    canonical = _resolve_provider_of_secret(client, provider, name, **location)
    safe.set_value(canonical, name, value)
    return canonical


def rotate_secret(
    client: str, provider: str, name: str, value: str, **location: Unpack[Location]
) -> RotatedSecret:
    """Set a new value; the current one stays valid for a week, or until it is revoked.

    Only two values are valid at a time, so this ends the previous value of an earlier rotation.
    """
    safe = _open_client_secrets(client, **location)
    canonical = _resolve_provider_of_secret(client, provider, name, **location)
    return RotatedSecret(canonical, name, safe.rotate_value(canonical, name, value))


def revoke_secret(client: str, provider: str, name: str, **location: Unpack[Location]) -> bool:
    """End the validity of the previous value. Returns False if there was none."""
    safe = _open_client_secrets(client, **location)
    return safe.revoke_previous_value(
        _resolve_provider_of_secret(client, provider, name, **location), name
    )


def _resolve_provider_of_secret(
    client: str, provider: str, name: str, **location: Unpack[Location]
) -> str:
    """Return the canonical name of the provider. Raises `UsageError` if it has no such secret."""
    blueprint = load_blueprint(
        client, location.get("environment"), workspace=location.get("workspace")
    )
    canonical = resolve_provider(blueprint, provider)
    secrets = next(
        binding.secrets for binding in provider_bindings(blueprint) if binding.provider == canonical
    )
    if name not in secrets:
        raise UsageError(
            f"{canonical} has no secret {name!r}", hint=f"it has: {', '.join(secrets)}"
        )
    return canonical


def _open_client_secrets(client: str, **location: Unpack[Location]) -> ClientSecrets:
    environment, workspace = location.get("environment"), location.get("workspace")
    names = load_blueprint(client, environment, workspace=workspace).names
    # Secrets can be set before the first deploy, so this needs a target but no stack.
    target = open_deployments(workspace).open_deployed_target(
        names, local=location.get("local", False)
    )
    return open_secrets(load_config(client, environment, workspace=workspace), target)

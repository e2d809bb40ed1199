"""Set, list, rotate and revoke a client's secrets. Their values never come out."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Unpack

from platform_cli.api.clients.blueprints import load_blueprint, provider_bindings, resolve_provider
from platform_cli.api.deployments.lookup import open_deployments, open_secrets
from platform_cli.api.workspaces import Location, load_config
from platform_cli.blueprint.binding import Binding
from platform_cli.errors import UsageError
from platform_cli.targets.secrets import ClientSecrets, SecretStatus
from platform_core import providers
from platform_core.webhooks.request import WEBHOOK_SECRET

SHORTEST_BUILD_SECRET: Final = 8
"""Characters."""


@dataclass(frozen=True, slots=True)
class RotatedSecret:
    """A secret with a new value, and the time until which the previous one is valid."""

    provider: str
    name: str
    previous_until: float
    """Unix seconds."""


def list_secrets(client: str, **location: Unpack[Location]) -> list[SecretStatus]:
    """Describe all secrets that the client's providers need, without their values."""
    safe = open_client_secrets(client, **location)
    blueprint = load_blueprint(
        client, location.get("environment"), workspace=location.get("workspace")
    )
    return [
        # A value that an earlier version took may be weaker than `set` allows now.
        replace(
            safe.describe(binding.provider, name, partial(find_weakness, binding, name)),
            build_variable=binding.copied_secrets.get(name, ""),
        )
        for binding in provider_bindings(blueprint)
        for name in binding.secrets
    ]


def describe_secret(
    client: str, provider: str, name: str, **location: Unpack[Location]
) -> SecretStatus:
    """Describe one secret without its value. Raises `UsageError` if the client does not need it.

    Call this before asking a person for a value: it also checks that the target can be reached.
    """
    safe = open_client_secrets(client, **location)
    binding = _find_binding_of_secret(client, provider, name, **location)
    return safe.describe(binding.provider, name)


def set_secret(
    client: str, provider: str, name: str, value: str, **location: Unpack[Location]
) -> str:
    """Set a secret; only this value is valid from now on. Returns the provider's name.

    Raises `UsageError` for a value that is easy to guess, or has white space around it.
    """
    safe = open_client_secrets(client, **location)
    binding = _find_binding_of_secret(client, provider, name, **location)
    _reject_weak_value(binding, name, value)
    safe.set_value(binding.provider, name, value)
    return binding.provider


def rotate_secret(
    client: str, provider: str, name: str, value: str, **location: Unpack[Location]
) -> RotatedSecret:
    """Set a new value; the current one stays valid for a week, or until it is revoked.

    Only two values are valid at a time, so this ends the previous value of an earlier rotation.
    Raises `UsageError` for a value that is easy to guess, or has white space around it.
    """
    safe = open_client_secrets(client, **location)
    binding = _find_binding_of_secret(client, provider, name, **location)
    _reject_weak_value(binding, name, value)
    until = safe.rotate_value(binding.provider, name, value)
    return RotatedSecret(binding.provider, name, until)


def revoke_secret(client: str, provider: str, name: str, **location: Unpack[Location]) -> bool:
    """End the validity of the previous value. Returns False if there was none."""
    safe = open_client_secrets(client, **location)
    binding = _find_binding_of_secret(client, provider, name, **location)
    return safe.revoke_previous_value(binding.provider, name)


def find_weakness(binding: Binding, name: str, value: str) -> str:
    """Describe the reason to refuse a secret. Empty if there is none.

    Of the others, which vendors issue, only those of a build have a least length: no file of the
    finished site may hold them.
    """
    if _has_outer_white_space(value):
        return "begins or ends with white space"
    if name in binding.copied_secrets and len(value) < SHORTEST_BUILD_SECRET:
        return f"has fewer than {SHORTEST_BUILD_SECRET} characters: a page could hold it by chance"
    if name != WEBHOOK_SECRET:
        return ""
    scheme = providers.load_webhook(binding.provider).SIGNATURE.bind(binding.settings)
    return scheme.find_weakness(value.encode())


def _reject_weak_value(binding: Binding, name: str, value: str) -> None:
    if weakness := find_weakness(binding, name, value):
        remove, replace = "remove it", "use a random value, for example: openssl rand -hex 32"
        raise UsageError(
            f"this {name} of {binding.provider} {weakness}",
            hint=remove if _has_outer_white_space(value) else replace,
        )


def _has_outer_white_space(value: str) -> bool:
    return value != value.strip()


def _find_binding_of_secret(
    client: str, provider: str, name: str, **location: Unpack[Location]
) -> Binding:
    """Return the provider's binding. Raises `UsageError` if it has no such secret."""
    blueprint = load_blueprint(
        client, location.get("environment"), workspace=location.get("workspace")
    )
    canonical = resolve_provider(blueprint, provider)
    binding = next(
        binding for binding in provider_bindings(blueprint) if binding.provider == canonical
    )
    if name not in binding.secrets:
        raise UsageError(
            f"{canonical} has no secret {name!r}", hint=f"it has: {', '.join(binding.secrets)}"
        )
    return binding


def open_client_secrets(client: str, **location: Unpack[Location]) -> ClientSecrets:
    """Open the secrets of a client on its target, which needs no deployed stack."""
    environment, workspace = location.get("environment"), location.get("workspace")
    names = load_blueprint(client, environment, workspace=workspace).names
    target = open_deployments(workspace).open_deployed_target(
        names, local=location.get("local", False)
    )
    return open_secrets(load_config(client, environment, workspace=workspace), target)

"""Read and write a client's secrets in the cloud's store. Commands show names and ages only."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from platform_cli.errors import PlatformError
from platform_cli.targets.target import Target
from platform_core.contract import build_secret_path, secret_path

GRACE_SECONDS: Final = 7 * 24 * 3600
"""Validity of the previous value after a rotation, unless it is revoked."""
LARGEST_PARAMETER: Final = 8 * 1024
"""Bytes of an advanced parameter (Systems Manager's quotas)."""


@dataclass(frozen=True, slots=True)
class SecretStatus:
    """Public information about one secret. Excludes its value."""

    provider: str
    name: str
    changed_at: datetime | None
    previous_until: float | None = None
    """Unix time at which the previous value expires."""
    weakness: str = ""
    """The reason why `set` would refuse the stored value; empty if it would not."""
    build_variable: str = ""
    """The variable by which the site's build gets it; empty if the build does not get it."""

    @property
    def is_set(self) -> bool:
        return self.changed_at is not None


class SecretBackend(Protocol):
    """An encrypted store of texts by path."""

    def read(self, path: str) -> tuple[str, datetime] | None: ...

    def write(self, path: str, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class ParameterStore:
    """SSM SecureString parameters, encrypted with the account's key. Free of charge up to 4 KB."""

    target: Target

    def read(self, path: str) -> tuple[str, datetime] | None:
        client = self.target.client("ssm")
        return _unless_missing(
            lambda: _parameter(client.get_parameter(Name=path, WithDecryption=True)["Parameter"]),
            "ParameterNotFound",
        )

    def write(self, path: str, text: str) -> None:
        size = len(text.encode())
        if size > LARGEST_PARAMETER:
            raise PlatformError(
                f"the secret {path} takes {size} bytes with its previous value, and a parameter "
                f"of SSM holds {LARGEST_PARAMETER}",
                hint="`platform secrets set` drops the previous value; or choose "
                "secret_store: secretsmanager",
            )
        client = self.target.client("ssm")
        # A standard parameter holds 4 KB. A larger one becomes an advanced one, which is charged.
        client.put_parameter(
            Name=path,
            Value=text,
            Type="SecureString",
            Overwrite=True,
            Tier="Intelligent-Tiering",
        )


@dataclass(frozen=True, slots=True)
class SecretsManager:
    """AWS Secrets Manager: charged per secret, with its own audit and policies."""

    target: Target

    def read(self, path: str) -> tuple[str, datetime] | None:
        client = self.target.client("secretsmanager")
        return _unless_missing(
            lambda: _secret(client.get_secret_value(SecretId=path)), "ResourceNotFoundException"
        )

    def write(self, path: str, text: str) -> None:
        client = self.target.client("secretsmanager")
        if self.read(path) is None:
            client.create_secret(Name=path, SecretString=text)
        else:
            client.put_secret_value(SecretId=path, SecretString=text)


@dataclass(frozen=True, slots=True)
class BuildCopies:
    """A second copy of the secrets that the site's build gets: a parameter with the value alone.

    The build's role can read no other parameter, and no other role can read these.
    """

    store: SecretBackend
    secrets: tuple[tuple[str, str], ...]
    """(provider, name)"""


@dataclass(frozen=True, slots=True)
class ClientSecrets:
    """The secrets of one client in one environment."""

    backend: SecretBackend
    client_id: str
    environment: str
    clock: Callable[[], float]
    build_copies: BuildCopies | None = None
    """The copies that the site's build reads; None if it reads none."""

    def describe(
        self, provider: str, name: str, find_weakness: Callable[[str], str] = lambda value: ""
    ) -> SecretStatus:
        """Describe a secret without its value, which only `find_weakness` gets."""
        stored = self.backend.read(self._path(provider, name))
        if stored is None:
            return SecretStatus(provider, name, None)
        value = _value(stored[0])
        previous = value["previous"]
        previous_until = float(previous["valid_until"]) if previous else None
        if previous_until is not None and previous_until <= self.clock():
            previous_until = None
        weakness = find_weakness(str(value["current"]))
        return SecretStatus(provider, name, stored[1], previous_until, weakness)

    def has_value(self, provider: str, name: str, value: str) -> bool:
        """Return whether this is the current value of a secret."""
        stored = self.backend.read(self._path(provider, name))
        return stored is not None and bool(_value(stored[0])["current"] == value)

    def get_current_value(self, provider: str, name: str) -> str:
        """Return the value, to sign a request as the vendor does. Never print it."""
        stored = self.backend.read(self._path(provider, name))
        if stored is None:
            raise PlatformError(
                f"the secret {name} of {provider} is not set",
                hint=f"platform secrets set {self.client_id} {provider} {name}",
            )
        return str(_value(stored[0])["current"])

    def set_value(self, provider: str, name: str, value: str) -> None:
        """Store a value and invalidate all earlier ones."""
        self._write(provider, name, value, None)

    def rotate_value(self, provider: str, name: str, value: str) -> float:
        """Store a new value. The previous one stays valid for a week.

        Returns the Unix time at which it expires.
        """
        previous_until = self.clock() + GRACE_SECONDS
        old = self.get_current_value(provider, name)
        self._write(provider, name, value, {"value": old, "valid_until": int(previous_until)})
        return previous_until

    def revoke_previous_value(self, provider: str, name: str) -> bool:
        """Invalidate the previous value. Returns False if there is none."""
        had_previous = self.describe(provider, name).previous_until is not None
        self._write(provider, name, self.get_current_value(provider, name), None)
        return had_previous

    def _write(
        self, provider: str, name: str, value: str, previous: dict[str, object] | None
    ) -> None:
        if not value or "\0" in value:
            raise PlatformError("a secret cannot be empty", hint="pass its value on stdin")
        text = json.dumps({"current": value, "previous": previous})
        self.backend.write(self._path(provider, name), text)
        # Last: a deploy also writes a copy that is missing.
        self._write_build_copy(provider, name, value)

    def refresh_build_copies(self) -> None:
        """Make the build's copies equal to the current values. Raises if a secret is not set."""
        if self.build_copies is None:
            return
        for provider, name in self.build_copies.secrets:
            self._write_build_copy(provider, name, self.get_current_value(provider, name))

    def _write_build_copy(self, provider: str, name: str, value: str) -> None:
        copies = self.build_copies
        if copies is None or (provider, name) not in copies.secrets:
            return
        path = build_secret_path(self.client_id, self.environment, provider, name)
        stored = copies.store.read(path)
        if stored is None or stored[0] != value:
            copies.store.write(path, value)

    def _path(self, provider: str, name: str) -> str:
        return secret_path(self.client_id, self.environment, provider, name)


def open_secret_backend(target: Target, kind: str) -> SecretBackend:
    """Open the secret store that the client's configuration names."""
    match kind:
        case "ssm":
            return ParameterStore(target)
        case "secretsmanager":
            return SecretsManager(target)
        case _:
            raise ValueError(f"no such secret store: {kind}")


def make_random_secret() -> str:
    """Return 256 random bits as 64 hexadecimal digits, which every vendor accepts."""
    return secrets.token_hex(32)


def _value(text: str) -> dict[str, Any]:
    return {"previous": None, **json.loads(text)}


def _parameter(response: dict[str, Any]) -> tuple[str, datetime]:
    return str(response["Value"]), response["LastModifiedDate"]


def _secret(response: dict[str, Any]) -> tuple[str, datetime]:
    return str(response["SecretString"]), response["CreatedDate"]


def _unless_missing(
    read: Callable[[], tuple[str, datetime]], missing: str
) -> tuple[str, datetime] | None:
    from botocore.exceptions import ClientError

    try:
        return read()
    except ClientError as error:
        if error.response["Error"]["Code"] == missing:
            return None
        raise

"""The client's secrets in the cloud's own store. Values go in; only names and ages come out."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from platform_cli.errors import PlatformError
from platform_cli.targets.target import Target
from platform_core.contract import secret_path

GRACE_SECONDS: Final = 7 * 24 * 3600
"""How long the previous value stays valid after a rotation, unless it is revoked."""


@dataclass(frozen=True, slots=True)
class SecretStatus:
    """One secret as a person may see it: never its value."""

    provider: str
    name: str
    changed_at: datetime | None
    previous_until: float | None = None
    """Unix seconds until which the value before this one is valid too."""

    @property
    def is_set(self) -> bool:
        return self.changed_at is not None


class SecretBackend(Protocol):
    """A place that keeps text encrypted, by path."""

    def read(self, path: str) -> tuple[str, datetime] | None: ...

    def write(self, path: str, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class ParameterStore:
    """SSM SecureString: free, and encrypted with the account's own key."""

    target: Target

    def read(self, path: str) -> tuple[str, datetime] | None:
        client = self.target.client("ssm")
        return _unless_missing(
            lambda: _parameter(client.get_parameter(Name=path, WithDecryption=True)["Parameter"]),
            "ParameterNotFound",
        )

    def write(self, path: str, text: str) -> None:
        client = self.target.client("ssm")
        client.put_parameter(Name=path, Value=text, Type="SecureString", Overwrite=True)


@dataclass(frozen=True, slots=True)
class SecretsManager:
    """Chosen by configuration: costs money, brings its own audit and policies."""

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
class ClientSecrets:
    """The secrets of one client in one environment."""

    backend: SecretBackend
    client_id: str
    environment: str
    clock: Callable[[], float]

    def describe(self, provider: str, name: str) -> SecretStatus:
        found = self.backend.read(self._path(provider, name))
        if found is None:
            return SecretStatus(provider, name, None)
        previous = _value(found[0])["previous"]
        until = float(previous["valid_until"]) if previous else None
        current = until if until is not None and until > self.clock() else None
        return SecretStatus(provider, name, found[1], current)

    def get_current_value(self, provider: str, name: str) -> str:
        """For signing like the vendor would; never to be shown."""
        found = self.backend.read(self._path(provider, name))
        if found is None:
            raise PlatformError(
                f"the secret {name} of {provider} is not set",
                hint=f"platform secrets set {self.client_id} {provider} {name}",
            )
        return str(_value(found[0])["current"])

    def set_value(self, provider: str, name: str, value: str) -> None:
        """This value and no other is valid from now on."""
        self._write(provider, name, value, None)

    def rotate_value(self, provider: str, name: str, value: str) -> float:
        """A new value; the old one stays valid for a week. Returns until when."""
        until = self.clock() + GRACE_SECONDS
        old = self.get_current_value(provider, name)
        self._write(provider, name, value, {"value": old, "valid_until": int(until)})
        return until

    def revoke_previous_value(self, provider: str, name: str) -> bool:
        """Ends the previous value now; False if there was none."""
        had = self.describe(provider, name).previous_until is not None
        self._write(provider, name, self.get_current_value(provider, name), None)
        return had

    def _write(
        self, provider: str, name: str, value: str, previous: dict[str, object] | None
    ) -> None:
        if not value or "\0" in value:
            raise PlatformError("a secret cannot be empty", hint="pass its value on stdin")
        text = json.dumps({"current": value, "previous": previous})
        self.backend.write(self._path(provider, name), text)

    def _path(self, provider: str, name: str) -> str:
        return secret_path(self.client_id, self.environment, provider, name)


def open_secret_backend(target: Target, kind: str) -> SecretBackend:
    """The store that the client's configuration chose."""
    match kind:
        case "ssm":
            return ParameterStore(target)
        case "secretsmanager":
            return SecretsManager(target)
        case _:
            raise ValueError(f"no such secret store: {kind}")


def make_random_secret() -> str:
    """A new random value, 256 bits: 64 letters and digits, a form that every vendor takes."""
    return secrets.token_hex(32)


def _value(text: str) -> dict[str, Any]:
    return {"previous": None, **json.loads(text)}


def _parameter(found: dict[str, Any]) -> tuple[str, datetime]:
    return str(found["Value"]), found["LastModifiedDate"]


def _secret(found: dict[str, Any]) -> tuple[str, datetime]:
    return str(found["SecretString"]), found["CreatedDate"]


def _unless_missing(
    ask: Callable[[], tuple[str, datetime]], missing: str
) -> tuple[str, datetime] | None:
    from botocore.exceptions import ClientError

    try:
        return ask()
    except ClientError as error:
        if error.response["Error"]["Code"] == missing:
            return None
        raise

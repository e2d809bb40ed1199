"""Read secrets from SSM (SecureString) or Secrets Manager, cached for a minute.

A secret is the JSON object `{"current": text, "previous": {"value": text, "valid_until": Unix
seconds} | null}`, so that one read returns all valid values. No error contains a value.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lambdas.runtime.adapters.clients import AWS_ERRORS, error_code
from platform_core import contract
from platform_core.errors import SecretMissing, SecretStoreUnavailable
from platform_core.webhooks.secrets import Secrets

CACHE_SECONDS = 60.0
_NOT_SET_CODES = {"ParameterNotFound", "ResourceNotFoundException"}

Fetch = Callable[[str], str | None]
"""Takes the path of a secret, returns its text; None if it is not set."""


@dataclass(frozen=True, slots=True)
class _Value:
    current: bytes
    previous: bytes | None
    previous_until: float

    def valid(self, now: float) -> tuple[bytes, ...]:
        if self.previous is None or self.previous_until <= now:
            return (self.current,)
        return (self.current, self.previous)


class CachedSecrets:
    """A client's secrets: the port `SecretStore`, and `current` for requests to a vendor."""

    def __init__(
        self, fetch: Fetch, client_id: str, environment: str, clock: Callable[[], float]
    ) -> None:
        self._fetch = fetch
        self._client = (client_id, environment)
        self._clock = clock
        self._cache: dict[str, tuple[float, _Value | None]] = {}

    def read(self, provider: str, name: str, *, fresh: bool = False) -> Secrets:
        """Return all values that are valid now, newest first."""
        value = self._value(contract.secret_path(*self._client, provider, name), fresh=fresh)
        return Secrets(value.valid(self._clock()) if value else ())

    def current(self, provider: str, name: str) -> str:
        """Return the newest value. Raises `SecretMissing`."""
        values = self.read(provider, name).values
        if not values:
            raise SecretMissing(f"{provider} {name} is not set")
        return values[0].decode()

    def _value(self, path: str, *, fresh: bool) -> _Value | None:
        read_at, value = self._cache.get(path, (float("-inf"), None))
        if fresh or self._clock() - read_at >= CACHE_SECONDS:
            text = self._fetch(path)
            value = None if text is None else _parse(path, text)
            self._cache[path] = (self._clock(), value)
        return value


def make_secret_fetcher(store: str, client: Any) -> Fetch:
    """Return the function that reads from `ssm` or `secretsmanager`."""
    return {"ssm": _make_ssm_fetcher, "secretsmanager": _make_secrets_manager_fetcher}[store](
        client
    )


def _make_ssm_fetcher(client: Any) -> Fetch:
    def fetch(path: str) -> str | None:
        answer = client.get_parameter(Name=path, WithDecryption=True)
        return str(answer["Parameter"]["Value"])

    return _translate_errors(fetch)


def _make_secrets_manager_fetcher(client: Any) -> Fetch:
    def fetch(path: str) -> str | None:
        return str(client.get_secret_value(SecretId=path)["SecretString"])

    return _translate_errors(fetch)


def _translate_errors(fetch: Fetch) -> Fetch:
    def guarded_fetch(path: str) -> str | None:
        try:
            return fetch(path)
        except AWS_ERRORS as error:
            if error_code(error) in _NOT_SET_CODES:
                return None
            raise SecretStoreUnavailable(
                f"{path}: {error_code(error) or type(error).__name__}"
            ) from None

    return guarded_fetch


def _parse(path: str, text: str) -> _Value:
    try:
        value = json.loads(text)
        previous = value.get("previous") or {}
        return _Value(
            current=value["current"].encode(),
            previous=previous["value"].encode() if previous else None,
            previous_until=float(previous["valid_until"]) if previous else 0.0,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SecretStoreUnavailable(f"{path}: not the JSON object of a secret") from None

"""The door: prove, keep, answer.

Everything here runs on the acknowledgement path: standard library only, one store call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Request:
    """One delivery as it arrived. Header names are lower case; `body` is the raw bytes."""

    method: str
    path: str
    """Path and query exactly as the sender used them (Contentful signs them)."""
    headers: Mapping[str, str]
    body: bytes
    received_at: float
    """Unix seconds, our clock."""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A kept delivery, as `ingest` reads it from the inbox."""

    provider: str
    key: str
    """The provider's `delivery_key`."""
    request: Request
    status: str = "pending"
    attempts: int = 0

    @property
    def id(self) -> str:
        """The inbox key."""
        return f"{self.provider}#{self.key}"


class Inbox(Protocol):
    """Where an accepted delivery is kept."""

    def put(self, delivery: Delivery, *, quarantine_reason: str | None = None) -> bool:
        """Keep the delivery in one atomic write. False if its key is there already.

        Raises `StoreUnavailable` when it could not be kept.
        """
        ...


@dataclass(frozen=True, slots=True)
class Secrets:
    """The values of one secret that are valid now, newest first; empty: not set yet."""

    values: tuple[bytes, ...]


class SecretStore(Protocol):
    """Reads secrets. Raises `SecretStoreUnavailable`."""

    def read(self, provider: str, name: str, *, fresh: bool = False) -> Secrets:
        """`fresh` skips the cache (the caller limits how often)."""
        ...

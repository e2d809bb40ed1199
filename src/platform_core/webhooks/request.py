"""A webhook request and a verified delivery.

The sender waits while these are used, so this imports the standard library only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from platform_core.contract.status import DeliveryStatus

MAX_BODY: Final = 4 * 1024 * 1024
"""Largest body that is parsed, in bytes."""


WEBHOOK_SECRET: Final = "webhook_secret"  # noqa: S105 - the name of the secret, not its value


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it arrived. Header names are lower case; `body` has the raw bytes."""

    method: str
    path: str
    """Path and query exactly as the sender sent them: some vendors sign them."""
    headers: Mapping[str, str]
    body: bytes
    received_at: float
    """Unix seconds of our clock."""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook request of a known provider, identified by its key."""

    provider: str
    key: str
    """The provider's `delivery_key`."""
    request: Request
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: int = 0

    @property
    def id(self) -> str:
        """The key of the inbox row."""
        return f"{self.provider}#{self.key}"

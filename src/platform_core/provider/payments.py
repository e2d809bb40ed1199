"""The interface of a payment provider. The shop knows no other facts about one.

`payment.py` of a provider has the functions of `PaymentModule`. Amounts are integers in minor
units, times are whole Unix seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from platform_core.provider.modules import Context


class PaymentStatus(StrEnum):
    """The state of a payment session."""

    OPEN = "open"
    """It can be paid."""
    PROCESSING = "processing"
    """Submitted by a method whose result takes days."""
    PAID = "paid"
    CLOSED = "closed"
    """It can no longer be paid."""


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """A line of a payment page."""

    title: str
    quantity: int
    total: int


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """Everything that a payment session is made from."""

    order_id: str
    trace_id: str
    currency: str
    lines: tuple[PaymentLine, ...]
    """They sum up to the amount to pay."""
    email: str
    return_url: str
    cancel_url: str
    expires_at: int
    language: str


@dataclass(frozen=True, slots=True)
class PaymentSession:
    """A payment session as the provider describes it at this moment."""

    reference: str
    order_id: str
    """The order that its request named."""
    status: PaymentStatus
    amount: int
    currency: str
    captured: int = 0
    """Amount that was captured; 0 before it is paid."""
    url: str | None = None
    """Address of the payment page, while it is open."""
    expires_at: int = 0


class RefundStatus(StrEnum):
    """The state of a refund at the provider."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ProviderRefund:
    """A refund as the provider describes it."""

    reference: str
    refund_id: str
    """Our id, which its request named."""
    status: RefundStatus
    amount: int


class PaymentModule(Protocol):
    """`payment.py` of a payment provider.

    Every function that asks the provider raises `VendorUnavailable` if trying again can help: no
    answer, a server error, throttling, or a key that is in use. `VendorRefused` is an answer about
    the request itself, and nothing was made.
    """

    def build_request(self, settings: object, request: PaymentRequest) -> bytes:
        """Return the bytes that make a session. They are stored, and sent unchanged each time."""
        ...

    def create_session(self, context: "Context", body: bytes, key: str) -> PaymentSession:
        """Make a session, or return the one that was made from this body under this key."""
        ...

    def get_session(self, context: "Context", reference: str) -> PaymentSession:
        """Return a session as it is now."""
        ...

    def close_session(self, context: "Context", reference: str) -> PaymentSession:
        """Close a session that can be paid. Returns it as it is afterwards: perhaps paid."""
        ...

    def list_sessions(self, context: "Context", since: int, until: int) -> Sequence[PaymentSession]:
        """Return all sessions that were made in a time."""
        ...

    def create_refund(
        self, context: "Context", reference: str, amount: int, refund_id: str
    ) -> ProviderRefund:
        """Refund a part of a session's payment. `refund_id` is the idempotency key as well."""
        ...

    def list_refunds(self, context: "Context", reference: str) -> Sequence[ProviderRefund]:
        """Return all refunds of a session's payment."""
        ...

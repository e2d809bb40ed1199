"""The ports of the flows. Every method may raise `StoreUnavailable`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from platform_core.commerce.cart.model import Cart
from platform_core.commerce.catalog.model import CatalogProduct
from platform_core.commerce.checkout.model import Draft
from platform_core.commerce.inventory.model import StockLevel
from platform_core.commerce.orders.model import Order
from platform_core.commerce.orders.refunds import Refund
from platform_core.commerce.pricing.model import PriceRules, Promotion
from platform_core.commerce.writes import Key, Write
from platform_core.provider.payments import PaymentRequest, PaymentSession, ProviderRefund

Clock = Callable[[], int]
"""The time, in whole Unix seconds."""


@dataclass(frozen=True, slots=True)
class StoredSession:
    """The row PAYMENT_SESSION: the request to the payment provider, and its answer."""

    order_id: str
    body: bytes
    created_at: int
    expires_at: int
    url: str | None = None

    @property
    def idempotency_key(self) -> str:
        """The one key that an order ever has."""
        return f"pay-{self.order_id}-1"


class Rows(Protocol):
    """The rows of the shop. Every read is consistent, by key."""

    def order(self, order_id: str) -> Order | None: ...

    def session(self, order_id: str) -> StoredSession | None: ...

    def refunds(self, order_id: str) -> Sequence[Refund]: ...

    def cart(self, cart_id: str) -> Cart: ...

    def draft(self, cart_id: str, order_id: str) -> Draft | None: ...

    def products(self, skus: Iterable[str]) -> Sequence[CatalogProduct]:
        """Return the products that have variants with these SKUs."""
        ...

    def levels(self, skus: Iterable[str]) -> Mapping[str, StockLevel]:
        """Return the levels by SKU. A SKU without a row has the level of nothing received."""
        ...

    def promotion(self, code: str, email_hash: str) -> Promotion | None:
        """Return a code with its uses, in all and by the customer with this address."""
        ...

    def last_number(self) -> int:
        """Return the number of the last paid order, 0 before the first."""
        ...

    def rules(self) -> tuple[str, PriceRules]:
        """Return the settings that price orders now, with their digest."""
        ...


class UnitOfWork(Protocol):
    """Writes of several rows, all or none."""

    def commit(self, writes: Sequence[Write]) -> frozenset[Key]:
        """Make the writes. Returns the keys whose conditions do not hold; then nothing is written.

        Raises `Conflict` if another transaction touches the same rows at this moment.
        """
        ...


class ShopPayments(Protocol):
    """The payment provider of this shop. It raises what `PaymentModule` raises."""

    def build_request(self, request: PaymentRequest) -> bytes: ...

    def create_session(self, body: bytes, key: str) -> PaymentSession: ...

    def get_session(self, reference: str) -> PaymentSession: ...

    def close_session(self, reference: str) -> PaymentSession: ...

    def list_sessions(self, since: int, until: int) -> Sequence[PaymentSession]: ...

    def create_refund(self, reference: str, amount: int, refund_id: str) -> ProviderRefund: ...

    def list_refunds(self, reference: str) -> Sequence[ProviderRefund]: ...


class ShopLog(Protocol):
    """Writes one line of the log. `alarm` names the alarm that the line raises."""

    def __call__(self, message: str, **fields: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class ShopDeps:
    """Everything that a flow needs."""

    rows: Rows
    unit_of_work: UnitOfWork
    payments: ShopPayments
    clock: Clock
    log: ShopLog
    reservation_seconds: int = 1800
    max_processing_seconds: int = 14 * 86_400
    """The longest time of a payment whose result is open."""

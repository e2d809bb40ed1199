"""An order and its rows.

The row ORDER holds no personal data: name and addresses are in the row CUSTOMER. Amounts are in
minor units of the order's currency, times are whole Unix seconds.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Final

from platform_core.commerce.orders.states import OrderState
from platform_core.commerce.writes import Key, ShopTable

ORDER: Final = "ORDER"
CUSTOMER: Final = "CUSTOMER"
PAYMENT_SESSION: Final = "PAYMENT_SESSION"
REJECTION: Final = "REJECTION"
_EVENT: Final = "EVENT#"
_REFUND: Final = "REFUND#"


def order_key(order_id: str) -> Key:
    return Key(ShopTable.ORDERS, order_id, ORDER)


def event_key(order_id: str, number: int) -> Key:
    """Return the key of an event. Numbers sort as text."""
    return Key(ShopTable.ORDERS, order_id, f"{_EVENT}{number:06}")


def refund_key(order_id: str, refund_id: str) -> Key:
    return Key(ShopTable.ORDERS, order_id, f"{_REFUND}{refund_id}")


def counter_key() -> Key:
    """Return the key of the last order number."""
    return Key(ShopTable.ORDERS, "COUNTER", "NUMBER")


class PaymentState(StrEnum):
    """`payment_state` of an order."""

    NONE = "none"
    OPEN = "open"
    PROCESSING = "processing"
    CAPTURED = "captured"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of an order. Its price never changes."""

    sku: str
    title: str
    quantity: int
    unit_price: int
    discount: int
    tax: int
    total: int
    """Amount paid for the line, with its tax."""
    shipped: int = 0
    returned: int = 0
    """Units that are in the stock again."""


@dataclass(frozen=True, slots=True)
class OrderShipping:
    """The shipping of an order."""

    name: str
    price: int
    discount: int
    tax: int
    total: int


@dataclass(frozen=True, slots=True)
class Order:
    """The row ORDER."""

    id: str
    state: OrderState
    version: int
    """Number of changes. Every write names the version that it has read."""
    cart_id: str
    lines: tuple[OrderLine, ...]
    shipping: OrderShipping
    total: int
    tax: int
    discount: int
    currency: str
    country: str
    """Country of the address. It decided the taxes, and stays when the address is erased."""
    rules_digest: str
    """The settings that priced the order."""
    placed_at: int
    due_at: int | None = None
    """Time from which the sweeper looks after the order; None if nothing is left to do."""
    payment_state: PaymentState = PaymentState.NONE
    payment_reference: str | None = None
    """Id of the payment session, set once."""
    captured: int = 0
    refundable: int = 0
    """Captured and neither refunded nor about to be."""
    refunded: int = 0
    number: int | None = None
    """Number on the invoice, assigned with the payment and without gaps."""
    code: str | None = None
    """Promotion code."""
    customer_id: str | None = None
    email_hash: str = ""
    """Keyed hash of the e-mail address."""
    key_hash: str = ""
    """Hash of the key in the customer's link."""
    trace_id: str = ""

    @property
    def key(self) -> Key:
        return order_key(self.id)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Order":
        """Return the order of a row. Ignores unknown attributes."""
        known = {one.name: row[one.name] for one in fields(cls) if one.name in row}
        known["state"] = OrderState(known["state"])
        known["payment_state"] = PaymentState(known.get("payment_state", PaymentState.NONE))
        known["lines"] = tuple(_from_attributes(OrderLine, line) for line in known["lines"])
        known["shipping"] = _from_attributes(OrderShipping, known["shipping"])
        return cls(**known)

    def to_row(self) -> dict[str, Any]:
        """Return the attributes of the row. A None is an absent attribute."""
        row = asdict(self) | {"lines": [asdict(line) for line in self.lines]}
        return {name: value for name, value in row.items() if value is not None}


def _from_attributes(kind: Any, attributes: Mapping[str, Any]) -> Any:
    names = {one.name for one in fields(kind)}
    return kind(**{name: value for name, value in attributes.items() if name in names})

"""A submitted checkout form. It is stored before the checkout starts, and for one hour."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from platform_core.commerce.types import Address
from platform_core.commerce.writes import Key, ShopTable

_DRAFT: Final = "DRAFT#"


def make_order_id(cart_id: str, attempt: str) -> str:
    """Return the id of the order of one attempt. The same attempt is the same order.

    A page makes an attempt when it shows the form, so a second click cannot buy twice.
    """
    return hashlib.sha256(f"{cart_id}\0{attempt}".encode()).hexdigest()[:32]


def draft_key(cart_id: str, order_id: str) -> Key:
    return Key(ShopTable.CARTS, cart_id, f"{_DRAFT}{order_id}")


@dataclass(frozen=True, slots=True)
class Draft:
    """The row of a submitted checkout form. It holds personal data."""

    order_id: str
    cart_id: str
    email: str
    address: Address
    shipping: str
    """Name of the shipping method; empty for the cheapest one."""
    expected_total: int
    """Total that the shopper saw. It is compared, and never charged."""
    language: str
    return_url: str
    cancel_url: str
    customer_id: str | None = None
    key_hash: str = ""
    email_hash: str = ""
    trace_id: str = ""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Draft":
        """Return the form of a row. Ignores unknown attributes."""
        known = {one.name: row[one.name] for one in fields(cls) if one.name in row}
        address = dict(known["address"])
        address["lines"] = tuple(address["lines"])
        return cls(**known | {"address": Address(**address)})

    def to_row(self) -> dict[str, Any]:
        """Return the attributes of the row. A None is an absent attribute."""
        row = asdict(self)
        row["address"]["lines"] = list(self.address.lines)
        return {name: value for name, value in row.items() if value is not None}

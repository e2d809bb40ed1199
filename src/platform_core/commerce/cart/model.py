"""A cart and its row."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from platform_core.commerce.writes import Key, ShopTable

CART: Final = "CART"
MAX_LINES: Final = 40
"""Lines of a cart. A reservation writes each of them in one transaction of 100 writes."""
MAX_UNITS: Final = 999
"""Units of a line, where the shop sets no lower limit."""


def cart_key(cart_id: str) -> Key:
    return Key(ShopTable.CARTS, cart_id, CART)


@dataclass(frozen=True, slots=True)
class Cart:
    """The row CART."""

    id: str
    lines: Mapping[str, int] = field(default_factory=dict)
    """Units by SKU."""
    version: int = 0
    """Number of changes; 0 for a cart that has no row yet."""
    code: str | None = None
    """Promotion code."""
    open_order: str | None = None
    """The order that was made from these lines. Its state says whether it locks the cart."""
    customer_id: str | None = None
    """None for a cart of a visitor who has not signed in."""
    merged_into: str | None = None
    """The account's cart that has taken over the lines."""
    expires_at: int = 0

    @property
    def key(self) -> Key:
        return cart_key(self.id)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Cart":
        """Return the cart of a row. Ignores unknown attributes."""
        return cls(**{one.name: row[one.name] for one in fields(cls) if one.name in row})

    def to_row(self) -> dict[str, Any]:
        """Return the attributes of the row. A None is an absent attribute."""
        row = asdict(self) | {"lines": dict(self.lines)}
        return {name: value for name, value in row.items() if value is not None}

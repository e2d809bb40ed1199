"""The row LEVEL of a SKU.

`available + reserved + sold + written_off = received`, always. Every write below keeps the sum,
because it moves units from one count to another, or adds them to `received` as well.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Final

from platform_core.commerce.writes import Key, ShopTable

LEVEL: Final = "LEVEL"


def level_key(sku: str) -> Key:
    return Key(ShopTable.INVENTORY, sku, LEVEL)


class StockPolicy(StrEnum):
    """The answer to an order of more than is available."""

    DENY = "deny"
    CONTINUE = "continue"
    """Sell, and owe the units: `available` falls below 0."""
    UNTRACKED = "untracked"
    """Sell always, such as a download. The counts are kept, so that the policy can change."""


@dataclass(frozen=True, slots=True)
class StockLevel:
    """The stock of one SKU."""

    sku: str
    available: int = 0
    reserved: int = 0
    sold: int = 0
    written_off: int = 0
    received: int = 0
    policy: StockPolicy = StockPolicy.DENY
    low_stock_threshold: int = 0
    max_per_order: int | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "StockLevel":
        """Return the level of a row. Ignores unknown attributes."""
        known = {one.name: row[one.name] for one in fields(cls) if one.name in row}
        return cls(**known | {"policy": StockPolicy(known.get("policy", StockPolicy.DENY))})

    def to_row(self) -> dict[str, Any]:
        """Return the attributes of the row. A None is an absent attribute."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def has(self, units: int) -> bool:
        """Return whether an order of these units can be accepted."""
        return self.policy is not StockPolicy.DENY or self.available >= units

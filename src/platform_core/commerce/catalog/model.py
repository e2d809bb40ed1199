"""A product and its row."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any

from platform_core.commerce.writes import ConditionCheck, Is, Key, ShopTable


def product_key(product_id: str) -> Key:
    return Key(ShopTable.PRODUCTS, product_id)


class ProductState(StrEnum):
    """`state` of a product. Only an active one can be bought."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Variant:
    """One thing that can be bought, with a SKU of its own."""

    sku: str
    title: str
    price: int
    """Minor units, with or without tax as all prices of the shop."""
    weight: int = 0
    """Grams."""


@dataclass(frozen=True, slots=True)
class CatalogProduct:
    """The row of a product, as far as a checkout reads it."""

    id: str
    title: str
    state: ProductState
    version: int
    variants: Mapping[str, Variant] = field(default_factory=dict)
    """By SKU."""
    tax_class: str = "standard"

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "CatalogProduct":
        """Return the product of a row. Ignores unknown attributes."""
        known = {one.name: row[one.name] for one in fields(cls) if one.name in row}
        names = {one.name for one in fields(Variant)}
        known["state"] = ProductState(known["state"])
        known["variants"] = {
            sku: Variant(sku, **{name: value for name, value in one.items() if name in names})
            for sku, one in known.get("variants", {}).items()
        }
        return cls(**known)

    def to_row(self) -> dict[str, Any]:
        """Return the attributes of the row."""
        variants = {sku: asdict(one) for sku, one in self.variants.items()}
        for one in variants.values():
            del one["sku"]
        return asdict(self) | {"variants": variants}

    def check_unchanged(self) -> ConditionCheck:
        """Return the condition that the product is active and has the price that was read."""
        state, version = Is("state", ProductState.ACTIVE), Is("version", self.version)
        return ConditionCheck(product_key(self.id), (state, version))

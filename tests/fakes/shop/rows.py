"""The rows of a shop in memory, with the conditions and the limits of transactions."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from platform_core.commerce.cart.model import Cart, cart_key
from platform_core.commerce.catalog.model import CatalogProduct, product_key
from platform_core.commerce.checkout.model import Draft, draft_key
from platform_core.commerce.flows.ports import StoredSession
from platform_core.commerce.inventory.model import StockLevel, level_key
from platform_core.commerce.orders.model import PAYMENT_SESSION, Order, counter_key, order_key
from platform_core.commerce.orders.refunds import Refund
from platform_core.commerce.pricing.model import PriceRules, Promotion
from platform_core.commerce.promotions.uses import code_key, use_key
from platform_core.commerce.writes import (
    AtLeast,
    Below,
    Condition,
    ConditionCheck,
    Insert,
    Is,
    Key,
    Missing,
    ShopTable,
    Update,
    Write,
    require_distinct,
)
from tests.fakes.pipeline.steps import Steps

Row = dict[str, Any]


class MemoryRows:
    """All tables, as the ports `Rows` and `UnitOfWork`."""

    def __init__(self, step: Steps, rules: PriceRules) -> None:
        self.step = step
        self.price_rules = rules
        self.stored: dict[Key, Row] = {}
        self.promotions: dict[str, Promotion] = {}

    # --- UnitOfWork -------------------------------------------------------------------------------

    def commit(self, writes: Sequence[Write]) -> frozenset[Key]:
        self.step("commit")
        failed = frozenset(
            write.key for write in require_distinct(writes) if not self._is_allowed(write)
        )
        if not failed:
            for write in writes:
                self._make(write)
        self.step("committed")
        return failed

    def _is_allowed(self, write: Write) -> bool:
        if isinstance(write, Insert):
            return write.key not in self.stored
        row = self.stored.get(write.key, {})
        return all(holds(condition, row) for condition in write.conditions)

    def _make(self, write: Write) -> None:
        match write:
            case Insert(key, attributes):
                self.stored[key] = deepcopy(dict(attributes))
            case Update(key, _, values, additions, removals):
                row = self.stored.setdefault(key, {})
                row.update(deepcopy(dict(values)))
                for name, by in additions.items():
                    row[name] = row.get(name, 0) + by
                for name in removals:
                    row.pop(name, None)
            case ConditionCheck():
                pass

    # --- Rows -------------------------------------------------------------------------------------

    def _read(self, key: Key) -> Row | None:
        self.step(f"read {key.table}")
        row = self.stored.get(key)
        return None if row is None else deepcopy(row)

    def order(self, order_id: str) -> Order | None:
        row = self._read(order_key(order_id))
        return Order.from_row(row) if row else None

    def session(self, order_id: str) -> StoredSession | None:
        row = self._read(Key(ShopTable.ORDERS, order_id, PAYMENT_SESSION))
        return StoredSession(order_id, **row) if row else None

    def refunds(self, order_id: str) -> Sequence[Refund]:
        keys = sorted(
            key
            for key in self.stored
            if key.table is ShopTable.ORDERS
            and key.id == order_id
            and key.record.startswith("REFUND#")
        )
        return [Refund.from_row(row) for key in keys if (row := self._read(key))]

    def cart(self, cart_id: str) -> Cart:
        row = self._read(cart_key(cart_id))
        return Cart.from_row(row) if row else Cart(cart_id)

    def draft(self, cart_id: str, order_id: str) -> Draft | None:
        row = self._read(draft_key(cart_id, order_id))
        return Draft.from_row(row) if row else None

    def products(self, skus: Iterable[str]) -> Sequence[CatalogProduct]:
        wanted = set(skus)
        rows = [row for key, row in self.stored.items() if key.table is ShopTable.PRODUCTS]
        products = [CatalogProduct.from_row(row) for row in rows]
        return [product for product in products if wanted & set(product.variants)]

    def levels(self, skus: Iterable[str]) -> Mapping[str, StockLevel]:
        return {sku: self.level(sku) for sku in skus}

    def level(self, sku: str) -> StockLevel:
        row = self._read(level_key(sku))
        return StockLevel.from_row(row) if row else StockLevel(sku)

    def promotion(self, code: str, email_hash: str) -> Promotion | None:
        known = self.promotions.get(code)
        if known is None:
            return None
        own = self.stored.get(use_key(code, email_hash), {}).get("used", 0)
        return replace(known, used=self.uses(code), used_by_customer=own)

    def last_number(self) -> int:
        return int((self._read(counter_key()) or {}).get("last", 0))

    def rules(self) -> tuple[str, PriceRules]:
        return "rules-1", self.price_rules

    # --- for tests --------------------------------------------------------------------------------

    def put_product(self, product: CatalogProduct) -> None:
        self.stored[product_key(product.id)] = product.to_row()

    def put_level(self, level: StockLevel) -> None:
        self.stored[level_key(level.sku)] = level.to_row()

    def uses(self, code: str) -> int:
        return int(self.stored.get(code_key(code), {}).get("used", 0))

    def orders(self) -> list[Order]:
        """Return all orders, by id."""
        keys = sorted(key for key in self.stored if key.record == "ORDER")
        return [Order.from_row(self.stored[key]) for key in keys]


def holds(condition: Condition, row: Row) -> bool:
    """Return whether a condition holds, as DynamoDB evaluates it."""
    match condition:
        case Is(name, value):
            return name in row and bool(row[name] == value)
        case AtLeast(name, value):
            return bool(row.get(name, 0) >= value)
        case Below(name, value):
            return bool(row.get(name, 0) < value)
        case Missing(name):
            return name not in row

"""Conditional writes as values.

A subject returns the writes of its own rows. A flow puts them into one transaction, so a change
of an order and everything that moves with it happen together or not at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

MAX_WRITES: Final = 100
"""Writes of one transaction, the limit of DynamoDB."""


class ShopTable(StrEnum):
    """The tables of the shop."""

    PRODUCTS = "products"
    INVENTORY = "inventory"
    CARTS = "carts"
    ORDERS = "orders"
    CUSTOMERS = "customers"
    PROMOTIONS = "promotions"


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """The key of a row."""

    table: ShopTable
    id: str
    record: str = ""
    """Sort key; empty in a table without one."""


@dataclass(frozen=True, slots=True)
class Is:
    """An attribute has this value."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A number is not below this one. A missing one counts as 0."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Below:
    """A number is below this one. A missing one counts as 0."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Missing:
    """The row has no such attribute. A row that does not exist has none."""

    name: str


Condition = Is | AtLeast | Below | Missing


@dataclass(frozen=True, slots=True)
class Insert:
    """Write a row that must not exist."""

    key: Key
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Update:
    """Change a row. Without conditions, a row that does not exist is made."""

    key: Key
    conditions: tuple[Condition, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    """Attributes to set."""
    additions: Mapping[str, int] = field(default_factory=dict)
    """Numbers to add; a missing attribute counts as 0."""
    removals: tuple[str, ...] = ()
    """Attributes to remove."""


@dataclass(frozen=True, slots=True)
class ConditionCheck:
    """Change nothing, but refuse the transaction if a condition does not hold."""

    key: Key
    conditions: tuple[Condition, ...]


Write = Insert | Update | ConditionCheck


def require_distinct(writes: Iterable[Write]) -> tuple[Write, ...]:
    """Return the writes of a transaction. Raises `ValueError` for two writes of one row.

    DynamoDB refuses such a transaction at run time, so a flow combines them before.
    """
    result = tuple(writes)
    keys = [write.key for write in result]
    if len(set(keys)) < len(keys):
        raise ValueError(f"two writes of one row: {sorted(keys)}")
    if len(keys) > MAX_WRITES:
        raise ValueError(f"{len(keys)} writes in one transaction")
    return result

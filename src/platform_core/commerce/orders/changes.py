"""The writes of an order's transitions: its row, and the event that reports it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from platform_core.commerce.orders.model import Order, event_key
from platform_core.commerce.orders.states import (
    Actor,
    OrderState,
    Transition,
    find_transition,
)
from platform_core.commerce.writes import Insert, Is, Update, Write
from platform_core.errors import PipelineError


class NoSuchTransition(PipelineError):
    """The order is in a state from which this actor cannot make this change."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The actor and the reason of a change, and its time."""

    actor: Actor
    now: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OrderChange:
    """A transition of one order."""

    before: Order | None
    after: Order
    transition: Transition
    writes: tuple[Write, ...]


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change of one order that keeps its state."""

    before: Order
    after: Order
    writes: tuple[Write, ...]


def place(order: Order, cause: Cause) -> OrderChange:
    """Return the writes of a new order. They fail if it exists."""
    transition = _require_transition(None, order, order.state, cause)
    return OrderChange(
        None,
        order,
        transition,
        (Insert(order.key, order.to_row()), _event(order, None, cause)),
    )


def move(order: Order, target: OrderState, cause: Cause, **values: Any) -> OrderChange:
    """Return the writes of a transition. They fail if the order has changed since it was read.

    `values` are further attributes of the order, a None removes one. Raises `NoSuchTransition`.
    """
    transition = _require_transition(order.state, order, target, cause)
    after = replace(order, state=target, version=order.version + 1, **values)
    return OrderChange(
        order,
        after,
        transition,
        (_update(order, after), _event(after, order.state, cause)),
    )


def amend(order: Order, cause: Cause, **values: Any) -> Amendment:
    """Return the writes of a change that keeps the state, such as an amount that was captured."""
    after = replace(order, version=order.version + 1, **values)
    writes = (_update(order, after), _event(after, order.state, cause))
    return Amendment(order, after, writes)


def _require_transition(
    source: OrderState | None, order: Order, target: OrderState, cause: Cause
) -> Transition:
    transition = find_transition(source, target, cause.actor)
    if transition is None:
        raise NoSuchTransition(f"order {order.id}: {source} to {target} by {cause.actor}")
    return transition


def _update(before: Order, after: Order) -> Update:
    old, new = before.to_row(), after.to_row()
    changed = {name: value for name, value in new.items() if old.get(name) != value}
    removed = tuple(sorted(old.keys() - new.keys()))
    conditions = (Is("state", before.state), Is("version", before.version))
    return Update(before.key, conditions, changed, removals=removed)


def _event(order: Order, source: OrderState | None, cause: Cause) -> Insert:
    """Return the event of a change. It is published from the outbox, with ids only."""
    attributes: Mapping[str, Any] = {
        "order_id": order.id,
        "source": source or "",
        "target": order.state,
        "actor": cause.actor,
        "reason": cause.reason,
        "at": cause.now,
        "trace_id": order.trace_id,
        "unpublished": order.id,
    }
    return Insert(event_key(order.id, order.version), attributes)

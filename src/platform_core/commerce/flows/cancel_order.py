"""Cancel an order at the request of its customer or of staff.

An order whose payment is open is ended like an overdue one: its page is closed first, and if the
page was paid meanwhile, the order is cancelled as a paid one, with a refund. So no cancelled order
keeps money.
"""

from dataclasses import replace
from enum import StrEnum
from typing import Final

from platform_core.commerce.flows.ports import ShopDeps
from platform_core.commerce.flows.settle_payment import settle_payment
from platform_core.commerce.flows.transaction import transition_writes
from platform_core.commerce.orders.changes import Cause, move
from platform_core.commerce.orders.model import Order
from platform_core.commerce.orders.refunds import request_refund
from platform_core.commerce.orders.states import UNFINISHED, OrderState
from platform_core.commerce.writes import Write
from platform_core.errors import Conflict

MAX_TRIES: Final = 6


class Cancellation(StrEnum):
    """The result of a request to cancel."""

    CANCELLED = "cancelled"
    """It was paid, and its amount is refunded."""
    EXPIRED = "expired"
    """It was not paid, and can no longer be."""
    TOO_LATE = "too_late"
    """A part of it was shipped."""
    UNDECIDED = "undecided"
    """Its payment is being processed or reviewed."""
    UNKNOWN = "unknown"


def cancel_order(deps: ShopDeps, order_id: str, cause: Cause) -> Cancellation:
    """Cancel an order. Repeating it changes nothing.

    Raises `VendorUnavailable` while the payment provider cannot be asked, and `Conflict` if the
    order changes all the time.
    """
    order = deps.rows.order(order_id)
    for _ in range(MAX_TRIES):
        if order is not None and order.state in UNFINISHED:
            order = settle_payment(deps, order_id, is_ending=True)
        if order is None:
            return Cancellation.UNKNOWN
        match order.state:
            case OrderState.CANCELLED:
                return Cancellation.CANCELLED
            case OrderState.EXPIRED:
                return Cancellation.EXPIRED
            case OrderState.PAID | OrderState.PROCESSING:
                if any(line.shipped for line in order.lines):
                    return Cancellation.TOO_LATE
                deps.unit_of_work.commit(_cancel_writes(order, cause))
                order = deps.rows.order(order_id)
            case OrderState.SHIPPED | OrderState.DELIVERED:
                return Cancellation.TOO_LATE
            case _:
                return Cancellation.UNDECIDED
    raise Conflict(f"order {order_id} changed {MAX_TRIES} times while it was cancelled")


def _cancel_writes(order: Order, cause: Cause) -> tuple[Write, ...]:
    """Return the transaction: the state, the stock, and the refund of what was paid."""
    change = move(
        order,
        OrderState.CANCELLED,
        cause,
        lines=tuple(replace(line, returned=line.quantity) for line in order.lines),
        refundable=0,
        due_at=None,
    )
    writes = transition_writes(change)
    if not order.refundable:
        return writes
    refund = request_refund(change.after, order.refundable, cause.now, cause.reason)
    return (*writes, refund)

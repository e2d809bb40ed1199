"""Resolve an order whose payment does not fit it. A person decides and gives a reason."""

from enum import StrEnum

from platform_core.commerce.flows.ports import ShopDeps
from platform_core.commerce.flows.settle_payment import PROCESS_SECONDS, count_number
from platform_core.commerce.flows.transaction import transition_writes
from platform_core.commerce.orders.changes import Cause, move
from platform_core.commerce.orders.model import Order, PaymentState
from platform_core.commerce.orders.refunds import request_refund
from platform_core.commerce.orders.states import OrderState
from platform_core.commerce.writes import Write
from platform_core.provider.payments import PaymentSession, PaymentStatus


class Review(StrEnum):
    """The result of a decision about an order."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_IN_REVIEW = "not_in_review"
    CANNOT_ACCEPT = "cannot_accept"
    """Nothing was captured, or in another currency. Only a rejection is possible."""
    UNDECIDED = "undecided"
    """The payment is still open or being processed. Try again later."""
    CHANGED = "changed"
    """Another decision was faster."""


def accept_payment(deps: ShopDeps, order_id: str, cause: Cause) -> Review:
    """Accept the amount that was captured. The difference stays on the order."""
    order = deps.rows.order(order_id)
    if order is None or order.state is not OrderState.NEEDS_REVIEW:
        return Review.NOT_IN_REVIEW
    session = _get_session(deps, order)
    is_ours = session is not None and session.order_id == order.id
    if session is None or not is_ours or session.currency != order.currency:
        return Review.CANNOT_ACCEPT
    if session.status is not PaymentStatus.PAID:
        return Review.CANNOT_ACCEPT
    number = deps.rows.last_number() + 1
    change = move(
        order,
        OrderState.PAID,
        cause,
        captured=session.captured,
        refundable=session.captured,
        number=number,
        payment_state=PaymentState.CAPTURED,
        due_at=cause.now + PROCESS_SECONDS,
    )
    failed = deps.unit_of_work.commit([*transition_writes(change), count_number(number)])
    return Review.CHANGED if failed else Review.ACCEPTED


def reject_payment(deps: ShopDeps, order_id: str, cause: Cause) -> Review:
    """End the order: close its page, release its stock, and refund all that was captured."""
    order = deps.rows.order(order_id)
    if order is None or order.state is not OrderState.NEEDS_REVIEW:
        return Review.NOT_IN_REVIEW
    session = _get_session(deps, order)
    is_ours = session is not None and session.order_id == order.id
    if session is not None and is_ours and session.status is PaymentStatus.OPEN:
        session = deps.payments.close_session(session.reference)
    if (
        session is not None
        and is_ours
        and session.status
        in {
            PaymentStatus.OPEN,
            PaymentStatus.PROCESSING,
        }
    ):
        return Review.UNDECIDED
    captured = session.captured if session is not None and is_ours else 0
    failed = deps.unit_of_work.commit(_reject_writes(order, cause, captured))
    return Review.CHANGED if failed else Review.REJECTED


def _get_session(deps: ShopDeps, order: Order) -> PaymentSession | None:
    if order.payment_reference is None:
        return None
    return deps.payments.get_session(order.payment_reference)


def _reject_writes(order: Order, cause: Cause, captured: int) -> tuple[Write, ...]:
    change = move(
        order,
        OrderState.EXPIRED,
        cause,
        captured=captured,
        refundable=0,
        payment_state=PaymentState.CLOSED,
        due_at=None,
    )
    writes = transition_writes(change)
    if not captured:
        return writes
    return (*writes, request_refund(change.after, captured, cause.now, cause.reason))

"""Decide the next step of an order's payment.

The checkout, the webhook, the page after the payment, the sweeper and the audit all ask this
function, with the order as it is stored and the payment provider's answer of now. So it does not
matter which of them comes first, or how often.
"""

from dataclasses import dataclass
from enum import StrEnum

from platform_core.commerce.orders.model import Order
from platform_core.commerce.orders.states import UNFINISHED, OrderState
from platform_core.provider.payments import PaymentSession, PaymentStatus


class PaymentStep(StrEnum):
    """The next step of an order."""

    NOTHING = "nothing"
    CREATE_SESSION = "create_session"
    """Make the payment session, or find the one that was made under the same key."""
    MARK_PAID = "mark_paid"
    MARK_PROCESSING = "mark_processing"
    CLOSE_SESSION = "close_session"
    """Ask the payment provider to close the page, then decide again."""
    EXPIRE = "expire"
    REVIEW = "review"
    ACCEPT_LATE_PAYMENT = "accept_late_payment"
    """Sell to a customer whose closed page was paid, or refund in full if that cannot be."""
    REFUND_LATE_PAYMENT = "refund_late_payment"


@dataclass(frozen=True, slots=True)
class Decision:
    """A step and its reason."""

    step: PaymentStep
    reason: str = ""


def decide(
    order: Order, session: PaymentSession | None, now: int, *, is_ending: bool = False
) -> Decision:
    """Return the next step of an order.

    `session` is the payment provider's present answer, None if the order has no session.
    `is_ending` is true if the shopper gives up the order before it is due.
    """
    if order.state is OrderState.RESERVED and not order.total:
        return Decision(PaymentStep.MARK_PAID, "nothing to pay")
    if order.state is OrderState.RESERVED:
        return Decision(PaymentStep.CREATE_SESSION)
    if session is None:
        return Decision(PaymentStep.NOTHING)
    if order.state is OrderState.EXPIRED:
        return _decide_expired(order, session)
    if order.state not in UNFINISHED:
        return Decision(PaymentStep.NOTHING)
    if reason := find_mismatch(order, session):
        return Decision(PaymentStep.REVIEW, reason)
    match session.status:
        case PaymentStatus.PAID:
            return Decision(PaymentStep.MARK_PAID)
        case PaymentStatus.CLOSED:
            return Decision(PaymentStep.EXPIRE, "the payment page is closed")
        case PaymentStatus.PROCESSING if order.state is OrderState.AWAITING_PAYMENT:
            return Decision(PaymentStep.MARK_PROCESSING)
        case PaymentStatus.PROCESSING:
            return Decision(PaymentStep.NOTHING)
        case PaymentStatus.OPEN:
            is_due = order.due_at is not None and order.due_at <= now
            return Decision(
                PaymentStep.CLOSE_SESSION if is_due or is_ending else PaymentStep.NOTHING
            )


def find_mismatch(order: Order, session: PaymentSession) -> str:
    """Return the difference between a session and its order; empty if they fit.

    A paid session must have captured the whole total.
    """
    if session.order_id != order.id:
        return f"the session belongs to order {session.order_id}"
    if session.currency != order.currency:
        return f"the currency is {session.currency} in place of {order.currency}"
    amount = session.captured if session.status is PaymentStatus.PAID else session.amount
    return "" if amount == order.total else f"the amount is {amount} in place of {order.total}"


def _decide_expired(order: Order, session: PaymentSession) -> Decision:
    """Decide about an order that ended: its page may have been paid all the same.

    An order that has recorded a capture is settled: it was refunded or is about to be.
    """
    if session.status is not PaymentStatus.PAID or order.captured:
        return Decision(PaymentStep.NOTHING)
    if reason := find_mismatch(order, session):
        return Decision(PaymentStep.REFUND_LATE_PAYMENT, reason)
    return Decision(PaymentStep.ACCEPT_LATE_PAYMENT, "the closed page was paid")

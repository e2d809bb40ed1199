"""Bring an order and its payment to an end: create, check, close, sell or expire.

The checkout, the webhook, the return page, the sweeper and the audit all call `settle_payment`. It
reads the order, asks the payment provider, decides, and makes one transition; then it starts again
until nothing is left to do now. Stock is released only after the payment provider has said that
the page can no longer be paid.
"""

from collections.abc import Sequence
from typing import Final, assert_never

from platform_core.commerce.cart import changes as cart_changes
from platform_core.commerce.flows.ports import ShopDeps, StoredSession
from platform_core.commerce.flows.transaction import transition_writes
from platform_core.commerce.orders.changes import Cause, amend, move
from platform_core.commerce.orders.decide import Decision, PaymentStep, decide, find_mismatch
from platform_core.commerce.orders.model import PAYMENT_SESSION, Order, PaymentState, counter_key
from platform_core.commerce.orders.refunds import request_refund
from platform_core.commerce.orders.states import Actor, OrderState
from platform_core.commerce.writes import Is, Key, ShopTable, Update, Write
from platform_core.errors import Conflict, VendorRefused
from platform_core.provider.payments import PaymentSession, PaymentStatus

MAX_STEPS: Final = 12
PROCESS_SECONDS: Final = 900
"""Time until the sweeper looks after a paid order that nobody has processed."""


def settle_payment(deps: ShopDeps, order_id: str, *, is_ending: bool = False) -> Order | None:
    """Do everything that is due for an order, and return it. None if it does not exist.

    `is_ending`: the shopper gives up the order, or it is overdue. Raises `VendorUnavailable` while
    the payment provider cannot be asked; its stock stays reserved then.
    """
    for _ in range(MAX_STEPS):
        order = deps.rows.order(order_id)
        if order is None:
            return None
        session = _get_session(deps, order)
        decision = decide(order, session, deps.clock(), is_ending=is_ending)
        if decision.step is PaymentStep.NOTHING:
            return order
        _act(deps, order, session, decision)
    raise Conflict(f"order {order_id} is not settled after {MAX_STEPS} steps")


def create_payment_session(deps: ShopDeps, order: Order) -> None:
    """Make the payment session of a reserved order, or find the one that was made before.

    The same bytes under the same key return the same session, so an answer that was lost costs
    nothing. Once the session must have expired, the list of sessions decides: the payment provider
    may have forgotten the key, or repeat an error for as long as it remembers it.
    """
    stored = deps.rows.session(order.id)
    if stored is None:
        raise Conflict(f"order {order.id} has no stored request")
    if deps.clock() >= stored.expires_at:
        _decide_by_list(deps, order, stored)
        return
    try:
        session = deps.payments.create_session(stored.body, stored.idempotency_key)
    except VendorRefused as error:
        _expire(deps, order, f"the payment provider refused: {error}"[:300])
        return
    if not _store_session(deps, order, session):
        _close_if_orphaned(deps, order.id, session)


def _get_session(deps: ShopDeps, order: Order) -> PaymentSession | None:
    if order.payment_reference is None:
        return None
    return deps.payments.get_session(order.payment_reference)


def _act(deps: ShopDeps, order: Order, session: PaymentSession | None, decision: Decision) -> None:
    """Make one step. A transaction that lost against another caller is no error: the next step
    reads the row again."""
    match decision.step:
        case PaymentStep.NOTHING:
            pass
        case PaymentStep.CREATE_SESSION:
            create_payment_session(deps, order)
        case PaymentStep.CLOSE_SESSION:
            deps.payments.close_session(order.payment_reference or "")
        case PaymentStep.MARK_PAID:
            _mark_paid(deps, order, session)
        case PaymentStep.MARK_PROCESSING:
            change = move(
                order,
                OrderState.PAYMENT_PROCESSING,
                _cause(deps),
                payment_state=PaymentState.PROCESSING,
                due_at=deps.clock() + deps.max_processing_seconds,
            )
            deps.unit_of_work.commit(transition_writes(change))
        case PaymentStep.EXPIRE:
            _expire(deps, order, decision.reason)
        case PaymentStep.REVIEW:
            _review(deps, order, order.payment_reference, decision.reason)
        case PaymentStep.ACCEPT_LATE_PAYMENT:
            if not _accept_late_payment(deps, order):
                _refund_late_payment(deps, order, session, "no stock, or a newer cart")
        case PaymentStep.REFUND_LATE_PAYMENT:
            _refund_late_payment(deps, order, session, decision.reason)
        case _:
            assert_never(decision.step)


def _store_session(deps: ShopDeps, order: Order, session: PaymentSession) -> bool:
    """Store a new session. Its reference, its address and the state change together."""
    if reason := find_mismatch(order, session):
        return _review(deps, order, session.reference, reason)
    change = move(
        order,
        OrderState.AWAITING_PAYMENT,
        _cause(deps),
        payment_reference=session.reference,
        payment_state=PaymentState.OPEN,
        due_at=order.placed_at + deps.reservation_seconds,
    )
    address = Update(
        Key(ShopTable.ORDERS, order.id, PAYMENT_SESSION), values={"url": session.url or ""}
    )
    return not deps.unit_of_work.commit([*transition_writes(change), address])


def _close_if_orphaned(deps: ShopDeps, order_id: str, session: PaymentSession) -> None:
    """Close a session that no order can use, because its order ended meanwhile."""
    order = deps.rows.order(order_id)
    is_used = order is not None and order.payment_reference == session.reference
    is_waiting = order is not None and order.state is OrderState.RESERVED
    if not is_used and not is_waiting:
        deps.payments.close_session(session.reference)


def _decide_by_list(deps: ShopDeps, order: Order, stored: StoredSession) -> None:
    """End an order whose session must have expired, or find its payment."""
    listed = deps.payments.list_sessions(stored.created_at, stored.expires_at)
    own = [session for session in listed if session.order_id == order.id]
    live = [session for session in own if session.status is not PaymentStatus.CLOSED]
    if live:
        _store_session(deps, order, _furthest(live))
        return
    _expire(deps, order, "no payment session was made, or it has expired")


def _furthest(sessions: Sequence[PaymentSession]) -> PaymentSession:
    """Return a paid session before one whose payment is open."""
    return min(sessions, key=lambda session: session.status is not PaymentStatus.PAID)


def _mark_paid(deps: ShopDeps, order: Order, session: PaymentSession | None) -> bool:
    captured = session.captured if session else 0
    number = deps.rows.last_number() + 1
    change = move(
        order,
        OrderState.PAID,
        _cause(deps),
        captured=captured,
        refundable=captured,
        number=number,
        payment_state=PaymentState.CAPTURED,
        due_at=deps.clock() + PROCESS_SECONDS,
    )
    writes = [*transition_writes(change), count_number(number)]
    return not deps.unit_of_work.commit(writes)


def count_number(number: int) -> Write:
    """Return the write that assigns an order number: without gaps, and each number once."""
    conditions = (Is("last", number - 1),) if number > 1 else ()
    return Update(counter_key(), conditions, {"last": number})


def _expire(deps: ShopDeps, order: Order, reason: str) -> bool:
    change = move(
        order,
        OrderState.EXPIRED,
        _cause(deps, reason),
        payment_state=PaymentState.CLOSED,
        due_at=None,
    )
    return not deps.unit_of_work.commit(transition_writes(change))


def _review(deps: ShopDeps, order: Order, reference: str | None, reason: str) -> bool:
    """Leave the order to a person. Its reference is kept, because a rejection closes the page."""
    change = move(
        order,
        OrderState.NEEDS_REVIEW,
        _cause(deps, reason),
        payment_reference=reference,
        due_at=None,
    )
    is_written = not deps.unit_of_work.commit(transition_writes(change))
    if is_written:
        deps.log("payment needs review", order=order.id, reason=reason)
    return is_written


def _accept_late_payment(deps: ShopDeps, order: Order) -> bool:
    """Sell to a customer who paid a page that was reported as closed.

    Only if the stock is there, and the cart still names this order: otherwise its lines may have
    been bought by another order.
    """
    cart = deps.rows.cart(order.cart_id)
    levels = deps.rows.levels([line.sku for line in order.lines])
    is_in_stock = all(levels[line.sku].has(line.quantity) for line in order.lines)
    if cart.open_order != order.id or not is_in_stock:
        return False
    number = deps.rows.last_number() + 1
    change = move(
        order,
        OrderState.PAID,
        _cause(deps, "the closed page was paid"),
        captured=order.total,
        refundable=order.total,
        number=number,
        payment_state=PaymentState.CAPTURED,
        due_at=deps.clock() + PROCESS_SECONDS,
    )
    deps.unit_of_work.commit(
        [*transition_writes(change, levels), count_number(number), cart_changes.save(cart, cart)]
    )
    # If something has changed meanwhile, the caller reads and decides again.
    return True


def _refund_late_payment(
    deps: ShopDeps, order: Order, session: PaymentSession | None, reason: str
) -> None:
    """Record what was captured for an order that stays expired, and refund all of it."""
    captured = session.captured if session else 0
    amended = amend(order, _cause(deps, reason), captured=captured, refundable=0)
    refund = request_refund(amended.after, captured, deps.clock(), reason)
    if not deps.unit_of_work.commit([*amended.writes, refund]):
        deps.log("late payment refunded", order=order.id, reason=reason)


def _cause(deps: ShopDeps, reason: str = "") -> Cause:
    return Cause(Actor.CHECKOUT, deps.clock(), reason)

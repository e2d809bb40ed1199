"""Carry out the refunds of an order that were asked for.

A refund is posted once, whatever happens to the answer: a repeat first lists the refunds of the
payment, and takes the one that carries its id. So a key that the payment provider has forgotten
cannot pay twice.
"""

from platform_core.commerce.flows.ports import ShopDeps
from platform_core.commerce.orders import refunds
from platform_core.commerce.orders.refunds import WITHDRAWAL_SECONDS, Refund, RefundState
from platform_core.commerce.writes import Write
from platform_core.errors import VendorRefused
from platform_core.provider.payments import ProviderRefund, RefundStatus


def refund_order(deps: ShopDeps, order_id: str) -> None:
    """Post and check every refund of an order that is due or new.

    Raises `VendorUnavailable` while the payment provider cannot be asked.
    """
    for refund in deps.rows.refunds(order_id):
        if refund.state in {RefundState.REQUESTED, RefundState.SUBMITTED} or _is_due(deps, refund):
            _check(deps, refund)


def _is_due(deps: ShopDeps, refund: Refund) -> bool:
    """Return whether a refund that succeeded is asked about once more before it is settled."""
    return refund.due_at is not None and refund.due_at <= deps.clock()


def _check(deps: ShopDeps, refund: Refund) -> None:
    """Ask the payment provider about a refund, and write what has changed."""
    known = _find(deps, refund)
    if known is None:
        try:
            known = deps.payments.create_refund(refund.payment_reference, refund.amount, refund.id)
        except VendorRefused as error:
            _fail(deps, refund, f"{error}"[:300])
            return
    match known.status:
        case RefundStatus.FAILED:
            _fail(deps, refund, "the payment provider could not pay it out")
        case RefundStatus.SUCCEEDED:
            _succeed(deps, refund)
        case RefundStatus.PENDING if refund.state is RefundState.REQUESTED:
            _commit(deps, refunds.submit(refund, known.reference, deps.clock()))
        case RefundStatus.PENDING:
            pass


def _find(deps: ShopDeps, refund: Refund) -> ProviderRefund | None:
    """Return the payment provider's refund with our id."""
    listed = deps.payments.list_refunds(refund.payment_reference)
    return next((one for one in listed if one.refund_id == refund.id), None)


def _succeed(deps: ShopDeps, refund: Refund) -> None:
    order = deps.rows.order(refund.order_id)
    if order is None:
        return
    if refund.state is not RefundState.SUCCEEDED:
        _commit(deps, refunds.succeed(refund, order, deps.clock()))
    elif deps.clock() >= refund.requested_at + WITHDRAWAL_SECONDS:
        _commit(deps, refunds.settle(refund))


def _fail(deps: ShopDeps, refund: Refund, reason: str) -> None:
    order = deps.rows.order(refund.order_id)
    if order is not None and _commit(deps, refunds.fail(refund, order)):
        deps.log("refund failed", order=order.id, refund=refund.id, reason=reason)


def _commit(deps: ShopDeps, writes: tuple[Write, ...]) -> bool:
    """Write, unless the refund or its order has changed. The next call reads them again."""
    return not deps.unit_of_work.commit(writes)

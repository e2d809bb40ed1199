"""Refunds: posted once, given back if they fail, and never above what was captured."""

import pytest

from platform_core.commerce.orders.refunds import WITHDRAWAL_SECONDS, RefundState
from tests.core.flows.crashes import crash_at_every_step
from tests.core.flows.invariants import check_at_rest
from tests.fakes.shop import ShopWorld
from tests.fakes.shop.payments import KEY_SECONDS


@pytest.fixture
def cancelled(shop: ShopWorld) -> ShopWorld:
    """A shop with one paid and cancelled order, whose refund is asked for."""
    shop.fill("jane")
    order = shop.pay(shop.check_out("jane"))
    shop.cancel(order.id)
    return shop


def state_of(shop: ShopWorld) -> RefundState:
    (order,) = shop.rows.orders()
    (refund,) = shop.rows.refunds(order.id)
    return refund.state


def test_a_refund_reaches_the_customer(cancelled: ShopWorld) -> None:
    (order,) = cancelled.rows.orders()
    assert state_of(cancelled) is RefundState.REQUESTED
    cancelled.refund(order.id)
    assert state_of(cancelled) is RefundState.SUBMITTED
    cancelled.payments.finish_refunds()
    cancelled.refund(order.id)
    assert state_of(cancelled) is RefundState.SUCCEEDED
    assert cancelled.settle(order.id).refunded == 1690
    check_at_rest(cancelled)


def test_a_forgotten_key_does_not_pay_twice(cancelled: ShopWorld) -> None:
    """F7: the answer is lost, and the payment provider forgets the key."""
    (order,) = cancelled.rows.orders()
    (refund,) = cancelled.rows.refunds(order.id)
    cancelled.payments.create_refund(refund.payment_reference, refund.amount, refund.id)
    cancelled.wait(KEY_SECONDS + 1)
    cancelled.refund(order.id)
    cancelled.payments.finish_refunds()
    cancelled.refund(order.id)
    assert (state_of(cancelled), cancelled.payments.returned()) == (RefundState.SUCCEEDED, 1690)


@pytest.mark.parametrize("is_late", [False, True])
def test_a_failed_refund_gives_its_amount_back(cancelled: ShopWorld, is_late: bool) -> None:
    """F8: a bank can return a refund weeks after it succeeded."""
    (order,) = cancelled.rows.orders()
    cancelled.refund(order.id)
    if is_late:
        cancelled.payments.finish_refunds()
        cancelled.refund(order.id)
        cancelled.wait(WITHDRAWAL_SECONDS - 60)
    cancelled.payments.finish_refunds(succeed=False)
    cancelled.wait(60)
    cancelled.refund(order.id)
    order = cancelled.settle(order.id)
    assert state_of(cancelled) is RefundState.FAILED
    assert (order.refundable, order.refunded) == (1690, 0)
    assert [message for message, _ in cancelled.lines] == ["refund failed"]


def test_the_crash_of_a_worker_at_every_step() -> None:
    def prepare(shop: ShopWorld) -> None:
        shop.fill("jane")
        shop.cancel(shop.pay(shop.check_out("jane")).id)

    def refund(shop: ShopWorld) -> None:
        for _ in range(2):
            shop.refund(shop.rows.orders()[0].id)
            shop.payments.finish_refunds()

    assert crash_at_every_step(prepare, refund) > 10

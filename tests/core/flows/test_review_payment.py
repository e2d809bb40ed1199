"""A person decides about a payment that does not fit its order."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from platform_core.commerce.flows.ports import ShopDeps
from platform_core.commerce.flows.review_payment import Review, accept_payment, reject_payment
from platform_core.commerce.orders.changes import Cause
from platform_core.commerce.orders.model import Order
from platform_core.commerce.orders.states import Actor, OrderState
from tests.core.flows.crashes import crash_at_every_step
from tests.core.flows.invariants import check_always, check_at_rest
from tests.fakes.shop import ShopWorld

STAFF = Cause(Actor.STAFF, 1_800_000_000, "the customer has agreed")


def pay_less(shop: ShopWorld) -> Order:
    shop.fill("jane")
    return shop.pay(shop.check_out("jane"), amount=1000)


def test_an_accepted_amount_is_the_order_s(shop: ShopWorld) -> None:
    """F9: the order still reserves, so its units are sold and no other ones."""
    order = pay_less(shop)
    assert accept_payment(shop.deps, order.id, STAFF) is Review.ACCEPTED
    order = shop.settle(order.id)
    assert (order.state, order.captured, order.refundable) == (OrderState.PAID, 1000, 1000)
    assert accept_payment(shop.deps, order.id, STAFF) is Review.NOT_IN_REVIEW
    shop.finish()
    check_at_rest(shop)


def test_a_rejected_amount_is_refunded(shop: ShopWorld) -> None:
    """F4: the refund of an order that was never paid records the capture with it."""
    order = pay_less(shop)
    assert reject_payment(shop.deps, order.id, STAFF) is Review.REJECTED
    shop.finish()
    order = shop.settle(order.id)
    assert (order.state, order.captured, order.refunded) == (OrderState.EXPIRED, 1000, 1000)
    check_at_rest(shop)


def test_a_page_with_another_amount_is_closed_before_the_stock_is_released(
    shop: ShopWorld,
) -> None:
    """F18: the reference is kept, so that the page can be closed."""
    shop.fill("jane")
    shop.payments.wrong_amount = 1
    order = shop.check_out("jane")
    assert order.state is OrderState.NEEDS_REVIEW
    assert accept_payment(shop.deps, order.id, STAFF) is Review.CANNOT_ACCEPT
    assert reject_payment(shop.deps, order.id, STAFF) is Review.REJECTED
    check_at_rest(shop)


def test_a_slow_payment_is_not_decided(shop: ShopWorld) -> None:
    shop.fill("jane")
    shop.payments.wrong_amount = 1
    order = shop.check_out("jane")
    shop.payments.pay(order.payment_reference or "", is_slow=True)
    assert reject_payment(shop.deps, order.id, STAFF) is Review.UNDECIDED
    assert shop.rows.level("mug").reserved == 1
    check_always(shop)


def test_an_order_in_review_locks_its_cart() -> None:
    """F11: otherwise the same filling is paid a second time, and then accepted."""
    shop = ShopWorld(stock=2)
    pay_less(shop)
    result = shop.reserve("jane", shop.submit("jane", "tab 2"))
    assert result.outcome == "cart_busy"


def test_a_session_of_another_order_gives_nothing_back(shop: ShopWorld) -> None:
    order = pay_less(shop)
    made = shop.payments.made[order.payment_reference or ""]
    made.session = replace(made.session, order_id="another")
    assert accept_payment(shop.deps, order.id, STAFF) is Review.CANNOT_ACCEPT
    assert reject_payment(shop.deps, order.id, STAFF) is Review.REJECTED
    assert shop.rows.refunds(order.id) == []


@pytest.mark.parametrize("decision", [accept_payment, reject_payment])
def test_the_crash_of_a_decision_at_every_step(
    decision: Callable[[ShopDeps, str, Cause], Review],
) -> None:
    """The person sees no answer, and decides again."""

    def decide(shop: ShopWorld) -> None:
        decision(shop.deps, shop.rows.orders()[0].id, STAFF)

    assert crash_at_every_step(pay_less, decide, repeat=decide) > 3

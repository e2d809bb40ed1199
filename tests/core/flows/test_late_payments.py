"""The payment provider says "closed", and then "paid". The letters name the corrections of the plan
that a model check found: docs of `platform_core.commerce.orders.decide`.
"""

import pytest

from platform_core.commerce.cart import changes
from platform_core.commerce.flows.review_payment import Review, reject_payment
from platform_core.commerce.inventory.moves import receive
from platform_core.commerce.orders.changes import Cause
from platform_core.commerce.orders.model import Order
from platform_core.commerce.orders.states import Actor, OrderState
from platform_core.commerce.pricing.model import Promotion, PromotionKind
from platform_core.provider.payments import PaymentStatus
from tests.core.flows.crashes import crash_at_every_step
from tests.core.flows.invariants import check_always, check_at_rest
from tests.fakes.shop import ShopWorld


def expire(shop: ShopWorld, cart: str = "jane", attempt: str = "1") -> Order:
    """Check out, and let the order expire with its page closed."""
    return shop.settle(shop.check_out(cart, attempt).id, is_ending=True)


def pay_late(shop: ShopWorld, order: Order, *, amount: int | None = None) -> Order:
    shop.payments.pay(order.payment_reference or "", amount=amount)
    return shop.settle(order.id)


def test_a_late_payment_buys_if_the_stock_is_there(shop: ShopWorld) -> None:
    shop.fill("jane")
    order = pay_late(shop, expire(shop))
    assert (order.state, order.number, order.captured) == (OrderState.PAID, 1, 1690)
    shop.finish()
    check_at_rest(shop)


def test_a_late_payment_without_stock_is_refunded(shop: ShopWorld) -> None:
    shop.fill("jane")
    order = expire(shop)
    shop.fill("joe")
    shop.pay(shop.check_out("joe"))
    order = pay_late(shop, order)
    assert (order.state, order.captured) == (OrderState.EXPIRED, 1690)
    shop.finish()
    assert shop.payments.returned() == 1690
    check_at_rest(shop)


def test_a_refunded_order_is_not_sold_when_a_unit_comes_back(shop: ShopWorld) -> None:
    """F3: goods and money would both be with the customer."""
    shop.fill("jane")
    order = expire(shop)
    shop.fill("joe")
    shop.pay(shop.check_out("joe"))
    pay_late(shop, order)
    shop.rows.commit([receive("mug", 1)])
    assert shop.settle(order.id).state is OrderState.EXPIRED
    shop.finish()
    check_at_rest(shop)


def test_a_newer_order_of_the_cart_wins(shop: ShopWorld) -> None:
    """F5: the same filling would be bought twice."""
    shop.rows.commit([receive("mug", 1)])
    shop.fill("jane")
    first = expire(shop, attempt="tab 1")
    second = shop.check_out("jane", "tab 2")
    assert pay_late(shop, first).state is OrderState.EXPIRED
    assert shop.pay(second).state is OrderState.PAID
    shop.finish()
    check_at_rest(shop)


def test_a_late_payment_raises_the_cart_s_version(shop: ShopWorld) -> None:
    """F5: a reservation that has read the cart before cannot be written afterwards."""
    shop.fill("jane")
    order = expire(shop)
    before = shop.rows.cart("jane")
    pay_late(shop, order)
    assert shop.rows.cart("jane").version == before.version + 1
    assert shop.rows.commit([changes.lock(before, "another order")])


def test_a_late_payment_of_another_amount_is_refunded(shop: ShopWorld) -> None:
    """F10"""
    shop.fill("jane")
    order = pay_late(shop, expire(shop), amount=1)
    assert (order.state, order.captured) == (OrderState.EXPIRED, 1)
    shop.finish()
    check_at_rest(shop)


def test_a_late_payment_counts_its_code_above_the_limit(shop: ShopWorld) -> None:
    shop.rows.promotions["ONE"] = Promotion("ONE", PromotionKind.AMOUNT, amount=90, usage_limit=1)
    shop.rows.commit([receive("mug", 1)])
    for cart in ("jane", "joe"):
        shop.fill(cart, code="ONE")
    late = shop.settle(shop.check_out("jane", expected_total=1600).id, is_ending=True)
    shop.pay(shop.check_out("joe", expected_total=1600))
    assert shop.rows.uses("ONE") == 1
    assert pay_late(shop, late).state is OrderState.PAID
    assert shop.rows.uses("ONE") == 2


def test_the_crash_of_a_worker_at_every_step() -> None:
    def prepare(shop: ShopWorld) -> None:
        shop.fill("jane")
        shop.payments.pay(expire(shop).payment_reference or "")

    def settle(shop: ShopWorld) -> None:
        shop.settle(shop.rows.orders()[0].id)

    assert crash_at_every_step(prepare, settle) > 6


# --- other corrections ----------------------------------------------------------------------------


def test_the_sweeper_sells_a_free_order(shop: ShopWorld) -> None:
    """F16: a session over 0 would be refused, and the order thrown away."""
    shop.make_shipping_free()
    shop.fill("jane", "sticker")
    order_id = shop.submit("jane", expected_total=0)
    shop.reserve("jane", order_id)
    shop.wait(121)
    shop.sweep()
    assert shop.payments.made == {}
    shop.finish()
    check_at_rest(shop)


@pytest.mark.parametrize("at", range(1, 12))
def test_a_session_made_for_an_order_that_ended_is_closed(shop: ShopWorld, at: int) -> None:
    """F19: two workers make the session, one of them is refused and ends the order."""
    shop.fill("jane")
    order_id = shop.submit("jane")
    shop.reserve("jane", order_id)

    def be_refused() -> None:
        shop.payments.refuses = True
        shop.settle(order_id, is_ending=True)
        shop.payments.refuses = False

    shop.step.count, shop.step.between_at = 0, at
    shop.step.between = be_refused
    order = shop.settle(order_id)
    sessions = shop.payments.sessions_of(order_id)
    if order.state is OrderState.EXPIRED:
        assert all(session.status is PaymentStatus.CLOSED for session in sessions)
    check_always(shop)
    shop.finish()
    check_at_rest(shop)


def test_a_rejected_order_gives_its_code_back(shop: ShopWorld) -> None:
    """F21"""
    shop.rows.promotions["ONE"] = Promotion("ONE", PromotionKind.AMOUNT, amount=90, usage_limit=1)
    shop.fill("jane", code="ONE")
    order = shop.pay(shop.check_out("jane", expected_total=1600), amount=1)
    cause = Cause(Actor.STAFF, shop.deps.clock(), "a wrong amount")
    assert reject_payment(shop.deps, order.id, cause) is Review.REJECTED
    assert shop.rows.uses("ONE") == 0


def test_a_lost_execution_is_started_again_by_the_same_attempt(shop: ShopWorld) -> None:
    """F20: neither an order nor a rejection exists, so the attempt reserves directly."""
    shop.fill("jane")
    order_id = shop.submit("jane")
    shop.wait(3000)
    assert shop.reserve("jane", order_id).order is not None

"""An order is cancelled: before its payment, during it, and after it."""

import pytest

from platform_core.commerce.flows.cancel_order import Cancellation
from platform_core.commerce.orders.states import OrderState
from tests.core.flows.crashes import crash_at_every_step
from tests.core.flows.invariants import check_always, check_at_rest
from tests.fakes.shop import ShopWorld


def test_a_paid_order_is_refunded(shop: ShopWorld) -> None:
    shop.fill("jane")
    order = shop.pay(shop.check_out("jane"))
    assert shop.cancel(order.id) is Cancellation.CANCELLED
    assert shop.cancel(order.id) is Cancellation.CANCELLED
    assert shop.rows.level("mug").available == 1
    assert len(shop.rows.refunds(order.id)) == 1
    shop.finish()
    check_at_rest(shop)


def test_an_unpaid_order_is_closed(shop: ShopWorld) -> None:
    shop.fill("jane")
    order = shop.check_out("jane")
    assert shop.cancel(order.id) is Cancellation.EXPIRED
    assert shop.rows.level("mug").available == 1
    check_at_rest(shop)


def test_an_order_without_a_page_gets_one_first(shop: ShopWorld) -> None:
    """F15: our row names no session, but another worker may have just made one."""
    shop.fill("jane")
    order_id = shop.submit("jane")
    shop.reserve("jane", order_id)
    assert shop.cancel(order_id) is Cancellation.EXPIRED
    assert "create session" in shop.step.log
    check_at_rest(shop)


def test_a_page_that_is_paid_meanwhile_is_refunded(shop: ShopWorld) -> None:
    shop.fill("jane")
    order = shop.check_out("jane")
    shop.payments.pay(order.payment_reference or "")
    assert shop.cancel(order.id) is Cancellation.CANCELLED
    shop.finish()
    check_at_rest(shop)


def test_a_free_order_needs_no_refund(shop: ShopWorld) -> None:
    """F2: a refund over 0 would fail for ever."""
    shop.make_shipping_free()
    shop.fill("jane", "sticker")
    order = shop.check_out("jane", expected_total=0)
    assert shop.cancel(order.id) is Cancellation.CANCELLED
    assert shop.rows.refunds(order.id) == []
    check_at_rest(shop)


@pytest.mark.parametrize("state", [OrderState.SHIPPED, OrderState.DELIVERED])
def test_a_shipped_order_stays(shop: ShopWorld, state: OrderState) -> None:
    shop.fill("jane")
    order = shop.pay(shop.check_out("jane"))
    shop.rows.stored[order.key]["state"] = state
    assert shop.cancel(order.id) is Cancellation.TOO_LATE
    check_always(shop)


def test_an_unknown_order_is_unknown(shop: ShopWorld) -> None:
    assert shop.cancel("unknown") is Cancellation.UNKNOWN


def test_returned_units_are_not_taken_back_twice() -> None:
    """F13: staff have put one of two units into the stock again."""
    shop = ShopWorld(stock=2)
    shop.fill("jane", units=2)
    order = shop.pay(shop.check_out("jane", expected_total=2890))
    shop.return_units(order.id, "mug", 1)
    check_always(shop)
    assert shop.cancel(order.id) is Cancellation.CANCELLED
    assert shop.rows.level("mug").available == 2
    check_always(shop)


@pytest.mark.parametrize("is_paid", [False, True])
def test_the_crash_of_a_worker_at_every_step(is_paid: bool) -> None:
    def prepare(shop: ShopWorld) -> None:
        shop.fill("jane")
        order = shop.check_out("jane")
        if is_paid:
            shop.pay(order)

    def cancel(shop: ShopWorld) -> None:
        shop.cancel(shop.rows.orders()[0].id)

    assert crash_at_every_step(prepare, cancel) > 3

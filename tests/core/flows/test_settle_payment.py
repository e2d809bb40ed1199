"""The payment of an order: from its page to its end, with a crash at every step."""

import pytest

from platform_core.commerce.orders.states import OrderState
from platform_core.errors import VendorUnavailable
from tests.core.flows.crashes import crash_at_every_step
from tests.core.flows.invariants import check_always, check_at_rest
from tests.fakes.shop import ShopWorld


def test_a_paid_order_gets_the_first_number(shop: ShopWorld) -> None:
    shop.fill("jane")
    order = shop.pay(shop.check_out("jane"))
    assert (order.state, order.captured, order.number) == (OrderState.PAID, 1690, 1)
    assert shop.rows.level("mug").sold == 1
    shop.process(order.id)
    assert shop.rows.cart("jane").lines == {}
    check_at_rest(shop)


def test_an_overdue_order_is_closed_before_its_stock_is_released(shop: ShopWorld) -> None:
    shop.fill("jane")
    order = shop.check_out("jane")
    shop.wait(shop.deps.reservation_seconds)
    shop.sweep()
    assert shop.settle(order.id).state is OrderState.EXPIRED
    log = shop.step.log
    assert log.index("session closed") < len(log) - 1 - log[::-1].index("committed")
    check_at_rest(shop)


def test_the_stock_stays_reserved_while_the_provider_is_down(shop: ShopWorld) -> None:
    shop.fill("jane")
    order = shop.check_out("jane")
    shop.wait(86_400)
    shop.payments.is_down = True
    with pytest.raises(VendorUnavailable):
        shop.settle(order.id, is_ending=True)
    assert shop.rows.level("mug").reserved == 1
    check_always(shop)


def test_a_slow_payment_can_fail(shop: ShopWorld) -> None:
    shop.fill("jane")
    order = shop.check_out("jane")
    shop.payments.pay(order.payment_reference or "", is_slow=True)
    assert shop.settle(order.id).state is OrderState.PAYMENT_PROCESSING
    shop.payments.fail_payment(order.payment_reference or "")
    assert shop.settle(order.id).state is OrderState.EXPIRED
    check_at_rest(shop)


def test_another_amount_waits_for_a_person(shop: ShopWorld) -> None:
    shop.fill("jane")
    order = shop.pay(shop.check_out("jane"), amount=1)
    assert order.state is OrderState.NEEDS_REVIEW
    assert shop.rows.level("mug").reserved == 1
    assert [message for message, _ in shop.lines] == ["payment needs review"]


def test_an_order_without_anything_to_pay_needs_no_page(shop: ShopWorld) -> None:
    shop.make_shipping_free()
    shop.fill("jane", "sticker")
    order = shop.check_out("jane", expected_total=0)
    assert (order.state, order.total, shop.payments.made) == (OrderState.PAID, 0, {})
    shop.process(order.id)
    check_at_rest(shop)


@pytest.mark.parametrize("fault", ["before", "after"])
def test_an_error_that_the_provider_remembers_ends_with_the_session(
    shop: ShopWorld, fault: str
) -> None:
    """F14: the key repeats the error for a day; the list decides once the session has expired."""
    shop.fill("jane")
    order_id = shop.submit("jane")
    shop.reserve("jane", order_id)
    shop.payments.error_once = fault
    with pytest.raises(VendorUnavailable):
        shop.settle(order_id)
    shop.wait(600)
    with pytest.raises(VendorUnavailable, match="as before"):
        shop.settle(order_id, is_ending=True)
    assert shop.rows.level("mug").reserved == 1
    shop.wait(1800)
    assert shop.settle(order_id).state is OrderState.EXPIRED
    check_at_rest(shop)


def test_the_crash_of_a_worker_at_every_step() -> None:
    """Whatever was written or answered when the worker died, the next one finishes the work."""

    def buy(shop: ShopWorld) -> None:
        shop.process(shop.pay(shop.check_out("jane")).id)

    assert crash_at_every_step(lambda shop: shop.fill("jane"), buy) > 20


def test_a_crash_while_an_order_is_given_up() -> None:
    def give_up(shop: ShopWorld) -> None:
        shop.settle(shop.check_out("jane").id, is_ending=True)

    assert crash_at_every_step(lambda shop: shop.fill("jane"), give_up) > 20

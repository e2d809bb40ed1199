"""A paid order is taken over, and its units leave the cart once."""

from platform_core.commerce.orders.states import OrderState
from tests.core.flows.crashes import crash_at_every_step
from tests.core.flows.invariants import check_at_rest
from tests.fakes.shop import ShopWorld


def test_a_message_twice_empties_the_cart_once() -> None:
    """F6: units that the shopper adds afterwards stay."""
    shop = ShopWorld(stock=2)
    shop.fill("jane")
    order = shop.pay(shop.check_out("jane"))
    shop.process(order.id)
    shop.fill("jane")
    shop.process(order.id)
    assert shop.rows.cart("jane").lines == {"mug": 1}


def test_only_the_bought_units_leave_the_cart() -> None:
    shop = ShopWorld(stock=2)
    shop.fill("jane", units=2)
    shop.fill("jane", "sticker")
    order = shop.pay(shop.check_out("jane", expected_total=2890))
    shop.process(order.id)
    assert shop.rows.cart("jane").lines == {}


def test_a_lost_message_costs_time_only(shop: ShopWorld) -> None:
    """F17: a paid order is due, so the sweeper finds it."""
    shop.fill("jane")
    order = shop.pay(shop.check_out("jane"))
    shop.wait(900)
    shop.sweep()
    assert shop.settle(order.id).state is OrderState.PROCESSING
    check_at_rest(shop)


def test_an_unknown_order_is_nothing(shop: ShopWorld) -> None:
    before = dict(shop.rows.stored)
    assert shop.process("unknown") is None
    assert shop.rows.stored == before


def test_the_crash_of_a_worker_at_every_step() -> None:
    def prepare(shop: ShopWorld) -> None:
        shop.fill("jane")
        shop.pay(shop.check_out("jane"))

    def process(shop: ShopWorld) -> None:
        shop.process(shop.rows.orders()[0].id)

    assert crash_at_every_step(prepare, process) > 6

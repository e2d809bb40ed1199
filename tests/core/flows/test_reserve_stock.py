"""The first step of a checkout: prices, stock, codes and carts, in one transaction."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from platform_core.commerce.flows.reserve_stock import ReservationOutcome as Outcome
from platform_core.commerce.inventory.model import StockPolicy
from platform_core.commerce.inventory.moves import set_policy
from platform_core.commerce.pricing.model import Promotion, PromotionKind, RefusalReason
from tests.core.flows.crashes import crash_at_every_step
from tests.core.flows.invariants import check_always, check_at_rest
from tests.fakes.shop import ShopWorld

STEPS = 6
"""Order, cart, form, stock, and the write with a step before and after it."""
TEN_PERCENT = Promotion("TEN", PromotionKind.PERCENT, Fraction(10), usage_limit=1)


def test_the_same_attempt_is_the_same_order(shop: ShopWorld) -> None:
    shop.fill("jane")
    order_id = shop.submit("jane")
    first, second = shop.reserve("jane", order_id), shop.reserve("jane", order_id)
    assert (first.outcome, second.outcome) == (Outcome.RESERVED, Outcome.RESERVED)
    assert first.order == second.order
    assert shop.rows.level("mug").reserved == 1


def test_the_last_unit_is_reserved_once(shop: ShopWorld) -> None:
    shop.fill("jane")
    shop.fill("joe")
    assert shop.reserve("jane", shop.submit("jane")).outcome is Outcome.RESERVED
    refused = shop.reserve("joe", shop.submit("joe"))
    assert (refused.outcome, refused.skus) == (Outcome.INSUFFICIENT_STOCK, ("mug",))
    assert shop.rows.cart("joe").lines == {"mug": 1}


@pytest.mark.parametrize("at", range(1, STEPS + 1))
def test_a_buyer_is_overtaken_between_reading_and_writing(shop: ShopWorld, at: int) -> None:
    """The condition is in the write, so whoever writes first has the unit."""
    orders = {}
    for cart in ("jane", "joe"):
        shop.fill(cart)
        orders[cart] = shop.submit(cart)
    shop.step.count, shop.step.between_at = 0, at
    shop.step.between = lambda: shop.reserve("joe", orders["joe"])
    first = shop.reserve("jane", orders["jane"])
    assert (first.outcome is Outcome.RESERVED) is (at == STEPS)
    assert len(shop.rows.orders()) == 1
    check_always(shop)


def test_a_total_that_changed_is_shown_and_not_charged(shop: ShopWorld) -> None:
    shop.fill("jane")
    order_id = shop.submit("jane")
    shop.put_product("mug", 1300, version=2)
    result = shop.reserve("jane", order_id)
    assert (result.outcome, result.total) == (Outcome.TOTAL_CHANGED, 1790)
    assert shop.rows.orders() == []


def test_a_price_that_changes_while_the_order_is_made(shop: ShopWorld) -> None:
    shop.fill("jane")
    order_id = shop.submit("jane")
    shop.step.count, shop.step.between_at = 0, STEPS - 1
    shop.step.between = lambda: shop.put_product("mug", 1300, version=2)
    assert shop.reserve("jane", order_id).outcome is Outcome.TOTAL_CHANGED


def test_a_cart_that_is_being_paid_makes_no_second_order(shop: ShopWorld) -> None:
    shop.fill("jane")
    shop.check_out("jane", "tab 1")
    assert shop.reserve("jane", shop.submit("jane", "tab 2")).outcome is Outcome.CART_BUSY


def test_an_expired_form_is_asked_for_again(shop: ShopWorld) -> None:
    shop.fill("jane")
    assert shop.reserve("jane", "unknown").outcome is Outcome.NO_DRAFT


def test_a_removed_product_cannot_be_bought(shop: ShopWorld) -> None:
    shop.fill("jane", "gone")
    assert shop.reserve("jane", shop.submit("jane")).skus == ("gone",)


# --- codes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("carts", "limits"),
    [
        (("jane", "joe"), {"usage_limit": 1}),
        (("jane", "jane"), {"usage_limit": None, "limit_per_customer": 1}),
    ],
)
def test_a_code_is_used_up_by_the_reservation(
    carts: tuple[str, str], limits: dict[str, Any]
) -> None:
    shop = ShopWorld(stock=2)
    shop.rows.promotions["TEN"] = replace(TEN_PERCENT, **limits)
    for attempt, cart in enumerate(carts):
        shop.fill(cart, code="TEN")
        result = shop.reserve(cart, shop.submit(cart, str(attempt), expected_total=1570))
        if result.order:
            shop.process(shop.pay(shop.settle(result.order.id)).id)
    assert [refusal.reason for refusal in result.refusals] == [RefusalReason.CODE_USED_UP]
    assert shop.rows.uses("TEN") == 1


@pytest.mark.parametrize("at", range(1, STEPS + 1))
def test_the_last_use_of_a_code_is_counted_once(at: int) -> None:
    """J7: both read that the code is free, and the condition in the write decides."""
    shop = ShopWorld(stock=2)
    shop.rows.promotions["TEN"] = TEN_PERCENT
    orders = {}
    for cart in ("jane", "joe"):
        shop.fill(cart, code="TEN")
        orders[cart] = shop.submit(cart, expected_total=1570)
    shop.step.count, shop.step.between_at = 0, at
    shop.step.between = lambda: shop.reserve("joe", orders["joe"])
    shop.reserve("jane", orders["jane"])
    assert (len(shop.rows.orders()), shop.rows.uses("TEN")) == (1, 1)


def test_an_expired_order_gives_its_code_back(shop: ShopWorld) -> None:
    shop.rows.promotions["TEN"] = TEN_PERCENT
    shop.fill("jane", code="TEN")
    order = shop.check_out("jane", expected_total=1570)
    shop.settle(order.id, is_ending=True)
    assert shop.rows.uses("TEN") == 0


def test_an_unknown_code_is_named(shop: ShopWorld) -> None:
    shop.fill("jane", code="NO")
    result = shop.reserve("jane", shop.submit("jane"))
    assert [refusal.reason for refusal in result.refusals] == [RefusalReason.CODE_UNKNOWN]


# --- policies of stock ----------------------------------------------------------------------------


def test_a_policy_can_owe_units() -> None:
    shop = ShopWorld(stock=0)
    shop.rows.commit([set_policy("mug", StockPolicy.CONTINUE)])
    shop.fill("jane")
    shop.pay(shop.check_out("jane"))
    assert shop.rows.level("mug").available == -1
    refused = shop.rows.commit([set_policy("mug", StockPolicy.DENY)])
    assert refused, "F22: the stock owes a unit"
    check_always(shop)


def test_the_crash_of_a_worker_at_every_step() -> None:
    def reserve(shop: ShopWorld) -> None:
        shop.reserve("jane", shop.submit("jane"))

    assert crash_at_every_step(lambda shop: shop.fill("jane"), reserve) == STEPS


def test_bought_units_leave_the_cart_before_it_is_used_again() -> None:
    """F1: the processor has not emptied the cart yet, and another tab submits it."""
    shop = ShopWorld(stock=2)
    shop.fill("jane")
    order = shop.pay(shop.check_out("jane", "tab 1"))
    result = shop.reserve("jane", shop.submit("jane", "tab 2"))
    assert result.outcome is Outcome.REFUSED
    assert [refusal.reason for refusal in result.refusals] == [RefusalReason.EMPTY]
    shop.process(order.id)
    check_at_rest(shop)

"""A shop with two carts of one customer each and a third tab, in generated days.

Customers, the order processor, the sweeper and staff act in any order. A worker can die at any
step, and another one can run in the middle of its work. The payment provider loses answers,
captures other amounts and pays closed pages.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from platform_core.commerce.cart.model import cart_key
from platform_core.commerce.flows.review_payment import accept_payment, reject_payment
from platform_core.commerce.flows.settle_payment import settle_payment
from platform_core.commerce.inventory.model import StockPolicy
from platform_core.commerce.inventory.moves import receive, set_policy, write_off
from platform_core.commerce.orders.changes import Cause
from platform_core.commerce.orders.states import Actor, OrderState
from platform_core.commerce.pricing.model import Promotion, PromotionKind
from platform_core.errors import PipelineError
from tests.core.flows.invariants import check_always, check_at_rest
from tests.fakes.pipeline.steps import DEATHS
from tests.fakes.shop import ShopWorld

CARTS = st.sampled_from(["jane", "joe"])
TABS = st.sampled_from(["tab 1", "tab 2"])
INDEX = st.integers(0, 5)


class Shop(RuleBasedStateMachine):
    """One product with two units, and a code that can be used once."""

    def __init__(self) -> None:
        super().__init__()
        self.shop = ShopWorld(stock=2)
        self.shop.rows.promotions["ONE"] = Promotion(
            "ONE", PromotionKind.AMOUNT, amount=90, usage_limit=1
        )
        self.attempts = 0

    def run(self, work: Callable[[], object]) -> None:
        """Run a worker, which may die or be refused."""
        with suppress(PipelineError, *DEATHS):
            work()

    def order_id(self, index: int) -> str:
        orders = self.shop.rows.orders()
        return orders[index % len(orders)].id if orders else "none"

    # --- customers --------------------------------------------------------------------------------

    @rule(cart=CARTS, has_code=st.booleans())
    def fill(self, cart: str, has_code: bool) -> None:
        with suppress(AssertionError):
            self.run(lambda: self.shop.fill(cart, code="ONE" if has_code else ""))

    @rule(cart=CARTS, tab=TABS, is_new=st.booleans())
    def check_out(self, cart: str, tab: str, is_new: bool) -> None:
        self.attempts += is_new
        row = self.shop.rows.stored.get(cart_key(cart), {})
        total = 1200 * row.get("lines", {}).get("mug", 0) + 490 - (90 if row.get("code") else 0)
        attempt = f"{tab} {self.attempts}"
        order = self.shop.submit(cart, attempt, expected_total=total)
        self.run(lambda: self.shop.reserve(cart, order))
        self.run(lambda: settle_payment(self.shop.deps, order))

    @rule(index=INDEX, amount=st.sampled_from([None, None, None, 1]), is_slow=st.booleans())
    def pay(self, index: int, amount: int | None, is_slow: bool) -> None:
        references = list(self.shop.payments.made)
        if references:
            reference = references[index % len(references)]
            self.shop.payments.pay(reference, amount=amount, is_slow=is_slow)

    @rule(index=INDEX)
    def fail_payment(self, index: int) -> None:
        references = list(self.shop.payments.made)
        if references:
            self.shop.payments.fail_payment(references[index % len(references)])

    @rule(index=INDEX)
    def return_to_the_page(self, index: int) -> None:
        self.run(lambda: settle_payment(self.shop.deps, self.order_id(index)))

    @rule(index=INDEX)
    def cancel(self, index: int) -> None:
        self.run(lambda: self.shop.cancel(self.order_id(index)))

    # --- programs and staff -----------------------------------------------------------------------

    @rule(index=INDEX)
    def process(self, index: int) -> None:
        self.run(lambda: self.shop.process(self.order_id(index)))

    @rule(seconds=st.sampled_from([60, 600, 1800, 90_000]))
    def wait_and_sweep(self, seconds: int) -> None:
        self.shop.wait(seconds)
        self.run(self.shop.sweep)

    @rule(succeed=st.sampled_from([True, True, False]))
    def finish_refunds(self, succeed: bool) -> None:
        self.shop.payments.finish_refunds(succeed=succeed)

    @rule(index=INDEX, accept=st.booleans())
    def review(self, index: int, accept: bool) -> None:
        cause = Cause(Actor.STAFF, self.shop.deps.clock(), "looked at it")
        decide = accept_payment if accept else reject_payment
        self.run(lambda: decide(self.shop.deps, self.order_id(index), cause))

    @rule(change=st.sampled_from(["receive", "write off", "continue", "deny"]))
    def change_stock(self, change: str) -> None:
        write = {
            "receive": receive("mug", 1),
            "write off": write_off("mug", 1),
            "continue": set_policy("mug", StockPolicy.CONTINUE),
            "deny": set_policy("mug", StockPolicy.DENY),
        }[change]
        self.run(lambda: self.shop.rows.commit([write]))

    # --- faults -----------------------------------------------------------------------------------

    @rule(steps=st.integers(1, 12))
    def crash_soon(self, steps: int) -> None:
        self.shop.step.crash_at = self.shop.step.count + steps

    @rule(steps=st.integers(1, 10), index=INDEX, cart=CARTS)
    def race_soon(self, steps: int, index: int, cart: str) -> None:
        """Let another worker run in the middle of the next one."""
        works = (
            partial(self.return_to_the_page, index=index),
            partial(self.cancel, index=index),
            partial(self.process, index=index),
            partial(self.check_out, cart=cart, tab="tab 2", is_new=True),
        )
        self.shop.step.between_at = self.shop.step.count + steps
        self.shop.step.between = works[index % len(works)]

    @rule(fault=st.sampled_from(["before", "after"]))
    def remember_an_error(self, fault: str) -> None:
        self.shop.payments.error_once = fault

    @rule(is_down=st.booleans())
    def break_down(self, is_down: bool) -> None:
        self.shop.payments.is_down = is_down

    @rule()
    def capture_another_amount(self) -> None:
        self.shop.payments.wrong_amount = 1

    @invariant()
    def stock_and_money_agree(self) -> None:
        check_always(self.shop)

    def teardown(self) -> None:
        """Everybody stops, time passes, and staff reject what waits for them."""
        shop = self.shop
        shop.step.crash_at = shop.step.between = shop.payments.error_once = None
        shop.payments.is_down, shop.payments.wrong_amount = False, None
        for reference in list(shop.payments.made):
            shop.payments.fail_payment(reference)
        shop.wait(90_000)
        shop.finish()
        cause = Cause(Actor.STAFF, shop.deps.clock(), "the end of the day")
        for order in shop.rows.orders():
            if order.state is OrderState.NEEDS_REVIEW:
                reject_payment(shop.deps, order.id, cause)
        shop.finish()
        shop.request_failed_refunds_again()
        shop.finish()
        check_at_rest(shop)


Shop.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
)
TestShop = Shop.TestCase

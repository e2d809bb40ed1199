"""A shop with one product of each kind, its visitors and its workers."""

from dataclasses import replace
from fractions import Fraction

from platform_core.commerce.cart import changes
from platform_core.commerce.cart.model import Cart
from platform_core.commerce.catalog.model import CatalogProduct, ProductState, Variant
from platform_core.commerce.checkout.model import Draft, draft_key, make_order_id
from platform_core.commerce.flows.cancel_order import Cancellation, cancel_order
from platform_core.commerce.flows.ports import ShopDeps
from platform_core.commerce.flows.process_order import process_order
from platform_core.commerce.flows.refund_order import refund_order
from platform_core.commerce.flows.reserve_stock import Reservation, release_cart, reserve_stock
from platform_core.commerce.flows.settle_payment import settle_payment
from platform_core.commerce.inventory.model import StockLevel
from platform_core.commerce.inventory.moves import take_back
from platform_core.commerce.orders.changes import Cause, amend
from platform_core.commerce.orders.model import Order
from platform_core.commerce.orders.refunds import request_refund
from platform_core.commerce.orders.states import UNFINISHED, Actor, OrderState
from platform_core.commerce.pricing.model import PriceRules, ShippingMethod, TaxRate
from platform_core.commerce.types import Address
from tests.fakes.pipeline.steps import Clock, Steps
from tests.fakes.shop.payments import MemoryPayments
from tests.fakes.shop.rows import MemoryRows

RULES = PriceRules(
    "EUR",
    True,
    (TaxRate("DE", Fraction(19)),),
    (ShippingMethod("Parcel", frozenset({"DE"}), 490),),
)
ADDRESS = Address("Jane Doe", ("Main Street 1",), "Berlin", "DE", "10115")


class ShopWorld:
    """A shop that sells a mug for 12.00 and gives stickers away, and everybody around it."""

    def __init__(self, stock: int = 1, *, rules: PriceRules = RULES) -> None:
        self.clock = Clock()
        self.step = Steps()
        self.rows = MemoryRows(self.step, rules)
        self.payments = MemoryPayments(self.step, self.clock)
        self.lines: list[tuple[str, dict[str, object]]] = []
        self.deps = ShopDeps(
            rows=self.rows,
            unit_of_work=self.rows,
            payments=self.payments,
            clock=lambda: int(self.clock()),
            log=lambda message, **fields: self.lines.append((message, fields)),
        )
        self.put_product("mug", 1200)
        self.put_product("sticker", 0)
        self.rows.put_level(StockLevel("mug", available=stock, received=stock))
        self.rows.put_level(StockLevel("sticker", available=99, received=99))

    def put_product(self, sku: str, price: int, *, version: int = 1) -> None:
        variants = {sku: Variant(sku, "", price)}
        product = CatalogProduct(f"p-{sku}", sku.title(), ProductState.ACTIVE, version, variants)
        self.rows.put_product(product)

    def make_shipping_free(self) -> None:
        rules = self.rows.price_rules
        free = tuple(replace(method, price=0) for method in rules.shipping)
        self.rows.price_rules = replace(rules, shipping=free)

    def return_units(self, order_id: str, sku: str, units: int) -> None:
        """Put units of a paid order back into the stock, as staff do."""
        order = self.rows.order(order_id)
        assert order is not None
        lines = tuple(
            replace(line, returned=line.returned + units) if line.sku == sku else line
            for line in order.lines
        )
        amended = amend(order, Cause(Actor.STAFF, self.deps.clock()), lines=lines)
        assert not self.rows.commit([*amended.writes, take_back(sku, units)])

    def wait(self, seconds: int) -> None:
        self.clock.now += seconds

    # --- a visitor --------------------------------------------------------------------------------

    def fill(self, cart_id: str, sku: str = "mug", units: int = 1, code: str = "") -> Cart:
        """Put units into a cart, as a visitor does."""
        cart = release_cart(self.deps, self.rows.cart(cart_id))
        assert cart is not None, "the cart is being paid"
        changed = changes.add_units(cart, sku, units)
        changed = replace(changed, code=code or cart.code)
        self.rows.commit([changes.save(cart, changed)])
        return self.rows.cart(cart_id)

    def submit(self, cart_id: str, attempt: str = "1", *, expected_total: int = 1690) -> str:
        """Store the form of a checkout. Returns the id of its order."""
        order_id = make_order_id(cart_id, attempt)
        draft = Draft(
            order_id, cart_id, "jane@example.org", ADDRESS, "", expected_total, "en",
            "https://acme.example/shop/orders/", "https://acme.example/shop/cart/",
            email_hash=f"hash of {cart_id}",
        )  # fmt: skip
        self.rows.stored[draft_key(cart_id, order_id)] = draft.to_row()
        return order_id

    def reserve(self, cart_id: str, order_id: str) -> Reservation:
        return reserve_stock(self.deps, cart_id, order_id)

    def check_out(self, cart_id: str, attempt: str = "1", *, expected_total: int = 1690) -> Order:
        """Submit, reserve and open the payment page."""
        order_id = self.submit(cart_id, attempt, expected_total=expected_total)
        result = self.reserve(cart_id, order_id)
        assert result.order is not None, result
        return self.settle(order_id)

    def settle(self, order_id: str, *, is_ending: bool = False) -> Order:
        order = settle_payment(self.deps, order_id, is_ending=is_ending)
        assert order is not None
        return order

    def pay(self, order: Order, *, amount: int | None = None) -> Order:
        """Pay the page of an order, and let the shop check it."""
        self.payments.pay(order.payment_reference or "", amount=amount)
        return self.settle(order.id)

    def cancel(self, order_id: str) -> Cancellation:
        return cancel_order(self.deps, order_id, Cause(Actor.CUSTOMER, self.deps.clock()))

    def request_failed_refunds_again(self) -> None:
        """Have staff ask again for refunds that failed, from what is refundable."""
        for order in self.rows.orders():
            if order.state in {OrderState.CANCELLED, OrderState.EXPIRED} and order.refundable:
                now = self.deps.clock()
                amended = amend(order, Cause(Actor.STAFF, now, "again"), refundable=0)
                refund = request_refund(amended.after, order.refundable, now, "again")
                assert not self.rows.commit([*amended.writes, refund])

    # --- the shop's own programs ------------------------------------------------------------------

    def process(self, order_id: str) -> Order | None:
        return process_order(self.deps, order_id)

    def refund(self, order_id: str) -> None:
        refund_order(self.deps, order_id)

    def sweep(self) -> None:
        """Look after everything that is due, as the sweeper does."""
        now = self.deps.clock()
        for order in self.rows.orders():
            if order.due_at is not None and order.due_at <= now:
                if order.state in UNFINISHED:
                    self.settle(order.id, is_ending=order.state is OrderState.RESERVED)
                else:
                    self.process(order.id)
            self.refund(order.id)

    def finish(self) -> None:
        """Let time pass and the programs work until nothing is left to do.

        Each hour the audit settles every order, as it does for a payment that no event reports.
        """
        for _ in range(6):
            self.wait(3600)
            for order in self.rows.orders():
                self.settle(order.id)
            self.sweep()
            self.payments.finish_refunds()

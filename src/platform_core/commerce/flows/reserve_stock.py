"""Reserve the stock of a submitted checkout: the first step, before there is a payment page.

The order is made by the write that reserves its stock, uses its code and locks its cart, with the
prices that were read. If any of that has changed, nothing is written and the step reads again. A
refusal is a value: the shopper learns the reason, and a new attempt starts from the beginning.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from platform_core.commerce.cart import changes as cart_changes
from platform_core.commerce.cart.model import Cart
from platform_core.commerce.catalog.model import CatalogProduct, ProductState
from platform_core.commerce.checkout.model import Draft
from platform_core.commerce.flows.ports import ShopDeps
from platform_core.commerce.flows.transaction import transition_writes
from platform_core.commerce.inventory.model import StockLevel
from platform_core.commerce.orders.changes import Cause, place
from platform_core.commerce.orders.model import (
    CUSTOMER,
    PAYMENT_SESSION,
    Order,
    OrderLine,
    OrderShipping,
)
from platform_core.commerce.orders.states import BOUGHT, RESERVING, Actor, OrderState
from platform_core.commerce.pricing.model import (
    PricedItem,
    Promotion,
    Quote,
    Refusal,
    RefusalReason,
)
from platform_core.commerce.pricing.quote import quote
from platform_core.commerce.types import Destination, Quantity
from platform_core.commerce.writes import Insert, Key, ShopTable, Write, require_distinct
from platform_core.errors import Conflict
from platform_core.provider.payments import PaymentLine, PaymentRequest

MAX_TRIES: Final = 6
SESSION_SECONDS: Final = 120
"""Time in which an order gets its payment session, before the sweeper ends it."""
REQUEST_SECONDS: Final = 35 * 60
"""Lifetime of a payment session. Stripe wants 30 minutes from the time of the request, which may
be repeated later."""


class ReservationOutcome(StrEnum):
    """The result of a checkout's first step."""

    RESERVED = "reserved"
    """The order exists, now or from an earlier try."""
    NO_DRAFT = "no_draft"
    """The form is no longer stored. The page offers a new attempt."""
    CART_BUSY = "cart_busy"
    """Another order of this cart is being paid or reviewed."""
    REFUSED = "refused"
    """The cart has no price; see the refusals."""
    TOTAL_CHANGED = "total_changed"
    INSUFFICIENT_STOCK = "insufficient_stock"


@dataclass(frozen=True, slots=True)
class Reservation:
    """The result of a checkout's first step, for the page."""

    outcome: ReservationOutcome
    order: Order | None = None
    refusals: tuple[Refusal, ...] = ()
    skus: tuple[str, ...] = ()
    """SKUs that are not available in this quantity."""
    total: int | None = None
    """The present total, where it differs from the one that the shopper saw."""


@dataclass(frozen=True, slots=True)
class _Basket:
    """Everything that was read for one try."""

    cart: Cart
    draft: Draft
    products: Sequence[CatalogProduct]
    levels: Mapping[str, StockLevel]
    promotion: Promotion | None
    rules_digest: str


def reserve_stock(deps: ShopDeps, cart_id: str, order_id: str) -> Reservation:
    """Make the order of a submitted form, with its stock reserved.

    Raises `Conflict` if other checkouts were faster in every try.
    """
    for _ in range(MAX_TRIES):
        order = deps.rows.order(order_id)
        if order is not None:
            return Reservation(ReservationOutcome.RESERVED, order)
        cart = release_cart(deps, deps.rows.cart(cart_id))
        if cart is None:
            return Reservation(ReservationOutcome.CART_BUSY)
        result = _try(deps, cart, order_id)
        if result is not None:
            return result
    raise Conflict(f"order {order_id} lost against other checkouts {MAX_TRIES} times")


def release_cart(deps: ShopDeps, cart: Cart) -> Cart | None:
    """Return the cart if it may be changed, merged or bought; None while its order is being paid.

    The units of an order that was bought leave the cart first. This is done by whoever comes first:
    the order processor, or the next use of the cart. So one filling is never bought twice.
    """
    while cart.open_order is not None:
        order = deps.rows.order(cart.open_order)
        if order is not None and order.state in RESERVING:
            return None
        if order is None or order.state not in BOUGHT:
            return cart
        bought = [Quantity(line.sku, line.quantity) for line in order.lines]
        deps.unit_of_work.commit(
            [cart_changes.save(cart, cart_changes.remove_bought(cart, bought))]
        )
        cart = deps.rows.cart(cart.id)
    return cart


def _try(deps: ShopDeps, cart: Cart, order_id: str) -> Reservation | None:
    """Reserve once. Returns None if something has changed since it was read."""
    draft = deps.rows.draft(cart.id, order_id)
    if draft is None:
        return Reservation(ReservationOutcome.NO_DRAFT)
    digest, rules = deps.rows.rules()
    basket = _Basket(
        cart,
        draft,
        deps.rows.products(cart.lines),
        deps.rows.levels(cart.lines),
        deps.rows.promotion(cart.code, draft.email_hash) if cart.code else None,
        digest,
    )
    if missing := _find_missing(basket):
        return Reservation(ReservationOutcome.INSUFFICIENT_STOCK, skus=missing)
    if cart.code and basket.promotion is None:
        unknown = Refusal(RefusalReason.CODE_UNKNOWN, cart.code)
        return Reservation(ReservationOutcome.REFUSED, refusals=(unknown,))
    now = deps.clock()
    priced = quote(
        _price_items(basket),
        rules,
        Destination(draft.address.country, draft.address.region),
        datetime.fromtimestamp(now, UTC),
        promotion=basket.promotion,
        shipping=draft.shipping,
    )
    if not isinstance(priced, Quote):
        return Reservation(ReservationOutcome.REFUSED, refusals=priced.refusals)
    if priced.total != draft.expected_total:
        return Reservation(ReservationOutcome.TOTAL_CHANGED, total=priced.total)
    order = _make_order(basket, priced, now)
    if deps.unit_of_work.commit(_order_writes(deps, basket, order)):
        return None
    return Reservation(ReservationOutcome.RESERVED, order)


def _find_missing(basket: _Basket) -> tuple[str, ...]:
    """Return the SKUs that cannot be bought in this quantity, or at all."""
    active = {
        sku
        for product in basket.products
        if product.state is ProductState.ACTIVE
        for sku in product.variants
    }
    return tuple(
        sku
        for sku, units in basket.cart.lines.items()
        if sku not in active or not basket.levels[sku].has(units)
    )


def _price_items(basket: _Basket) -> list[PricedItem]:
    """Return the lines of the cart with the prices of today, in the order of their SKUs."""
    items = [
        PricedItem(
            sku,
            _full_title(product.title, variant.title),
            basket.cart.lines[sku],
            variant.price,
            product.tax_class,
            variant.weight,
        )
        for product in basket.products
        for sku, variant in product.variants.items()
        if sku in basket.cart.lines
    ]
    return sorted(items, key=lambda item: item.sku)


def _full_title(product: str, variant: str) -> str:
    return f"{product}: {variant}" if variant and variant != product else product


def _make_order(basket: _Basket, priced: Quote, now: int) -> Order:
    draft = basket.draft
    return Order(
        id=draft.order_id,
        state=OrderState.RESERVED,
        version=1,
        cart_id=basket.cart.id,
        lines=tuple(OrderLine(**asdict(line)) for line in priced.lines),
        shipping=OrderShipping(**asdict(priced.shipping)),
        total=priced.total,
        tax=priced.tax,
        discount=priced.discount,
        currency=priced.currency,
        country=draft.address.country,
        rules_digest=basket.rules_digest,
        placed_at=now,
        due_at=now + SESSION_SECONDS,
        code=basket.cart.code,
        customer_id=draft.customer_id,
        email_hash=draft.email_hash,
        key_hash=draft.key_hash,
        trace_id=draft.trace_id,
    )


def _order_writes(deps: ShopDeps, basket: _Basket, order: Order) -> tuple[Write, ...]:
    """Return the whole transaction: order, customer, payment request, stock, code and cart."""
    change = place(order, Cause(Actor.CHECKOUT, order.placed_at))
    return require_distinct(
        [
            *transition_writes(change, basket.levels, basket.promotion),
            *(product.check_unchanged() for product in basket.products),
            cart_changes.lock(basket.cart, order.id),
            Insert(Key(ShopTable.ORDERS, order.id, CUSTOMER), _customer(basket.draft)),
            Insert(Key(ShopTable.ORDERS, order.id, PAYMENT_SESSION), _session(deps, basket, order)),
        ]
    )


def _customer(draft: Draft) -> Mapping[str, object]:
    """Return the personal data of an order. No other row of it has any but PAYMENT_SESSION."""
    return {"email": draft.email, "address": draft.to_row()["address"]}


def _session(deps: ShopDeps, basket: _Basket, order: Order) -> Mapping[str, object]:
    """Return the request to the payment provider. It is stored, and sent unchanged each time."""
    draft = basket.draft
    lines = [PaymentLine(line.title, line.quantity, line.total) for line in order.lines]
    if order.shipping.total:
        lines.append(PaymentLine(order.shipping.name, 1, order.shipping.total))
    request = PaymentRequest(
        order_id=order.id,
        trace_id=order.trace_id,
        currency=order.currency,
        lines=tuple(lines),
        email=draft.email,
        return_url=draft.return_url,
        cancel_url=draft.cancel_url,
        expires_at=order.placed_at + REQUEST_SECONDS,
        language=draft.language,
    )
    return {
        "body": deps.payments.build_request(request),
        "created_at": order.placed_at,
        "expires_at": request.expires_at,
    }

"""Convert Foxy's transactions and subscriptions to signals, and sell any product with a form.

Foxy has no catalog: it sells the products of the client's CMS. The event name is an unsigned
header, so it only decides whether a valid order is new. The state of the order comes from the
signed body.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, cast

from platform_core.content.model import ProductVariant, UnifiedContent
from platform_core.errors import Malformed
from platform_core.provider import Buy, Change, Context, Signal, Storefront
from platform_core.provider_kit import cart, parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers.foxy import form
from platform_core.providers.foxy.settings import Settings
from platform_core.providers.foxy.webhook import topic
from platform_core.webhooks.request import Delivery

NEW_ORDER_EVENTS: Final = frozenset({"", "transaction/created", "transaction/refeed"})
"""Events that can be the first one of an order."""
PAID_STATUSES: Final = frozenset({"", "approved", "captured", "completed", "verified"})
"""Statuses of a paid order. Gateways without statuses leave it empty."""
FAILED_STATUSES: Final = frozenset({"declined", "problem", "rejected"})
REFUND_STATUSES: Final = frozenset({"refunded", "refunding", "voided"})
NON_SALE_TYPES: Final = frozenset({"subscription_cancellation", "updateinfo"})
"""Types of transactions that are not orders."""
_TOTALS: Final = {
    "total": "total_order", "subtotal": "total_item_price", "tax": "total_tax",
    "shipping": "total_shipping", "currency": "currency_code", "status": "status",
}  # fmt: skip


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """Return the changes that a delivery reports. Customers and changelogs are not content."""
    body, event = parsing.parse_document(delivery.request.body), topic(delivery.request)
    embedded = parsing.parse_object(body.get("_embedded"))
    # The shape of the signed body decides, because the event header is not signed.
    if "total_order" in body:
        return [_order_signal(body, event)]
    if "fx:transaction_log_details" in embedded:
        return [
            _order_signal(transaction, "transaction/modified")
            for transaction in _embedded_list(embedded.get("fx:transactions"))
        ]
    if "next_transaction_date" in body:
        return [_subscription_signal(body, event, context.now)]
    if event.startswith(("transaction/", "subscription/")):
        raise Malformed(f"the body does not match the event {event}")
    return []


def list_all(context: Context) -> Iterator[UnifiedContent]:
    """Yield nothing: Foxy has no catalog (`needs.listing` of the manifest is False)."""
    yield from ()


def current(context: Context, content_id: str, content_type: str) -> UnifiedContent | None:
    """Return None: Foxy has no items."""
    return None


def buy(context: Context, product: UnifiedContent, variant: ProductVariant | None) -> Buy | None:
    """Return a form for any product with a price in the store's currency.

    Raises `SecretMissing`, because an unsigned form would let the visitor choose the price.
    """
    settings = _settings_of(context)
    price = cart.item_price(product, variant, settings.currency)
    if price is None:
        return None
    code, title = cart.item_code(product, variant), cart.item_title(product, variant)
    form_fields = form.signed_fields(context.secret("store_secret"), code, title, price)
    return Buy("form", f"https://{settings.store_domain}/cart", fields=form_fields)


def storefront(context: Context) -> Storefront:
    """Forms need no script, but the page's policy has to allow posting them to the store."""
    return Storefront(origins=(f"https://{_settings_of(context).store_domain}",))


def _settings_of(context: Context) -> Settings:
    """Return the context's settings with their type."""
    return cast("Settings", context.settings)


def _embedded_list(embedded: object) -> list[Json]:
    """Return embedded resources as a list. Foxy embeds a single one without a list."""
    return parsing.parse_objects(embedded) or [
        record for record in [parsing.parse_object(embedded)] if record
    ]


def _order_signal(body: Json, event: str) -> Signal:
    """Return the signal of an order with ids, lines and totals, without data of the customer."""
    order_id = _parse_id(body)
    status = str(body.get("status") or "")
    is_sale = (
        status not in FAILED_STATUSES and parsing.parse_text(body.get("type")) not in NON_SALE_TYPES
    )
    # A refeed repeats old transactions, and its orders may be unknown here.
    kind = "order.placed" if is_sale and event in NEW_ORDER_EVENTS else "order.updated"
    lines = [
        {
            "code": parsing.parse_text(line.get("code")),
            "quantity": parsing.parse_integer(line.get("quantity")),
            "price": parsing.parse_text(line.get("price")),
        }
        for line in parsing.parse_objects(
            parsing.parse_object(body.get("_embedded")).get("fx:items")
        )
    ]
    data = {
        "lines": lines,
        "complete": status in PAID_STATUSES,
        "is_test": body.get("is_test") is True,
        **{order_id: parsing.parse_text(body.get(field)) for order_id, field in _TOTALS.items()},
    }
    return Signal("order.refunded" if status in REFUND_STATUSES else kind, order_id, data)


def _subscription_signal(body: Json, event: str, now: datetime) -> Signal:
    """Return the signal of a subscription. It is cancelled on its last day, not on request."""
    end_date = parsing.parse_timestamp(body.get("end_date"))
    kind = "created" if event == "subscription/created" else "updated"
    if body.get("is_active") is False or (end_date and end_date <= now):
        kind = "cancelled"
    field_names = ("frequency", "next_transaction_date", "end_date")
    data = {name: parsing.parse_text(body.get(name)) for name in field_names}
    return Signal(f"subscription.{kind}", _parse_id(body), data)


def _parse_id(body: Json) -> str:
    """Parse the id, which some resources have only in their own URL."""
    own_url = parsing.parse_object(parsing.parse_object(body.get("_links")).get("self")).get("href")
    number = parsing.parse_integer(body.get("id"))
    if number is None:
        number = parsing.parse_integer(str(own_url).rpartition("/")[2])
    if number is None:
        raise Malformed("the delivery has no transaction id and no subscription id")
    return str(number)

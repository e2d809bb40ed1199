"""Foxy's transactions and subscriptions as signals, and its cart as a form for any product.

Foxy has no catalogue: what it sells stands in the client's CMS. The event's name is a header that
nobody signed, so it only says whether a sound order is new; what became of the order is what the
signed body says.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, cast

from platform_core.content import ProductVariant, UnifiedContent
from platform_core.errors import Malformed
from platform_core.provider import Buy, Change, Context, Signal, Storefront
from platform_core.providers import cart, reading
from platform_core.providers.foxy import form
from platform_core.providers.foxy.settings import Settings
from platform_core.providers.foxy.webhook import topic
from platform_core.providers.reading import Json
from platform_core.webhook import Delivery

NEW: Final = frozenset({"", "transaction/created", "transaction/refeed"})
"""Events of an order that may be heard of for the first time."""
COMPLETE: Final = frozenset({"", "approved", "captured", "completed", "verified"})
"""Statuses of an order that is paid; an empty one is that of a gateway which has no others."""
FAILED: Final = frozenset({"declined", "problem", "rejected"})
UNDONE: Final = frozenset({"refunded", "refunding", "voided"})
NO_SALE: Final = frozenset({"subscription_cancellation", "updateinfo"})
"""Types of transactions by which nothing is ordered."""
_TOTALS: Final = {
    "total": "total_order", "subtotal": "total_item_price", "tax": "total_tax",
    "shipping": "total_shipping", "currency": "currency_code", "status": "status",
}  # fmt: skip


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """What a delivery changed. Customers and the store's own changelog are no content."""
    body, event = reading.document(delivery.request.body), topic(delivery.request)
    embedded = reading.part(body.get("_embedded"))
    if "total_order" in body:
        return [_order(body, event)]
    if "fx:transaction_log_details" in embedded:
        return [
            _order(each, "transaction/modified") for each in _each(embedded.get("fx:transactions"))
        ]
    if "next_transaction_date" in body:
        return [_subscription(body, event, context.now)]
    if event.startswith(("transaction/", "subscription/")):
        raise Malformed(f"not a body of {event}")
    return []


def list_all(context: Context) -> Iterator[UnifiedContent]:
    """Nothing: Foxy has no catalogue (`needs.listing` of the manifest)."""
    yield from ()


def current(context: Context, content_id: str, content_type: str) -> UnifiedContent | None:
    """Nothing is Foxy's own."""
    return None


def buy(context: Context, product: UnifiedContent, variant: ProductVariant | None) -> Buy | None:
    """A form for any product with a price in the store's currency. Raises `SecretMissing`: an
    unsigned one would sell at the visitor's price."""
    settings = _settings(context)
    price = cart.price(product, variant, settings.currency)
    if price is None:
        return None
    code, name = cart.code(product, variant), cart.title(product, variant)
    signed = form.fields(context.secret("store_secret"), code, name, price)
    return Buy("form", f"https://{settings.store_domain}/cart", fields=signed)


def storefront(context: Context) -> Storefront:
    """Forms need no script; a page's policy has to let them post to the store."""
    return Storefront(origins=(f"https://{_settings(context).store_domain}",))


def _settings(context: Context) -> Settings:
    return cast("Settings", context.settings)


def _each(embedded: object) -> list[Json]:
    """What is embedded: one, or a list of them."""
    return reading.records(embedded) or [each for each in [reading.part(embedded)] if each]


def _order(body: Json, event: str) -> Signal:
    """Ids, lines and totals: nothing of the person who ordered."""
    name = _name(body)
    status = str(body.get("status") or "")
    is_sale = status not in FAILED and reading.text(body.get("type")) not in NO_SALE
    kind = "order.placed" if is_sale and event in NEW else "order.updated"
    lines = [
        {
            "code": reading.text(line.get("code")),
            "quantity": reading.whole(line.get("quantity")),
            "price": reading.text(line.get("price")),
        }
        for line in reading.records(reading.part(body.get("_embedded")).get("fx:items"))
    ]
    facts = {
        "lines": lines,
        "complete": status in COMPLETE,
        "is_test": body.get("is_test") is True,
        **{name: reading.text(body.get(field)) for name, field in _TOTALS.items()},
    }
    return Signal("order.refunded" if status in UNDONE else kind, name, facts)


def _subscription(body: Json, event: str, now: datetime) -> Signal:
    """A subscription is cancelled from its last day on, not from the request on."""
    end = reading.moment(body.get("end_date"))
    kind = "created" if event == "subscription/created" else "updated"
    if body.get("is_active") is False or (end and end <= now):
        kind = "cancelled"
    facts = ("frequency", "next_transaction_date", "end_date")
    told = {name: reading.text(body.get(name)) for name in facts}
    return Signal(f"subscription.{kind}", _name(body), told)


def _name(body: Json) -> str:
    """The id, which some resources tell in their own address only."""
    own = reading.part(reading.part(body.get("_links")).get("self")).get("href")
    number = reading.whole(body.get("id"))
    if number is None:
        number = reading.whole(str(own).rpartition("/")[2])
    if number is None:
        raise Malformed("the delivery names no transaction and no subscription")
    return str(number)

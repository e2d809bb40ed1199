"""Snipcart's orders as signals, the products they were of, and the cart over every page.

No body is believed: it names an order, and the order is what the API says. There is no event for
a product or its stock, so after an order each of its products is looked at anew. What an event of
a subscription tells cannot be asked for, so no more than its id is taken from it.
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final, cast

from platform_core.content import ProductVariant, UnifiedContent
from platform_core.errors import Malformed, NotYetVisible
from platform_core.provider import Buy, Change, Context, Signal, Storefront, Upsert
from platform_core.providers import reading
from platform_core.providers.reading import Json
from platform_core.providers.snipcart import api, catalogue
from platform_core.providers.snipcart.settings import Settings
from platform_core.webhook import Delivery

ORDERS: Final = {
    "order.completed": "order.placed",
    "order.status.changed": "order.updated",
    "order.paymentStatus.changed": "order.updated",
    "order.trackingNumber.changed": "order.updated",
    "order.refund.created": "order.refunded",
    "order.notification.created": "order.updated",
    "order.withdrawal.created": "order.updated",
    "v3/subscription.invoice.payment.succeeded": "order.placed",
}
SUBSCRIPTIONS: Final = {
    "v3/subscription.invoice.payment.succeeded": "subscription.updated",
    "v3/subscription.invoice.payment.failed": "subscription.updated",
    "v3/subscription.state.cancellationRequested": "subscription.updated",
    "v3/subscription.state.cancelled": "subscription.cancelled",
    "subscription.created": "subscription.created",
    "subscription.cancelled": "subscription.cancelled",
    "subscription.paused": "subscription.updated",
    "subscription.resumed": "subscription.updated",
    "subscription.invoice.created": "subscription.updated",
}
_TOTALS: Final = {
    "total": "finalGrandTotal", "subtotal": "subtotal", "tax": "taxesTotal",
    "refunded": "refundsAmount", "status": "status", "payment_status": "paymentStatus",
    "mode": "mode",
}  # fmt: skip


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """What a delivery changed."""
    body = reading.document(delivery.request.body)
    event = reading.text(body.get("eventName"))
    if event is None:
        raise Malformed("the delivery names no event")
    content = reading.part(body.get("content"))
    found: list[Change] = []
    if event in SUBSCRIPTIONS:
        name = _required(reading.part(content.get("subscription")) or content, "id")
        found.append(Signal(SUBSCRIPTIONS[event], name))
    if event in ORDERS:
        found += _order(context, reading.part(content.get("order")) or content, ORDERS[event])
    return found


def list_all(context: Context) -> Iterator[UnifiedContent]:
    """Every product that Snipcart knows of, but those that our own pages sell for another."""
    settings = _settings(context)
    own = (
        each
        for each in api.products(context)
        if catalogue.is_own(reading.text(each.get("userDefinedId")) or "")
    )
    yield from reading.sound(lambda node: catalogue.product(node, settings), own)


def current(context: Context, content_id: str, content_type: str) -> UnifiedContent | None:
    """A product as it is now, stock and all."""
    name = content_id.removeprefix(catalogue.PREFIX)
    if content_type != "product" or not catalogue.is_own(name):
        return None
    node = api.product(context, name)
    return catalogue.product(node, _settings(context)) if node else None


def buy(context: Context, product: UnifiedContent, variant: ProductVariant | None) -> Buy | None:
    """A button for any product with a price in the cart's currency, the CMS's above all."""
    return catalogue.button(product, variant, _settings(context))


def storefront(context: Context) -> Storefront:
    """The cart on every page. The origins of its payment form depend on the gateway; these are
    Snipcart's own, from memory and unverified but for the first two."""
    settings = _settings(context)
    theme = f"https://cdn.snipcart.com/themes/v{settings.cart_version}/default/snipcart"
    return Storefront(
        scripts=(f"{theme}.js",),
        styles=(f"{theme}.css",),
        origins=(
            "https://cdn.snipcart.com",
            "https://app.snipcart.com",
            "https://payment.snipcart.com",
        ),
        html=f'<div hidden id="snipcart" data-api-key="{escape(settings.public_api_key)}" '
        f'data-config-modal-style="side" data-currency="{settings.currency.lower()}"></div>',
    )


def _settings(context: Context) -> Settings:
    return cast("Settings", context.settings)


def _required(told: Json, *names: str) -> str:
    found = reading.text(*(told.get(name) for name in names))
    if found is None:
        raise Malformed(f"the delivery has no {' or '.join(names)}")
    return found


def _order(context: Context, told: Json, event: str) -> list[Change]:
    """The order as the API has it; one that Snipcart does not know has not happened."""
    token = _required(told, "token", "orderToken")
    found = api.order(context, token)
    if found is None:
        return []
    if "token" in told and _is_newer(told, found):
        raise NotYetVisible("the API still shows an older state than the delivery names")
    lines = reading.records(found.get("items"))
    return [Signal(event, token, _facts(found, lines)), *_stock(context, lines)]


def _is_newer(one: Json, other: Json) -> bool:
    first, second = (reading.moment(each.get("modificationDate")) for each in (one, other))
    return bool(first and second and first > second)


def _facts(order: Json, lines: list[Json]) -> dict[str, object]:
    """Ids, lines and totals: nothing of the person who ordered."""
    currency = reading.text(order.get("currency"))
    return {
        "lines": [
            {
                "code": reading.text(line.get("id")),
                "quantity": reading.whole(line.get("quantity")),
                "price": reading.text(line.get("price")),
            }
            for line in lines
        ],
        "currency": currency.upper() if currency else None,
        **{name: reading.text(order.get(field)) for name, field in _TOTALS.items()},
    }


def _stock(context: Context, lines: list[Json]) -> Iterator[Change]:
    """Each product of an order, looked at anew."""
    for name in dict.fromkeys(reading.text(line.get("id")) for line in lines):
        item = current(context, catalogue.PREFIX + name, "product") if name else None
        if item:
            yield Upsert(item, authoritative=True)
            yield Signal("inventory.updated", item.id, {"available": item.available})

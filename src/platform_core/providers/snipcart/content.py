"""Convert Snipcart's orders to signals, update the ordered products, and add the cart to pages.

The body is not signed, so it only names an order, which is then fetched from the API. There are no
events for products or stock, so each product of an order is fetched after it. Subscriptions cannot
be fetched, so their events contribute only the id.
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final, cast

from platform_core.content.model import ProductVariant, UnifiedContent
from platform_core.errors import Malformed, NotYetVisible
from platform_core.provider import Buy, Change, Context, Signal, Storefront, Upsert
from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers.snipcart import api, catalogue
from platform_core.providers.snipcart.events import ORDERS, SUBSCRIPTIONS
from platform_core.providers.snipcart.settings import Settings
from platform_core.webhooks.request import Delivery

_TOTALS: Final = {
    "total": "finalGrandTotal", "subtotal": "subtotal", "tax": "taxesTotal",
    "refunded": "refundsAmount", "status": "status", "payment_status": "paymentStatus",
    "mode": "mode",
}  # fmt: skip


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """Return the changes that a delivery reports."""
    body = parsing.parse_document(delivery.request.body)
    event = parsing.parse_text(body.get("eventName"))
    if event is None:
        raise Malformed("the delivery has no event name")
    content = parsing.parse_object(body.get("content"))
    changes: list[Change] = []
    if event in SUBSCRIPTIONS:
        subscription_id = _require_text(
            parsing.parse_object(content.get("subscription")) or content, "id"
        )
        changes.append(Signal(SUBSCRIPTIONS[event], subscription_id))
    # A subscription's payment is both an event of the subscription and an order.
    if event in ORDERS:
        changes += _order_changes(
            context, parsing.parse_object(content.get("order")) or content, ORDERS[event]
        )
    return changes


def list_all(context: Context) -> Iterator[UnifiedContent]:
    """Yield Snipcart's own products, without those that our pages sell for another provider."""
    settings = _settings_of(context)
    own_products = (
        node
        for node in api.list_products(context)
        if catalogue.is_own_product_id(parsing.parse_text(node.get("userDefinedId")) or "")
    )
    yield from parsing.skip_malformed(
        lambda node: catalogue.build_product(node, settings), own_products
    )


def current(context: Context, content_id: str, content_type: str) -> UnifiedContent | None:
    """Fetch a product with its stock."""
    item_id = content_id.removeprefix(catalogue.PREFIX)
    if content_type != "product" or not catalogue.is_own_product_id(item_id):
        return None
    node = api.fetch_product(context, item_id)
    return catalogue.build_product(node, _settings_of(context)) if node else None


def buy(context: Context, product: UnifiedContent, variant: ProductVariant | None) -> Buy | None:
    """Return a button for any product with a price in the cart's currency, also of the CMS."""
    return catalogue.build_button(product, variant, _settings_of(context))


def storefront(context: Context) -> Storefront:
    """Return the resources of the cart on every page.

    The origins of the payment form depend on the payment gateway. These are Snipcart's own; all but
    the first two are from memory and unverified.
    """
    settings = _settings_of(context)
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


def _settings_of(context: Context) -> Settings:
    """Return the context's settings with their type."""
    return cast("Settings", context.settings)


def _require_text(body: Json, *names: str) -> str:
    """Return the first of these fields. Raises `Malformed`."""
    text = parsing.parse_text(*(body.get(name) for name in names))
    if text is None:
        raise Malformed(f"the delivery has no {' or '.join(names)}")
    return text


def _order_changes(context: Context, delivered: Json, event: str) -> list[Change]:
    """Fetch an order. One that Snipcart does not know is a forgery and changes nothing."""
    token = _require_text(delivered, "token", "orderToken")
    order = api.fetch_order(context, token)
    if order is None:
        return []
    # A body with only an `orderToken` is not the order itself, so its date cannot be compared.
    if "token" in delivered and _is_newer(delivered, order):
        raise NotYetVisible("the API still returns an older state than the delivery")
    lines = parsing.parse_objects(order.get("items"))
    return [
        Signal(event, token, _order_data(order, lines)),
        *_fetch_ordered_products(context, lines),
    ]


def _is_newer(order: Json, other: Json) -> bool:
    """Check whether one version of an order is newer than another."""
    first, second = (
        parsing.parse_timestamp(version.get("modificationDate")) for version in (order, other)
    )
    return bool(first and second and first > second)


def _order_data(order: Json, lines: list[Json]) -> dict[str, object]:
    """Return ids, lines and totals of an order, without data of the customer."""
    currency = parsing.parse_text(order.get("currency"))
    return {
        "lines": [
            {
                "code": parsing.parse_text(line.get("id")),
                "quantity": parsing.parse_integer(line.get("quantity")),
                "price": parsing.parse_text(line.get("price")),
            }
            for line in lines
        ],
        "currency": currency.upper() if currency else None,
        **{name: parsing.parse_text(order.get(field)) for name, field in _TOTALS.items()},
    }


def _fetch_ordered_products(context: Context, lines: list[Json]) -> Iterator[Change]:
    """Fetch each product of an order and yield its new state."""
    # Fetch each product once, even if several lines contain it.
    for item_id in dict.fromkeys(parsing.parse_text(line.get("id")) for line in lines):
        item = current(context, catalogue.PREFIX + item_id, "product") if item_id else None
        if item:
            yield Upsert(item, authoritative=True)
            yield Signal("inventory.updated", item.id, {"available": item.available})

"""A shop's products, stock, collections and orders as changes, and its cart as plain links.

A product's webhook holds the product. All else is asked for: a deletion is only a bare id under an
unsigned topic, a stock level names no product, a collection's body does not list its members.
"""

from collections.abc import Iterator, Sequence
from typing import Final, cast
from urllib.parse import quote

from platform_core.content import ProductVariant, UnifiedContent
from platform_core.errors import Malformed, NotYetVisible
from platform_core.provider import Buy, Change, Context, Removal, Signal, Storefront, Upsert
from platform_core.providers import reading
from platform_core.providers.reading import Json
from platform_core.providers.shopify_basic import admin, catalogue, payload
from platform_core.providers.shopify_basic.manifest import PROVIDER
from platform_core.providers.shopify_basic.payload import About
from platform_core.providers.shopify_basic.settings import Settings
from platform_core.providers.shopify_basic.webhook import topic
from platform_core.webhook import Delivery

_PRODUCT, _COLLECTION = "product", "collection"
_ORDER_EVENTS: Final = {"orders/create": "order.placed"}


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """What a delivery changed."""
    body, said = reading.document(delivery.request.body), topic(delivery.request)
    kind = payload.about(body, said)
    match kind:
        case About.PRODUCT:
            return [_product(context, body)]
        case About.COLLECTION:
            return [_collection(context, body)]
        case About.GONE_PRODUCT:
            return [_gone(context, _id(body, About.PRODUCT), _PRODUCT)]
        case About.GONE_COLLECTION:
            return [_gone(context, _id(body, About.COLLECTION), _COLLECTION)]
        case About.STOCK:
            return _stock(context, body)
        case About.ORDER:
            return [_order(body, _ORDER_EVENTS.get(said, "order.updated"))]
        case About.REFUND:
            return [_refund(body)]
        case About.OTHER:
            if said.startswith(("products/", "collections/", "inventory_levels/", "orders/")):
                raise Malformed(f"not a body of {said}")
            return []


def list_all(context: Context) -> Iterator[UnifiedContent]:
    """Every product and every collection of the shop."""
    settings = _settings(context)
    yield from reading.sound(
        lambda node: catalogue.product(node, settings), admin.products(context)
    )
    yield from reading.sound(
        lambda node: catalogue.collection(node, settings), admin.collections(context)
    )


def current(context: Context, content_id: str, content_type: str) -> UnifiedContent | None:
    """A product or a collection as the shop has it now."""
    settings = _settings(context)
    if content_type == _COLLECTION:
        node = admin.collection(context, content_id)
        return catalogue.collection(node, settings) if node else None
    node = admin.product(context, content_id) if content_type == _PRODUCT else None
    return catalogue.product(node, settings) if node else None


def buy(context: Context, product: UnifiedContent, variant: ProductVariant | None) -> Buy | None:
    """A link that puts one piece into the shop's own cart: no script, no cookie of ours."""
    chosen = variant or next(iter(product.variants), None)
    if product.provider_name != PROVIDER.name or chosen is None:
        return None
    number = chosen.id.rpartition("/")[2]
    return Buy("link", f"https://{_settings(context).store_domain}/cart/{quote(number)}:1")


def storefront(context: Context) -> Storefront:
    """Links need nothing of a page."""
    return Storefront()


def _settings(context: Context) -> Settings:
    return cast("Settings", context.settings)


def _id(body: Json, kind: About) -> str:
    found = payload.gid(body, kind)
    if found is None:
        raise Malformed("the delivery names no item")
    return found


def _product(context: Context, body: Json) -> Change:
    """The product as the webhook has it, where that is all of it."""
    told = reading.moment(body.get("updated_at"))
    if told and payload.has_all_variants(body):
        return Upsert(catalogue.product(payload.product(body), _settings(context)))
    return _asked(context, _id(body, About.PRODUCT), _PRODUCT, body)


def _collection(context: Context, body: Json) -> Change:
    return _asked(context, _id(body, About.COLLECTION), _COLLECTION, body)


def _asked(context: Context, gid: str, kind: str, body: Json) -> Change:
    """The item as the API has it, if that is no older than the webhook."""
    found = current(context, gid, kind)
    if found is None:
        return Removal(gid, kind)
    told = reading.moment(body.get("updated_at"))
    if told and reading.micros(told) > found.version:
        raise NotYetVisible("the API still shows an older state than the delivery names")
    return Upsert(found, authoritative=True)


def _gone(context: Context, gid: str, kind: str) -> Change:
    """A deletion, confirmed."""
    found = current(context, gid, kind)
    return Upsert(found, authoritative=True) if found else Removal(gid, kind)


def _stock(context: Context, body: Json) -> list[Change]:
    item = payload.gid(body, About.STOCK, "inventory_item_id")
    if item is None:
        raise Malformed("the delivery names no inventory item")
    owner = admin.product_of_stock(context, item)
    found = current(context, owner, _PRODUCT) if owner else None
    if found is None:
        return []
    told = {"inventory_item_id": item, "available": reading.whole(body.get("available"))}
    return [Upsert(found, authoritative=True), Signal("inventory.updated", found.id, told)]


def _order(body: Json, event: str) -> Signal:
    """Ids, lines and totals: nothing of the person who ordered."""
    lines = [
        {
            "product_id": payload.gid(line, "Product", "product_id"),
            "variant_id": payload.gid(line, "ProductVariant", "variant_id"),
            "sku": reading.text(line.get("sku")),
            "quantity": reading.whole(line.get("quantity")),
            "price": reading.text(line.get("price")),
        }
        for line in reading.records(body.get("line_items"))
    ]
    return Signal(event, _id(body, About.ORDER), {"lines": lines, **_totals(body)})


def _totals(body: Json) -> dict[str, str | None]:
    names = ("total_price", "subtotal_price", "total_tax", "total_discounts", "currency")
    return {name: reading.text(body.get(name)) for name in names}


def _refund(body: Json) -> Signal:
    order = payload.gid(body, About.ORDER, "order_id")
    if order is None:
        raise Malformed("the refund names no order")
    lines = [
        {
            "line_item_id": reading.whole(line.get("line_item_id")),
            "quantity": reading.whole(line.get("quantity")),
            "subtotal": reading.text(line.get("subtotal")),
        }
        for line in reading.records(body.get("refund_line_items"))
    ]
    return Signal("order.refunded", order, {"lines": lines})

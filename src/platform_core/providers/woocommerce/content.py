"""Convert WooCommerce deliveries to changes, and sell products with links to the shop's cart.

The webhook of a simple product contains the product. A product with variations contains only their
ids, so it is fetched. A deletion has only an id and an unsigned topic, so it is confirmed. The shop
sends no events for categories; they arrive with the full listing.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, cast

from platform_core.content.model import ProductVariant, UnifiedContent
from platform_core.errors import Malformed, NotYetVisible
from platform_core.provider import Buy, Change, Context, Removal, Signal, Storefront, Upsert
from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers.woocommerce import catalogue, orders, payload, rest
from platform_core.providers.woocommerce.manifest import PROVIDER
from platform_core.providers.woocommerce.payload import BodyKind
from platform_core.providers.woocommerce.settings import Settings
from platform_core.providers.woocommerce.webhook import topic
from platform_core.webhooks.request import Delivery

_PRODUCT, _COLLECTION, _ORDER = "product", "collection", "order"
_SOLD_ON_OWN_PAGE: Final = {"external", "grouped"}
"""Product types that the cart does not support: they are sold on their own page."""


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """Return the changes that a delivery reports."""
    body, event_topic = parsing.parse_document(delivery.request.body), topic(delivery.request)
    match payload.classify_body(body, event_topic):
        case BodyKind.PRODUCT:
            return [_product_change(context, body)]
        case BodyKind.VARIATION:
            return [_fetched_change(context, payload.require_id(body, "parent_id"))]
        case BodyKind.DELETED_PRODUCT:
            return [_fetched_change(context, payload.require_id(body))]
        case BodyKind.ORDER:
            return [orders.order_signal(body, event_topic)]
        case BodyKind.DELETED_ORDER:
            return [Removal(orders.ORDER + payload.require_id(body), _ORDER)]
        case (BodyKind.COUPON | BodyKind.CUSTOMER) as kind:
            event = event_topic.partition(".")[2] or "updated"
            return [Signal(f"{kind}.{event}", f"{PROVIDER.name}:{kind}:{payload.require_id(body)}")]
        case BodyKind.OTHER:
            if event_topic.startswith(("product.", "order.")):
                raise Malformed(f"the body does not match the topic {event_topic}")
            return []


def list_all(context: Context) -> Iterator[UnifiedContent]:
    """Yield every product, then every category with products."""
    members: dict[str, list[str]] = defaultdict(list)
    for node in rest.iterate_resources(context, rest.PRODUCTS):
        for item in parsing.skip_malformed(
            lambda product: _build_product_with_variations(context, product), [node]
        ):
            for number in catalogue.category_ids(node):
                members[number].append(item.id)
            yield item
    yield from parsing.skip_malformed(
        lambda node: catalogue.build_collection(node, members[str(node.get("id"))]),
        rest.iterate_resources(context, rest.CATEGORIES, hide_empty="true"),
    )


def current(context: Context, content_id: str, content_type: str) -> UnifiedContent | None:
    """Fetch a product or a category from the shop."""
    number = content_id.rpartition(":")[2]
    if content_type == _COLLECTION:
        node = rest.fetch_one(context, rest.CATEGORIES, number)
        # The listing omits empty categories, so an empty one has to count as gone here, too.
        if node is None or not node.get("count"):
            return None
        return catalogue.build_collection(node, _fetch_category_product_ids(context, number))
    node = rest.fetch_one(context, rest.PRODUCTS, number) if content_type == _PRODUCT else None
    return _build_product_with_variations(context, node) if node else None


def buy(context: Context, product: UnifiedContent, variant: ProductVariant | None) -> Buy | None:
    """Return a link that adds one unit to the shop's cart, without scripts or cookies."""
    if product.provider_name != PROVIDER.name:
        return None
    store = cast("Settings", context.settings).store_url
    if product.provider_data.get("product_type") in _SOLD_ON_OWN_PAGE:
        page = str(product.provider_data.get("permalink"))
        # Only link to the client's own shop: the permalink comes from the vendor's data.
        return Buy("link", page) if page.startswith(f"{store}/") else None
    sold_variant = variant or next(iter(product.variants), None)
    number = sold_variant.id if sold_variant else product.id.removeprefix(catalogue.PRODUCT)
    return Buy("link", f"{store}/?add-to-cart={number}") if product.price else None


def storefront(context: Context) -> Storefront:
    """Links to the cart need no resources on a page."""
    return Storefront()


def _product_change(context: Context, body: Json) -> Change:
    """Build the product from the webhook if it is complete, otherwise fetch it."""
    # A product in the trash can arrive as an update. Fetching it decides whether it is gone.
    if body.get("variations") or body.get("status") == "trash":
        return _fetched_change(context, payload.require_id(body), delivered=body)
    payload.require_id(body)
    return Upsert(catalogue.build_product(body, (), cast("Settings", context.settings)))


def _fetched_change(context: Context, number: str, delivered: Json | None = None) -> Change:
    """Fetch a product. Raises `NotYetVisible` if it is older than the webhook."""
    item = current(context, catalogue.PRODUCT + number, _PRODUCT)
    if item is None:
        return Removal(catalogue.PRODUCT + number, _PRODUCT)
    delivered_at = parsing.parse_timestamp((delivered or {}).get("date_modified_gmt"))
    if delivered_at and parsing.to_microseconds(delivered_at) > item.version:
        raise NotYetVisible("the API still returns an older state than the delivery")
    return Upsert(item, authoritative=True)


def _build_product_with_variations(context: Context, node: Json) -> UnifiedContent:
    """Build a product of the API with its variations."""
    number = payload.require_id(node)
    variations = rest.list_variations(context, number) if node.get("variations") else []
    return catalogue.build_product(node, variations, cast("Settings", context.settings))


def _fetch_category_product_ids(context: Context, category: str) -> list[str]:
    """Return a category's own products. The shop's filter also returns those of subcategories."""
    products = rest.iterate_resources(
        context, rest.PRODUCTS, category=category, _fields="id,categories"
    )
    return [
        f"{catalogue.PRODUCT}{payload.require_id(product)}"
        for product in products
        if category in catalogue.category_ids(product)
    ]

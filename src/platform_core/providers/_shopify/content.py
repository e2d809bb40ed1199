"""Convert Shopify deliveries to changes, and sell products with links to the shop's cart.

A product's webhook contains the product. Everything else is fetched from the API: a deletion has
only an id and an unsigned topic, a stock level has no product id, and a collection's body does not
list its products.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import quote

from platform_core.content.model import ProductVariant, UnifiedContent
from platform_core.errors import Malformed, NotYetVisible
from platform_core.provider import Buy, Change, Context, Removal, Signal, Storefront, Upsert
from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers._shopify import admin, catalogue, orders, payload, privacy
from platform_core.providers._shopify.payload import BodyKind
from platform_core.providers._shopify.settings import Settings
from platform_core.providers._shopify.webhook import topic
from platform_core.webhooks.request import Delivery

_PRODUCT, _COLLECTION, _ORDER = "product", "collection", "order"
_KNOWN_TOPICS: Final = (
    "products/", "collections/", "inventory_levels/", "orders/", "refunds/", *privacy.TOPICS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShopifyContent:
    """The content functions of one Shopify provider. Each item has this provider's name."""

    provider: str

    def changes(self, context: Context, delivery: Delivery) -> Sequence[Change]:
        """Return the changes that a delivery reports."""
        body, event = parsing.parse_document(delivery.request.body), topic(delivery.request)
        match payload.classify_body(body, event):
            case BodyKind.PRODUCT:
                return [self._product_change(context, body)]
            case BodyKind.COLLECTION:
                gid = _require_gid(body, BodyKind.COLLECTION)
                return [self._fetched_change(context, gid, _COLLECTION, body)]
            case BodyKind.DELETED_PRODUCT:
                gid = _require_gid(body, BodyKind.PRODUCT)
                return [self._confirm_deletion(context, gid, _PRODUCT)]
            case BodyKind.DELETED_COLLECTION:
                gid = _require_gid(body, BodyKind.COLLECTION)
                return [self._confirm_deletion(context, gid, _COLLECTION)]
            case BodyKind.STOCK_LEVEL:
                return self._fetch_stock_changes(context, body)
            case BodyKind.INVENTORY_ITEM:
                gid = _require_gid(body, BodyKind.STOCK_LEVEL)
                return self._fetch_product_of_inventory_item(context, gid)
            case BodyKind.ORDER:
                return [orders.order_signal(body, event)]
            case BodyKind.ORDER_EDIT:
                return [orders.make_order_edit_signal(body)]
            case BodyKind.REFUND:
                return [orders.refund_signal(body)]
            case BodyKind.DELETED_ORDER:
                # Orders are not content of the site, so their deletion needs no confirmation.
                return [Removal(_require_gid(body, BodyKind.ORDER), _ORDER)]
            case BodyKind.CUSTOMER_ERASURE:
                return [privacy.customer_erasure(body, _settings_of(context).store_domain)]
            case BodyKind.SHOP_ERASURE:
                return [privacy.shop_erasure(body, _settings_of(context).store_domain)]
            case BodyKind.DATA_REQUEST:
                return [privacy.data_request(body, _settings_of(context).store_domain)]
            case BodyKind.OTHER:
                if event.startswith(_KNOWN_TOPICS):
                    raise Malformed(f"the body does not match the topic {event}")
                return []

    def list_all(self, context: Context) -> Iterator[UnifiedContent]:
        """Yield every product and every collection of the shop."""
        settings = _settings_of(context)
        yield from parsing.skip_malformed(
            lambda node: catalogue.build_product(node, settings, self.provider),
            admin.list_products(context),
        )
        yield from parsing.skip_malformed(
            lambda node: catalogue.build_collection(node, settings, self.provider),
            admin.list_collections(context),
        )

    def current(
        self, context: Context, content_id: str, content_type: str
    ) -> UnifiedContent | None:
        """Fetch a product or a collection from the shop."""
        settings = _settings_of(context)
        if content_type == _COLLECTION:
            node = admin.fetch_collection(context, content_id)
            return catalogue.build_collection(node, settings, self.provider) if node else None
        node = admin.fetch_product(context, content_id) if content_type == _PRODUCT else None
        return catalogue.build_product(node, settings, self.provider) if node else None

    def buy(
        self, context: Context, product: UnifiedContent, variant: ProductVariant | None
    ) -> Buy | None:
        """Return a link that adds one unit to the shop's cart, without scripts or cookies."""
        sold_variant = variant or next(iter(product.variants), None)
        if product.provider_name != self.provider or sold_variant is None:
            return None
        # Links to the cart use the number at the end of the global id.
        number = sold_variant.id.rpartition("/")[2]
        return Buy("link", f"https://{_settings_of(context).store_domain}/cart/{quote(number)}:1")

    def storefront(self, context: Context) -> Storefront:
        """Links to the cart need no resources on a page."""
        return Storefront()

    def _product_change(self, context: Context, body: Json) -> Change:
        """Build the product from the webhook if it is complete, otherwise fetch it."""
        updated_at = parsing.parse_timestamp(body.get("updated_at"))
        # The webhook limits the number of variants, so a product with more has to be fetched.
        if updated_at and payload.has_all_variants(body):
            node = payload.webhook_product_to_api_shape(body)
            return Upsert(catalogue.build_product(node, _settings_of(context), self.provider))
        return self._fetched_change(context, _require_gid(body, BodyKind.PRODUCT), _PRODUCT, body)

    def _fetched_change(self, context: Context, gid: str, kind: str, body: Json) -> Change:
        """Fetch an item. Raises `NotYetVisible` if it is older than the webhook."""
        item = self.current(context, gid, kind)
        if item is None:
            return Removal(gid, kind)
        updated_at = parsing.parse_timestamp(body.get("updated_at"))
        # The API can lag behind the webhook. A retry sees the new state.
        if updated_at and parsing.to_microseconds(updated_at) > item.version:
            raise NotYetVisible("the API still returns an older state than the delivery")
        return Upsert(item, authoritative=True)

    def _confirm_deletion(self, context: Context, gid: str, kind: str) -> Change:
        """Confirm a deletion with the API, because its topic is not signed."""
        item = self.current(context, gid, kind)
        return Upsert(item, authoritative=True) if item else Removal(gid, kind)

    def _fetch_stock_changes(self, context: Context, body: Json) -> list[Change]:
        """Return the product of a stock level and a signal with its new quantity."""
        item_gid = payload.global_id(body, BodyKind.STOCK_LEVEL, "inventory_item_id")
        if item_gid is None:
            raise Malformed("the delivery has no inventory item")
        data = {
            "inventory_item_id": item_gid,
            "available": parsing.parse_integer(body.get("available")),
        }
        return [
            change
            for upsert in self._fetch_product_of_inventory_item(context, item_gid)
            for change in (upsert, Signal("inventory.updated", upsert.item.id, data))
        ]

    def _fetch_product_of_inventory_item(self, context: Context, item_gid: str) -> list[Upsert]:
        """Fetch the product that an inventory item belongs to."""
        product_gid = admin.fetch_product_id_of_inventory_item(context, item_gid)
        item = self.current(context, product_gid, _PRODUCT) if product_gid else None
        return [Upsert(item, authoritative=True)] if item else []


def _settings_of(context: Context) -> Settings:
    """Return the context's settings with their type."""
    return cast("Settings", context.settings)


def _require_gid(body: Json, kind: BodyKind) -> str:
    """Return the global id of a body's resource. Raises `Malformed`."""
    gid = payload.global_id(body, kind)
    if gid is None:
        raise Malformed("the delivery has no item id")
    return gid

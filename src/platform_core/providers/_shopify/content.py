"""A shop's products, stock, collections and orders as changes, and its cart as plain links.

A product's webhook holds the product. All else is asked for: a deletion is only a bare id under an
unsigned topic, a stock level names no product, a collection's body does not list its members.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import quote

from platform_core.content import ProductVariant, UnifiedContent
from platform_core.errors import Malformed, NotYetVisible
from platform_core.provider import Buy, Change, Context, Removal, Signal, Storefront, Upsert
from platform_core.providers import reading
from platform_core.providers._shopify import admin, catalogue, orders, payload
from platform_core.providers._shopify.payload import About
from platform_core.providers._shopify.settings import Settings
from platform_core.providers._shopify.webhook import topic
from platform_core.providers.reading import Json
from platform_core.webhook import Delivery

_PRODUCT, _COLLECTION, _ORDER = "product", "collection", "order"
_UNDERSTOOD: Final = ("products/", "collections/", "inventory_levels/", "orders/", "refunds/")


@dataclass(frozen=True, slots=True)
class Shop:
    """A content module under a provider's name: each item carries it."""

    provider: str

    def changes(self, context: Context, delivery: Delivery) -> Sequence[Change]:
        """What a delivery changed."""
        body, said = reading.document(delivery.request.body), topic(delivery.request)
        match payload.about(body, said):
            case About.PRODUCT:
                return [self._product(context, body)]
            case About.COLLECTION:
                return [self._asked(context, _id(body, About.COLLECTION), _COLLECTION, body)]
            case About.GONE_PRODUCT:
                return [self._gone(context, _id(body, About.PRODUCT), _PRODUCT)]
            case About.GONE_COLLECTION:
                return [self._gone(context, _id(body, About.COLLECTION), _COLLECTION)]
            case About.STOCK:
                return self._stock(context, body)
            case About.ITEM:
                return self._owner(context, _id(body, About.STOCK))
            case About.ORDER:
                return [orders.placed(body, said)]
            case About.EDIT:
                return [orders.edited(body)]
            case About.REFUND:
                return [orders.refunded(body)]
            case About.GONE_ORDER:
                return [Removal(_id(body, About.ORDER), _ORDER)]
            case About.OTHER:
                if said.startswith(_UNDERSTOOD):
                    raise Malformed(f"not a body of {said}")
                return []

    def list_all(self, context: Context) -> Iterator[UnifiedContent]:
        """Every product and every collection of the shop."""
        settings = _settings(context)
        yield from reading.sound(
            lambda node: catalogue.product(node, settings, self.provider), admin.products(context)
        )
        yield from reading.sound(
            lambda node: catalogue.collection(node, settings, self.provider),
            admin.collections(context),
        )

    def current(
        self, context: Context, content_id: str, content_type: str
    ) -> UnifiedContent | None:
        """A product or a collection as the shop has it now."""
        settings = _settings(context)
        if content_type == _COLLECTION:
            node = admin.collection(context, content_id)
            return catalogue.collection(node, settings, self.provider) if node else None
        node = admin.product(context, content_id) if content_type == _PRODUCT else None
        return catalogue.product(node, settings, self.provider) if node else None

    def buy(
        self, context: Context, product: UnifiedContent, variant: ProductVariant | None
    ) -> Buy | None:
        """A link that puts one piece into the shop's own cart: no script, no cookie of ours."""
        chosen = variant or next(iter(product.variants), None)
        if product.provider_name != self.provider or chosen is None:
            return None
        number = chosen.id.rpartition("/")[2]
        return Buy("link", f"https://{_settings(context).store_domain}/cart/{quote(number)}:1")

    def storefront(self, context: Context) -> Storefront:
        """Links need nothing of a page."""
        return Storefront()

    def _product(self, context: Context, body: Json) -> Change:
        """The product as the webhook has it, where that is all of it."""
        told = reading.moment(body.get("updated_at"))
        if told and payload.has_all_variants(body):
            node = payload.product(body)
            return Upsert(catalogue.product(node, _settings(context), self.provider))
        return self._asked(context, _id(body, About.PRODUCT), _PRODUCT, body)

    def _asked(self, context: Context, gid: str, kind: str, body: Json) -> Change:
        """The item as the API has it, if that is no older than the webhook."""
        found = self.current(context, gid, kind)
        if found is None:
            return Removal(gid, kind)
        told = reading.moment(body.get("updated_at"))
        if told and reading.micros(told) > found.version:
            raise NotYetVisible("the API still shows an older state than the delivery names")
        return Upsert(found, authoritative=True)

    def _gone(self, context: Context, gid: str, kind: str) -> Change:
        """A deletion, confirmed."""
        found = self.current(context, gid, kind)
        return Upsert(found, authoritative=True) if found else Removal(gid, kind)

    def _stock(self, context: Context, body: Json) -> list[Change]:
        item = payload.gid(body, About.STOCK, "inventory_item_id")
        if item is None:
            raise Malformed("the delivery names no inventory item")
        told = {"inventory_item_id": item, "available": reading.whole(body.get("available"))}
        return [
            change
            for upsert in self._owner(context, item)
            for change in (upsert, Signal("inventory.updated", upsert.item.id, told))
        ]

    def _owner(self, context: Context, item: str) -> list[Upsert]:
        """The product that an inventory item belongs to, as it is now."""
        owner = admin.product_of_stock(context, item)
        found = self.current(context, owner, _PRODUCT) if owner else None
        return [Upsert(found, authoritative=True)] if found else []


def _settings(context: Context) -> Settings:
    return cast("Settings", context.settings)


def _id(body: Json, kind: About) -> str:
    found = payload.gid(body, kind)
    if found is None:
        raise Malformed("the delivery names no item")
    return found

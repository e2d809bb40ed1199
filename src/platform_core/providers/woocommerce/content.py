"""A shop's products and orders as changes, and its cart as plain links.

A simple product's webhook holds the product. A product with variations only names them, so it is
asked for; a deletion is only a bare id under an unsigned topic, so it is confirmed. Of categories
the shop sends no word: they come with the listing.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, cast

from platform_core.content import ProductVariant, UnifiedContent
from platform_core.errors import Malformed, NotYetVisible
from platform_core.provider import Buy, Change, Context, Removal, Signal, Storefront, Upsert
from platform_core.providers import reading
from platform_core.providers.reading import Json
from platform_core.providers.woocommerce import catalogue, orders, payload, rest
from platform_core.providers.woocommerce.manifest import PROVIDER
from platform_core.providers.woocommerce.payload import About
from platform_core.providers.woocommerce.settings import Settings
from platform_core.providers.woocommerce.webhook import topic
from platform_core.webhook import Delivery

_PRODUCT, _COLLECTION, _ORDER = "product", "collection", "order"
_ELSEWHERE: Final = {"external", "grouped"}
"""Types of products that no cart takes: they are bought from their own page."""


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """What a delivery changed."""
    body, said = reading.document(delivery.request.body), topic(delivery.request)
    match payload.about(body, said):
        case About.PRODUCT:
            return [_product(context, body)]
        case About.VARIATION:
            return [_asked(context, payload.number(body, "parent_id"))]
        case About.GONE_PRODUCT:
            return [_asked(context, payload.number(body))]
        case About.ORDER:
            return [orders.signal(body, said)]
        case About.GONE_ORDER:
            return [Removal(orders.ORDER + payload.number(body), _ORDER)]
        case (About.COUPON | About.CUSTOMER) as kind:
            event = said.partition(".")[2] or "updated"
            return [Signal(f"{kind}.{event}", f"{PROVIDER.name}:{kind}:{payload.number(body)}")]
        case About.OTHER:
            if said.startswith(("product.", "order.")):
                raise Malformed(f"not a body of {said}")
            return []


def list_all(context: Context) -> Iterator[UnifiedContent]:
    """Every product, then every category that holds one."""
    members: dict[str, list[str]] = defaultdict(list)
    for node in rest.every(context, rest.PRODUCTS):
        for item in reading.sound(lambda each: _item(context, each), [node]):
            for number in catalogue.categories(node):
                members[number].append(item.id)
            yield item
    yield from reading.sound(
        lambda node: catalogue.collection(node, members[str(node.get("id"))]),
        rest.every(context, rest.CATEGORIES, hide_empty="true"),
    )


def current(context: Context, content_id: str, content_type: str) -> UnifiedContent | None:
    """A product or a category as the shop has it now."""
    number = content_id.rpartition(":")[2]
    if content_type == _COLLECTION:
        node = rest.one(context, rest.CATEGORIES, number)
        if node is None or not node.get("count"):
            return None
        return catalogue.collection(node, _members(context, number))
    node = rest.one(context, rest.PRODUCTS, number) if content_type == _PRODUCT else None
    return _item(context, node) if node else None


def buy(context: Context, product: UnifiedContent, variant: ProductVariant | None) -> Buy | None:
    """A link that puts one piece into the shop's own cart: no script, no cookie of ours."""
    if product.provider_name != PROVIDER.name:
        return None
    store = cast("Settings", context.settings).store_url
    if product.provider_data.get("product_type") in _ELSEWHERE:
        page = str(product.provider_data.get("permalink"))
        return Buy("link", page) if page.startswith(f"{store}/") else None
    chosen = variant or next(iter(product.variants), None)
    number = chosen.id if chosen else product.id.removeprefix(catalogue.PRODUCT)
    return Buy("link", f"{store}/?add-to-cart={number}") if product.price else None


def storefront(context: Context) -> Storefront:
    """Links need nothing of a page."""
    return Storefront()


def _product(context: Context, body: Json) -> Change:
    """The product as the webhook has it, where that is all of it."""
    if body.get("variations") or body.get("status") == "trash":
        return _asked(context, payload.number(body), told=body)
    payload.number(body)
    return Upsert(catalogue.product(body, (), cast("Settings", context.settings)))


def _asked(context: Context, number: str, told: Json | None = None) -> Change:
    """The product as the API has it, if that is no older than the webhook."""
    found = current(context, catalogue.PRODUCT + number, _PRODUCT)
    if found is None:
        return Removal(catalogue.PRODUCT + number, _PRODUCT)
    when = reading.moment((told or {}).get("date_modified_gmt"))
    if when and reading.micros(when) > found.version:
        raise NotYetVisible("the API still shows an older state than the delivery names")
    return Upsert(found, authoritative=True)


def _item(context: Context, node: Json) -> UnifiedContent:
    """A product of the API with its variations."""
    number = payload.number(node)
    variations = rest.variations(context, number) if node.get("variations") else []
    return catalogue.product(node, variations, cast("Settings", context.settings))


def _members(context: Context, category: str) -> list[str]:
    """The products that stand in a category itself; the shop's filter also finds those below it."""
    found = rest.every(context, rest.PRODUCTS, category=category, _fields="id,categories")
    return [
        f"{catalogue.PRODUCT}{payload.number(each)}"
        for each in found
        if category in catalogue.categories(each)
    ]

"""Shopify's products and collections, in the shape of the Admin API, as unified items."""

from datetime import datetime
from typing import Any, Final

from platform_core.content import (
    ContentStatus,
    Inventory,
    InventoryPolicy,
    MediaAsset,
    ProductVariant,
    SEOMetadata,
    UnifiedContent,
)
from platform_core.errors import Malformed
from platform_core.markup import as_text, sanitize
from platform_core.providers import reading
from platform_core.providers._shopify.settings import Settings
from platform_core.providers.reading import Json

_STATUS: Final = {"ACTIVE": ContentStatus.PUBLISHED, "ARCHIVED": ContentStatus.ARCHIVED}
_ONLY: Final = "Default Title"
"""What Shopify calls the one variant of a product that has no variants."""


@reading.strictly()
def product(node: Json, settings: Settings, provider: str) -> UnifiedContent:
    """A product as a unified item. Raises `Malformed`."""
    variants = _variants(node, settings.currency)
    images = [each for node in reading.records(_nodes(node, "media")) if (each := _image(node))]
    cheapest = min((each.price for each in variants), key=lambda one: one.amount, default=None)
    only = variants[0] if len(variants) == 1 else None
    return UnifiedContent(
        content_type="product",
        status=_status(node),
        featured_image=images[0] if images else None,
        images=images,
        price=cheapest,
        inventory=only.inventory if only else None,
        variants=variants,
        tags=reading.texts(node.get("tags")),
        published_at=reading.moment(node.get("publishedAt")),
        created_at=reading.moment(node.get("createdAt")) or _updated(node),
        **_shared(
            node,
            settings,
            provider,
            vendor=reading.text(node.get("vendor")),
            product_type=reading.text(node.get("productType")),
        ),
    )


@reading.strictly()
def collection(node: Json, settings: Settings, provider: str) -> UnifiedContent:
    """A collection as a unified item. Raises `Malformed`."""
    picture = reading.part(node.get("image"))
    image = _image({"id": node.get("id"), "alt": picture.get("altText"), "image": picture})
    members = [reading.text(each.get("id")) for each in _nodes(node, "products")]
    return UnifiedContent(
        content_type="collection",
        featured_image=image,
        members=[each for each in members if each],
        created_at=_updated(node),
        **_shared(node, settings, provider),
    )


def _shared(node: Json, settings: Settings, provider: str, **data: str | None) -> dict[str, Any]:
    """What products and collections have in common."""
    name = reading.text(node.get("id"))
    if name is None:
        raise Malformed("an item without an id")
    title = reading.text(node.get("title")) or "Untitled"
    slug, original = reading.slug(node.get("handle"), title, name.rpartition("/")[2])
    markup = node.get("descriptionHtml")
    body = sanitize(markup) if isinstance(markup, str) else ""
    facts = data | {"store_domain": settings.store_domain, "original_slug": original}
    return {
        "id": name,
        "title": title,
        "slug": slug,
        "description": _summary(body),
        "body": body or None,
        "seo": _seo(reading.part(node.get("seo"))),
        "provider_type": "ecommerce",
        "provider_name": provider,
        "provider_data": {name: value for name, value in facts.items() if value},
        "version": reading.micros(_updated(node)),
        "updated_at": _updated(node),
    }


def _updated(node: Json) -> datetime:
    when = reading.moment(node.get("updatedAt"))
    if when is None:
        raise Malformed("an item without the time of its last change")
    return when


def _status(node: Json) -> ContentStatus:
    """What is not published in the online store is not on the site either."""
    found = _STATUS.get(str(node.get("status")).upper(), ContentStatus.DRAFT)
    hidden = found is ContentStatus.PUBLISHED and not node.get("publishedAt")
    return ContentStatus.DRAFT if hidden else found


def _summary(body: str) -> str | None:
    """The first words of a description, whole words, for lists and search engines."""
    text = as_text(body)
    if len(text) <= 160:
        return text or None
    return text[:160].rpartition(" ")[0].rstrip(" ,;:.") + "…"


def _seo(given: Json) -> SEOMetadata | None:
    found = SEOMetadata(
        meta_title=reading.text(given.get("title")),
        meta_description=reading.text(given.get("description")),
    )
    return found if found != SEOMetadata() else None


def _nodes(node: Json, field: str) -> list[Json]:
    return reading.records(reading.part(node.get(field)).get("nodes"))


def _image(node: Json) -> MediaAsset | None:
    picture = reading.part(node.get("image"))
    url = reading.address(picture.get("url"))
    if url is None:
        return None
    return MediaAsset(
        id=reading.text(node.get("id")) or url,
        url=url,
        alt_text=reading.text(node.get("alt")),
        width=reading.whole(picture.get("width")),
        height=reading.whole(picture.get("height")),
        mime_type=reading.text(node.get("mimeType")),
    )


def _variants(node: Json, currency: str) -> list[ProductVariant]:
    return [_variant(each, currency) for each in _nodes(node, "variants")]


def _variant(node: Json, currency: str) -> ProductVariant:
    amount, name = reading.money(node.get("price")), reading.text(node.get("id"))
    if amount is None or name is None:
        raise Malformed("a variant without an id or a price")
    chosen = {
        str(each.get("name")): value
        for each in reading.records(node.get("selectedOptions"))
        if (value := reading.text(each.get("value"))) and value != _ONLY
    }
    title = reading.text(node.get("title")) or "Variant"
    return ProductVariant(
        id=name,
        title="Standard" if title == _ONLY else title,
        price=reading.price(amount, currency, node.get("compareAtPrice")),
        sku=reading.text(node.get("sku")),
        inventory=_inventory(node),
        options=chosen,
    )


def _inventory(node: Json) -> Inventory | None:
    quantity = reading.whole(node.get("inventoryQuantity"))
    if quantity is None:
        return None
    goes_on = str(node.get("inventoryPolicy")).upper() == "CONTINUE"
    return Inventory(
        quantity=max(0, quantity),
        track_quantity=reading.part(node.get("inventoryItem")).get("tracked") is not False,
        continue_selling_when_out_of_stock=goes_on,
        inventory_policy=InventoryPolicy.CONTINUE if goes_on else InventoryPolicy.DENY,
    )

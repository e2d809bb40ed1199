"""Convert products and collections of Shopify's Admin API to unified items."""

from datetime import datetime
from typing import Any, Final

from platform_core.content.html import sanitize, strip_markup
from platform_core.content.model import (
    UNTITLED,
    ContentStatus,
    Inventory,
    InventoryPolicy,
    MediaAsset,
    ProductVariant,
    SEOMetadata,
    UnifiedContent,
)
from platform_core.content.visibility import PUBLIC, Visibility
from platform_core.errors import Malformed
from platform_core.provider_kit import parsing
from platform_core.provider_kit.left_out import log_hidden, log_left_out
from platform_core.provider_kit.parsing import Json
from platform_core.providers._shopify.settings import Settings

_STATUS: Final = {
    "ACTIVE": ContentStatus.PUBLISHED,
    "ARCHIVED": ContentStatus.ARCHIVED,
    "DRAFT": ContentStatus.DRAFT,
    # Only whoever has the link sees such a product in the shop.
    "UNLISTED": ContentStatus.DRAFT,
}
_SCOPES_WITH_ONLINE_STORE: Final = {"web", "global"}
_DEFAULT_TITLE: Final = "Default Title"
"""Shopify's name of the only variant of a product without variants."""


@parsing.invalid_item_is_malformed()
def build_product(node: Json, settings: Settings, provider: str) -> UnifiedContent:
    """Build the item of a product. Raises `Malformed`."""
    variants = _parse_variants(node, settings.currency)
    images = [
        image
        for node in parsing.parse_objects(_connection_nodes(node, "media"))
        if (image := _parse_image(node))
    ]
    cheapest = min(
        (variant.price for variant in variants), key=lambda price: price.amount, default=None
    )
    only_variant = variants[0] if len(variants) == 1 else None
    visibility = _judge_visibility(node)
    return UnifiedContent(
        content_type="product",
        status=visibility.status,
        left_out_because=visibility.reason,
        featured_image=images[0] if images else None,
        images=images,
        price=cheapest,
        inventory=only_variant.inventory if only_variant else None,
        variants=variants,
        tags=parsing.parse_texts(node.get("tags")),
        published_at=parsing.parse_timestamp(node.get("publishedAt")),
        created_at=parsing.parse_timestamp(node.get("createdAt")) or _parse_updated_at(node),
        **_common_fields(
            node,
            settings,
            provider,
            vendor=parsing.parse_text(node.get("vendor")),
            product_type=parsing.parse_text(node.get("productType")),
        ),
    )


@parsing.invalid_item_is_malformed()
def build_collection(node: Json, settings: Settings, provider: str) -> UnifiedContent:
    """Build the item of a collection. Raises `Malformed`."""
    picture = parsing.parse_object(node.get("image"))
    image = _parse_image({"id": node.get("id"), "alt": picture.get("altText"), "image": picture})
    members = [parsing.parse_text(node.get("id")) for node in _connection_nodes(node, "products")]
    return UnifiedContent(
        content_type="collection",
        featured_image=image,
        members=[member for member in members if member],
        created_at=_parse_updated_at(node),
        **_common_fields(node, settings, provider),
    )


def _common_fields(
    node: Json, settings: Settings, provider: str, **data: str | None
) -> dict[str, Any]:
    """Return the fields that products and collections share."""
    gid = parsing.parse_text(node.get("id"))
    if gid is None:
        raise Malformed("an item has no id")
    title = parsing.parse_text(node.get("title")) or UNTITLED
    slug, original = parsing.make_slug(node.get("handle"), title, gid.rpartition("/")[2])
    markup = node.get("descriptionHtml")
    body = sanitize(markup) if isinstance(markup, str) else ""
    facts = data | {"store_domain": settings.store_domain, "original_slug": original}
    return {
        "id": gid,
        "title": title,
        "slug": slug,
        "former_slug": parsing.make_former_slug(
            node.get("handle"), title, gid.rpartition("/")[2], slug
        ),
        "description": _summarize(body),
        "body": body or None,
        "seo": _parse_seo(parsing.parse_object(node.get("seo"))),
        "provider_type": "ecommerce",
        "provider_name": provider,
        "provider_data": {gid: value for gid, value in facts.items() if value},
        # Shopify has no revision number, so the time of change is the version.
        "version": parsing.to_microseconds(_parse_updated_at(node)),
        "updated_at": _parse_updated_at(node),
    }


def _parse_updated_at(node: Json) -> datetime:
    """Parse the time of the last change, which is also the version. Raises `Malformed`."""
    updated_at = parsing.parse_timestamp(node.get("updatedAt"))
    if updated_at is None:
        raise Malformed("an item has no updatedAt")
    return updated_at


def _judge_visibility(node: Json) -> Visibility:
    """Decide whether a product is public. One outside of the online store is a draft here."""
    word, scope = node.get("status"), node.get("publishedScope", "web")
    status = _STATUS.get(str(word).upper())
    if status is None:
        return _unknown(node, "unknown status")
    if status is not ContentStatus.PUBLISHED:
        return Visibility(status, f"status {str(word).lower()}")
    # ACTIVE only means that it can be sold; `publishedAt` is empty outside the online store.
    if not node.get("publishedAt") or str(scope) not in _SCOPES_WITH_ONLINE_STORE:
        return Visibility(ContentStatus.DRAFT, "not in the online store")
    if parsing.parse_timestamp(node["publishedAt"]) is None:
        return _unknown(node, "unreadable date")
    return PUBLIC


def _unknown(node: Json, reason: str) -> Visibility:
    """Return the visibility of a product whose facts are not understood, and log it."""
    log_hidden(node.get("id"), reason)
    return Visibility(ContentStatus.DRAFT, reason, is_understood=False)


def _summarize(body: str) -> str | None:
    """Return the first whole words of a description, for lists and search engines."""
    text = strip_markup(body)
    if len(text) <= 160:
        return text or None
    return text[:160].rpartition(" ")[0].rstrip(" ,;:.") + "…"


def _parse_seo(seo_node: Json) -> SEOMetadata | None:
    seo = SEOMetadata(
        meta_title=parsing.parse_text(seo_node.get("title")),
        meta_description=parsing.parse_text(seo_node.get("description")),
    )
    return seo if seo != SEOMetadata() else None


def _connection_nodes(node: Json, field: str) -> list[Json]:
    """Return the nodes of a connection."""
    return parsing.parse_objects(parsing.parse_object(node.get(field)).get("nodes"))


def _parse_image(node: Json) -> MediaAsset | None:
    picture = parsing.parse_object(node.get("image"))
    url = parsing.parse_url(picture.get("url"))
    if url is None:
        return None
    return MediaAsset(
        id=parsing.parse_text(node.get("id")) or url,
        url=url,
        alt_text=parsing.parse_text(node.get("alt")),
        width=parsing.parse_pixels(picture.get("width")),
        height=parsing.parse_pixels(picture.get("height")),
        mime_type=parsing.parse_text(node.get("mimeType")),
    )


def _parse_variants(node: Json, currency: str) -> list[ProductVariant]:
    variants = (
        _parse_variant(variant, currency) for variant in _connection_nodes(node, "variants")
    )
    return [variant for variant in variants if variant]


def _parse_variant(node: Json, currency: str) -> ProductVariant | None:
    """Parse a variant. None if it has no id or no price, so that it cannot be sold."""
    amount = parsing.parse_amount(node.get("price"), currency)
    gid = parsing.parse_text(node.get("id"))
    if amount is None or gid is None:
        log_left_out("a variant", gid, "no id or no price")
        return None
    options = {
        str(option.get("name")): value
        for option in parsing.parse_objects(node.get("selectedOptions"))
        if (value := parsing.parse_text(option.get("value"))) and value != _DEFAULT_TITLE
    }
    title = parsing.parse_text(node.get("title")) or "Variant"
    return ProductVariant(
        id=gid,
        # Customers should not see Shopify's internal title.
        title="Standard" if title == _DEFAULT_TITLE else title,
        price=parsing.make_price(amount, currency, node.get("compareAtPrice")),
        sku=parsing.parse_text(node.get("sku")),
        inventory=_parse_inventory(node),
        options=options,
    )


def _parse_inventory(node: Json) -> Inventory | None:
    """Parse the stock. None if the shop does not count it."""
    quantity = parsing.parse_integer(node.get("inventoryQuantity"))
    if quantity is None:
        return None
    allows_backorder = str(node.get("inventoryPolicy")).upper() == "CONTINUE"
    return Inventory(
        quantity=max(0, quantity),
        track_quantity=parsing.parse_object(node.get("inventoryItem")).get("tracked") is not False,
        continue_selling_when_out_of_stock=allows_backorder,
        inventory_policy=InventoryPolicy.CONTINUE if allows_backorder else InventoryPolicy.DENY,
    )

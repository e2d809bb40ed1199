"""One item of the content feed from one unified item; the shapes stand in `feed`.

What depends on the other items (the slug, a collection's products) is not in here.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from platform_core import money
from platform_core.content import (
    ContentStatus,
    ContentType,
    MediaAsset,
    Price,
    ProductVariant,
    SEOMetadata,
    UnifiedContent,
)
from platform_core.provider import Buy

Json = dict[str, Any]
BuyFor = Callable[[UnifiedContent, ProductVariant | None], Buy | None]
"""How a product, or one of its variants, is bought; None where it is not sold online."""


def entry(item: UnifiedContent, buy: BuyFor) -> Json | None:
    """The entry of an item; None where it has no place in a feed."""
    match item.content_type:
        case ContentType.ARTICLE:
            return _common(item) | {"published_at": iso(published(item)), "tags": item.tags}
        case ContentType.PRODUCT:
            return _common(item) | {"tags": item.tags} | _offer(item, buy)
        case ContentType.PAGE | ContentType.COLLECTION:
            return _common(item)
        case ContentType.MEDIA:
            return _medium(item)
        case ContentType.ORDER:
            return None


def published(item: UnifiedContent) -> datetime:
    """The date that a reader sees."""
    return item.published_at or item.created_at


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _common(item: UnifiedContent) -> Json:
    return {
        "id": item.id,
        "title": item.title,
        "description": item.description,
        "html": item.body or "",
        "updated_at": iso(item.updated_at),
        "draft": item.status is ContentStatus.DRAFT,
        "image": _media(item.featured_image, item.title) if item.featured_image else None,
        "images": [_media(image, item.title) for image in item.images],
        "seo": _seo(item.seo),
        "provider": item.provider_name,
    }


def _medium(item: UnifiedContent) -> Json | None:
    asset = item.featured_image or next(iter(item.images), None)
    return _media(asset, item.title) | {"id": item.id} if asset else None


def _media(asset: MediaAsset, title: str) -> Json:
    """An image without a text of its own is called as the item is."""
    return {
        "id": asset.id,
        "url": asset.url,
        "alt": asset.alt_text or title,
        "width": asset.width,
        "height": asset.height,
        "mime_type": asset.mime_type,
    }


def _seo(seo: SEOMetadata | None) -> Json:
    return seo.model_dump(exclude_none=True) if seo else {}


def _offer(item: UnifiedContent, buy: BuyFor) -> Json:
    """What of a product is sold, and for how much."""
    variants = [_variant(variant, buy(item, variant)) for variant in item.variants]
    if not item.variants and item.price:
        variants = [_only_variant(item, item.price, buy(item, None))]
    prices = [item.price] if item.price else [variant.price for variant in item.variants]
    cheapest = min(prices, key=lambda price: price.amount, default=None)
    return {
        "price": _money(cheapest) if cheapest else None,
        "available": any(variant["available"] for variant in variants),
        "variants": variants,
    }


def _variant(variant: ProductVariant, buy: Buy | None) -> Json:
    return {
        "id": variant.id,
        "sku": variant.sku,
        "title": variant.title,
        "options": variant.options,
        "price": _money(variant.price),
        "available": variant.available,
        "buy": _buy(buy),
    }


def _only_variant(item: UnifiedContent, price: Price, buy: Buy | None) -> Json:
    """A product that comes in one form is its own variant."""
    return {
        "id": item.id,
        "sku": None,
        "title": item.title,
        "options": {},
        "price": _money(price),
        "available": item.available,
        "buy": _buy(buy),
    }


def _money(price: Price) -> Json:
    currency, was = price.currency_code, price.compare_at_amount
    return {
        "amount": money.minor_units(price.amount, currency),
        "currency": currency,
        "exponent": money.exponent(currency),
        "compare_at": None if was is None else money.minor_units(was, currency),
    }


def _buy(buy: Buy | None) -> Json | None:
    match buy:
        case None:
            return None
        case Buy(kind="link"):
            return {"kind": "link", "href": buy.href}
        case Buy(kind="form"):
            return {"kind": "form", "href": buy.href, "fields": dict(buy.fields)}
        case _:
            attributes = dict(buy.attributes)
            return {"kind": "button", "css_class": buy.css_class, "attributes": attributes}

"""Convert one unified item to an entry of the content feed. `content_feed` documents the shapes.

The fields that depend on other items (the slug, a collection's products, the links of tags) are
added in `content_feed`.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from platform_core.content import money
from platform_core.content.model import (
    ContentStatus,
    ContentType,
    Price,
    ProductVariant,
    SEOMetadata,
    UnifiedContent,
)
from platform_core.feed.images import ResizeImage, add_image_sizes, media_object
from platform_core.feed.ledes import choose_lede
from platform_core.provider import Buy

Json = dict[str, Any]
BuyFor = Callable[[UnifiedContent, ProductVariant | None], Buy | None]
"""Returns the way to buy a product or variant, or None if it is not sold online."""


def make_entry(item: UnifiedContent, buy: BuyFor, resize: ResizeImage) -> Json | None:
    """Convert an item to an entry. Returns None for items that are not part of a feed."""
    match item.content_type:
        case ContentType.ARTICLE:
            return _common_fields(item, resize) | {
                "published_at": format_timestamp(display_date(item)),
                "tags": item.tags,
            }
        case ContentType.PRODUCT:
            return _common_fields(item, resize) | {"tags": item.tags} | _product_fields(item, buy)
        case ContentType.PAGE | ContentType.COLLECTION:
            return _common_fields(item, resize)
        case ContentType.MEDIA:
            return _media_entry(item, resize)
        case ContentType.ORDER:
            return None


def display_date(item: UnifiedContent) -> datetime:
    """Return the date that readers see."""
    return item.published_at or item.created_at


def format_timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _common_fields(item: UnifiedContent, resize: ResizeImage) -> Json:
    image = item.featured_image
    return {
        "id": item.id,
        "title": item.title,
        "description": item.description,
        "lede": choose_lede(item.description, item.body),
        "html": add_image_sizes(item.body or "", resize),
        "updated_at": format_timestamp(item.updated_at),
        "draft": item.status is ContentStatus.DRAFT,
        "image": media_object(image, item.title, resize) if image else None,
        "images": [media_object(image, item.title, resize) for image in item.images],
        "seo": _seo_object(item.seo),
        "provider": item.provider_name,
    }


def _media_entry(item: UnifiedContent, resize: ResizeImage) -> Json | None:
    asset = item.featured_image or next(iter(item.images), None)
    return media_object(asset, item.title, resize) | {"id": item.id} if asset else None


def _seo_object(seo: SEOMetadata | None) -> Json:
    return seo.model_dump(exclude_none=True) if seo else {}


def _product_fields(item: UnifiedContent, buy: BuyFor) -> Json:
    """Return the variants of a product, their prices and their availability."""
    variants = [_variant_object(variant, buy(item, variant)) for variant in item.variants]
    if not item.variants and item.price:
        variants = [_default_variant(item, item.price, buy(item, None))]
    prices = [item.price] if item.price else [variant.price for variant in item.variants]
    # A list of products shows one price for each product.
    cheapest = min(prices, key=lambda price: price.amount, default=None)
    return {
        "price": _money_object(cheapest) if cheapest else None,
        "available": any(variant["available"] for variant in variants),
        "variants": variants,
    }


def _variant_object(variant: ProductVariant, buy: Buy | None) -> Json:
    return {
        "id": variant.id,
        "sku": variant.sku,
        "title": variant.title,
        "options": variant.options,
        "price": _money_object(variant.price),
        "available": variant.available,
        "buy": _buy_object(buy),
    }


def _default_variant(item: UnifiedContent, price: Price, buy: Buy | None) -> Json:
    """Convert a product without variants to its single variant."""
    return {
        "id": item.id,
        "sku": None,
        "title": item.title,
        "options": {},
        "price": _money_object(price),
        "available": item.available,
        "buy": _buy_object(buy),
    }


def _money_object(price: Price) -> Json:
    currency, compare_at = price.currency_code, price.compare_at_amount
    return {
        "amount": money.to_minor_units(price.amount, currency),
        "currency": currency,
        "exponent": money.currency_exponent(currency),
        "compare_at": None if compare_at is None else money.to_minor_units(compare_at, currency),
    }


def _buy_object(buy: Buy | None) -> Json | None:
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

"""What a webhook's body is about, and a product of one in the shape of the Admin API.

The topic is not signed, so the body's own shape decides; the topic only names what a bare id means.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from platform_core.providers import reading
from platform_core.providers.reading import Json

GID: Final = "gid://shopify/"


class About(StrEnum):
    """The kinds of bodies."""

    PRODUCT = "Product"
    COLLECTION = "Collection"
    STOCK = "InventoryItem"
    ITEM = "InventoryItem of a variant"
    ORDER = "Order"
    EDIT = "edit of an order"
    REFUND = "Refund"
    GONE_ORDER = "gone order"
    GONE_PRODUCT = "gone product"
    GONE_COLLECTION = "gone collection"
    OTHER = "other"


def about(body: Json, topic: str) -> About:
    """What a body is about."""
    if "inventory_item_id" in body and "location_id" in body:
        return About.STOCK
    if "order_edit" in body:
        return About.EDIT
    if "line_items" in body:
        return About.ORDER
    if "refund_line_items" in body:
        return About.REFUND
    if "variants" in body and "title" in body:
        return About.PRODUCT
    if "requires_shipping" in body and "tracked" in body:
        return About.ITEM
    is_collection = f"{GID}Collection/" in str(body.get("admin_graphql_api_id"))
    if "handle" in body and (is_collection or topic.startswith("collections/")):
        return About.COLLECTION
    if body.keys() <= {"id", "published_scope", "admin_graphql_api_id"}:
        if is_collection or topic.startswith("collections/"):
            return About.GONE_COLLECTION
        if topic.startswith("products/"):
            return About.GONE_PRODUCT
        if topic.startswith("orders/"):
            return About.GONE_ORDER
    return About.OTHER


def gid(body: Mapping[str, Any], kind: str, field: str = "id") -> str | None:
    """The global id of what a body is about; ids pass 2^53, so they are never floats."""
    number = body.get(field)
    if isinstance(number, int) and not isinstance(number, bool) and number > 0:
        return f"{GID}{kind}/{number}"
    return None


def has_all_variants(body: Json) -> bool:
    """A webhook holds so many variants only; `variant_gids` names all of them."""
    return len(reading.records(body.get("variant_gids"))) <= len(
        reading.records(body.get("variants"))
    )


def product(body: Json) -> Json:
    """A product's body as the Admin API would say it."""
    names = [
        reading.text(option.get("name")) or f"Option {number}"
        for number, option in enumerate(reading.records(body.get("options")), start=1)
    ]
    return {
        "id": gid(body, About.PRODUCT),
        "handle": body.get("handle"),
        "title": body.get("title"),
        "descriptionHtml": body.get("body_html"),
        "status": str(body.get("status") or "active").upper(),
        "vendor": body.get("vendor"),
        "productType": body.get("product_type"),
        "tags": body.get("tags"),
        "createdAt": body.get("created_at"),
        "updatedAt": body.get("updated_at"),
        "publishedAt": body.get("published_at"),
        "media": {"nodes": [_image(each) for each in reading.records(body.get("images"))]},
        "variants": {
            "nodes": [_variant(each, names) for each in reading.records(body.get("variants"))]
        },
    }


def _image(image: Json) -> Json:
    return {
        "id": gid(image, "ProductImage"),
        "alt": image.get("alt"),
        "image": {name: image.get(name) for name in ("width", "height")}
        | {"url": image.get("src")},
    }


def _variant(variant: Json, names: list[str]) -> Json:
    """Shopify stopped naming who counts the stock; where it is silent, Shopify does."""
    counts = variant.get("inventory_management", "shopify") == "shopify"
    return {
        "id": gid(variant, "ProductVariant"),
        "title": variant.get("title"),
        "sku": variant.get("sku"),
        "price": variant.get("price"),
        "compareAtPrice": variant.get("compare_at_price"),
        "inventoryQuantity": variant.get("inventory_quantity"),
        "inventoryPolicy": str(variant.get("inventory_policy") or "deny").upper(),
        "inventoryItem": {
            "id": gid(variant, "InventoryItem", "inventory_item_id"),
            "tracked": counts,
        },
        "selectedOptions": [
            {
                "name": names[number - 1] if number <= len(names) else f"Option {number}",
                "value": value,
            }
            for number in (1, 2, 3)
            if (value := variant.get(f"option{number}"))
        ],
    }

"""Classify the bodies of webhooks, and convert a product's body to the Admin API's shape.

The topic is not signed, so the shape of the body decides. The topic only decides the type
of a body that has only an id.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json

GID_PREFIX: Final = "gid://shopify/"


class BodyKind(StrEnum):
    """The kinds of bodies."""

    PRODUCT = "Product"
    COLLECTION = "Collection"
    STOCK_LEVEL = "InventoryItem"
    INVENTORY_ITEM = "InventoryItem of a variant"
    ORDER = "Order"
    ORDER_EDIT = "edit of an order"
    REFUND = "Refund"
    DELETED_ORDER = "gone order"
    DELETED_PRODUCT = "gone product"
    DELETED_COLLECTION = "gone collection"
    DATA_REQUEST = "request of a customer's data"
    CUSTOMER_ERASURE = "request to erase a customer"
    SHOP_ERASURE = "request to erase a shop"
    OTHER = "other"


def classify_body(body: Json, topic: str) -> BodyKind:
    """Classify a body."""
    # The order matters: the checks go from the most specific shape to the least specific one.
    if body.keys() >= {"shop_id", "shop_domain"}:
        return _classify_privacy_request(body)
    if "inventory_item_id" in body and "location_id" in body:
        return BodyKind.STOCK_LEVEL
    if "order_edit" in body:
        return BodyKind.ORDER_EDIT
    if "line_items" in body:
        return BodyKind.ORDER
    if "refund_line_items" in body:
        return BodyKind.REFUND
    if "variants" in body and "title" in body:
        return BodyKind.PRODUCT
    if "requires_shipping" in body and "tracked" in body:
        return BodyKind.INVENTORY_ITEM
    is_collection = f"{GID_PREFIX}Collection/" in str(body.get("admin_graphql_api_id"))
    if "handle" in body and (is_collection or topic.startswith("collections/")):
        return BodyKind.COLLECTION
    # A deletion has only an id, so its topic decides the type. The topic is not signed, so
    # the caller confirms the deletion with the API.
    if body.keys() <= {"id", "published_scope", "admin_graphql_api_id"}:
        if is_collection or topic.startswith("collections/"):
            return BodyKind.DELETED_COLLECTION
        if topic.startswith("products/"):
            return BodyKind.DELETED_PRODUCT
        if topic.startswith("orders/"):
            return BodyKind.DELETED_ORDER
    return BodyKind.OTHER


def _classify_privacy_request(body: Json) -> BodyKind:
    """Classify a body of the three topics that Shopify calls mandatory compliance webhooks."""
    if "orders_to_redact" in body:
        return BodyKind.CUSTOMER_ERASURE
    if "data_request" in body or "orders_requested" in body:
        return BodyKind.DATA_REQUEST
    if body.keys() == {"shop_id", "shop_domain"}:
        return BodyKind.SHOP_ERASURE
    return BodyKind.OTHER


def global_id(body: Mapping[str, Any], kind: str, field: str = "id") -> str | None:
    """Return the global id of a resource. Ids exceed 2^53, so they are never floats."""
    number = body.get(field)
    # `True` is an int in Python.
    if isinstance(number, int) and not isinstance(number, bool) and number > 0:
        return f"{GID_PREFIX}{kind}/{number}"
    return None


def has_all_variants(body: Json) -> bool:
    """Check that a body has all variants. It has a limited number; `variant_gids` has all ids."""
    return len(parsing.parse_objects(body.get("variant_gids"))) <= len(
        parsing.parse_objects(body.get("variants"))
    )


def webhook_product_to_api_shape(body: Json) -> Json:
    """Convert a product's body to the shape of the Admin API."""
    option_names = [
        parsing.parse_text(option.get("name")) or f"Option {number}"
        for number, option in enumerate(parsing.parse_objects(body.get("options")), start=1)
    ]
    return {
        "id": global_id(body, BodyKind.PRODUCT),
        "handle": body.get("handle"),
        "title": body.get("title"),
        "descriptionHtml": body.get("body_html"),
        # Old API versions send no status.
        "status": body.get("status", "active"),
        "vendor": body.get("vendor"),
        "productType": body.get("product_type"),
        "tags": body.get("tags"),
        "createdAt": body.get("created_at"),
        "updatedAt": body.get("updated_at"),
        "publishedAt": body.get("published_at"),
        "publishedScope": body.get("published_scope") or "web",
        "media": {
            "nodes": [_to_admin_image(image) for image in parsing.parse_objects(body.get("images"))]
        },
        "variants": {
            "nodes": [
                _to_admin_variant(variant, option_names)
                for variant in parsing.parse_objects(body.get("variants"))
            ]
        },
    }


def _to_admin_image(image: Json) -> Json:
    return {
        "id": global_id(image, "ProductImage"),
        "alt": image.get("alt"),
        "image": {name: image.get(name) for name in ("width", "height")}
        | {"url": image.get("src")},
    }


def _to_admin_variant(variant: Json, option_names: list[str]) -> Json:
    # Newer API versions do not send `inventory_management`: Shopify then counts the stock.
    is_tracked = variant.get("inventory_management", "shopify") == "shopify"
    return {
        "id": global_id(variant, "ProductVariant"),
        "title": variant.get("title"),
        "sku": variant.get("sku"),
        "price": variant.get("price"),
        "compareAtPrice": variant.get("compare_at_price"),
        "inventoryQuantity": variant.get("inventory_quantity"),
        "inventoryPolicy": str(variant.get("inventory_policy") or "deny").upper(),
        "inventoryItem": {
            "id": global_id(variant, "InventoryItem", "inventory_item_id"),
            "tracked": is_tracked,
        },
        # The webhook has three fixed option fields and their names in a separate list.
        "selectedOptions": [
            {
                "name": option_names[number - 1]
                if number <= len(option_names)
                else f"Option {number}",
                "value": value,
            }
            for number in (1, 2, 3)
            if (value := variant.get(f"option{number}"))
        ],
    }

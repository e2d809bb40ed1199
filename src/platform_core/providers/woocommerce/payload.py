"""Classify the bodies of webhooks.

The topic is not signed, so the shape of the body decides. The topic only decides the type
of a body that has only an id.
"""

from enum import StrEnum

from platform_core.errors import Malformed
from platform_core.provider_kit.parsing import Json


class BodyKind(StrEnum):
    """The kinds of bodies."""

    PRODUCT = "product"
    VARIATION = "variation"
    ORDER = "order"
    COUPON = "coupon"
    CUSTOMER = "customer"
    DELETED_PRODUCT = "gone product"
    DELETED_ORDER = "gone order"
    OTHER = "other"


def classify_body(body: Json, topic: str) -> BodyKind:
    """Classify a body."""
    resource = topic.partition(".")[0]
    if body.keys() == {"id"}:
        return _classify_deletion(resource)
    if "line_items" in body:
        return BodyKind.ORDER
    if "discount_type" in body:
        return BodyKind.COUPON
    if "is_paying_customer" in body:
        return BodyKind.CUSTOMER
    if body.get("type") == "variation":
        return BodyKind.VARIATION
    if "stock_status" in body or "catalog_visibility" in body:
        return BodyKind.PRODUCT
    return BodyKind.OTHER


def _classify_deletion(resource: str) -> BodyKind:
    """Classify a bare id. It counts as a product unless its topic is of no interest to a page."""
    match resource:
        case "order":
            return BodyKind.DELETED_ORDER
        case "coupon":
            return BodyKind.COUPON
        case "customer":
            return BodyKind.CUSTOMER
        case _:
            return BodyKind.DELETED_PRODUCT


def require_id(body: Json, field: str = "id") -> str:
    """Return the id of a body's resource, as in the API's paths. Raises `Malformed`."""
    value = body.get(field)
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise Malformed(f"the delivery has no {field}")
    return str(value)

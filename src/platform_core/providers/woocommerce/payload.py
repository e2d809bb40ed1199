"""What a webhook's body is about.

The topic is not signed, so the body's own shape decides; the topic only names what a bare id means.
"""

from enum import StrEnum

from platform_core.errors import Malformed
from platform_core.providers.reading import Json


class About(StrEnum):
    """The kinds of bodies."""

    PRODUCT = "product"
    VARIATION = "variation"
    ORDER = "order"
    COUPON = "coupon"
    CUSTOMER = "customer"
    GONE_PRODUCT = "gone product"
    GONE_ORDER = "gone order"
    OTHER = "other"


def about(body: Json, topic: str) -> About:
    """What a body is about."""
    resource = topic.partition(".")[0]
    if body.keys() == {"id"}:
        return _gone(resource)
    if "line_items" in body:
        return About.ORDER
    if "discount_type" in body:
        return About.COUPON
    if "is_paying_customer" in body:
        return About.CUSTOMER
    if body.get("type") == "variation":
        return About.VARIATION
    if "stock_status" in body or "catalog_visibility" in body:
        return About.PRODUCT
    return About.OTHER


def _gone(resource: str) -> About:
    """A bare id is a product's, unless the topic says that it is nothing that a page shows."""
    match resource:
        case "order":
            return About.GONE_ORDER
        case "coupon":
            return About.COUPON
        case "customer":
            return About.CUSTOMER
        case _:
            return About.GONE_PRODUCT


def number(body: Json, field: str = "id") -> str:
    """The id of what a body is about, as the API's paths have it. Raises `Malformed`."""
    found = body.get(field)
    if isinstance(found, bool) or not isinstance(found, int) or found <= 0:
        raise Malformed(f"the delivery has no {field}")
    return str(found)

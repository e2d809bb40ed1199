"""Convert orders to signals with ids, lines and totals, without data of the customer."""

from typing import Final

from platform_core.errors import Malformed
from platform_core.provider import Signal
from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers._shopify import payload
from platform_core.providers._shopify.payload import BodyKind

TOTALS: Final = ("total_price", "subtotal_price", "total_tax", "total_discounts", "currency")
_EVENTS: Final = {"orders/create": "order.placed"}


def order_signal(body: Json, topic: str) -> Signal:
    """Return the signal of a new or changed order."""
    lines = [
        {
            "product_id": payload.global_id(line, "Product", "product_id"),
            "variant_id": payload.global_id(line, "ProductVariant", "variant_id"),
            "sku": parsing.parse_text(line.get("sku")),
            "quantity": parsing.parse_integer(line.get("quantity")),
            "price": parsing.parse_text(line.get("price")),
        }
        for line in parsing.parse_objects(body.get("line_items"))
    ]
    totals = {name: parsing.parse_text(body.get(name)) for name in TOTALS}
    return Signal(
        _EVENTS.get(topic, "order.updated"), _require_order_gid(body), {"lines": lines, **totals}
    )


def make_order_edit_signal(body: Json) -> Signal:
    """Return the signal of edited order lines. The new state follows as an order update."""
    return Signal(
        "order.updated",
        _require_order_gid(parsing.parse_object(body.get("order_edit")), "order_id"),
    )


def refund_signal(body: Json) -> Signal:
    """Return the signal of a refund."""
    lines = [
        {
            "line_item_id": parsing.parse_integer(line.get("line_item_id")),
            "quantity": parsing.parse_integer(line.get("quantity")),
            "subtotal": parsing.parse_text(line.get("subtotal")),
        }
        for line in parsing.parse_objects(body.get("refund_line_items"))
    ]
    return Signal("order.refunded", _require_order_gid(body, "order_id"), {"lines": lines})


def _require_order_gid(body: Json, field: str = "id") -> str:
    """Return the global id of an order. Raises `Malformed`."""
    gid = payload.global_id(body, BodyKind.ORDER, field)
    if gid is None:
        raise Malformed("the delivery has no order id")
    return gid

"""Orders as signals: ids, lines and totals, nothing of the person who ordered."""

from typing import Final

from platform_core.errors import Malformed
from platform_core.provider import Signal
from platform_core.providers import reading
from platform_core.providers._shopify import payload
from platform_core.providers._shopify.payload import About
from platform_core.providers.reading import Json

TOTALS: Final = ("total_price", "subtotal_price", "total_tax", "total_discounts", "currency")
_EVENTS: Final = {"orders/create": "order.placed"}


def placed(body: Json, topic: str) -> Signal:
    """An order, new or changed."""
    lines = [
        {
            "product_id": payload.gid(line, "Product", "product_id"),
            "variant_id": payload.gid(line, "ProductVariant", "variant_id"),
            "sku": reading.text(line.get("sku")),
            "quantity": reading.whole(line.get("quantity")),
            "price": reading.text(line.get("price")),
        }
        for line in reading.records(body.get("line_items"))
    ]
    totals = {name: reading.text(body.get(name)) for name in TOTALS}
    return Signal(_EVENTS.get(topic, "order.updated"), _order(body), {"lines": lines, **totals})


def edited(body: Json) -> Signal:
    """An order whose lines were changed afterwards; its new state follows as an update."""
    return Signal("order.updated", _order(reading.part(body.get("order_edit")), "order_id"))


def refunded(body: Json) -> Signal:
    lines = [
        {
            "line_item_id": reading.whole(line.get("line_item_id")),
            "quantity": reading.whole(line.get("quantity")),
            "subtotal": reading.text(line.get("subtotal")),
        }
        for line in reading.records(body.get("refund_line_items"))
    ]
    return Signal("order.refunded", _order(body, "order_id"), {"lines": lines})


def _order(body: Json, field: str = "id") -> str:
    found = payload.gid(body, About.ORDER, field)
    if found is None:
        raise Malformed("the delivery names no order")
    return found

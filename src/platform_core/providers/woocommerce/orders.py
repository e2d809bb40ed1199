"""Convert orders to signals with ids, lines and totals, without data of the customer."""

from typing import Final

from platform_core.provider import Signal
from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers.woocommerce import payload

ORDER: Final = "woocommerce:order:"
TOTALS: Final = ("total", "total_tax", "discount_total", "shipping_total", "currency")


def order_signal(body: Json, topic: str) -> Signal:
    """Return the signal of a new or changed order."""
    lines = [
        {
            "product_id": parsing.parse_integer(line.get("product_id")),
            "variation_id": parsing.parse_integer(line.get("variation_id")) or None,
            "sku": parsing.parse_text(line.get("sku")),
            "quantity": parsing.parse_integer(line.get("quantity")),
            "total": parsing.parse_text(line.get("total")),
        }
        for line in parsing.parse_objects(body.get("line_items"))
    ]
    totals = {name: parsing.parse_text(body.get(name)) for name in TOTALS}
    return Signal(
        _event_name(body, topic), ORDER + payload.require_id(body), {"lines": lines, **totals}
    )


def _event_name(body: Json, topic: str) -> str:
    """Return the name of the signal."""
    # A refund has no topic of its own: it arrives as an update of the order.
    if body.get("status") == "refunded":
        return "order.refunded"
    return "order.placed" if topic == "order.created" else "order.updated"

"""Orders as signals: ids, lines and totals, nothing of the person who ordered."""

from typing import Final

from platform_core.provider import Signal
from platform_core.providers import reading
from platform_core.providers.reading import Json
from platform_core.providers.woocommerce import payload

ORDER: Final = "woocommerce:order:"
TOTALS: Final = ("total", "total_tax", "discount_total", "shipping_total", "currency")


def signal(body: Json, topic: str) -> Signal:
    """An order, new or changed."""
    lines = [
        {
            "product_id": reading.whole(line.get("product_id")),
            "variation_id": reading.whole(line.get("variation_id")) or None,
            "sku": reading.text(line.get("sku")),
            "quantity": reading.whole(line.get("quantity")),
            "total": reading.text(line.get("total")),
        }
        for line in reading.records(body.get("line_items"))
    ]
    totals = {name: reading.text(body.get(name)) for name in TOTALS}
    return Signal(_event(body, topic), ORDER + payload.number(body), {"lines": lines, **totals})


def _event(body: Json, topic: str) -> str:
    if body.get("status") == "refunded":
        return "order.refunded"
    return "order.placed" if topic == "order.created" else "order.updated"

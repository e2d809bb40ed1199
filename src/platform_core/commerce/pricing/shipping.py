"""Shipping: the methods for a destination and a weight, and their price."""

from collections.abc import Iterable

from platform_core.commerce.pricing.model import (
    PricedItem,
    PriceRules,
    Refusal,
    RefusalReason,
    ShippingMethod,
)


def choose_method(
    rules: PriceRules, items: Iterable[PricedItem], country: str, name: str
) -> ShippingMethod | Refusal:
    """Return the method with a name, or the cheapest one for an empty name."""
    methods = [method for method in rules.shipping if country in method.countries]
    if not methods:
        return Refusal(RefusalReason.NOT_SHIPPED_TO, country)
    if name:
        methods = [method for method in methods if method.name == name]
        if not methods:
            return Refusal(RefusalReason.UNKNOWN_SHIPPING, name)
    weight = sum(item.weight * item.quantity for item in items)
    able = [one for one in methods if one.max_weight is None or weight <= one.max_weight]
    if not able:
        return Refusal(RefusalReason.TOO_HEAVY, str(weight))
    return min(able, key=lambda method: method.price)


def shipping_price(method: ShippingMethod, goods: int) -> int:
    """Return the price of a method for goods of this price after discounts."""
    is_free = method.free_from is not None and goods >= method.free_from
    return 0 if is_free else method.price

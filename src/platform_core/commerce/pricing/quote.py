"""Compute the price of a cart.

The order of the steps decides every cent: goods, the code's discount, spread over the lines, then
shipping, then the tax of each line. All sums are sums of lines, so they always add up.
"""

from collections.abc import Sequence
from datetime import datetime

from platform_core.commerce.pricing.model import (
    PricedItem,
    PriceRules,
    Promotion,
    PromotionKind,
    Quote,
    QuoteLine,
    Refusal,
    RefusalReason,
    RefusedQuote,
    ShippingLine,
    ShippingMethod,
    TaxRate,
)
from platform_core.commerce.pricing.promotions import check_code, goods_discount
from platform_core.commerce.pricing.shipping import choose_method, shipping_price
from platform_core.commerce.pricing.tax import added_tax, find_rate, included_tax
from platform_core.commerce.types import Destination
from platform_core.content.money import allocate


def quote(
    items: Sequence[PricedItem],
    rules: PriceRules,
    destination: Destination,
    now: datetime,
    *,
    promotion: Promotion | None = None,
    shipping: str = "",
) -> Quote | RefusedQuote:
    """Return the price of a cart, or every reason why it has none.

    `items` has one entry for each SKU. `shipping` names a method; the cheapest one is the default.
    """
    gross = [item.quantity * item.unit_price for item in items]
    method = choose_method(rules, items, destination.country, shipping)
    rates = [find_rate(rules.tax_rates, destination, item.tax_class) for item in items]
    refusals = [
        Refusal(RefusalReason.EMPTY) if not items else None,
        method if isinstance(method, Refusal) else None,
        check_code(promotion, sum(gross), now) if promotion else None,
        _check_rates(rates, method, rules, destination),
    ]
    found = tuple(dict.fromkeys(refusal for refusal in refusals if refusal is not None))
    if found or isinstance(method, Refusal):
        return RefusedQuote(found)
    discounts = allocate(goods_discount(promotion, sum(gross)), gross)
    lines = tuple(
        _make_line(item, discount, rate, rules)
        for item, discount, rate in zip(items, discounts, rates, strict=True)
        if rate is not None
    )
    ship = _make_shipping(method, sum(gross) - sum(discounts), promotion, rules, destination)
    return Quote(
        currency=rules.currency,
        lines=lines,
        shipping=ship,
        discount=sum(line.discount for line in lines) + ship.discount,
        tax=sum(line.tax for line in lines) + ship.tax,
        total=sum(line.total for line in lines) + ship.total,
    )


def _check_rates(
    rates: Sequence[TaxRate | None],
    method: ShippingMethod | Refusal,
    rules: PriceRules,
    destination: Destination,
) -> Refusal | None:
    """Return a refusal if a line or the shipping has no tax rate at the destination."""
    has_rates = None not in rates and (
        isinstance(method, Refusal)
        or find_rate(rules.tax_rates, destination, method.tax_class) is not None
    )
    return None if has_rates else Refusal(RefusalReason.NOT_SHIPPED_TO, destination.country)


def _make_line(item: PricedItem, discount: int, rate: TaxRate, rules: PriceRules) -> QuoteLine:
    tax, total = _tax(item.quantity * item.unit_price - discount, rate, rules)
    return QuoteLine(item.sku, item.title, item.quantity, item.unit_price, discount, tax, total)


def _make_shipping(
    method: ShippingMethod,
    goods: int,
    promotion: Promotion | None,
    rules: PriceRules,
    destination: Destination,
) -> ShippingLine:
    price = shipping_price(method, goods)
    is_free = promotion is not None and promotion.kind is PromotionKind.FREE_SHIPPING
    discount = price if is_free else 0
    rate = find_rate(rules.tax_rates, destination, method.tax_class)
    tax, total = _tax(price - discount, rate, rules) if rate else (0, price - discount)
    return ShippingLine(method.name, price, discount, tax, total)


def _tax(price: int, rate: TaxRate, rules: PriceRules) -> tuple[int, int]:
    """Return the tax of a price after discounts, and the amount to pay."""
    if rules.prices_include_tax:
        return included_tax(price, rate.percent), price
    tax = added_tax(price, rate.percent)
    return tax, price + tax

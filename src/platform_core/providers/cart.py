"""A cart that sells what another provider holds: what an item is called there, and costs.

Such a cart knows no variants of ours: each is an item of its own, with a code and a price of its
own, so that no price depends on what a visitor chooses in the page.
"""

from decimal import Decimal

from platform_core import money
from platform_core.content import ProductVariant, UnifiedContent


def code(product: UnifiedContent, variant: ProductVariant | None) -> str:
    """What tells the item from all others of the client, for as long as it is there."""
    return f"{product.id}#{variant.id}" if variant else product.id


def title(product: UnifiedContent, variant: ProductVariant | None) -> str:
    """What a visitor reads in the cart."""
    if variant is None or variant.title == product.title:
        return product.title
    return f"{product.title} ({variant.title})"


def price(product: UnifiedContent, variant: ProductVariant | None, currency: str) -> str | None:
    """The price as the page shows it; None where it has none in the cart's own currency.

    A cart takes a number for its own: 20 euros would be sold for 20 dollars.
    """
    cost = variant.price if variant else product.price
    if cost is None or cost.currency_code != currency:
        return None
    units = money.minor_units(cost.amount, currency)
    return format(Decimal(units).scaleb(-money.exponent(currency)), "f")

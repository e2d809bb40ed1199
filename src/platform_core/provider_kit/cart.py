"""Sell another provider's products in a cart: the code, title and price of each cart item.

Such a cart has no variants. Each variant is an item with its own code and price, so that no price
depends on a choice that the visitor's browser sends.
"""

from decimal import Decimal

from platform_core.content import money
from platform_core.content.model import ProductVariant, UnifiedContent


def item_code(product: UnifiedContent, variant: ProductVariant | None) -> str:
    """Return a code that identifies the item among all items of the client and never changes."""
    return f"{product.id}#{variant.id}" if variant else product.id


def item_title(product: UnifiedContent, variant: ProductVariant | None) -> str:
    """Return the title that the cart displays."""
    if variant is None or variant.title == product.title:
        return product.title
    return f"{product.title} ({variant.title})"


def item_price(
    product: UnifiedContent, variant: ProductVariant | None, currency: str
) -> str | None:
    """Return the price that the page displays, or None if it is in another currency.

    A cart reads each number in its own currency, so it would sell 20 euros for 20 dollars.
    """
    price = variant.price if variant else product.price
    if price is None or price.currency_code != currency:
        return None
    minor_units = money.to_minor_units(price.amount, currency)
    # Format the rounded amount, so that the cart charges exactly what the page displays.
    return format(Decimal(minor_units).scaleb(-money.currency_exponent(currency)), "f")

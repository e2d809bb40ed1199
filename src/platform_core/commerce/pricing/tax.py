"""Taxes: a rate by destination and class, rounded once for each line."""

from collections.abc import Iterable
from fractions import Fraction

from platform_core.commerce.pricing.model import TaxRate
from platform_core.commerce.types import Destination
from platform_core.content.money import round_half_up


def find_rate(rates: Iterable[TaxRate], destination: Destination, tax_class: str) -> TaxRate | None:
    """Return the rate of a class at a destination, the region's own before the country's."""
    fitting = [
        rate
        for rate in rates
        if rate.country == destination.country
        and rate.tax_class == tax_class
        and rate.region in {"", destination.region}
    ]
    return max(fitting, key=lambda rate: rate.region != "", default=None)


def included_tax(total: int, percent: Fraction) -> int:
    """Return the tax that a price with tax contains.

    >>> included_tax(1190, Fraction(19))
    190
    """
    return total - round_half_up(Fraction(total) / (1 + percent / 100))


def added_tax(net: int, percent: Fraction) -> int:
    """Return the tax of a price without tax.

    >>> added_tax(1000, Fraction(19))
    190
    """
    return round_half_up(net * percent / 100)

"""Convert money to integer minor units, which pages, carts and comparisons share."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

_EXPONENTS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
"""ISO 4217: the currencies that do not have two decimals."""
_EXPONENT_BY_CURRENCY: Final = {
    code: n for n, codes in _EXPONENTS.items() for code in codes.split()
}


def currency_exponent(currency: str) -> int:
    """Return the number of decimals of a currency."""
    return _EXPONENT_BY_CURRENCY.get(currency, 2)


def to_minor_units(amount: Decimal, currency: str) -> int:
    """Convert an amount to minor units. Half a unit is rounded up.

    >>> to_minor_units(Decimal("19.99"), "USD"), to_minor_units(Decimal("1500"), "JPY")
    (1999, 1500)
    """
    # `scaleb` shifts the decimal exponent exactly. A float would turn 19.99 into 1998.
    return int(amount.scaleb(currency_exponent(currency)).to_integral_value(ROUND_HALF_UP))

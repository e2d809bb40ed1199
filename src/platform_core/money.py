"""Money as whole minor units: what a page, a cart and a comparison can rely on."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

_EXPONENTS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
"""ISO 4217: the currencies that have no two decimals."""
_EXPONENT_OF: Final = {code: n for n, codes in _EXPONENTS.items() for code in codes.split()}


def exponent(currency: str) -> int:
    """How many decimals a currency has."""
    return _EXPONENT_OF.get(currency, 2)


def minor_units(amount: Decimal, currency: str) -> int:
    """An amount of major units in minor units, half a unit rounded up.

    >>> minor_units(Decimal("19.99"), "USD"), minor_units(Decimal("1500"), "JPY")
    (1999, 1500)
    """
    return int(amount.scaleb(exponent(currency)).to_integral_value(ROUND_HALF_UP))

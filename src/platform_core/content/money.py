"""Convert money to integer minor units, which pages, carts and comparisons share."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
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


def round_half_up(amount: Fraction) -> int:
    """Round an exact amount to whole units. Half a unit is rounded away from zero.

    >>> round_half_up(Fraction(5, 2)), round_half_up(Fraction(-5, 2))
    (3, -3)
    """
    magnitude = (2 * abs(amount.numerator) + amount.denominator) // (2 * amount.denominator)
    return magnitude if amount >= 0 else -magnitude


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split a total in proportion to weights, without a remainder.

    Each part is rounded down, and the units that are left go to the largest remainders. `weights`
    are not negative, and one of them is positive unless the total is 0. No part is larger than its
    weight if the total is not larger than their sum.

    >>> allocate(100, [1, 1, 1])
    [34, 33, 33]
    """
    whole = sum(weights)
    if not whole:
        if total:
            raise ValueError(f"{total} cannot be split by weights of 0")
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    left = total - sum(parts)
    # On a tie the earlier part wins, so that the result depends on the arguments only.
    order = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in order[:left]:
        parts[at] += 1
    return parts

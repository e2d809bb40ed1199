"""The amount of a refund of some units of a line."""

from fractions import Fraction

from platform_core.content.money import round_half_up


def refund_amount(total: int, quantity: int, before: int, units: int) -> int:
    """Return the refund of `units` of a line, of which `before` units were refunded earlier.

    `total` is the amount that was paid for the line's `quantity`. However a line is refunded, the
    parts add up to its total. Raises `ValueError` for more units than are left.

    >>> [refund_amount(1000, 3, before, 1) for before in range(3)]
    [333, 334, 333]
    """
    if units < 1 or before < 0 or before + units > quantity:
        raise ValueError(f"cannot refund {units} of {quantity} units after {before}")

    def share(count: int) -> int:
        return round_half_up(Fraction(total * count, quantity))

    return share(before + units) - share(before)

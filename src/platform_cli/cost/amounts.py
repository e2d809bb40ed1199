"""Uncertain amounts: a low, an expected and a high value."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Self

CENT: Final = Decimal("0.01")
ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Range:
    """Three estimates of one amount in ascending order: dollars per month, or a quantity."""

    low: Decimal
    expected: Decimal
    high: Decimal

    @classmethod
    def exactly(cls, amount: Decimal) -> Self:
        return cls(amount, amount, amount)

    def __iter__(self) -> Iterator[Decimal]:
        return iter((self.low, self.expected, self.high))

    def __add__(self, other: "Range") -> "Range":
        return Range(self.low + other.low, self.expected + other.expected, self.high + other.high)

    def __mul__(self, factor: int | Decimal) -> "Range":
        return Range(self.low * factor, self.expected * factor, self.high * factor)

    def map(self, change: Callable[[Decimal], Decimal]) -> "Range":
        """Apply a function to all three values; it must not decrease as its argument rises."""
        return Range(change(self.low), change(self.expected), change(self.high))


def round_to_cents(amount: Decimal) -> Decimal:
    """Round half up, for display only: no calculation uses a rounded amount.

    >>> round_to_cents(Decimal("1.005"))
    Decimal('1.01')
    """
    return amount.quantize(CENT, ROUND_HALF_UP)

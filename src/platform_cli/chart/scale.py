"""Scales: map figures to positions on an axis."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

ROUND_STEPS: Final = (1, 2, Decimal("2.5"), 5, 10)
"""Round step sizes, multiplied by a power of ten."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale that starts and ends at a tick."""

    low: Decimal
    high: Decimal
    step: Decimal

    def __call__(self, value: Decimal) -> float:
        """Return the position of a value between 0 and 1."""
        return float((value - self.low) / (self.high - self.low))

    @property
    def ticks(self) -> list[Decimal]:
        return [
            self.low + self.step * n for n in range(int((self.high - self.low) / self.step) + 1)
        ]


def fit_scale(values: Iterable[Decimal], *, steps: int, from_zero: bool = True) -> Scale:
    """Create the shortest scale with about `steps` round steps that includes all values."""
    figures = [*values, *([Decimal(0)] if from_zero else [])] or [Decimal(0)]
    low, high = min(figures), max(figures)
    span = (high - low) or abs(high) or Decimal(1)
    rough = span / steps
    unit = Decimal(1).scaleb(rough.adjusted())
    step = next(unit * n for n in ROUND_STEPS if unit * n >= rough)
    bottom = (low / step).to_integral_value(ROUND_FLOOR) * step
    top = (high / step).to_integral_value(ROUND_CEILING) * step
    return Scale(bottom, max(top, bottom + step), step)

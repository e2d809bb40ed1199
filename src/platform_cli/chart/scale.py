"""Scales: map figures to positions on an axis and format the tick labels."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final, NamedTuple

from platform_cli.screen import printable

Formatter = Callable[[Decimal], str]
"""A function that formats a figure."""
Series = Mapping[str, Sequence[tuple[Decimal, Decimal]]]
"""Points (x, y) of curves by name, connected by straight lines."""

ROUND_STEPS: Final = (1, 2, Decimal("2.5"), 5, 10)
"""Round step sizes, multiplied by a power of ten."""
UNIT_SUFFIXES: Final = ((10**9, "G"), (10**6, "M"), (10**3, "k"))


class Point(NamedTuple):
    """A point of a scatter plot."""

    label: str
    x: Decimal
    y: Decimal
    best: bool = False
    """Whether no other point is better in both dimensions. The chart names these points."""


def best_points(points: Iterable[Point]) -> list[Point]:
    """Return the best points, sorted by x."""
    return sorted((point for point in points if point.best), key=lambda point: (point.x, point.y))


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


def format_ticks(ticks: Sequence[Decimal], formatter: Formatter) -> list[str]:
    """Format the tick labels; omits the cents if all values are whole."""
    texts = [formatter(tick) for tick in ticks]
    whole = all("." not in text or text.endswith(".00") for text in texts)
    return [text.removesuffix(".00") if whole else text for text in texts]


def exact_formatter(formatter: Formatter) -> Formatter:
    """Return the unabbreviated variant of an axis formatter, for single figures."""
    return format_number if formatter is format_count else formatter


def format_number(amount: Decimal) -> str:
    """Format a number with at most two decimals.

    >>> format_number(Decimal(1950)), format_number(Decimal("0.50"))
    ('1,950', '0.5')
    """
    text = f"{amount:,.2f}"
    return text.rstrip("0").rstrip(".")


def clean_label(text: str) -> str:
    """Put a label on one line and escape characters unsafe in a terminal or XML."""
    return " ".join(printable(text).split())


def format_dollars(amount: Decimal) -> str:
    """Format an amount in dollars; omits the cents of whole amounts from $1,000.

    >>> format_dollars(Decimal("4.488")), format_dollars(Decimal(1200))
    ('$4.49', '$1,200')
    """
    return f"${amount:,.0f}" if abs(amount) >= 1000 and amount % 1 == 0 else f"${amount:,.2f}"


def format_count(amount: Decimal) -> str:
    """Format a count, abbreviated for an axis.

    >>> format_count(Decimal(50000)), format_count(Decimal("0.50"))
    ('50k', '0.5')
    """
    for size, name in UNIT_SUFFIXES:
        if abs(amount) >= size:
            return f"{format_number(amount / size)}{name}"
    return format_number(amount)

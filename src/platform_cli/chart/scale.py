"""From figures to places on an axis, and how a figure is written beside it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final, NamedTuple

from platform_cli.screen import printable

Show = Callable[[Decimal], str]
"""How a figure is written."""
Series = Mapping[str, Sequence[tuple[Decimal, Decimal]]]
"""Curves by name: (x, y), joined by straight lines."""

STEPS: Final = (1, 2, Decimal("2.5"), 5, 10)
"""What people count in, times a power of ten."""
BIG: Final = ((10**9, "G"), (10**6, "M"), (10**3, "k"))


class Point(NamedTuple):
    """One of a scatter."""

    label: str
    x: Decimal
    y: Decimal
    best: bool = False
    """On the front: named in the chart, where the others are only dots."""


def front(points: Iterable[Point]) -> list[Point]:
    """The best points, by x."""
    return sorted((point for point in points if point.best), key=lambda each: (each.x, each.y))


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis that begins and ends at a tick."""

    low: Decimal
    high: Decimal
    step: Decimal

    def __call__(self, value: Decimal) -> float:
        """Where a value stands, from 0 to 1."""
        return float((value - self.low) / (self.high - self.low))

    @property
    def ticks(self) -> list[Decimal]:
        return [
            self.low + self.step * n for n in range(int((self.high - self.low) / self.step) + 1)
        ]


def fit(values: Iterable[Decimal], *, steps: int, from_zero: bool = True) -> Scale:
    """The shortest axis of round steps that holds all values, in about so many steps."""
    held = [*values, *([Decimal(0)] if from_zero else [])] or [Decimal(0)]
    low, high = min(held), max(held)
    span = (high - low) or abs(high) or Decimal(1)
    rough = span / steps
    unit = Decimal(1).scaleb(rough.adjusted())
    step = next(unit * n for n in STEPS if unit * n >= rough)
    bottom = (low / step).to_integral_value(ROUND_FLOOR) * step
    top = (high / step).to_integral_value(ROUND_CEILING) * step
    return Scale(bottom, max(top, bottom + step), step)


def written(ticks: Sequence[Decimal], show: Show) -> list[str]:
    """The figures beside an axis: without cents where all are whole."""
    texts = [show(tick) for tick in ticks]
    whole = all("." not in text or text.endswith(".00") for text in texts)
    return [text.removesuffix(".00") if whole else text for text in texts]


def exact(show: Show) -> Show:
    """How a single figure is written, of an axis that is written so."""
    return number if show is count else show


def number(amount: Decimal) -> str:
    """In full, to two decimals at most.

    >>> number(Decimal(1950)), number(Decimal("0.50"))
    ('1,950', '0.5')
    """
    text = f"{amount:,.2f}"
    return text.rstrip("0").rstrip(".")


def one_line(text: str) -> str:
    """A label that neither breaks a line nor steers a terminal, and that XML can hold."""
    return " ".join(printable(text).split())


def dollars(amount: Decimal) -> str:
    """To the cent; whole thousands without.

    >>> dollars(Decimal("4.488")), dollars(Decimal(1200)), dollars(Decimal("0.001"))
    ('$4.49', '$1,200', '$0.00')
    """
    return f"${amount:,.0f}" if abs(amount) >= 1000 and amount % 1 == 0 else f"${amount:,.2f}"


def count(amount: Decimal) -> str:
    """A number of things, short enough for an axis.

    >>> count(Decimal(50000)), count(Decimal("2500000")), count(Decimal("0.50"))
    ('50k', '2.5M', '0.5')
    """
    for size, name in BIG:
        if abs(amount) >= size:
            return f"{number(amount / size)}{name}"
    return number(amount)

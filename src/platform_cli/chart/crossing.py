"""Where two curves cross: a break-even point, reckoned and not read off."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, pairwise
from typing import NamedTuple

from platform_cli.chart.scale import Series, Show, exact

Points = Sequence[tuple[Decimal, Decimal]]


class Crossing(NamedTuple):
    """From here on the one is above the other."""

    x: Decimal
    y: Decimal
    rising: str
    falling: str


def in_order(series: Series) -> dict[str, list[tuple[Decimal, Decimal]]]:
    """Each curve's points by x; a curve without any is left out."""
    return {name: sorted(points) for name, points in series.items() if points}


def crossings(series: Series) -> list[Crossing]:
    """Each place where one curve passes another, by x; a mere touch is none.

    The points are in order.
    """
    return sorted(
        Crossing(x, at(one, x), *((first, second) if rises else (second, first)))
        for (first, one), (second, other) in combinations(series.items(), 2)
        for x, rises in _passes(one, other)
    )


def told_of(crossing: Crossing, x: str, x_as: Show, y_as: Show) -> str:
    """A crossing in words; `x` says what is counted along the axis."""
    where = f"{exact(x_as)(crossing.x)} {x}"
    return f"{crossing.rising} passes {crossing.falling} at {where}: {exact(y_as)(crossing.y)}"


def at(points: Points, x: Decimal) -> Decimal:
    """The height of a curve, whose points are in order, at an x within them."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 <= x <= x1 and x0 < x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return next(y for known, y in reversed(points) if known == x)


def _passes(one: Points, other: Points) -> Iterator[tuple[Decimal, bool]]:
    """(x, whether `one` comes to lie above), wherever the difference changes its sign."""
    begin, end = max(one[0][0], other[0][0]), min(one[-1][0], other[-1][0])
    places = sorted({x for x, _ in (*one, *other) if begin <= x <= end})
    before: tuple[Decimal, Decimal] | None = None
    touch: Decimal | None = None
    for x in places:
        ahead = at(one, x) - at(other, x)
        if not ahead:
            touch = x if touch is None else touch
            continue
        if before and (before[1] > 0) != (ahead > 0):
            x0, lead = before
            yield (x0 + (x - x0) * lead / (lead - ahead) if touch is None else touch), ahead > 0
        before, touch = (x, ahead), None

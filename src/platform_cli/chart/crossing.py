"""Calculate where two curves cross, such as a break-even point."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, pairwise
from typing import NamedTuple

from platform_cli.chart.formats import Formatter, exact_formatter
from platform_cli.chart.points import Series

Points = Sequence[tuple[Decimal, Decimal]]


class Crossing(NamedTuple):
    """The point from which the curve `rising` is above the curve `falling`."""

    x: Decimal
    y: Decimal
    rising: str
    falling: str


def sort_by_x(series: Series) -> dict[str, list[tuple[Decimal, Decimal]]]:
    """Sort the points of every curve by x; omits empty curves."""
    return {name: sorted(points) for name, points in series.items() if points}


def find_crossings(series: Series) -> list[Crossing]:
    """Find the points where one curve passes another, sorted by x.

    Curves that only touch do not cross. The points of each curve must be sorted by x.
    """
    return sorted(
        Crossing(x, interpolate(points, x), *((name, other_name) if rises else (other_name, name)))
        for (name, points), (other_name, other_points) in combinations(series.items(), 2)
        for x, rises in _find_sign_changes(points, other_points)
    )


def describe_crossing(
    crossing: Crossing, x_name: str, format_x: Formatter, format_y: Formatter
) -> str:
    """Describe a crossing in a sentence; `x_name` is the unit of the x axis."""
    position = f"{exact_formatter(format_x)(crossing.x)} {x_name}"
    height = exact_formatter(format_y)(crossing.y)
    return f"{crossing.rising} passes {crossing.falling} at {position}: {height}"


def interpolate(points: Points, x: Decimal) -> Decimal:
    """Interpolate the height of a curve at `x`. The points must be sorted by x and enclose it."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 <= x <= x1 and x0 < x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    # Two points with the same x form a vertical step: use the height after the step.
    return next(y for point_x, y in reversed(points) if point_x == x)


def _find_sign_changes(first: Points, second: Points) -> Iterator[tuple[Decimal, bool]]:
    """Yield (x, rises) at every sign change of the difference between two curves.

    `rises` is true if the first curve is above the second one after x.
    """
    start, end = max(first[0][0], second[0][0]), min(first[-1][0], second[-1][0])
    positions = sorted({x for x, _ in (*first, *second) if start <= x <= end})
    previous: tuple[Decimal, Decimal] | None = None
    first_touch: Decimal | None = None
    for x in positions:
        difference = interpolate(first, x) - interpolate(second, x)
        if not difference:
            # The curves may share a whole segment. The crossing is at its start.
            first_touch = x if first_touch is None else first_touch
            continue
        if previous and (previous[1] > 0) != (difference > 0):
            x0, difference0 = previous
            crossing_x = x0 + (x - x0) * difference0 / (difference0 - difference)
            yield (crossing_x if first_touch is None else first_touch), difference > 0
        previous, first_touch = (x, difference), None

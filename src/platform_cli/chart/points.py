"""The points of curves and scatter plots."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

Series = Mapping[str, Sequence[tuple[Decimal, Decimal]]]
"""Points (x, y) of curves by name, connected by straight lines."""


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

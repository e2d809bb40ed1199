"""Two axes in a terminal, and what is drawn between them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from platform_cli.chart.crossing import Points, at
from platform_cli.chart.grid import Grid, Look
from platform_cli.chart.scale import Show, fit, written

DASHES: Final = ("1", "11111000", "1100", "1111110010")
"""How the dots of the first, second ... curve follow each other: told apart without colour."""
LEAST: Final = 8
"""Columns of the smallest plot; a narrower terminal folds it."""
SAMPLE: Final = 5
"""Columns of a line in the legend; no dash ends in a gap there."""
COLUMNS_A_STEP, ROWS_A_STEP = 12, 4


class Rules(NamedTuple):
    """What the axes are made of."""

    side: str
    side_tick: str
    corner: str
    foot: str
    foot_tick: str


RULES: Final = {True: Rules(*"│┤└─┬"), False: Rules(*"||+-+")}
"""By whether the terminal shows more than ASCII."""


class Plot:
    """The figures in `xs` and `ys` find room; `height` counts the rows between the axes."""

    def __init__(
        self,
        xs: Sequence[Decimal],
        ys: Sequence[Decimal],
        width: int,
        height: int,
        shows: tuple[Show, Show],
        look: Look,
        *,
        from_zero: bool = True,
    ) -> None:
        x_as, y_as = shows
        self._ys = fit(ys, steps=max(height // ROWS_A_STEP, 2), from_zero=from_zero)
        self._sides = written(self._ys.ticks, y_as)
        self._margin = max(map(len, self._sides))
        columns = max(width - self._margin - 2, LEAST)
        self._xs = fit(xs, steps=max(columns // COLUMNS_A_STEP, 2), from_zero=False)
        self._feet = written(self._xs.ticks, x_as)
        self._grid = Grid(columns, height, look)
        self._look = look

    def draw(self, points: Points, number: int) -> None:
        """A curve through these points, which are in order."""
        for x, y in points:
            self._grid.dot(self._column(x), self._row(y), number)
        (first, _), (last, _) = points[0], points[-1]
        dashes = DASHES[number % len(DASHES)] if self._look.unicode else "1"
        before: int | None = None
        for column in range(self._column(first), self._column(last) + 1):
            x = min(max(self._value(column), first), last)
            row = self._row(at(points, x))
            if dashes[column % len(dashes)] == "1":
                for each in _between(row if before is None else before, row):
                    self._grid.dot(column, each, number)
            before = row

    def mark(self, x: Decimal, y: Decimal, char: str, owner: int | None = None) -> None:
        self._grid.mark(self._column(x), self._row(y), char, owner)

    def lines(self, x: str, y: str) -> list[str]:
        """The whole plot, with the names of its axes."""
        rules = RULES[self._look.unicode]
        marks = {
            self._row(tick) // self._grid.down: text
            for tick, text in zip(self._ys.ticks, self._sides, strict=True)
        }
        rows = [
            marks.get(row, "").rjust(self._margin)
            + (f" {rules.side_tick}" if row in marks else f" {rules.side}")
            + line
            for row, line in enumerate(self._grid.lines())
        ]
        indent = " " * (self._margin + 1)
        width = self._margin + 2 + self._grid.columns
        name = self._look.cut(x, width)
        return [
            self._look.cut(y, width),
            *rows,
            f"{indent}{rules.corner}{self._rule()}",
            f"{indent} {self._foot()}",
            f"{indent} {name.rjust(self._grid.columns)}",
        ]

    def _rule(self) -> str:
        rules = RULES[self._look.unicode]
        marks = {self._column(tick) // self._grid.across for tick in self._xs.ticks}
        return "".join(
            rules.foot_tick if column in marks else rules.foot
            for column in range(self._grid.columns)
        )

    def _foot(self) -> str:
        """The ticks' figures, each below its tick where the one before leaves room."""
        line = ""
        for tick, text in zip(self._xs.ticks, self._feet, strict=True):
            middle = self._column(tick) // self._grid.across - len(text) // 2
            start = max(min(middle, self._grid.columns - len(text)), 0)
            if not line or start > len(line):
                line = line.ljust(start) + text
        return line

    def _column(self, x: Decimal) -> int:
        return round(self._xs(x) * (self._grid.width - 1))

    def _row(self, y: Decimal) -> int:
        return round((1 - self._ys(y)) * (self._grid.height - 1))

    def _value(self, column: int) -> Decimal:
        span: Decimal = self._xs.high - self._xs.low
        return self._xs.low + span * column / (self._grid.width - 1)


def sample(number: int, look: Look) -> str:
    """A piece of the line of the first, second ... curve, inked as it is in the plot."""
    grid = Grid(SAMPLE, 1, look)
    dashes = DASHES[number % len(DASHES)] if look.unicode else "1"
    for column in range(grid.width):
        if dashes[column % len(dashes)] == "1":
            grid.dot(column, grid.height // 2, number)
    return grid.lines()[0]


def _between(before: int, row: int) -> range:
    """The rows that join one column's dot to the next one's."""
    if row > before:
        return range(before + 1, row + 1)
    return range(row, before) if row < before else range(row, row + 1)

"""Axes and plot area of a chart in a terminal."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from platform_cli.chart.crossing import Points, interpolate
from platform_cli.chart.formats import Formatter, format_ticks
from platform_cli.chart.grid import Grid, TerminalStyle
from platform_cli.chart.scale import fit_scale

DASH_PATTERNS: Final = ("1", "11111000", "1100", "1111110010")
"""Dash patterns, which distinguish the curves without colour."""
MIN_COLUMNS: Final = 8
"""Minimum width of a plot in columns. A narrower terminal wraps the lines."""
SAMPLE_COLUMNS: Final = 5
"""Width of a line sample in the legend; no dash pattern ends with a gap at this width."""
COLUMNS_PER_TICK, ROWS_PER_TICK = 12, 4


class AxisCharacters(NamedTuple):
    """Characters that draw the axes."""

    side: str
    side_tick: str
    corner: str
    foot: str
    foot_tick: str


AXIS_CHARACTERS: Final = {True: AxisCharacters(*"│┤└─┬"), False: AxisCharacters(*"||+-+")}
"""Axis characters by Unicode support of the terminal."""


class Plot:
    """A plot that fits the figures in `xs` and `ys`; `size` is its columns and rows."""

    def __init__(
        self,
        xs: Sequence[Decimal],
        ys: Sequence[Decimal],
        size: tuple[int, int],
        formatters: tuple[Formatter, Formatter],
        style: TerminalStyle,
        *,
        from_zero: bool = True,
    ) -> None:
        width, height = size
        format_x, format_y = formatters
        self._y_scale = fit_scale(ys, steps=max(height // ROWS_PER_TICK, 2), from_zero=from_zero)
        self._y_labels = format_ticks(self._y_scale.ticks, format_y)
        self._margin = max(map(len, self._y_labels))
        columns = max(width - self._margin - 2, MIN_COLUMNS)
        self._x_scale = fit_scale(xs, steps=max(columns // COLUMNS_PER_TICK, 2), from_zero=False)
        self._x_labels = format_ticks(self._x_scale.ticks, format_x)
        self._grid = Grid(columns, height, style)
        self._style = style

    def draw_curve(self, points: Points, number: int) -> None:
        """Draw a curve through points sorted by x."""
        for x, y in points:
            self._grid.draw_dot(self._column_of(x), self._row_of(y), number)
        (first, _), (last, _) = points[0], points[-1]
        dashes = DASH_PATTERNS[number % len(DASH_PATTERNS)] if self._style.unicode else "1"
        previous_row: int | None = None
        for column in range(self._column_of(first), self._column_of(last) + 1):
            x = min(max(self._value_at(column), first), last)
            row = self._row_of(interpolate(points, x))
            if dashes[column % len(dashes)] == "1":
                for dot_row in _rows_between(row if previous_row is None else previous_row, row):
                    self._grid.draw_dot(column, dot_row, number)
            previous_row = row

    def draw_mark(self, x: Decimal, y: Decimal, char: str, series: int | None = None) -> None:
        self._grid.draw_mark(self._column_of(x), self._row_of(y), char, series)

    def render(self, x_name: str, y_name: str) -> list[str]:
        """Render the plot with the names of its axes."""
        rules = AXIS_CHARACTERS[self._style.unicode]
        marks = {
            self._row_of(tick) // self._grid.dots_down: text
            for tick, text in zip(self._y_scale.ticks, self._y_labels, strict=True)
        }
        rows = [
            marks.get(row, "").rjust(self._margin)
            + (f" {rules.side_tick}" if row in marks else f" {rules.side}")
            + line
            for row, line in enumerate(self._grid.render())
        ]
        indent = " " * (self._margin + 1)
        width = self._margin + 2 + self._grid.columns
        name = self._style.truncate(x_name, width)
        return [
            self._style.truncate(y_name, width),
            *rows,
            f"{indent}{rules.corner}{self._render_x_axis()}",
            f"{indent} {self._render_x_labels()}",
            f"{indent} {name.rjust(self._grid.columns)}",
        ]

    def _render_x_axis(self) -> str:
        rules = AXIS_CHARACTERS[self._style.unicode]
        marks = {self._column_of(tick) // self._grid.dots_across for tick in self._x_scale.ticks}
        return "".join(
            rules.foot_tick if column in marks else rules.foot
            for column in range(self._grid.columns)
        )

    def _render_x_labels(self) -> str:
        """Render the tick labels; skips a label that would overlap the previous one."""
        line = ""
        for tick, text in zip(self._x_scale.ticks, self._x_labels, strict=True):
            middle = self._column_of(tick) // self._grid.dots_across - len(text) // 2
            start = max(min(middle, self._grid.columns - len(text)), 0)
            if not line or start > len(line):
                line = line.ljust(start) + text
        return line

    def _column_of(self, x: Decimal) -> int:
        return round(self._x_scale(x) * (self._grid.width - 1))

    def _row_of(self, y: Decimal) -> int:
        return round((1 - self._y_scale(y)) * (self._grid.height - 1))

    def _value_at(self, column: int) -> Decimal:
        span: Decimal = self._x_scale.high - self._x_scale.low
        return self._x_scale.low + span * column / (self._grid.width - 1)


def render_legend_line_sample(number: int, style: TerminalStyle) -> str:
    """Render a line sample for the legend, in the style of the curve."""
    grid = Grid(SAMPLE_COLUMNS, 1, style)
    dashes = DASH_PATTERNS[number % len(DASH_PATTERNS)] if style.unicode else "1"
    for column in range(grid.width):
        if dashes[column % len(dashes)] == "1":
            grid.draw_dot(column, grid.height // 2, number)
    return grid.render()[0]


def _rows_between(previous_row: int, row: int) -> range:
    """Return the rows that connect the dots of two adjacent columns."""
    if row > previous_row:
        return range(previous_row + 1, row + 1)
    return range(row, previous_row) if row < previous_row else range(row, row + 1)

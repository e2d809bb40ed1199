"""The axes of an SVG chart and the conversion of figures to pixels."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from platform_cli.chart.drawing import Drawing, clip_to_width, fill_class, text_width
from platform_cli.chart.formats import Formatter, format_ticks
from platform_cli.chart.scale import fit_scale

WIDTH: Final = 760
MARGIN: Final = 24
"""Empty space at the sides of a picture."""
TOP: Final = 84
PLOT_HEIGHT: Final = 288
"""Height of the plot area."""
FOOTER_HEIGHT: Final = 60
"""Height of the tick labels and the axis name below the plot."""
LINE_HEIGHT: Final = 22
"""Height of a line of text in the legend."""
MAX_NAME_WIDTH: Final = 150
"""Maximum width of the curve names at the right."""
GAP: Final = 10
MIN_NAME_DISTANCE: Final = 18
"""Minimum vertical distance between two curve names."""
TICKS: Final = 6


class Frame:
    """Axes that fit the figures in `xs` and `ys`, with space for curve names at the right."""

    def __init__(
        self,
        xs: Sequence[Decimal],
        ys: Sequence[Decimal],
        formatters: tuple[Formatter, Formatter],
        *,
        names: Sequence[str] = (),
        from_zero: bool = True,
    ) -> None:
        self._x_scale = fit_scale(xs, steps=TICKS, from_zero=False)
        self._y_scale = fit_scale(ys, steps=TICKS, from_zero=from_zero)
        self._x_labels, self._y_labels = (
            format_ticks(scale.ticks, formatter)
            for scale, formatter in zip((self._x_scale, self._y_scale), formatters, strict=True)
        )
        self._names = names
        name_width = min(max(map(text_width, names), default=0), MAX_NAME_WIDTH)
        self.left = MARGIN + max(map(text_width, self._y_labels)) + GAP
        self.right = WIDTH - MARGIN - max(name_width + GAP, text_width(self._x_labels[-1]) / 2)
        self.bottom = TOP + PLOT_HEIGHT

    def total_height(self, rows: int) -> int:
        """Return the height of the picture with `rows` lines of text below the plot."""
        return self.bottom + FOOTER_HEIGHT + (rows * LINE_HEIGHT + GAP if rows else 0)

    def legend_line_y(self, row: int) -> float:
        """Return the vertical middle of a line of text below the plot, counted from 0."""
        return self.bottom + FOOTER_HEIGHT + GAP + row * LINE_HEIGHT

    def to_pixels(self, x: Decimal, y: Decimal) -> tuple[float, float]:
        across = self.left + self._x_scale(x) * (self.right - self.left)
        return across, self.bottom - self._y_scale(y) * PLOT_HEIGHT

    def draw_axes(self, drawing: Drawing, x: str, y: str) -> None:
        """Draw both axes with ticks, tick labels and names."""
        drawing.add_label("soft", MARGIN, TOP - 26, clip_to_width(y, WIDTH / 2))
        for tick, text in zip(self._y_scale.ticks, self._y_labels, strict=True):
            _, height = self.to_pixels(self._x_scale.low, tick)
            kind = "rule" if tick != self._y_scale.low else "axis"
            drawing.add_line(kind, self.left, height, self.right, height)
            drawing.add_label("soft", self.left - GAP, height, text, "end")
        for tick, text in zip(self._x_scale.ticks, self._x_labels, strict=True):
            across, _ = self.to_pixels(tick, self._y_scale.low)
            drawing.add_line("axis", across, self.bottom, across, self.bottom + 5)
            drawing.add_label("soft", across, self.bottom + 17, text, "middle")
        drawing.add_label("soft", self.right, self.bottom + 38, clip_to_width(x, WIDTH / 2), "end")

    def draw_drop_line(self, drawing: Drawing, x: Decimal, y: Decimal) -> None:
        """Draw a vertical line from a point down to the x axis."""
        across, height = self.to_pixels(x, y)
        drawing.add_line("axis drop", across, height, across, self.bottom)

    def draw_names(self, drawing: Drawing, ends: Sequence[tuple[Decimal, Decimal]]) -> None:
        """Draw the name of every curve beside its end; moves names that would overlap."""
        preferred = [self.to_pixels(x, y)[1] for x, y in ends]
        for number, height in enumerate(_spread_apart(preferred, self.bottom)):
            text = clip_to_width(self._names[number], MAX_NAME_WIDTH)
            drawing.add_label(fill_class(number), self.right + GAP, height, text)


def _spread_apart(preferred: Sequence[float], lowest: float) -> list[float]:
    """Move heights up until no two names overlap and none is below `lowest`."""
    order = sorted(range(len(preferred)), key=lambda number: (preferred[number], number))
    heights = dict.fromkeys(order, 0.0)
    limit = lowest
    for number in reversed(order):
        heights[number] = min(preferred[number], limit)
        limit = heights[number] - MIN_NAME_DISTANCE
    return [heights[number] for number in range(len(preferred))]

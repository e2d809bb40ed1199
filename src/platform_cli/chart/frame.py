"""Two axes in a picture, and where a figure stands between them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from platform_cli.chart.drawing import Drawing, clip, ink, wide
from platform_cli.chart.scale import Show, fit, written

WIDTH: Final = 760
EDGE: Final = 24
"""Left free at the sides of a picture."""
TOP: Final = 84
PLOT: Final = 288
"""Height of what lies between the axes."""
FOOT: Final = 60
"""Height of the figures and the name below it."""
LINE: Final = 22
"""Height of a line of text below them."""
NAMES: Final = 150
"""What the names at the ends of curves may take at most."""
GAP: Final = 10
NEAREST: Final = 18
"""Of two names, one below the other."""
STEPS: Final = 6


class Frame:
    """The figures in `xs` and `ys` find room, and at the right the `names` of curves."""

    def __init__(
        self,
        xs: Sequence[Decimal],
        ys: Sequence[Decimal],
        shows: tuple[Show, Show],
        *,
        names: Sequence[str] = (),
        from_zero: bool = True,
    ) -> None:
        self._xs = fit(xs, steps=STEPS, from_zero=False)
        self._ys = fit(ys, steps=STEPS, from_zero=from_zero)
        self._feet, self._sides = (
            written(scale.ticks, show)
            for scale, show in zip((self._xs, self._ys), shows, strict=True)
        )
        self._names = names
        beside = min(max(map(wide, names), default=0), NAMES)
        self.left = EDGE + max(map(wide, self._sides)) + GAP
        self.right = WIDTH - EDGE - max(beside + GAP, wide(self._feet[-1]) / 2)
        self.bottom = TOP + PLOT

    def height(self, rows: int) -> int:
        """Of the whole picture, with so many lines of text below."""
        return self.bottom + FOOT + (rows * LINE + GAP if rows else 0)

    def below(self, row: int) -> float:
        """The middle of a line of text; the first is 0."""
        return self.bottom + FOOT + GAP + row * LINE

    def place(self, x: Decimal, y: Decimal) -> tuple[float, float]:
        across = self.left + self._xs(x) * (self.right - self.left)
        return across, self.bottom - self._ys(y) * PLOT

    def axes(self, drawing: Drawing, x: str, y: str) -> None:
        """Ticks, their figures, and what they count."""
        drawing.label("soft", EDGE, TOP - 26, clip(y, WIDTH / 2))
        for tick, text in zip(self._ys.ticks, self._sides, strict=True):
            _, height = self.place(self._xs.low, tick)
            kind = "rule" if tick != self._ys.low else "axis"
            drawing.line(kind, self.left, height, self.right, height)
            drawing.label("soft", self.left - GAP, height, text, "end")
        for tick, text in zip(self._xs.ticks, self._feet, strict=True):
            across, _ = self.place(tick, self._ys.low)
            drawing.line("axis", across, self.bottom, across, self.bottom + 5)
            drawing.label("soft", across, self.bottom + 17, text, "middle")
        drawing.label("soft", self.right, self.bottom + 38, clip(x, WIDTH / 2), "end")

    def drop(self, drawing: Drawing, x: Decimal, y: Decimal) -> None:
        """A line from a place down to the axis."""
        across, height = self.place(x, y)
        drawing.line("axis drop", across, height, across, self.bottom)

    def name(self, drawing: Drawing, ends: Sequence[tuple[Decimal, Decimal]]) -> None:
        """Each curve's name beside its end, moved where two would meet."""
        wanted = [self.place(x, y)[1] for x, y in ends]
        for number, height in enumerate(_apart(wanted, self.bottom)):
            text = clip(self._names[number], NAMES)
            drawing.label(ink(number), self.right + GAP, height, text)


def _apart(wanted: Sequence[float], lowest: float) -> list[float]:
    """These heights, some moved up so that no two names touch; none is below the lowest."""
    order = sorted(range(len(wanted)), key=lambda number: (wanted[number], number))
    heights = dict.fromkeys(order, 0.0)
    floor = lowest
    for number in reversed(order):
        heights[number] = min(wanted[number], floor)
        floor = heights[number] - NEAREST
    return [heights[number] for number in range(len(wanted))]

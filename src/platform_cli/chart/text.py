"""The charts as lines of text, for a terminal of any kind."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import cycle
from string import ascii_lowercase
from typing import Final

from rich.cells import cell_len, set_cell_size

from platform_cli.chart.crossing import crossings, in_order, told_of
from platform_cli.chart.grid import TERMINAL, Look, inked
from platform_cli.chart.plot import LEAST, SAMPLE, Plot, sample
from platform_cli.chart.scale import Point, Series, Show, count, dollars, exact, front

EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
LABEL_SHARE: Final = 0.45
"""Of a line's width, what labels may take at most."""


def bars(
    rows: Sequence[tuple[str, Decimal]],
    *,
    width: int,
    groups: Sequence[str] = (),
    show: Show = dollars,
    look: Look = TERMINAL,
) -> str:
    """A bar for each amount, none of them negative, the largest one over the whole width.

    `groups` names the group of each row, in order: a heading stands where it changes.
    """
    labels = [look.cut(label, int(width * LABEL_SHARE)) for label, _ in rows]
    amounts = [show(amount) for _, amount in rows]
    left, right = (max(map(cell_len, texts), default=0) for texts in (labels, amounts))
    room = max(width - left - right - 4, LEAST)
    most = max((amount for _, amount in rows), default=Decimal(0))
    of = groups or [""] * len(rows)
    known = list(dict.fromkeys(of))
    lines: list[str] = []
    before = ""
    for label, text, (_, amount), group in zip(labels, amounts, rows, of, strict=True):
        if group != before:
            lines += [*([""] if lines else []), look.cut(group, width)]
        before = group
        length = amount / most * room if most else Decimal(0)
        bar = inked(_bar(length, look), known.index(group), colour=look.colour)
        lines.append(f"{set_cell_size(label, left)}  {text.rjust(right)}  {bar}".rstrip())
    return "\n".join(lines)


def curve(
    series: Series,
    *,
    x: str,
    y: str,
    width: int,
    height: int,
    x_as: Show = count,
    y_as: Show = dollars,
    look: Look = TERMINAL,
) -> str:
    """Curves over one x, with what they are called and where they cross."""
    ordered = in_order(series)
    every = [point for points in ordered.values() for point in points]
    xs, ys = [a for a, _ in every], [b for _, b in every]
    plot = Plot(xs, ys, width, height, (x_as, y_as), look)
    for number, points in enumerate(ordered.values()):
        plot.draw(points, number)
    met = crossings(ordered)
    for crossing in met:
        plot.mark(crossing.x, crossing.y, _cross(look))
    told = [
        *((sample(number, look), name) for number, name in enumerate(ordered)),
        *((_cross(look).ljust(SAMPLE), told_of(crossing, x, x_as, y_as)) for crossing in met),
    ]
    room = max(width - SAMPLE - 4, LEAST)
    legend = [f"  {mark}  {look.cut(text, room)}" for mark, text in told]
    return "\n".join((*plot.lines(x, y), "", *legend))


def scatter(
    points: Sequence[Point],
    *,
    x: str,
    y: str,
    width: int,
    height: int,
    x_as: Show = dollars,
    y_as: Show = count,
    look: Look = TERMINAL,
) -> str:
    """Dots, of which the best bear letters; below, what each letter is (after z, a again)."""
    xs, ys = [point.x for point in points], [point.y for point in points]
    plot = Plot(xs, ys, width, height, (x_as, y_as), look, from_zero=False)
    for point in points:
        plot.mark(point.x, point.y, "·" if look.unicode else ".")
    best = front(points)
    letters = [letter for letter, _ in zip(cycle(ascii_lowercase), best, strict=False)]
    for letter, point in reversed([*zip(letters, best, strict=True)]):
        plot.mark(point.x, point.y, letter, 0)
    costs = [exact(x_as)(point.x) for point in best]
    worth = [exact(y_as)(point.y) for point in best]
    wide = [max(map(len, texts), default=0) for texts in (costs, worth)]
    legend = [
        f"  {letter}  {cost.rjust(wide[0])}  {value.rjust(wide[1])}  "
        + look.cut(point.label, max(width - sum(wide) - 9, LEAST))
        for letter, point, cost, value in zip(letters, best, costs, worth, strict=True)
    ]
    return "\n".join((*plot.lines(x, y), "", *legend))


def _bar(length: Decimal, look: Look) -> str:
    """Blocks of so many columns; what is more than nothing shows."""
    if not look.unicode:
        return "#" * max(round(length), 1 if length else 0)
    eighths = max(round(length * 8), 1 if length else 0)
    return EIGHTHS[8] * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def _cross(look: Look) -> str:
    return "\N{MULTIPLICATION SIGN}" if look.unicode else "X"

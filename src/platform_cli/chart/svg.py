"""The charts as pictures."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from platform_cli.chart.crossing import crossings, in_order, told_of
from platform_cli.chart.drawing import Drawing, clip, ink, stroke, wide
from platform_cli.chart.frame import EDGE, GAP, LINE, WIDTH, Frame
from platform_cli.chart.scale import Point, Series, Show, count, dollars, exact, front

TOP: Final = 60
ROW: Final = 30
BAR: Final = 16
"""Thickness of a bar, in its row."""
LABELS: Final = 260
"""What the labels of bars may take at most."""
COLUMN: Final = 130
"""Of the figures in the list of a scatter."""


def svg_bars(
    rows: Sequence[tuple[str, Decimal]],
    *,
    title: str,
    groups: Sequence[str] = (),
    show: Show = dollars,
) -> str:
    """A bar for each amount, none of them negative; those of one group in one colour."""
    known = list(dict.fromkeys(groups))
    top = TOP + (LINE + GAP if known else 0)
    told = "; ".join(f"{label}: {show(amount)}" for label, amount in rows)
    drawing = Drawing(title, told, WIDTH, top + len(rows) * ROW + EDGE)
    _legend(drawing, known)
    left = EDGE + min(max((wide(label) for label, _ in rows), default=0), LABELS) + GAP
    right = WIDTH - EDGE - max((wide(show(amount)) for _, amount in rows), default=0) - GAP
    most = max((amount for _, amount in rows), default=Decimal(0))
    for number, (label, amount) in enumerate(rows):
        y = top + number * ROW + ROW / 2
        length = float(amount / most) * (right - left) if most else 0.0
        end = left + max(length, 2.0 if amount else 0.0)
        kind = ink(known.index(groups[number]) if groups else 0)
        drawing.label("ink", left - GAP, y, clip(label, LABELS), "end")
        drawing.bar(kind, left, y - BAR / 2, end - left, BAR, told=f"{label}: {show(amount)}")
        drawing.label("soft", end + GAP, y, show(amount))
    drawing.line("axis", left, top, left, top + len(rows) * ROW)
    return str(drawing)


def svg_curve(
    series: Series,
    *,
    title: str,
    x: str,
    y: str,
    x_as: Show = count,
    y_as: Show = dollars,
) -> str:
    """Curves over one x, named at their ends, with a numbered mark where two cross."""
    ordered = in_order(series)
    every = [point for points in ordered.values() for point in points]
    met = crossings(ordered)
    sentences = [told_of(crossing, x, x_as, y_as) for crossing in met]
    told = [
        f"{name}: from {_of(points[0], x, x_as, y_as)} to {_of(points[-1], x, x_as, y_as)}"
        for name, points in ordered.items()
    ]
    frame = Frame([a for a, _ in every], [b for _, b in every], (x_as, y_as), names=list(ordered))
    drawing = Drawing(title, "; ".join((*told, *sentences)), WIDTH, frame.height(len(met)))
    frame.axes(drawing, x, y)
    for number, points in enumerate(ordered.values()):
        drawing.path(stroke(number), [frame.place(a, b) for a, b in points])
    frame.name(drawing, [points[-1] for points in ordered.values()])
    for crossing in met:
        frame.drop(drawing, crossing.x, crossing.y)
    for number, (crossing, sentence) in enumerate(zip(met, sentences, strict=True), 1):
        line = frame.below(number - 1)
        _numbered(drawing, "ring", frame.place(crossing.x, crossing.y), number)
        _numbered(drawing, "ring", (EDGE + GAP, line), number)
        drawing.label("soft", EDGE + 3 * GAP, line, clip(sentence, WIDTH - 4 * EDGE))
    return str(drawing)


def svg_scatter(
    points: Sequence[Point],
    *,
    title: str,
    x: str,
    y: str,
    x_as: Show = dollars,
    y_as: Show = count,
) -> str:
    """Dots, of which the best are numbered, joined to a front, and named below."""
    best = front(points)
    xs, ys = [point.x for point in points], [point.y for point in points]
    frame = Frame(xs, ys, (x_as, y_as), from_zero=False)
    told = [f"{point.label}: {_of((point.x, point.y), x, x_as, y_as)}" for point in best]
    others = [point for point in points if not point.best]
    rest = [f"{len(others)} others are behind them"] if others else []
    drawing = Drawing(title, "; ".join((*told, *rest)), WIDTH, frame.height(len(best) + 1))
    frame.axes(drawing, x, y)
    for point in others:
        drawing.dot("far", frame.place(point.x, point.y), 2.5, told=point.label)
    if best:
        drawing.path(f"{stroke(0)} front", [frame.place(point.x, point.y) for point in best])
    columns = (WIDTH - EDGE - COLUMN, WIDTH - EDGE)
    for column, name in zip(columns, (x, y), strict=True):
        drawing.label("soft", column, frame.below(0), clip(name, COLUMN), "end")
    for number, point in enumerate(best, 1):
        line = frame.below(number)
        _numbered(drawing, ink(0), frame.place(point.x, point.y), number, point.label)
        _numbered(drawing, ink(0), (EDGE + GAP, line), number)
        drawing.label(
            "ink", EDGE + 3 * GAP, line, clip(point.label, columns[0] - COLUMN - 4 * EDGE)
        )
        for column, text in zip(columns, (exact(x_as)(point.x), exact(y_as)(point.y)), strict=True):
            drawing.label("ink", column, line, text, "end")
    return str(drawing)


def _legend(drawing: Drawing, groups: Sequence[str]) -> None:
    """What each colour is; what finds no room is clipped."""
    x = float(EDGE)
    for number, group in enumerate(groups):
        text = clip(group, WIDTH / len(groups) - 4 * GAP)
        drawing.bar(ink(number), x, TOP - 2, GAP, GAP)
        drawing.label("soft", x + 2 * GAP - 2, TOP + 3, text)
        x += wide(text) + 4 * GAP


def _numbered(
    drawing: Drawing, kind: str, place: tuple[float, float], number: int, told: str = ""
) -> None:
    drawing.dot(kind, place, 9, told=told)
    x, y = place
    drawing.label("ink small" if kind == "ring" else "inside", x, y, str(number))


def _of(point: tuple[Decimal, Decimal], x: str, x_as: Show, y_as: Show) -> str:
    """A point in words."""
    return f"{exact(y_as)(point[1])} at {exact(x_as)(point[0])} {x}"

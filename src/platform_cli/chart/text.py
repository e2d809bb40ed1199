"""Render charts as lines of text for a terminal."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import cycle
from string import ascii_lowercase
from typing import Final

from rich.cells import cell_len, set_cell_size

from platform_cli.chart.crossing import describe_crossing, find_crossings, sort_by_x
from platform_cli.chart.formats import Formatter, exact_formatter, format_count, format_dollars
from platform_cli.chart.grid import TERMINAL, TerminalStyle, paint
from platform_cli.chart.plot import MIN_COLUMNS, SAMPLE_COLUMNS, Plot, render_legend_line_sample
from platform_cli.chart.points import Point, Series, best_points

EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
LABEL_SHARE: Final = 0.45
"""Maximum share of the line width used by labels."""


def render_bars(
    rows: Sequence[tuple[str, Decimal]],
    *,
    width: int,
    groups: Sequence[str] = (),
    formatter: Formatter = format_dollars,
    style: TerminalStyle = TERMINAL,
) -> str:
    """Render a bar for every amount; the largest bar fills the width.

    Amounts must not be negative. `groups` names the group of every row; a heading is added where
    the group changes.
    """
    labels = [style.truncate(label, int(width * LABEL_SHARE)) for label, _ in rows]
    amounts = [formatter(amount) for _, amount in rows]
    left, right = (max(map(cell_len, texts), default=0) for texts in (labels, amounts))
    room = max(width - left - right - 4, MIN_COLUMNS)
    largest = max((amount for _, amount in rows), default=Decimal(0))
    row_groups = groups or [""] * len(rows)
    group_names = list(dict.fromkeys(row_groups))
    lines: list[str] = []
    previous_group = ""
    for label, text, (_, amount), group in zip(labels, amounts, rows, row_groups, strict=True):
        if group != previous_group:
            lines += [*([""] if lines else []), style.truncate(group, width)]
        previous_group = group
        length = amount / largest * room if largest else Decimal(0)
        bar = paint(_render_bar(length, style), group_names.index(group), colour=style.colour)
        lines.append(f"{set_cell_size(label, left)}  {text.rjust(right)}  {bar}".rstrip())
    return "\n".join(lines)


def render_curves(
    series: Series,
    *,
    x: str,
    y: str,
    size: tuple[int, int],
    format_x: Formatter = format_count,
    style: TerminalStyle = TERMINAL,
) -> str:
    """Render curves with a legend of their names and crossings. `size`: columns and rows."""
    ordered = sort_by_x(series)
    all_points = [point for points in ordered.values() for point in points]
    xs, ys = [a for a, _ in all_points], [b for _, b in all_points]
    plot = Plot(xs, ys, size, (format_x, format_dollars), style)
    for number, points in enumerate(ordered.values()):
        plot.draw_curve(points, number)
    intersections = find_crossings(ordered)
    for crossing in intersections:
        plot.draw_mark(crossing.x, crossing.y, _crossing_mark(style))
    entries = [
        *((render_legend_line_sample(number, style), name) for number, name in enumerate(ordered)),
        *(
            (
                _crossing_mark(style).ljust(SAMPLE_COLUMNS),
                describe_crossing(crossing, x, format_x, format_dollars),
            )
            for crossing in intersections
        ),
    ]
    room = max(size[0] - SAMPLE_COLUMNS - 4, MIN_COLUMNS)
    legend = [f"  {mark}  {style.truncate(text, room)}" for mark, text in entries]
    return "\n".join((*plot.render(x, y), "", *legend))


def render_scatter(
    points: Sequence[Point],
    *,
    x: str,
    y: str,
    size: tuple[int, int],
    style: TerminalStyle = TERMINAL,
) -> str:
    """Render a scatter plot. The best points are marked a to z and explained in a legend."""
    xs, ys = [point.x for point in points], [point.y for point in points]
    plot = Plot(xs, ys, size, (format_dollars, format_count), style, from_zero=False)
    for point in points:
        plot.draw_mark(point.x, point.y, "·" if style.unicode else ".")
    best = best_points(points)
    letters = [letter for letter, _ in zip(cycle(ascii_lowercase), best, strict=False)]
    for letter, point in reversed([*zip(letters, best, strict=True)]):
        plot.draw_mark(point.x, point.y, letter, 0)
    costs = [exact_formatter(format_dollars)(point.x) for point in best]
    values = [exact_formatter(format_count)(point.y) for point in best]
    column_widths = [max(map(len, texts), default=0) for texts in (costs, values)]
    legend = [
        f"  {letter}  {cost.rjust(column_widths[0])}  {value.rjust(column_widths[1])}  "
        + style.truncate(point.label, max(size[0] - sum(column_widths) - 9, MIN_COLUMNS))
        for letter, point, cost, value in zip(letters, best, costs, values, strict=True)
    ]
    return "\n".join((*plot.render(x, y), "", *legend))


def _render_bar(length: Decimal, style: TerminalStyle) -> str:
    """Render a bar of `length` columns; a value above zero is always visible."""
    if not style.unicode:
        return "#" * max(round(length), 1 if length else 0)
    eighths = max(round(length * 8), 1 if length else 0)
    return EIGHTHS[8] * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def _crossing_mark(style: TerminalStyle) -> str:
    return "\N{MULTIPLICATION SIGN}" if style.unicode else "X"

"""Render charts as SVG pictures."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from platform_cli.chart.crossing import describe_crossing, find_crossings, sort_by_x
from platform_cli.chart.drawing import Drawing, clip_to_width, fill_class, stroke_class, text_width
from platform_cli.chart.formats import Formatter, exact_formatter, format_count, format_dollars
from platform_cli.chart.frame import GAP, LINE_HEIGHT, MARGIN, WIDTH, Frame
from platform_cli.chart.points import Point, Series, best_points

TOP_MARGIN: Final = 60
ROW_HEIGHT: Final = 30
BAR_HEIGHT: Final = 16
"""Height of a bar within its row."""
MAX_LABEL_WIDTH: Final = 260
"""Maximum width of the labels beside bars."""
COLUMN_WIDTH: Final = 130
"""Width of a column of figures in the legend of a scatter plot."""


def render_svg_bars(
    rows: Sequence[tuple[str, Decimal]],
    *,
    title: str,
    groups: Sequence[str] = (),
    formatter: Formatter = format_dollars,
) -> str:
    """Render a bar for every amount, coloured by group. Amounts must not be negative."""
    group_names = list(dict.fromkeys(groups))
    top = TOP_MARGIN + (LINE_HEIGHT + GAP if group_names else 0)
    description = "; ".join(f"{label}: {formatter(amount)}" for label, amount in rows)
    drawing = Drawing(title, description, WIDTH, top + len(rows) * ROW_HEIGHT + MARGIN)
    _draw_legend(drawing, group_names)
    left = (
        MARGIN
        + min(max((text_width(label) for label, _ in rows), default=0), MAX_LABEL_WIDTH)
        + GAP
    )
    right = (
        WIDTH - MARGIN - max((text_width(formatter(amount)) for _, amount in rows), default=0) - GAP
    )
    largest = max((amount for _, amount in rows), default=Decimal(0))
    for number, (label, amount) in enumerate(rows):
        y = top + number * ROW_HEIGHT + ROW_HEIGHT / 2
        length = float(amount / largest) * (right - left) if largest else 0.0
        end = left + max(length, 2.0 if amount else 0.0)
        kind = fill_class(group_names.index(groups[number]) if groups else 0)
        drawing.add_label("ink", left - GAP, y, clip_to_width(label, MAX_LABEL_WIDTH), "end")
        drawing.add_rect(
            kind,
            left,
            y - BAR_HEIGHT / 2,
            end - left,
            BAR_HEIGHT,
            tooltip=f"{label}: {formatter(amount)}",
        )
        drawing.add_label("soft", end + GAP, y, formatter(amount))
    drawing.add_line("axis", left, top, left, top + len(rows) * ROW_HEIGHT)
    return str(drawing)


def render_svg_curves(
    series: Series,
    *,
    title: str,
    x: str,
    y: str,
    format_x: Formatter = format_count,
    format_y: Formatter = format_dollars,
) -> str:
    """Render curves with their names at the ends and numbered marks at the crossings."""
    ordered = sort_by_x(series)
    all_points = [point for points in ordered.values() for point in points]
    intersections = find_crossings(ordered)
    sentences = [describe_crossing(crossing, x, format_x, format_y) for crossing in intersections]
    descriptions = [
        f"{name}: from {_describe_point(points[0], x, format_x, format_y)}"
        f" to {_describe_point(points[-1], x, format_x, format_y)}"
        for name, points in ordered.items()
    ]
    xs, ys = [a for a, _ in all_points], [b for _, b in all_points]
    frame = Frame(xs, ys, (format_x, format_y), names=list(ordered))
    drawing = Drawing(
        title, "; ".join((*descriptions, *sentences)), WIDTH, frame.total_height(len(intersections))
    )
    frame.draw_axes(drawing, x, y)
    for number, points in enumerate(ordered.values()):
        drawing.add_path(stroke_class(number), [frame.to_pixels(a, b) for a, b in points])
    frame.draw_names(drawing, [points[-1] for points in ordered.values()])
    for crossing in intersections:
        frame.draw_drop_line(drawing, crossing.x, crossing.y)
    for number, (crossing, sentence) in enumerate(zip(intersections, sentences, strict=True), 1):
        line = frame.legend_line_y(number - 1)
        _draw_number(drawing, "ring", frame.to_pixels(crossing.x, crossing.y), number)
        _draw_number(drawing, "ring", (MARGIN + GAP, line), number)
        drawing.add_label(
            "soft", MARGIN + 3 * GAP, line, clip_to_width(sentence, WIDTH - 4 * MARGIN)
        )
    return str(drawing)


def render_svg_scatter(
    points: Sequence[Point],
    *,
    title: str,
    x: str,
    y: str,
    format_x: Formatter = format_dollars,
    format_y: Formatter = format_count,
) -> str:
    """Render a scatter plot. The best points are numbered, connected, and listed below."""
    best = best_points(points)
    xs, ys = [point.x for point in points], [point.y for point in points]
    frame = Frame(xs, ys, (format_x, format_y), from_zero=False)
    descriptions = [
        f"{point.label}: {_describe_point((point.x, point.y), x, format_x, format_y)}"
        for point in best
    ]
    others = [point for point in points if not point.best]
    rest = [f"{len(others)} others are behind them"] if others else []
    drawing = Drawing(
        title, "; ".join((*descriptions, *rest)), WIDTH, frame.total_height(len(best) + 1)
    )
    frame.draw_axes(drawing, x, y)
    for point in others:
        drawing.add_circle("far", frame.to_pixels(point.x, point.y), 2.5, tooltip=point.label)
    if best:
        drawing.add_path(
            f"{stroke_class(0)} front", [frame.to_pixels(point.x, point.y) for point in best]
        )
    _draw_best_points(drawing, frame, best, (x, y), (format_x, format_y))
    return str(drawing)


def _draw_best_points(
    drawing: Drawing,
    frame: Frame,
    best: Sequence[Point],
    axis_names: tuple[str, str],
    formatters: tuple[Formatter, Formatter],
) -> None:
    """Number the best points in the plot and list them below with their figures."""
    format_x, format_y = map(exact_formatter, formatters)
    columns = (WIDTH - MARGIN - COLUMN_WIDTH, WIDTH - MARGIN)
    for column, name in zip(columns, axis_names, strict=True):
        drawing.add_label(
            "soft", column, frame.legend_line_y(0), clip_to_width(name, COLUMN_WIDTH), "end"
        )
    for number, point in enumerate(best, 1):
        line = frame.legend_line_y(number)
        _draw_number(drawing, fill_class(0), frame.to_pixels(point.x, point.y), number, point.label)
        _draw_number(drawing, fill_class(0), (MARGIN + GAP, line), number)
        drawing.add_label(
            "ink",
            MARGIN + 3 * GAP,
            line,
            clip_to_width(point.label, columns[0] - COLUMN_WIDTH - 4 * MARGIN),
        )
        for column, text in zip(
            columns,
            (format_x(point.x), format_y(point.y)),
            strict=True,
        ):
            drawing.add_label("ink", column, line, text, "end")


def _draw_legend(drawing: Drawing, groups: Sequence[str]) -> None:
    """Draw the legend of the groups; shortens long names."""
    x = float(MARGIN)
    for number, group in enumerate(groups):
        text = clip_to_width(group, WIDTH / len(groups) - 4 * GAP)
        drawing.add_rect(fill_class(number), x, TOP_MARGIN - 2, GAP, GAP)
        drawing.add_label("soft", x + 2 * GAP - 2, TOP_MARGIN + 3, text)
        x += text_width(text) + 4 * GAP


def _draw_number(
    drawing: Drawing, kind: str, place: tuple[float, float], number: int, tooltip: str = ""
) -> None:
    drawing.add_circle(kind, place, 9, tooltip=tooltip)
    x, y = place
    drawing.add_label("ink small" if kind == "ring" else "inside", x, y, str(number))


def _describe_point(
    point: tuple[Decimal, Decimal], x: str, format_x: Formatter, format_y: Formatter
) -> str:
    """Describe a point as text."""
    return f"{exact_formatter(format_y)(point[1])} at {exact_formatter(format_x)(point[0])} {x}"

"""Charts of costs and of recommendations, in the terminal and as SVG files.

The chart library is imported inside the functions: most calls draw no chart.
"""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platform_cli.api.money.costs import ClientCost
from platform_cli.api.money.curves import CostCurves
from platform_cli.screen import Screen
from platform_cli.views.money.costs import GROUP_LABELS, sort_lines
from platform_cli.workspace import write_atomically

if TYPE_CHECKING:  # `cost` draws charts as well, and starts faster without the advice
    from platform_cli.chart import TerminalStyle
    from platform_cli.recommend.advice import Advice

CURVE_HEIGHT: Final = 16
SCATTER_HEIGHT: Final = 12
MINIMUM_BAR: Final = Decimal("0.01")


def draw_cost_bars(screen: Screen, cost: ClientCost, svg: Path | None) -> None:
    """Draw a bar for each line that is expected to cost at least a cent."""
    from platform_cli import chart

    lines = [
        line for line in sort_lines(cost.estimate.lines) if line.amount.expected >= MINIMUM_BAR
    ]
    rows = [(line.item, line.amount.expected) for line in lines]
    groups = [GROUP_LABELS[line.group] for line in lines]
    screen.write(chart.render_bars(rows, width=screen.width, groups=groups, style=_style(screen)))
    if svg:
        title = f"{cost.client_id}: expected cost of a month"
        _save(screen, svg, chart.render_svg_bars(rows, title=title, groups=groups))


def draw_cost_curves(screen: Screen, curves: CostCurves, svg: Path | None) -> None:
    """Draw the monthly cost over a quantity, with a mark where two curves cross."""
    from platform_cli import chart

    x, y = f"{curves.quantity.value.replace('-', ' ')} a month", "$ a month"
    drawing = chart.render_curves(
        curves.series, x=x, y=y, size=(screen.width, CURVE_HEIGHT), style=_style(screen)
    )
    screen.write(drawing)
    if svg:
        _save(screen, svg, chart.render_svg_curves(curves.series, title=f"Cost over {x}", x=x, y=y))


def draw_advice(screen: Screen, advice: "Advice", svg: Path | None, *, in_terminal: bool) -> None:
    """Draw cost against capability; the points of the Pareto front have letters."""
    from platform_cli import chart

    points = [
        chart.Point(point.label, point.expected_usd, point.capability, point.on_front)
        for point in advice.chart_points
    ]
    x, y = "$ a month, expected", "capability: the score without cost"
    if in_terminal:
        drawing = chart.render_scatter(
            points, x=x, y=y, size=(screen.width, SCATTER_HEIGHT), style=_style(screen)
        )
        screen.write(drawing)
    if svg:
        _save(
            screen, svg, chart.render_svg_scatter(points, title="Cost against capability", x=x, y=y)
        )


def _style(screen: Screen) -> "TerminalStyle":
    from platform_cli.chart import TerminalStyle

    return TerminalStyle(unicode=screen.supports_unicode, colour=screen.supports_colour)


def _save(screen: Screen, file: Path, text: str) -> None:
    write_atomically(file, text)
    screen.say(f"Saved the chart to {file}.")

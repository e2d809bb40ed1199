"""Render bar charts, curves and scatter plots as terminal text and as SVG.

All functions are pure. The modules `scale` and `crossing` calculate ticks and crossings for both
formats, so that text and pictures always agree.

We evaluated libraries on 2026-11-24. plotext 6.1 takes 0.11 s of CPU time to import and draws on
global state. plotille 6.0 has no plain ASCII output and distinguishes curves only by colour.
Neither marks crossings or writes SVG. This package uses rich for character widths and the standard
library for XML.
"""

from platform_cli.chart.formats import format_count, format_dollars
from platform_cli.chart.grid import TerminalStyle
from platform_cli.chart.points import Point
from platform_cli.chart.svg import render_svg_bars, render_svg_curves, render_svg_scatter
from platform_cli.chart.text import render_bars, render_curves, render_scatter

__all__ = [
    "Point",
    "TerminalStyle",
    "format_count",
    "format_dollars",
    "render_bars",
    "render_curves",
    "render_scatter",
    "render_svg_bars",
    "render_svg_curves",
    "render_svg_scatter",
]

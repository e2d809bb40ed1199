"""Charts as text for a terminal and as SVG: bars, curves with their crossings, and points.

Pure: figures in, text out. What a chart marks (ticks, where two curves cross) is reckoned once, in
`scale` and `crossing`, for both, so that a terminal and a picture never disagree.

Why not a library (looked at on 2026-11-24): plotext 6.1 takes 0.11 s of CPU to import and draws on
global state, plotille 6.0 has no plain ASCII and tells its curves apart by colour alone; neither
marks a crossing or writes an SVG. The widths of characters are rich's, the XML is the standard
library's.
"""

from platform_cli.chart.grid import Look
from platform_cli.chart.scale import Point, count, dollars
from platform_cli.chart.svg import svg_bars, svg_curve, svg_scatter
from platform_cli.chart.text import bars, curve, scatter

__all__ = [
    "Look",
    "Point",
    "bars",
    "count",
    "curve",
    "dollars",
    "scatter",
    "svg_bars",
    "svg_curve",
    "svg_scatter",
]

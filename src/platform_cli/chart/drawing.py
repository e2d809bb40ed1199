"""Draw an accessible SVG picture with a light and a dark theme.

The SVG is self-contained and deterministic: it has no scripts, fonts, links or timestamps.
"""

from typing import Final
from xml.etree import ElementTree as ET

from rich.cells import cell_len

from platform_cli.chart.formats import clean_label
from platform_cli.chart.grid import TERMINAL

SERIES_COLOURS: Final = (
    ("#2563eb", "#60a5fa"),
    ("#c2410c", "#fb923c"),
    ("#047857", "#34d399"),
    ("#7c3aed", "#a78bfa"),
    ("#be185d", "#f472b6"),
    ("#0e7490", "#22d3ee"),
)
"""Colours of the series on light and dark backgrounds, with a contrast of at least 4.5:1."""

THEME_RULES: Final = {
    ".ground": ("fill: #ffffff", "fill: #0d1117"),
    ".ink": ("fill: #1f2328", "fill: #e6edf3"),
    ".soft": ("fill: #59636e", "fill: #9198a1"),
    ".far": ("fill: #8c959f", "fill: #6e7681"),
    ".rule": ("stroke: #d8dee4", "stroke: #2b323b"),
    ".axis": ("stroke: #8c959f", "stroke: #6e7681"),
    ".ring": ("fill: #ffffff; stroke: #1f2328", "fill: #0d1117; stroke: #e6edf3"),
    ".inside": ("fill: #ffffff", "fill: #0d1117"),
}
STYLE: Final = """\
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif;
  font-variant-numeric: tabular-nums; }
text.title { font-size: 17px; font-weight: 600; }
text.small, text.inside { font-size: 11px; font-weight: 600; text-anchor: middle; }
path { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
.rule, .axis { stroke-width: 1; }
.ring { stroke-width: 1.5; }
.drop { stroke-dasharray: 2 4; }
.front { stroke-dasharray: 1 6; }
"""
FONT_SIZE: Final = 13
BASELINE_OFFSET: Final = 4.5
"""Distance from the middle of a line down to the baseline of its text."""
CHARACTER_WIDTH: Final = 0.57
"""Approximate width of a character relative to the font size. The font is not known here."""


class Drawing:
    """An SVG with a size in pixels. `title` is visible; `description` is for screen readers."""

    def __init__(self, title: str, description: str, width: int, height: int) -> None:
        self._root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {width} {height}",
                "width": str(width),
                "height": str(height),
                "role": "img",
                "aria-labelledby": "chart-title chart-told",
                "style": "max-width: 100%; height: auto",
            },
        )
        self._add_element("title", clean_label(title), id="chart-title")
        self._add_element("desc", clean_label(description), id="chart-told")
        self._add_element("style", _stylesheet())
        self.add_rect("ground", 0, 0, width, height)
        self.add_label("ink title", 24, 30, clip_to_width(title, width - 48, 17))

    def add_label(self, kind: str, x: float, y: float, text: str, anchor: str = "start") -> None:
        """Add a text whose line is centred at `y`; `anchor` is its SVG text anchor at `x`."""
        self._add_element(
            "text", clean_label(text), kind, x=x, y=y + BASELINE_OFFSET, text_anchor=anchor
        )

    def add_line(self, kind: str, x1: float, y1: float, x2: float, y2: float) -> None:
        self._add_element("line", "", kind, x1=x1, y1=y1, x2=x2, y2=y2)

    def add_rect(
        self, kind: str, x: float, y: float, width: float, height: float, *, tooltip: str = ""
    ) -> None:
        """Add a rectangle with an optional tooltip."""
        rounding = min(3, width / 2)
        shape = self._add_element(
            "rect", "", kind, x=x, y=y, width=width, height=height, rx=rounding
        )
        self._add_tooltip(shape, tooltip)

    def add_circle(
        self, kind: str, place: tuple[float, float], radius: float, *, tooltip: str = ""
    ) -> None:
        """Add a circle with an optional tooltip."""
        x, y = place
        self._add_tooltip(self._add_element("circle", "", kind, cx=x, cy=y, r=radius), tooltip)

    def add_path(self, kind: str, places: list[tuple[float, float]]) -> None:
        """Add a line through several points."""
        self._add_element(
            "path",
            "",
            kind,
            d="M" + " L".join(f"{_format_pixels(x)} {_format_pixels(y)}" for x, y in places),
        )

    def __str__(self) -> str:
        ET.indent(self._root)
        return ET.tostring(self._root, encoding="unicode") + "\n"

    def _add_element(
        self, tag: str, text: str, kind: str = "", **attributes: str | float
    ) -> ET.Element:
        svg_attributes = {"class": kind} if kind else {}
        svg_attributes |= {
            name.replace("_", "-"): value if isinstance(value, str) else _format_pixels(value)
            for name, value in attributes.items()
        }
        element = ET.SubElement(self._root, tag, svg_attributes)
        element.text = text or None
        return element

    def _add_tooltip(self, shape: ET.Element, tooltip: str) -> None:
        if tooltip:
            ET.SubElement(shape, "title").text = clean_label(tooltip)


def text_width(text: str, size: int = FONT_SIZE) -> float:
    """Estimate the width of a label in pixels."""
    return cell_len(clean_label(text)) * size * CHARACTER_WIDTH


def clip_to_width(text: str, width: float, size: int = FONT_SIZE) -> str:
    """Shorten a label to about `width` pixels."""
    return TERMINAL.truncate(text, int(width / size / CHARACTER_WIDTH))


def fill_class(number: int) -> str:
    """Return the CSS class that fills a shape with the colour of a series."""
    return f"fill{number % len(SERIES_COLOURS)}"


def stroke_class(number: int) -> str:
    """Return the CSS class that draws a line in the colour of a series."""
    return f"line{number % len(SERIES_COLOURS)}"


def _format_pixels(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _stylesheet() -> str:
    light, dark = (
        [
            *(f"{kind} {{ {shades[theme]} }}" for kind, shades in THEME_RULES.items()),
            *(
                f".fill{number} {{ fill: {inks[theme]} }}"
                for number, inks in enumerate(SERIES_COLOURS)
            ),
            *(
                f".line{number} {{ stroke: {inks[theme]} }}"
                for number, inks in enumerate(SERIES_COLOURS)
            ),
        ]
        for theme in (0, 1)
    )
    dark_rules = "\n  ".join(dark)
    head = "\n".join((STYLE.rstrip(), *light))
    return f"\n{head}\n@media (prefers-color-scheme: dark) {{\n  {dark_rules}\n}}\n"

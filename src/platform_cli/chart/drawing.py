"""A picture in SVG: shapes and labels in two themes, read out by a screen reader.

Self-contained and the same for the same figures: no script, no font, no address, no clock.
"""

from typing import Final
from xml.etree import ElementTree as ET

from rich.cells import cell_len

from platform_cli.chart.grid import TERMINAL
from platform_cli.chart.scale import one_line

INKS: Final = (
    ("#2563eb", "#60a5fa"),
    ("#c2410c", "#fb923c"),
    ("#047857", "#34d399"),
    ("#7c3aed", "#a78bfa"),
    ("#be185d", "#f472b6"),
    ("#0e7490", "#22d3ee"),
)
"""Of the first, second ... series, on light and on dark; each at least 4.5:1 against its ground."""

SHADES: Final = {
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
BASELINE: Final = 4.5
"""From the middle of a line down to where its letters stand."""
CELL: Final = 0.57
"""Width of a character to its size, roughly: fonts differ, and a picture cannot measure them."""


class Drawing:
    """An SVG of this size in pixels; `title` is drawn too, `told` is read out only."""

    def __init__(self, title: str, told: str, width: int, height: int) -> None:
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
        self._add("title", one_line(title), id="chart-title")
        self._add("desc", one_line(told), id="chart-told")
        self._add("style", _style())
        self.bar("ground", 0, 0, width, height)
        self.label("ink title", 24, 30, clip(title, width - 48, 17))

    def label(self, kind: str, x: float, y: float, text: str, anchor: str = "start") -> None:
        """`y` is the middle of its line; `anchor` says which part of it is at `x`."""
        self._add("text", one_line(text), kind, x=x, y=y + BASELINE, text_anchor=anchor)

    def line(self, kind: str, x1: float, y1: float, x2: float, y2: float) -> None:
        self._add("line", "", kind, x1=x1, y1=y1, x2=x2, y2=y2)

    def bar(
        self, kind: str, x: float, y: float, width: float, height: float, *, told: str = ""
    ) -> None:
        """`told` shows where a pointer rests on it."""
        rounding = min(3, width / 2)
        shape = self._add("rect", "", kind, x=x, y=y, width=width, height=height, rx=rounding)
        self._tell(shape, told)

    def dot(self, kind: str, place: tuple[float, float], radius: float, *, told: str = "") -> None:
        """`told` shows where a pointer rests on it."""
        x, y = place
        self._tell(self._add("circle", "", kind, cx=x, cy=y, r=radius), told)

    def path(self, kind: str, places: list[tuple[float, float]]) -> None:
        """A line through these places."""
        self._add("path", "", kind, d="M" + " L".join(f"{_at(x)} {_at(y)}" for x, y in places))

    def __str__(self) -> str:
        ET.indent(self._root)
        return ET.tostring(self._root, encoding="unicode") + "\n"

    def _add(self, tag: str, text: str, kind: str = "", **about: str | float) -> ET.Element:
        named = {"class": kind} if kind else {}
        named |= {
            name.replace("_", "-"): value if isinstance(value, str) else _at(value)
            for name, value in about.items()
        }
        element = ET.SubElement(self._root, tag, named)
        element.text = text or None
        return element

    def _tell(self, shape: ET.Element, told: str) -> None:
        if told:
            ET.SubElement(shape, "title").text = one_line(told)


def wide(text: str, size: int = FONT_SIZE) -> float:
    """About how many pixels a label takes."""
    return cell_len(one_line(text)) * size * CELL


def clip(text: str, width: float, size: int = FONT_SIZE) -> str:
    """As much of a label as about so many pixels hold."""
    return TERMINAL.cut(text, int(width / size / CELL))


def ink(number: int) -> str:
    """The class of what is filled in the colour of the first, second ... series."""
    return f"fill{number % len(INKS)}"


def stroke(number: int) -> str:
    """The class of what is drawn in the colour of the first, second ... series."""
    return f"line{number % len(INKS)}"


def _at(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _style() -> str:
    light, dark = (
        [
            *(f"{kind} {{ {shades[theme]} }}" for kind, shades in SHADES.items()),
            *(f".fill{number} {{ fill: {inks[theme]} }}" for number, inks in enumerate(INKS)),
            *(f".line{number} {{ stroke: {inks[theme]} }}" for number, inks in enumerate(INKS)),
        ]
        for theme in (0, 1)
    )
    nightly = "\n  ".join(dark)
    head = "\n".join((STYLE.rstrip(), *light))
    return f"\n{head}\n@media (prefers-color-scheme: dark) {{\n  {nightly}\n}}\n"

"""Charts show the given values, in a terminal and as a picture.

`charts/` has one of each kind. `UPDATE_GOLDEN=1` updates them: review the difference and look at
the pictures.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from platform_cli import chart
from platform_cli.chart import Point, TerminalStyle
from platform_cli.chart.crossing import Crossing, find_crossings, interpolate, sort_by_x
from platform_cli.chart.drawing import SERIES_COLOURS, THEME_RULES
from platform_cli.chart.scale import fit_scale

GOLDEN = Path(__file__).parent / "charts"
SVG = "{http://www.w3.org/2000/svg}"
PLAIN = TerminalStyle(unicode=False)
HOSTILE = 'evil\x1b[31m\n</text><script>alert("1")</script>\x00\u202e&amp;\ud800'

ROWS = [
    ("Data to visitors", Decimal("6.23")),
    ("Builds", Decimal("4.488")),
    ("Requests of visitors", Decimal("0.02")),
    ("Dashboard", Decimal(0)),
    ("Contentful, Lite", Decimal(30)),
    ("Snipcart & gateway", Decimal("36.00")),
]
GROUPS = ["AWS", "AWS", "AWS", "AWS", "Plans", "Fees"]


def through(*places: tuple[int, int]) -> list[tuple[Decimal, Decimal]]:
    return [(Decimal(x), Decimal(y)) for x, y in places]


SHOPS = {
    "Snipcart": through((0, 20), (1000, 20), (8000, 160)),
    "Shopify Basic": through((0, 39), (8000, 39)),
    "Foxy": through((8000, 45), (0, 25)),
}
STACKS = [
    Point("decap + snipcart + eleventy", Decimal("14.20"), Decimal(61), best=True),
    Point("sanity + shopify + astro", Decimal(102), Decimal(88), best=True),
    Point("contentful + shopify + nextjs", Decimal(372), Decimal(95), best=True),
    Point("tina + foxy + astro", Decimal(192), Decimal(70)),
    Point("decap + shopify + hugo", Decimal(61), Decimal(58)),
]
SALES = {"x": "of sales a month", "format_x": chart.format_dollars, "y": "dollars a month"}
WORTH = {"x": "dollars a month", "y": "capability"}
SIZE = {"size": (80, 16)}


def drawn() -> dict[str, str]:
    """One chart of each kind, by the name of its file."""
    curve: Callable[..., str] = chart.render_curves
    scatter: Callable[..., str] = chart.render_scatter
    svg_curve: Callable[..., str] = chart.render_svg_curves
    svg_scatter: Callable[..., str] = chart.render_svg_scatter
    charts = {
        "bars.svg": chart.render_svg_bars(ROWS, title="What acme costs in a month", groups=GROUPS),
        "curve.svg": svg_curve(SHOPS, title="Shops by sales", **SALES),
        "scatter.svg": svg_scatter(STACKS, title="Cost against capability", **WORTH),
    }
    for end, look in {"txt": TerminalStyle(), "ascii.txt": PLAIN}.items():
        charts |= {
            f"bars.{end}": chart.render_bars(ROWS, width=72, groups=GROUPS, style=look) + "\n",
            f"curve.{end}": curve(SHOPS, **SALES, **SIZE, style=look) + "\n",
            f"scatter.{end}": scatter(STACKS, **WORTH, **SIZE, style=look) + "\n",
        }
    return charts


@pytest.mark.parametrize("name", drawn())
def test_chart_matches_its_golden_file(name: str) -> None:
    text = drawn()[name]
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / name).write_text(text, encoding="utf-8", newline="\n")
    assert text == (GOLDEN / name).read_text(encoding="utf-8")


def test_plain_charts_are_ascii() -> None:
    assert all(text.isascii() for name, text in drawn().items() if name.endswith("ascii.txt"))


# --- bars -----------------------------------------------------------------------------------------

LABELS = st.text(st.characters(), max_size=60)
AMOUNTS = st.decimals(0, 10**6, places=4)
LISTED = st.lists(st.tuples(LABELS, AMOUNTS), max_size=8)


def blocks(line: str) -> float:
    """Return the length of a bar in columns."""
    bar = re.search(r"[▏▎▍▌▋▊▉█]*$", line)
    assert bar
    return sum("▏▎▍▌▋▊▉█".index(char) + 1 for char in bar[0]) / 8


@given(LISTED, st.integers(60, 140))
def test_a_larger_amount_has_no_shorter_bar(rows: list[tuple[str, Decimal]], width: int) -> None:
    lines = chart.render_bars([("x", amount) for _, amount in rows], width=width).splitlines()
    lengths = sorted(zip((amount for _, amount in rows), map(blocks, lines), strict=True))
    assert [length for _, length in lengths] == sorted(length for _, length in lengths)
    assert all(bool(length) == bool(amount) for amount, length in lengths)
    largest = [length for amount, length in lengths if amount == max(a for _, a in rows)]
    assert len(set(largest)) <= 1


@given(LISTED, st.integers(60, 140), st.booleans())
def test_bars_fit_the_line_width(
    rows: list[tuple[str, Decimal]], width: int, unicode: bool
) -> None:
    lines = chart.render_bars(rows, width=width, style=TerminalStyle(unicode=unicode)).split("\n")
    assert len(lines) == max(len(rows), 1)
    assert max(map(cell_len, lines)) <= width
    assert all(char.isprintable() for line in lines for char in line)
    ends = {cell_len(re.sub(r"[▏▎▍▌▋▊▉█#]*$", "", line).rstrip()) for line in lines}
    assert len(ends) == 1, "the amounts stand in one column"
    for line, (label, amount) in zip(lines, rows, strict=False):
        assert chart.format_dollars(amount) in line
        if label.isascii() and label.isalnum() and len(label) < width * 0.4:
            assert line.startswith(label)


def test_a_new_group_starts_with_a_heading() -> None:
    lines = chart.render_bars(ROWS, width=72, groups=GROUPS).split("\n")
    assert [line for line in lines if line in GROUPS] == ["AWS", "Plans", "Fees"]


def test_colours_are_optional() -> None:
    for plain, coloured in zip(
        *(
            (
                chart.render_bars(ROWS, width=72, groups=GROUPS, style=look),
                chart.render_curves(SHOPS, x="x", y="y", size=(72, 9), style=look),
            )
            for look in (TerminalStyle(), TerminalStyle(colour=True))
        ),
        strict=True,
    ):
        assert "\x1b" not in plain
        assert re.sub(r"\x1b\[\d+m", "", coloured) == plain
        assert len(set(re.findall(r"\x1b\[3\dm", coloured))) == 3


# --- scales and crossings -------------------------------------------------------------------------


@given(st.lists(AMOUNTS, max_size=9), st.integers(1, 12), st.booleans())
def test_an_axis_covers_every_value_in_round_steps(
    values: list[Decimal], steps: int, from_zero: bool
) -> None:
    scale = fit_scale(values, steps=steps, from_zero=from_zero)
    assert all(0 <= scale(value) <= 1 for value in values)
    assert (scale(scale.low), scale(scale.high)) == (0, 1)
    assert (scale.ticks[0], scale.ticks[-1]) == (scale.low, scale.high)
    assert 2 <= len(scale.ticks) <= steps + 3
    assert not scale.low % scale.step


WHOLE = st.integers(0, 1000).map(Decimal)
CURVE = st.dictionaries(WHOLE, WHOLE, min_size=1, max_size=6).map(lambda by: sorted(by.items()))


@given(CURVE, CURVE)
def test_curves_are_equal_at_a_crossing_and_the_rising_one_is_higher_after(
    one: list[tuple[Decimal, Decimal]], other: list[tuple[Decimal, Decimal]]
) -> None:
    series = {"one": one, "other": other}
    crossings = find_crossings(series)
    for crossing in crossings:
        rising, falling = series[crossing.rising], series[crossing.falling]
        assert abs(interpolate(rising, crossing.x) - interpolate(falling, crossing.x)) < Decimal(
            "1e-15"
        )
        assert abs(interpolate(rising, crossing.x) - crossing.y) < Decimal("1e-15")
    begin, end = max(one[0][0], other[0][0]), min(one[-1][0], other[-1][0])
    if begin < end:
        first = interpolate(one, begin) - interpolate(other, begin)
        last = interpolate(one, end) - interpolate(other, end)
        if first and last:
            assert len(crossings) % 2 == ((first > 0) != (last > 0))


def test_break_even_point_is_calculated() -> None:
    fee, plan = through((0, 0), (3000, 60)), through((0, 39), (3000, 39))
    (crossings,) = find_crossings({"fee": fee, "plan": plan})
    assert crossings == Crossing(Decimal(1950), Decimal(39), rising="fee", falling="plan")


def test_touching_curves_do_not_cross() -> None:
    touching = {
        "flat": through((0, 2), (4, 2)),
        "touches": through((0, 0), (2, 2), (4, 0)),
        "starts there": through((0, 2), (4, 9)),
    }
    assert find_crossings(touching) == []


# --- curves and points ----------------------------------------------------------------------------


@given(
    st.dictionaries(LABELS, st.lists(st.tuples(AMOUNTS, AMOUNTS), max_size=5), max_size=4),
    st.integers(40, 120),
    st.integers(2, 30),
    st.booleans(),
)
def test_a_plot_fits_its_width_and_height(
    series: dict[str, list[tuple[Decimal, Decimal]]], width: int, height: int, unicode: bool
) -> None:
    look = TerminalStyle(unicode=unicode)
    text = chart.render_curves(series, x="views", y="dollars", size=(width, height), style=look)
    lines = text.split("\n")
    assert max(map(cell_len, lines)) <= width
    points = sort_by_x(series)
    assert len(lines) == height + 5 + len(points) + len(find_crossings(points))
    assert all(char.isprintable() for line in lines for char in line)


@given(st.lists(st.builds(Point, LABELS, AMOUNTS, AMOUNTS, st.booleans()), max_size=40))
def test_each_of_the_best_points_is_named(points: list[Point]) -> None:
    lines = chart.render_scatter(points, x="cost", y="worth", size=(100, 12)).split("\n")
    best = sorted((p.x, p.y) for p in points if p.best)
    listed = lines[12 + 5 :]
    assert len(listed) == len(best)
    assert all(chart.format_dollars(x) in line for (x, _), line in zip(best, listed, strict=True))
    assert max(map(cell_len, lines)) <= 100


@pytest.mark.parametrize("width", [20, 34, 50, 80, 120])
def test_figures_below_an_axis_do_not_overlap(width: int) -> None:
    line = through((0, 0), (8_000_000, 1))
    text = chart.render_curves(
        {"a": line}, x="x", y="y", format_x=chart.format_dollars, size=(width, 4), style=PLAIN
    )
    foot = text.split("\n")[6].split()
    assert foot[0] == "$0"
    assert set(foot) <= {f"${n},{half}00,000" for n in range(10) for half in "05"} | {
        "$0", "$500,000", "$10,000,000",
    }  # fmt: skip


def test_marks_are_at_the_positions_of_the_points() -> None:
    corners = [
        Point("low", Decimal(0), Decimal(0), best=True),
        Point("high", Decimal(10), Decimal(10), best=True),
        Point("middle", Decimal(5), Decimal(5)),
    ]
    rows = chart.render_scatter(corners, x="", y="", size=(40, 9)).split("\n")[1:10]
    assert rows[0].endswith("b")
    assert rows[8].rpartition("┤")[2] == "a"
    assert rows[4].rpartition("┤")[2].index("·") == 18


# --- pictures -------------------------------------------------------------------------------------


def parsed(svg: str) -> ET.Element:
    """Parse a picture and check the properties that every picture has."""
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert root.attrib["role"] == "img"
    title, texts = root[0], root[1]
    assert (title.tag, texts.tag) == (f"{SVG}title", f"{SVG}desc")
    assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], texts.attrib["id"]]
    kinds = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert kinds <= {"svg", "title", "desc", "style", "rect", "text", "line", "path", "circle"}
    assert "prefers-color-scheme: dark" in svg
    assert svg.count("http") == 1  # the name space: no address is ever fetched
    assert not re.search(r"\bon\w+=|url\(|@import|href", re.sub(r">[^<]*<", "><", svg))
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    for element in root.iter():
        for name in ("x", "x1", "x2", "cx", "y", "y1", "y2", "cy"):
            value = float(element.attrib.get(name, 0))
            assert 0 <= value <= (width if "x" in name else height), element.attrib
    return root


def words(root: ET.Element) -> str:
    return "\n".join(root.itertext())


NAMES = st.text(st.characters(exclude_characters=":"), max_size=60).filter(
    lambda text: "http" not in text
)


@given(st.lists(st.tuples(NAMES, AMOUNTS), max_size=6), NAMES)
def test_bars_as_a_picture(rows: list[tuple[str, Decimal]], title: str) -> None:
    svg = chart.render_svg_bars(rows, title=title)
    root = parsed(svg)
    assert svg == chart.render_svg_bars(rows, title=title)
    assert all(chart.format_dollars(amount) in words(root) for _, amount in rows)
    bars = [float(bar.attrib["width"]) for bar in root.iter(f"{SVG}rect")][1:]
    assert len(bars) == len(rows)
    by_amount = sorted(zip((amount for _, amount in rows), bars, strict=True))
    assert [width for _, width in by_amount] == sorted(bars)


@given(st.dictionaries(NAMES, st.lists(st.tuples(AMOUNTS, AMOUNTS), max_size=5), max_size=5))
def test_curves_as_a_picture(series: dict[str, list[tuple[Decimal, Decimal]]]) -> None:
    root = parsed(chart.render_svg_curves(series, title="Curves", x="views", y="dollars"))
    assert len([*root.iter(f"{SVG}path")]) == len(sort_by_x(series))
    rings = [dot for dot in root.iter(f"{SVG}circle") if dot.attrib["class"] == "ring"]
    assert len(rings) == 2 * len(find_crossings(sort_by_x(series)))


@given(st.lists(st.builds(Point, NAMES, AMOUNTS, AMOUNTS, st.booleans()), max_size=12))
def test_points_as_a_picture(points: list[Point]) -> None:
    root = parsed(chart.render_svg_scatter(points, title="Points", x="cost", y="worth"))
    dots = [dot.attrib["class"] for dot in root.iter(f"{SVG}circle")]
    best = sum(point.best for point in points)
    assert (dots.count("far"), len(dots)) == (len(points) - best, len(points) + best)


def test_a_hostile_label_is_only_text() -> None:
    point = (Decimal(1), Decimal(1))
    for svg in (
        chart.render_svg_bars([(HOSTILE, Decimal(1))], title=HOSTILE, groups=[HOSTILE]),
        chart.render_svg_bars([("", Decimal(1))], title="", formatter=lambda _: HOSTILE),
        chart.render_svg_curves({HOSTILE: [point]}, title=HOSTILE, x=HOSTILE, y=HOSTILE),
        chart.render_svg_scatter(
            [Point(HOSTILE, *point, True)], title=HOSTILE, x=HOSTILE, y=HOSTILE
        ),
    ):
        texts = words(parsed(svg))
        assert '<script>alert("1")</script>' in texts
        assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e\ud800]", svg)
    for text in (
        chart.render_bars([(HOSTILE, Decimal(1))], width=300),
        chart.render_curves({HOSTILE: [point]}, x=HOSTILE, y=HOSTILE, size=(300, 4)),
        chart.render_scatter([Point(HOSTILE, *point, True)], x=HOSTILE, y=HOSTILE, size=(300, 4)),
    ):
        assert r"evil\x1b[31m </text>" in text
        assert all(char.isprintable() or char == "\n" for char in text)


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_has_sufficient_contrast(theme: int) -> None:
    ground = THEME_RULES[".ground"][theme].removeprefix("fill: ")
    read = [inks[theme] for inks in SERIES_COLOURS]
    read += [THEME_RULES[kind][theme].removeprefix("fill: ") for kind in (".ink", ".soft")]
    for colour in read:
        low, high = sorted((luminance(colour), luminance(ground)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, colour


def test_charts_import_no_large_packages() -> None:
    code = (
        "import sys, platform_cli.chart\n"
        "heavy = {'rich.console', 'rich.table', 'pydantic', 'yaml', 'httpx2', 'boto3'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

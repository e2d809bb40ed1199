"""A grid of characters to draw on. With Unicode, a braille character contains eight dots."""

from dataclasses import dataclass
from itertools import groupby
from typing import Final

from rich.cells import cell_len, set_cell_size

from platform_cli.chart.formats import clean_label

BRAILLE: Final = 0x2800
BRAILLE_BITS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of the dots in a braille character, by row and column."""
SERIES_COLOURS: Final = ("36", "33", "35", "32", "34", "31")
"""ANSI colour codes of the series."""
SERIES_CHARACTERS: Final = "*o+x#%"
"""Characters of the series in plain ASCII."""


@dataclass(frozen=True, slots=True)
class TerminalStyle:
    """The capabilities of the terminal."""

    unicode: bool = True
    colour: bool = False

    def truncate(self, text: str, width: int) -> str:
        """Shorten a label to one line of at most `width` columns."""
        text = clean_label(text)
        if cell_len(text) <= width:
            return text
        end = "…" if self.unicode else ".."
        return set_cell_size(text, max(width - len(end), 0)).rstrip() + end


TERMINAL: Final = TerminalStyle()


class Grid:
    """A drawing area. Dots outside of the area are ignored."""

    def __init__(self, columns: int, rows: int, style: TerminalStyle) -> None:
        self.columns, self.rows = columns, rows
        self.dots_across, self.dots_down = (2, 4) if style.unicode else (1, 1)
        self._colour = style.colour
        self._bits: dict[tuple[int, int], int] = {}
        self._series: dict[tuple[int, int], int] = {}
        self._marks: dict[tuple[int, int], str] = {}

    @property
    def width(self) -> int:
        """Size in dots."""
        return self.columns * self.dots_across

    @property
    def height(self) -> int:
        """Size in dots."""
        return self.rows * self.dots_down

    def draw_dot(self, x: int, y: int, series: int) -> None:
        """Draw a dot of a series; y counts from the top."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return
        cell = (x // self.dots_across, y // self.dots_down)
        if self.dots_down == 1:
            self._marks.setdefault(cell, SERIES_CHARACTERS[series % len(SERIES_CHARACTERS)])
        else:
            self._bits[cell] = (
                self._bits.get(cell, 0) | BRAILLE_BITS[y % self.dots_down][x % self.dots_across]
            )
        self._series.setdefault(cell, series)

    def draw_mark(self, x: int, y: int, char: str, series: int | None = None) -> None:
        """Draw a character over the cell at this position."""
        cell = (x // self.dots_across, y // self.dots_down)
        self._marks[cell] = char
        self._series.pop(cell, None)
        if series is not None:
            self._series[cell] = series

    def render(self) -> list[str]:
        return [self._render_row(row).rstrip() for row in range(self.rows)]

    def _render_row(self, row: int) -> str:
        cells = [(column, row) for column in range(self.columns)]
        runs = groupby(cells, self._series.get)
        return "".join(
            paint("".join(map(self._character, run)), owner, colour=self._colour)
            for owner, run in runs
        )

    def _character(self, cell: tuple[int, int]) -> str:
        if cell in self._marks:
            return self._marks[cell]
        return chr(BRAILLE + self._bits[cell]) if cell in self._bits else " "


def paint(text: str, series: int | None, *, colour: bool) -> str:
    """Colour the text of a series if the terminal supports colours."""
    if series is None or not colour or not text:
        return text
    return f"\x1b[{SERIES_COLOURS[series % len(SERIES_COLOURS)]}m{text}\x1b[0m"

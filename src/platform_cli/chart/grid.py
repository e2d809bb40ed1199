"""A grid of characters to draw on, each holding several dots where braille may be used."""

from dataclasses import dataclass
from itertools import groupby
from typing import Final

from rich.cells import cell_len, set_cell_size

from platform_cli.chart.scale import one_line

BRAILLE: Final = 0x2800
BITS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Of a braille character's dots, by row and column."""
INKS: Final = ("36", "33", "35", "32", "34", "31")
"""Terminal colours of the first, second ... series."""
LETTERS: Final = "*o+x#%"
"""What the first, second ... series is drawn with where no braille may be used."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the terminal can show."""

    unicode: bool = True
    colour: bool = False

    def cut(self, text: str, width: int) -> str:
        """A label on one line, at most so wide."""
        text = one_line(text)
        if cell_len(text) <= width:
            return text
        end = "…" if self.unicode else ".."
        return set_cell_size(text, max(width - len(end), 0)).rstrip() + end


TERMINAL: Final = Look()


class Grid:
    """Empty at first. Dots and marks outside of it are dropped."""

    def __init__(self, columns: int, rows: int, look: Look) -> None:
        self.columns, self.rows = columns, rows
        self.across, self.down = (2, 4) if look.unicode else (1, 1)
        self._colour = look.colour
        self._bits: dict[tuple[int, int], int] = {}
        self._owner: dict[tuple[int, int], int] = {}
        self._marks: dict[tuple[int, int], str] = {}

    @property
    def width(self) -> int:
        """In dots."""
        return self.columns * self.across

    @property
    def height(self) -> int:
        """In dots."""
        return self.rows * self.down

    def dot(self, x: int, y: int, owner: int) -> None:
        """One dot of a series; y counts from the top."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return
        cell = (x // self.across, y // self.down)
        if self.down == 1:
            self._marks.setdefault(cell, LETTERS[owner % len(LETTERS)])
        else:
            self._bits[cell] = self._bits.get(cell, 0) | BITS[y % self.down][x % self.across]
        self._owner.setdefault(cell, owner)

    def mark(self, x: int, y: int, char: str, owner: int | None = None) -> None:
        """A character over the dot at this place."""
        cell = (x // self.across, y // self.down)
        self._marks[cell] = char
        self._owner.pop(cell, None)
        if owner is not None:
            self._owner[cell] = owner

    def lines(self) -> list[str]:
        return [self._line(row).rstrip() for row in range(self.rows)]

    def _line(self, row: int) -> str:
        cells = [(column, row) for column in range(self.columns)]
        runs = groupby(cells, self._owner.get)
        return "".join(
            inked("".join(map(self._char, run)), owner, colour=self._colour) for owner, run in runs
        )

    def _char(self, cell: tuple[int, int]) -> str:
        if cell in self._marks:
            return self._marks[cell]
        return chr(BRAILLE + self._bits[cell]) if cell in self._bits else " "


def inked(text: str, owner: int | None, *, colour: bool) -> str:
    """Text in the colour of a series, where it is of one and colours are wanted."""
    if owner is None or not colour or not text:
        return text
    return f"\x1b[{INKS[owner % len(INKS)]}m{text}\x1b[0m"

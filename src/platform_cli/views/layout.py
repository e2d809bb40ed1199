"""Lay out a screen: the answer first, then aligned rows, then the next command.

A screen fits the width of the terminal, with colour and without. It has at most `MAX_LINES` lines
at 100 columns; `--details` shows the rest.
"""

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Final

from platform_cli.colours import BOLD, DIM
from platform_cli.sanitize import one_line
from platform_cli.screen import Screen

MAX_LINES: Final = 30
GAP: Final = "  "
MIN_LAST_COLUMN: Final = 20


def show_answer(screen: Screen, text: str) -> None:
    """Show the answer of a screen as its first sentence."""
    for line in wrap(one_line(text), screen.width, break_on_hyphens=False):
        screen.write(_paint(screen, line, BOLD))


def show_heading(screen: Screen, text: str) -> None:
    """Show the title of a section after an empty line."""
    screen.write("")
    screen.write(_paint(screen, text, BOLD))


def show_text(screen: Screen, text: str, *, indent: str = "") -> None:
    """Show a paragraph, wrapped to the width of the terminal."""
    for line in wrap(one_line(text), screen.width, initial_indent=indent, subsequent_indent=indent):
        screen.write(line)


def show_items(screen: Screen, texts: Iterable[str], *, mark: str = "-") -> None:
    """Show a list; `mark` precedes each item, or `1` numbers them."""
    for number, text in enumerate(texts, 1):
        lead = f"  {f'{number}.' if mark == '1' else mark} "
        lines = wrap(
            one_line(text), screen.width, initial_indent=lead, subsequent_indent=" " * len(lead)
        )
        for line in lines:
            screen.write(line)


def show_rows(
    screen: Screen, rows: Sequence[Sequence[object]], columns: Sequence[str] = ()
) -> None:
    """Show aligned rows; the text of the last column wraps below itself."""
    cells = [["" if cell is None else one_line(str(cell)) for cell in row] for row in rows]
    heads = [list(columns)] if columns else []
    for number, row in enumerate(align_rows([*heads, *cells], screen.width)):
        for line in row:
            screen.write(_paint(screen, line, DIM) if columns and number == 0 else line)


def align_rows(rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """Return the lines of each row.

    >>> align_rows([["ok", "Python", "a long path here"], ["", "Node", ""]], 31)
    [['ok  Python  a long path here'], ['    Node']]
    """
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    indent = sum(widths) + len(GAP) * len(widths)
    last = max(width - indent, MIN_LAST_COLUMN)
    lines = []
    for row in rows:
        lead = GAP.join(cell.ljust(size) for cell, size in zip(row, widths, strict=False))
        # A long word, such as an id or a path, is not broken: a person copies it.
        parts = wrap(row[-1], last, break_long_words=False, break_on_hyphens=False) or [""]
        first = f"{lead}{GAP}{parts[0]}" if widths else parts[0]
        lines.append([first.rstrip(), *(" " * indent + part for part in parts[1:])])
    return lines


def show_remaining(screen: Screen, hidden: int, noun: str) -> None:
    """Say how many rows are not shown."""
    if hidden > 0:
        screen.write(f"... and {hidden} more {noun}: --details")


def show_next(screen: Screen, *steps: tuple[str, str]) -> None:
    """End a screen with the next commands and their purposes."""
    if screen.flags.quiet or not steps:
        return
    screen.write("")
    head = "Next: "
    length = max(len(command) for command, _ in steps)
    for number, (command, purpose) in enumerate(steps):
        lead = head if number == 0 else " " * len(head)
        line = f"{lead}{command.ljust(length)}  {purpose}".rstrip()
        if len(line) > screen.width:
            # A command is never broken: a person copies it.
            screen.write(f"{lead}{command}")
            show_text(screen, purpose, indent=" " * (len(head) + 2))
        else:
            screen.write(line)


def count_noun(count: int, noun: str) -> str:
    """Format a count with its noun.

    >>> count_noun(1, "client"), count_noun(2, "delivery"), count_noun(0, "build")
    ('1 client', '2 deliveries', '0 builds')
    """
    if count == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith(("ry", "cy", "ty")) else f"{noun}s"
    return f"{count:,} {plural}"


def _paint(screen: Screen, text: str, colour: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if text and screen.supports_colour else text

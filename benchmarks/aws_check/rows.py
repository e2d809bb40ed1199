"""Reads the assumptions that only a real account can confirm from docs/aws.md."""

import re
from dataclasses import dataclass
from typing import Final

INTRODUCTION: Final = "Only a real account can confirm these"
_COLUMN_BREAK: Final = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Assumption:
    """A row of the table."""

    text: str
    evidence: str
    if_wrong: str


def read_assumptions(page: str) -> tuple[Assumption, ...]:
    """Return the rows of the table. Raises `ValueError` if it is missing or has another form."""
    _, introduction, rest = page.partition(INTRODUCTION)
    if not introduction:
        raise ValueError(f"the page has no table after {INTRODUCTION!r}")
    lines: list[str] = []
    for line in rest.splitlines()[1:]:
        if line.startswith("|"):
            lines.append(line)
        elif lines:
            break
    if len(lines) < 3:
        raise ValueError(f"the table after {INTRODUCTION!r} has no rows")
    return tuple(_parse_row(line) for line in lines[2:])


def _parse_row(line: str) -> Assumption:
    cells = [
        cell.strip()
        for cell in _COLUMN_BREAK.split(line.strip().removeprefix("|").removesuffix("|"))
    ]
    if len(cells) != 3:
        raise ValueError(f"the row has {len(cells)} columns instead of 3: {line}")
    return Assumption(*cells)

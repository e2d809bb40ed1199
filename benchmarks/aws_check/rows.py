"""Reads the assumptions that only a real account can confirm from docs/aws.md."""

import re
from dataclasses import dataclass
from typing import Final

INTRODUCTION: Final = "Only a real account can confirm these"
COLUMNS: Final = 4
_COLUMN_BREAK: Final = re.compile(r"(?<!\\)\|")
_ID: Final = re.compile(r"`([a-z0-9-]+)`")


@dataclass(frozen=True, slots=True)
class Assumption:
    """A row of the table. Checks and reports refer to its id, which never changes."""

    id: str
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
    rows = tuple(_parse_row(line) for line in lines[2:])
    if len({row.id for row in rows}) < len(rows):
        raise ValueError(f"two rows of the table after {INTRODUCTION!r} have the same id")
    return rows


def _parse_row(line: str) -> Assumption:
    cells = [
        cell.strip()
        for cell in _COLUMN_BREAK.split(line.strip().removeprefix("|").removesuffix("|"))
    ]
    if len(cells) != COLUMNS:
        raise ValueError(f"the row has {len(cells)} columns instead of {COLUMNS}: {line}")
    row_id = _ID.fullmatch(cells[0])
    if row_id is None:
        raise ValueError(f"the row has no id in its first column: {line}")
    return Assumption(row_id[1], *cells[1:])

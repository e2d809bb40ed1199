"""Views of the catalog: providers, engines and combinations."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from platform_cli.api.catalog.entries import CombinationEntry, EngineEntry, ProviderEntry
from platform_cli.screen import Data, Screen

DETAILS: Final = frozenset(
    {"plans", "traits", "holds_content", "recommended", "complexity", "aliases", "hint"}
)
"""Fields of the JSON data that would make a table too wide."""

Entry = ProviderEntry | EngineEntry | CombinationEntry


def show_catalog(screen: Screen, sections: Mapping[str, Sequence[Entry]]) -> None:
    """Show a table for each section."""
    for title, entries in sections.items():
        rows = [asdict(entry) for entry in entries]
        columns = [name for name in rows[0] if name not in DETAILS]
        cells = [[_cell(row, column) for column in columns] for row in rows]
        headings = [column.replace("_", " ") for column in columns]
        screen.table(title.capitalize(), headings, cells)


def catalog_data(sections: Mapping[str, Sequence[Entry]]) -> Data:
    """Return the sections as JSON data."""
    return {title: [asdict(entry) for entry in entries] for title, entries in sections.items()}


def show_counts(screen: Screen, levels: Counter[str]) -> None:
    """Show the number of combinations by level of compatibility."""
    rows = [*levels.items(), ("all", levels.total())]
    screen.table("Combinations", ["level", "count"], rows)


def counts_data(levels: Counter[str]) -> Data:
    """Return the numbers of combinations as JSON data."""
    return {"count": levels.total(), "levels": dict(levels)}


def _cell(row: Data, column: str) -> object:
    # The hint has no column of its own; it follows the reason for a rejection.
    hint = row.get("hint") if column == "reason" else ""
    return f"{row[column]} ({hint})" if hint else row[column]

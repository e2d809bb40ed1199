"""Views of the catalog: providers, engines and combinations."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from textwrap import shorten
from typing import Final, assert_never

from platform_cli.api.catalog.entries import CombinationEntry, EngineEntry, ProviderEntry
from platform_cli.screen import Data, Screen
from platform_cli.views.layout import (
    count_noun,
    show_answer,
    show_heading,
    show_next,
    show_remaining,
    show_rows,
)

DETAILS: Final = frozenset(
    {"plans", "traits", "holds_content", "recommended", "complexity", "aliases", "hint"}
)
"""Fields of the JSON data that would make a table too wide."""

NOUNS: Final = {"providers": "provider", "engines": "site generator", "combos": "combination"}
MAX_ROWS: Final = {"providers": 13, "engines": 8, "combos": 0}
"""Rows of each section where all are shown together; the combinations are only counted."""
MAX_COMBINATIONS: Final = 22
SUMMARY_WIDTH: Final = 68
LEVELS: Final = {"native": "native: a usual choice", "bridged": "bridged: works, less tested"}

Entry = ProviderEntry | EngineEntry | CombinationEntry


def show_catalog(
    screen: Screen, sections: Mapping[str, Sequence[Entry]], *, details: bool = False
) -> None:
    """Show the size of the catalog in a sentence, then its sections."""
    counts = [count_noun(len(entries), NOUNS[title]) for title, entries in sections.items()]
    show_answer(screen, f"The catalog has {', '.join(counts)}.")
    if details:
        _show_tables(screen, sections)
        return
    for title, entries in sections.items():
        rows = [row for entry in entries if (row := _summarize(entry))]
        shown = rows[: MAX_COMBINATIONS if len(sections) == 1 else MAX_ROWS[title]]
        if shown:
            show_heading(screen, title.capitalize())
            show_rows(screen, shown)
            show_remaining(screen, len(rows) - len(shown), f"{NOUNS[title]}s")
    show_next(
        screen,
        ("platform recommend", "chooses among them by what a site needs"),
        ("platform new-client ID --cms NAME --engine NAME", "creates a client"),
    )


def _show_tables(screen: Screen, sections: Mapping[str, Sequence[Entry]]) -> None:
    for title, entries in sections.items():
        rows = [asdict(entry) for entry in entries]
        columns = [name for name in rows[0] if name not in DETAILS]
        cells = [[_cell(row, column) for column in columns] for row in rows]
        headings = [column.replace("_", " ") for column in columns]
        screen.table(title.capitalize(), headings, cells)


def _summarize(entry: Entry) -> list[str]:
    """Describe an entry in one row: its name, and the words that tell it from others."""
    match entry:
        case ProviderEntry():
            kind = "shop" if entry.kind == "ecommerce" else "CMS"
            return [entry.name, kind, _first_part(entry.summary)]
        case EngineEntry():
            if not entry.as_of:
                return [entry.name, entry.version, "your own build command"]
            seconds = f"{entry.build_seconds_1000_pages:g} s for 1,000 pages"
            return [entry.name, entry.version, f"for {entry.skill} developers, {seconds}"]
        case CombinationEntry():
            parts = [entry.cms_provider, entry.ecommerce_provider, entry.ssg_engine]
            hint = f" ({entry.hint})" if entry.level == "rejected" and entry.hint else ""
            reason = f"{entry.level}: {entry.reason}{hint}" if entry.level == "rejected" else ""
            return [" + ".join(filter(None, parts)), reason or LEVELS[entry.level]]
    assert_never(entry)


def _first_part(summary: str) -> str:
    """Return the words of a summary before its first detail."""
    first = re.split(r"[;:]", summary)[0]
    return shorten(first, SUMMARY_WIDTH, placeholder=" ...")


def catalog_data(sections: Mapping[str, Sequence[Entry]]) -> Data:
    """Return the sections as JSON data."""
    return {title: [asdict(entry) for entry in entries] for title, entries in sections.items()}


def show_counts(screen: Screen, levels: Counter[str]) -> None:
    """Show the number of combinations by level of compatibility."""
    show_answer(screen, f"The catalog has {count_noun(levels.total(), NOUNS['combos'])}.")
    show_rows(screen, [[count, LEVELS.get(level, level)] for level, count in levels.items()])
    show_next(screen, ("platform catalog combos --cms NAME", "rates those with one CMS"))


def counts_data(levels: Counter[str]) -> Data:
    """Return the numbers of combinations as JSON data."""
    return {"count": levels.total(), "levels": dict(levels)}


def _cell(row: Data, column: str) -> object:
    # The hint has no column of its own; it follows the reason for a rejection.
    hint = row.get("hint") if column == "reason" else ""
    return f"{row[column]} ({hint})" if hint else row[column]

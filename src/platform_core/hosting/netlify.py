"""Read the redirects and headers of a `netlify.toml`."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any, Final

from platform_core.hosting.rules import (
    HostingRules,
    RedirectRule,
    RefusedRule,
    check_headers,
    join_rules,
)
from platform_core.hosting.tables import (
    Table,
    collect_redirects,
    list_tables,
    read_text,
    refuse_conditions,
)

CONDITIONS: Final = ("conditions", "query", "signed")


MAX_DOTS: Final = 500
"""Dots of one line. The time to parse a key grows with the square of its parts."""


def parse_netlify(text: str) -> dict[str, Any] | None:
    """Parse the file; None if it is no TOML, or a line has more dots than a key or a value has."""
    if any(line.count(".") > MAX_DOTS for line in text.splitlines()):
        return None
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return None


def read_netlify(file: str, text: str) -> HostingRules:
    """Read the rules of a `netlify.toml`. `file` is its path, for messages."""
    parsed = parse_netlify(text)
    if parsed is None:
        return HostingRules(refused=(RefusedRule("the file", "it is not valid TOML", "", file),))
    redirects = [
        _read_redirect(table, place)
        for table, place in _place_tables(file, text, parsed, "redirects")
    ]
    headers = [
        check_headers(read_text(table, "for"), _read_values(table), place)
        for table, place in _place_tables(file, text, parsed, "headers")
    ]
    return join_rules([collect_redirects(file, redirects), *headers])


def _read_redirect(table: Table, where: str) -> RedirectRule | RefusedRule:
    status = table.get("status", 301)
    rule = RedirectRule(
        read_text(table, "from"),
        read_text(table, "to"),
        status if isinstance(status, int) else 0,
        table.get("force") is True,
        where,
    )
    return refuse_conditions(table, CONDITIONS, rule) or rule


def _read_values(table: Table) -> dict[str, str]:
    values = table.get("values")
    items = values.items() if isinstance(values, dict) else ()
    return {
        name: ", ".join(map(str, value)) if isinstance(value, list) else str(value).strip()
        for name, value in items
    }


def _place_tables(file: str, text: str, parsed: Table, name: str) -> Iterator[tuple[Table, str]]:
    """Yield the tables of an array with their places; the parser keeps no positions.

    A table of an array that is written inline has the place of the file.
    """
    header = re.compile(rf"^[ \t]*\[\[[ \t]*{name}[ \t]*\]\]")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if header.match(line)]
    tables = list_tables(parsed.get(name))
    for index, table in enumerate(tables):
        yield table, f"{file}:{lines[index]}" if len(lines) == len(tables) else file

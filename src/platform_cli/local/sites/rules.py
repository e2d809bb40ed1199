"""Apply the redirects and headers of the live release, as the function at the edge does.

Both read the entries that `platform_core.hosting.edge_rules` writes, and both are tested against
`tests/rule_routes.json`.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from platform_core.hosting.edge_rules import (
    MAX_KEY_BYTES,
    RuleMatch,
    find_headers,
    find_rule,
    list_keys,
    normalize_path,
    path_key,
)

ReadEntry = Callable[[str], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class RulesOfPath:
    """The rule and the headers that apply to one path."""

    match: RuleMatch | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


async def read_rules(read: ReadEntry, name: str, raw_path: str) -> RulesOfPath:
    """Read what applies to a percent-encoded path from the set of this name; empty: no rules."""
    if not name:
        return RulesOfPath()
    path = normalize_path(raw_path)
    key = path_key(name, path)
    exact = await read(key) if len(key) <= MAX_KEY_BYTES else None
    patterns = await _read_list(read, name, "r")
    return RulesOfPath(
        find_rule(path, exact, patterns), find_headers(path, await _read_list(read, name, "h"))
    )


def resolve_page(target: str) -> str:
    """Return the path of the page that a rewrite shows."""
    path = target.partition("#")[0].partition("?")[0]
    leaf = path.rpartition("/")[2]
    return path if not leaf or "." in leaf else f"{path}/"


def add_query(target: str, query: str) -> str:
    """Return the target of a redirect with the visitor's query, unless it has its own."""
    if not query or "?" in target:
        return target
    path, mark, fragment = target.partition("#")
    return f"{path}?{query}{mark}{fragment}"


async def _read_list(read: ReadEntry, name: str, letter: str) -> list[Any]:
    text = "".join([await read(key) or "" for key in list_keys(name, letter)])
    rows: list[Any] = json.loads(text) if text else []
    return rows

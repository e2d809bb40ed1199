"""Read the redirects, rewrites and headers of a `vercel.json`.

Its patterns are those of path-to-regexp. Those that stand for "all paths below" become `*`.

>>> _convert("/blog/:path*", "/news/:path*"), _convert("/(.*)", "/$1")
(('/blog/*', '/news/:splat'), ('/*', '/:splat'))
"""

import json
import re
from typing import Any, Final

from platform_core.hosting.rules import (
    REWRITE,
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

CONDITIONS: Final = ("has", "missing")
_REST: Final = re.compile(r"(?:(?<=/):(\w+)(?:\*|\(\.\*\))|\(\.\*\))$")


def parse_vercel(text: str) -> dict[str, Any] | None:
    """Parse the file; None if it is no JSON object."""
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def read_vercel(file: str, text: str) -> HostingRules:
    """Read the rules of a `vercel.json`. `file` is its path, for messages."""
    parsed = parse_vercel(text)
    if parsed is None:
        return HostingRules(refused=(RefusedRule("the file", "it is not a JSON object", "", file),))
    redirects = [
        _read_redirect(table, f"{file}: redirects[{number}]", None)
        for number, table in enumerate(list_tables(parsed.get("redirects")))
    ]
    rewrites = parsed.get("rewrites")
    redirects += [
        _read_redirect(table, f"{file}: rewrites[{number}]", REWRITE)
        for number, table in enumerate(list_tables(rewrites))
    ]
    headers = [
        _read_headers(table, f"{file}: headers[{number}]")
        for number, table in enumerate(list_tables(parsed.get("headers")))
    ]
    legacy = [
        HostingRules(
            refused=(
                RefusedRule(
                    "routes",
                    "rules in the former form",
                    "write redirects, rewrites and headers",
                    file,
                ),
            )
        )
    ]
    return join_rules(
        [collect_redirects(file, redirects), *headers, *(legacy if parsed.get("routes") else [])]
    )


def _read_redirect(table: Table, where: str, status: int | None) -> RedirectRule | RefusedRule:
    source, target = _convert(read_text(table, "source"), read_text(table, "destination"))
    named = table.get("statusCode")
    default = 308 if table.get("permanent") is True else 307
    if status is None:
        status = named if isinstance(named, int) else default
    # Redirects of this host win over files; rewrites do not.
    rule = RedirectRule(source, target, status, status != REWRITE, where)
    return refuse_conditions(table, CONDITIONS, rule) or rule


def _read_headers(table: Table, where: str) -> HostingRules:
    source, _ = _convert(read_text(table, "source"), "")
    headers = {
        read_text(header, "key"): read_text(header, "value")
        for header in list_tables(table.get("headers"))
    }
    if refusal := refuse_conditions(
        table, CONDITIONS, RedirectRule(source, "headers", where=where)
    ):
        return HostingRules(refused=(refusal,))
    return check_headers(source, headers, where)


def _convert(source: str, target: str) -> tuple[str, str]:
    """Return the pattern and the target in our form, as far as it can express them."""
    rest = _REST.search(source)
    if rest is None:
        return source, target
    name = rf":{rest[1]}\b\*?" if rest[1] else r"(?!)"
    target = re.sub(rf"{name}|\$1\b", ":splat", target)
    return f"{source[: rest.start()]}*", target

"""Find redirects that lead back to themselves through others."""

from collections.abc import Sequence
from typing import Final

from platform_core.hosting.paths import PLACEHOLDER, fill_target, match_path
from platform_core.hosting.rules import REDIRECT_STATUSES, HostingRules, RedirectRule, RefusedRule

MAX_PATTERNS: Final = 50
"""Rules with placeholders that are followed. Each is compared with every target."""
MAX_STEPS: Final = 20
"""Redirects in a row that a browser follows."""
MAX_SHOWN: Final = 4
SAMPLE: Final = "x"
"""Stands for the value of a placeholder."""


def refuse_cycles(rules: HostingRules) -> HostingRules:
    """Move each redirect that is part of a cycle to the refused rules."""
    redirects = [rule for rule in rules.redirects if rule.status in REDIRECT_STATUSES]
    lookup = _Lookup(redirects)
    cyclic = {id(rule): path for rule in redirects if (path := _follow(rule, lookup))}
    refused = [
        RefusedRule(
            f"{rule.source} -> {rule.target}",
            f"a cycle: {cyclic[id(rule)]}",
            "remove one of its redirects",
            rule.where,
        )
        for rule in redirects
        if id(rule) in cyclic
    ]
    kept = tuple(rule for rule in rules.redirects if id(rule) not in cyclic)
    return HostingRules(kept, rules.headers, (*rules.refused, *refused))


class _Lookup:
    """The first redirect for a path."""

    def __init__(self, redirects: Sequence[RedirectRule]) -> None:
        self._exact: dict[str, RedirectRule] = {}
        self._known: dict[str, RedirectRule | None] = {}
        for rule in redirects:
            if not _is_pattern(rule):
                self._exact.setdefault(_normalize(rule.source), rule)
        self._patterns = [rule for rule in redirects if _is_pattern(rule)][:MAX_PATTERNS]

    def find(self, path: str) -> RedirectRule | None:
        if path not in self._known:
            matching = (
                rule for rule in self._patterns if match_path(rule.source, path) is not None
            )
            self._known[path] = self._exact.get(path) or next(matching, None)
        return self._known[path]


def _follow(start: RedirectRule, lookup: _Lookup) -> str:
    """Return the cycle that a redirect leads into, as text; empty if it leads to a page.

    A chain that no browser follows to its end counts as a cycle.
    """
    paths, rule = [_normalize(_sample(start.source))], start
    for _ in range(MAX_STEPS):
        values = match_path(rule.source, paths[-1]) or {}
        path = _normalize(fill_target(rule.target, values))
        if path == paths[-1] or not path.startswith("/"):
            # A rule for all paths that leads to a page: it applies where there is no page.
            return ""
        paths.append(path)
        if path == paths[0]:
            break
        following = lookup.find(path)
        if following is None:
            return ""
        rule = following
    shown = paths if len(paths) <= MAX_SHOWN else [*paths[:MAX_SHOWN], "..."]
    return " -> ".join(shown)


def _is_pattern(rule: RedirectRule) -> bool:
    return "*" in rule.source or ":" in rule.source


def _sample(source: str) -> str:
    """Return a path that a pattern matches."""
    return PLACEHOLDER.sub(SAMPLE, source).replace("*", SAMPLE)


def _normalize(path: str) -> str:
    bare = path.partition("#")[0].partition("?")[0]
    return bare.rstrip("/") or "/"

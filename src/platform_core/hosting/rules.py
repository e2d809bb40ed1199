"""Redirects and headers as values, and the checks that the rules of every file format share.

A rule depends on the path of a request only. A rule with another condition, such as the country of
the visitor, is refused by name: it never becomes a rule that applies to everybody.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from platform_core.hosting.paths import find_source_problem, find_target_problem

MAX_RULES: Final = 10_000
"""Number of rules that are read from one file. A file with more is refused as a whole."""

REDIRECT_STATUSES: Final = frozenset({301, 302, 303, 307, 308})
REWRITE: Final = 200
"""The visitor gets the page at the target, and the address stays."""
ERROR_STATUSES: Final = frozenset({404, 410})
"""The visitor gets the page at the target as an error page."""

HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")
HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\U0010ffff]*")
RESERVED_HEADERS: Final = frozenset(
    {
        "connection", "content-encoding", "content-length", "expect", "keep-alive",
        "proxy-authenticate", "proxy-authorization", "proxy-connection", "trailer",
        "transfer-encoding", "upgrade", "via", "warning", "x-cache", "x-forwarded-proto",
        "x-real-ip",
    }
)  # fmt: skip
"""Headers that CloudFront lets no function set. It answers 502 for the whole page if one tries
(Amazon CloudFront Developer Guide, Restrictions on all edge functions, read 2026-12-01; the list of
read-only headers of a viewer response: from memory, unverified)."""
RESERVED_PREFIXES: Final = ("x-accel-", "x-amz-cf-", "x-amzn-", "x-edge-")
PASSWORD_HEADERS: Final = frozenset({"basic-auth"})
"""Names that a host reads as a setting: this one holds the passwords of visitors."""


@dataclass(frozen=True, slots=True)
class RedirectRule:
    """A redirect, a rewrite or an error page for all paths that match a pattern."""

    source: str
    """Path with placeholders: `/blog/:slug`, or `/old/*` for all paths below `/old/`."""
    target: str
    """Path or URL. It can repeat the placeholders; `:splat` stands for the matches of `*`."""
    status: int = 301
    force: bool = False
    """Whether the rule wins over a page at the same path."""
    where: str = ""


@dataclass(frozen=True, slots=True)
class HeaderRule:
    """Headers of all answers whose path matches a pattern."""

    source: str
    headers: tuple[tuple[str, str], ...]
    where: str = ""


@dataclass(frozen=True, slots=True)
class RefusedRule:
    """A rule that cannot move, with the reason and a way out."""

    rule: str
    reason: str
    way_out: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class HostingRules:
    """The rules of one or several files, in the order in which they apply."""

    redirects: tuple[RedirectRule, ...] = ()
    headers: tuple[HeaderRule, ...] = ()
    refused: tuple[RefusedRule, ...] = ()


def join_rules(parts: Iterable[HostingRules]) -> HostingRules:
    """Join the rules of several files."""
    every = tuple(parts)
    return HostingRules(
        tuple(rule for part in every for rule in part.redirects),
        tuple(rule for part in every for rule in part.headers),
        tuple(rule for part in every for rule in part.refused),
    )


def check_redirect(rule: RedirectRule) -> RefusedRule | None:
    """Return the refusal of a redirect, or None if it can move."""
    text = f"{rule.source} -> {rule.target}"
    if problem := find_source_problem(rule.source) or find_target_problem(rule.source, rule.target):
        return RefusedRule(text, problem.reason, problem.way_out, rule.where)
    if rule.status not in REDIRECT_STATUSES | ERROR_STATUSES | {REWRITE}:
        return RefusedRule(
            text, f"the status {rule.status} is not one of a redirect", "", rule.where
        )
    leaves = not rule.target.startswith("/")
    if leaves and rule.status not in REDIRECT_STATUSES:
        return RefusedRule(
            text,
            "a proxy: the answer comes from another server",
            "call that server from the page, or redirect to it with status 302",
            rule.where,
        )
    if not leaves and rule.source.rstrip("/") == rule.target.rstrip("/"):
        return RefusedRule(text, "it leads to itself", "remove it", rule.where)
    return None


def check_headers(source: str, headers: Mapping[str, str], where: str) -> HostingRules:
    """Return the headers that can move, and a refusal for each other one. Values stay out of it."""
    if problem := find_source_problem(source):
        refused = RefusedRule(f"headers of {source}", problem.reason, problem.way_out, where)
        return HostingRules(refused=(refused,))
    allowed, refusals = [], []
    for name, value in headers.items():
        reason, way_out = _find_header_problem(name, value)
        if reason:
            refusals.append(RefusedRule(f"{name} of {source}", reason, way_out, where))
        else:
            allowed.append((name, value))
    rules = (HeaderRule(source, tuple(allowed), where),) if allowed else ()
    return HostingRules(headers=rules, refused=tuple(refusals))


def refuse_long_file(file: str, rules: int) -> HostingRules:
    """Return the refusal of a file with too many rules."""
    return HostingRules(
        refused=(
            RefusedRule(
                f"{rules:,} rules",
                f"more than {MAX_RULES:,} rules in one file",
                "replace rules that differ in one part of the path by one with * or a placeholder",
                file,
            ),
        )
    )


def _find_header_problem(name: str, value: str) -> tuple[str, str]:
    """Return the reason against a header and a way out; both are empty if it can move."""
    lower = name.lower()
    if lower in PASSWORD_HEADERS:
        return (
            "a password for visitors",
            "remove it from the file: it is readable in the repository",
        )
    if not HEADER_NAME.fullmatch(name):
        return "not the name of a header", ""
    if not HEADER_VALUE.fullmatch(value):
        return "a header value cannot hold control characters", ""
    if lower in RESERVED_HEADERS or lower.startswith(RESERVED_PREFIXES):
        return "CloudFront sets this header itself", "remove it"
    return "", ""

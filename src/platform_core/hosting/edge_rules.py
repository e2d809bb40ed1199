"""The rules of one release, as entries of the key-value store at the edge.

The edge cannot see the files of a release, and a rule that is not forced applies only where there
is no file. So this is decided when a release is stored: `compile_rules` knows its files.

A redirect of one path is an entry of its own. Patterns and headers are lists in JSON, cut into
values that fit the store. The name of a set of rules is a hash of its entries, so that releases
with the same rules share them, and the numbers of values of both lists:
`<hash>.<patterns>.<headers>`.
The entry `rules:<folder>` of a release names its set and never changes, so a move of the pointer
changes pages and rules at once.

`platform_cli/infra/edge_rules.js` reads the same entries; `tests/rule_routes.json` tests both.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any, Final
from urllib.parse import quote, unquote

from platform_core.hosting.paths import PLACEHOLDER, fill_target, match_path
from platform_core.hosting.rules import ERROR_STATUSES, HostingRules, RedirectRule, RefusedRule

MAX_KEY_BYTES: Final = 512
MAX_VALUE_BYTES: Final = 1_000
"""Limits of a CloudFront KeyValueStore: 512 bytes a key, 1 KB a value, 5 MB in all (Amazon
CloudFront Developer Guide, File format for key-value pairs, read 2026-12-01)."""
MAX_PATH_BYTES: Final = MAX_KEY_BYTES - 16
"""The hash of the set stands in front of the path."""
MAX_SET_BYTES: Final = 350_000
"""Bytes of one set of rules. The store holds the sets of fourteen releases: ten that are kept, and
those in use."""
MAX_LIST_VALUES: Final = 8
"""Values of each list. The edge function reads all of them for each request."""
PAGE: Final = "="
"""Entry of a path with a page, which wins over a pattern."""
_HASHED_ASSET: Final = re.compile(r"^assets/.*[.-][0-9a-f]{64}\.[A-Za-z0-9.][^/]*$")
ERROR_PAGES: Final = frozenset({"/404", "/404.html"})


@dataclass(frozen=True, slots=True)
class EdgeRules:
    """A set of rules in the form of the store. The name is empty for a release without rules."""

    name: str = ""
    entries: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """The effect of a rule on one path."""

    status: int
    target: str


def find_edge_problems(rules: HostingRules) -> tuple[RefusedRule, ...]:
    """Return the rules that the edge cannot hold, and a refusal of all if they are too large."""
    problems = [problem for rule in rules.redirects if (problem := _find_problem(rule))]
    lists = {
        "redirects with * or a placeholder": _list_patterns(rules),
        "headers": _list_headers(rules),
    }
    for label, rows in lists.items():
        if len(_cut(rows)) > MAX_LIST_VALUES:
            limit = f"more than {MAX_LIST_VALUES * MAX_VALUE_BYTES:,} bytes in all"
            problems.append(RefusedRule(f"{len(rows):,} {label}", limit, "join or remove some"))
    size = sum(
        16 + len(encoded.source) + 4 + len(encoded.target)
        for encoded in map(_encode, rules.redirects)
    )
    if size > MAX_SET_BYTES:
        problems.append(_refuse_size(f"{len(rules.redirects):,} redirects", size))
    return tuple(problems)


def compile_rules(
    rules: HostingRules, files: Iterable[str]
) -> tuple[EdgeRules, tuple[RefusedRule, ...]]:
    """Return the entries for a release with these files, and the reasons against them.

    `files`: paths in the release, such as `blog/index.html`. With reasons, there are no entries.
    """
    if problems := find_edge_problems(rules):
        return EdgeRules(), problems
    pages = {normalize_path(quote(f"/{file}")) for file in files if not is_hashed_asset(file)}
    rules = _drop_default(rules)
    exact = dict(_resolve_paths([_encode(rule) for rule in rules.redirects], pages))
    patterns, headers = _cut(_list_patterns(rules)), _cut(_list_headers(rules))
    if not exact and not patterns and not headers:
        return EdgeRules(), ()
    named = {
        **dict(sorted(exact.items())),
        **{f"#r{number}": text for number, text in enumerate(patterns)},
        **{f"#h{number}": text for number, text in enumerate(headers)},
    }
    digest = hashlib.sha256(json.dumps(named).encode()).hexdigest()[:16]
    entries = {f"{digest}{key}": value for key, value in named.items()}
    size = sum(len(key.encode()) + len(value.encode()) for key, value in entries.items())
    if size > MAX_SET_BYTES:
        pages_kept = sum(value == PAGE for value in exact.values())
        return EdgeRules(), (_refuse_size(f"rules over {pages_kept:,} pages", size),)
    if problems := tuple(_find_long_entries(exact)):
        return EdgeRules(), problems
    return EdgeRules(f"{digest}.{len(patterns)}.{len(headers)}", entries), ()


def release_key(folder: str) -> str:
    """Return the key whose value is the name of a release's set."""
    return f"rules:{folder}"


def list_keys(name: str, letter: str) -> list[str]:
    """Return the keys of a list of a set: `r` for the patterns, `h` for the headers.

    >>> list_keys("0f3a.2.0", "r")
    ['0f3a#r0', '0f3a#r1']
    """
    digest, patterns, headers = name.split(".")
    count = int(patterns if letter == "r" else headers)
    return [f"{digest}#{letter}{number}" for number in range(count)]


def path_key(name: str, path: str) -> str:
    """Return the key of a normalized path."""
    return name.partition(".")[0] + path


def find_rule(path: str, exact: str | None, patterns: Sequence[Sequence[Any]]) -> RuleMatch | None:
    """Return the effect of the rules on a normalized path.

    `exact`: the entry of this path; `patterns`: the rows of the list.
    """
    if exact == PAGE:
        return None
    if exact is not None:
        status, _, target = exact.partition(" ")
        return RuleMatch(int(status), target)
    for source, status, target in patterns:
        values = match_path(source, path)
        if values is not None:
            return RuleMatch(status, _fill(target, values))
    return None


def find_headers(path: str, rows: Sequence[Sequence[Any]]) -> dict[str, str]:
    """Return the headers of a normalized path, their names in lower case. A later rule wins."""
    headers: dict[str, str] = {}
    for source, pairs in rows:
        if match_path(source, path) is not None:
            headers.update(pairs)
    return headers


def normalize_path(path: str) -> str:
    """Return a path in one encoding, without a slash or `index.html` at its end.

    >>> normalize_path("/caf%c3%a9/%61/index.html"), normalize_path("/")
    ('/caf%C3%A9/a', '/')
    """
    bare = path.removesuffix("/index.html").strip("/")
    return "/" + "/".join(_encode_part(part) for part in bare.split("/"))


def is_hashed_asset(file: str) -> bool:
    """Return whether all releases share the file. No rule applies to it."""
    return bool(_HASHED_ASSET.search(file))


def _encode_part(part: str) -> str:
    """Encode a part of a path as JavaScript's encodeURIComponent does."""
    return quote(unquote(part), safe="!*'()")


def _encode(rule: RedirectRule) -> RedirectRule:
    """Return the rule with percent-encoded paths. Placeholders stay."""
    return replace(
        rule,
        source=_encode_source(rule.source),
        target=quote(rule.target, safe="%/:?#[]@!$&'()*+,;="),
    )


def _encode_source(source: str) -> str:
    parts = source.strip("/").split("/")
    return "/" + "/".join(p if PLACEHOLDER.fullmatch(p) else _encode_part(p) for p in parts)


def _find_problem(rule: RedirectRule) -> RefusedRule | None:
    text = f"{rule.source} -> {rule.target}"
    if rule.status in ERROR_STATUSES and rule.target not in ERROR_PAGES:
        return RefusedRule(
            text, "an error page of its own: unknown paths show 404.html", "use /404.html",
            rule.where,
        )  # fmt: skip
    if len(_encode(rule).source) > MAX_PATH_BYTES:
        return RefusedRule(text, f"longer than {MAX_PATH_BYTES} bytes", "", rule.where)
    if len(_encode(rule).target) > MAX_VALUE_BYTES - 4:
        return RefusedRule(text, f"longer than {MAX_VALUE_BYTES - 4} bytes", "", rule.where)
    return None


def _drop_default(rules: HostingRules) -> HostingRules:
    """Return the rules without a rule for all paths that shows the 404 page, and those after it.

    Unknown paths show that page anyway, and the store need not list all pages.
    """
    is_default = (r.source == "/*" and r.status == 404 and not r.force for r in rules.redirects)
    before = takewhile(lambda pair: not pair[1], zip(rules.redirects, is_default, strict=True))
    return replace(rules, redirects=tuple(rule for rule, _ in before))


def _refuse_size(subject: str, size: int) -> RefusedRule:
    return RefusedRule(
        subject,
        f"{size:,} bytes, and the edge keeps at most {MAX_SET_BYTES:,} of one release",
        "replace redirects that differ in one part of the path by one with * or a placeholder, "
        "and force redirects of folders with many pages",
    )


def _find_long_entries(exact: Mapping[str, str]) -> Iterator[RefusedRule]:
    """Yield a refusal for each path whose entry the store would not take."""
    for path, value in exact.items():
        for text, limit in ((path, MAX_PATH_BYTES), (value, MAX_VALUE_BYTES)):
            if len(text) > limit:
                yield RefusedRule(
                    f"rules over the page {path[:80]}...",
                    f"{len(text):,} bytes in percent-encoding, and the edge keeps at most {limit}",
                    "shorten the page's address, or force the redirect of its folder",
                )


def _is_pattern(source: str) -> bool:
    return "*" in source or ":" in source


def _resolve_paths(redirects: Sequence[RedirectRule], pages: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the entry of each path that the patterns alone would not decide correctly."""
    patterns = [rule for rule in redirects if _is_pattern(rule.source)]
    by_path: dict[str, list[RedirectRule]] = {}
    for rule in redirects:
        if not _is_pattern(rule.source):
            by_path.setdefault(rule.source, []).append(rule)
    order = {id(rule): number for number, rule in enumerate(redirects)}
    covered = {page for page in pages if any(_match(rule, page) is not None for rule in patterns)}
    for path in by_path.keys() | covered:
        is_page = path in pages
        matching = [rule for rule in patterns if _match(rule, path) is not None]
        candidates = [*by_path.get(path, ()), *matching]
        applying = [rule for rule in candidates if rule.force or not is_page]
        if not applying:
            if matching:
                yield path, PAGE
            continue
        first = min(applying, key=lambda rule: order[id(rule)])
        if not matching or first is not matching[0]:
            target = _fill(first.target, _match(first, path) or {})
            yield path, f"{first.status} {target}"


def _match(rule: RedirectRule, path: str) -> dict[str, str] | None:
    return match_path(rule.source, path)


def _fill(target: str, values: Mapping[str, str]) -> str:
    """Return the target with its values. A path of two slashes would lead to another host."""
    filled = fill_target(target, values)
    return re.sub(r"^[/\\]+", "/", filled)


def _list_patterns(rules: HostingRules) -> list[list[object]]:
    return [
        [rule.source, rule.status, rule.target]
        for rule in map(_encode, rules.redirects)
        if _is_pattern(rule.source)
    ]


def _list_headers(rules: HostingRules) -> list[list[object]]:
    return [
        [_encode_source(rule.source), [[name.lower(), value] for name, value in rule.headers]]
        for rule in rules.headers
    ]


def _cut(rows: Sequence[object]) -> list[str]:
    """Return a list as JSON in pieces that fit a value. JSON escapes every character but ASCII."""
    if not rows:
        return []
    text = json.dumps(rows, separators=(",", ":"))
    return [text[at : at + MAX_VALUE_BYTES] for at in range(0, len(text), MAX_VALUE_BYTES)]

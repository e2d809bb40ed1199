"""Read a `_redirects` file: one rule a line, as Netlify and Cloudflare Pages define it.

    /old/*     /new/:splat     301
    /store     id=:id  /blog/:id  301
    /*         /index.html     200!

>>> (rule,) = read_redirects("_redirects", "/old/* /new/:splat 302").redirects
>>> rule.source, rule.target, rule.status, rule.where
('/old/*', '/new/:splat', 302, '_redirects:1')
"""

import re
from itertools import takewhile
from typing import Final

from platform_core.hosting.rules import (
    MAX_RULES,
    HostingRules,
    RedirectRule,
    RefusedRule,
    check_redirect,
    refuse_long_file,
)

DEFAULT_STATUS: Final = 301
PATH_ONLY: Final = "a rule can only depend on the path"
PATH_ONLY_WAY_OUT: Final = "decide it in the page, or remove the condition"
_TARGET: Final = re.compile(r"(/|https?://)")
_STATUS: Final = re.compile(r"(\d{3})(!?)")


def read_redirects(file: str, text: str) -> HostingRules:
    """Read the rules of a `_redirects` file. `file` is its path, for messages."""
    lines = [(number, _split(line)) for number, line in enumerate(text.splitlines(), 1)]
    rules = [(number, words) for number, words in lines if words]
    if len(rules) > MAX_RULES:
        return refuse_long_file(file, len(rules))
    redirects, refused = [], []
    for number, words in rules:
        rule = _read_rule(words, f"{file}:{number}")
        refusal = check_redirect(rule) if isinstance(rule, RedirectRule) else rule
        if refusal is not None:
            refused.append(refusal)
        elif isinstance(rule, RedirectRule):
            redirects.append(rule)
    return HostingRules(redirects=tuple(redirects), refused=tuple(refused))


def _split(line: str) -> list[str]:
    """Split a line into words, without its comment."""
    return list(takewhile(lambda word: not word.startswith("#"), line.split()))


def _read_rule(words: list[str], where: str) -> RedirectRule | RefusedRule:
    text = " ".join(words)
    source, rest = words[0], words[1:]
    queries = list(takewhile(lambda word: not _TARGET.match(word), rest))
    rest = rest[len(queries) :]
    if not rest:
        return RefusedRule(text, "the rule has no target", where=where)
    target, *rest = rest
    status, force = DEFAULT_STATUS, False
    if rest and (match := _STATUS.fullmatch(rest[0])):
        status, force = int(match[1]), bool(match[2])
        rest = rest[1:]
    for kind, names in (("query parameter", queries), ("condition", rest)):
        if names:
            named = ", ".join(name.partition("=")[0] for name in names)
            return RefusedRule(
                f"{source} -> {target}",
                f"the {kind} {named}: {PATH_ONLY}",
                PATH_ONLY_WAY_OUT,
                where,
            )
    return RedirectRule(source, target, status, force, where)

"""Path patterns of redirects and headers: literal parts, placeholders, and `*` at the end.

>>> match_path("/blog/:slug", "/blog/tea"), match_path("/old/*", "/old/a/b")
({'slug': 'tea'}, {'splat': 'a/b'})
>>> fill_target("/news/:slug", {"slug": "tea"})
'/news/tea'
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MAX_LENGTH: Final = 400
"""Characters of a pattern. A key of the edge's store has at most 512 bytes."""
SPLAT: Final = "splat"
PLACEHOLDER: Final = re.compile(r":([A-Za-z][A-Za-z0-9_]*)")
_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
_REGULAR_EXPRESSION: Final = re.compile(r"[()\[\]{}|^]")


@dataclass(frozen=True, slots=True)
class PathProblem:
    """The reason against a path, and a way out."""

    reason: str
    way_out: str = ""


def find_source_problem(source: str) -> PathProblem | None:
    """Return the reason why a pattern cannot be matched, or None."""
    if re.match(r"(https?:)?//", source):
        return PathProblem(
            "the condition host: a rule applies to every domain of the site",
            "remove the domain from the rule; serve the other domain as a client of its own",
        )
    if not source.startswith("/"):
        return PathProblem("the path does not start with a slash")
    if _REGULAR_EXPRESSION.search(source):
        return PathProblem(
            "a regular expression", "write a rule for each path, with * or a placeholder"
        )
    if "?" in source:
        return PathProblem("a query in the path", "name the path only")
    if problem := _find_text_problem(source):
        return problem
    parts = source.split("/")
    if "*" in source and (source.count("*") > 1 or parts[-1] != "*"):
        return PathProblem("* is not the end of the path, /*", "use a placeholder, such as /:name/")
    for part in parts:
        if ":" in part and not PLACEHOLDER.fullmatch(part):
            return PathProblem(
                "a placeholder is only a part of a folder's name", "use the whole name: /:name/"
            )
    return None


def find_target_problem(source: str, target: str) -> PathProblem | None:
    """Return the reason why a target cannot be used for this pattern, or None."""
    if not re.match(r"https?://[^/]|/(?!/)", target):
        return PathProblem("the target is neither a path nor a web address")
    if problem := _find_text_problem(target):
        return problem
    host = re.match(r"(?:https?://[^/?#]*)?", target)
    path = target[host.end() :] if host else target
    if host and re.search(r":[A-Za-z]|@", host[0].partition("//")[2]):
        return PathProblem("a placeholder or a password in the host of the target")
    known = {*PLACEHOLDER.findall(source), *([SPLAT] if source.endswith("*") else [])}
    unknown = [name for name in PLACEHOLDER.findall(path) if name not in known]
    if unknown:
        return PathProblem(f"the path has no placeholder :{unknown[0]}")
    return None


def match_path(source: str, path: str) -> dict[str, str] | None:
    """Return the values of the placeholders if a path matches, otherwise None.

    A slash at the end makes no difference.
    """
    patterns, parts = source.strip("/").split("/"), path.strip("/").split("/")
    values: dict[str, str] = {}
    for number, pattern in enumerate(patterns):
        if pattern == "*":
            return {**values, SPLAT: "/".join(parts[number:])}
        if number >= len(parts):
            return None
        if pattern.startswith(":"):
            values[pattern[1:]] = parts[number]
        elif pattern != parts[number]:
            return None
    return values if len(parts) == len(patterns) else None


def fill_target(target: str, values: Mapping[str, str]) -> str:
    """Return the target with the values of the placeholders."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), target)


def _find_text_problem(text: str) -> PathProblem | None:
    if len(text) > MAX_LENGTH:
        return PathProblem(f"longer than {MAX_LENGTH} characters")
    if unsafe := _UNSAFE.search(text):
        return PathProblem(f"the character U+{ord(unsafe[0]):04X}", "write it percent-encoded")
    if ".." in re.split(r"[/?#]", text):
        return PathProblem("a part of the path is ..")
    return None

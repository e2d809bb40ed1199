"""Choose a major version of Node.js from what a site asks for."""

import re
from collections.abc import Iterable
from typing import Final

from platform_cli.engines import DEFAULT_NODE_VERSION, NODE_VERSIONS

LTS_NAMES: Final = {"hydrogen": 18, "iron": 20, "jod": 22, "krypton": 24}
"""https://github.com/nodejs/Release, read on 2026-12-01."""

_VERSION = re.compile(r"v?(\d{1,4})(?:\.[\w*.+-]*)?")
_COMPARATOR = re.compile(r"(>=|<=|>|<|=|\^|~)?\s*v?(\d{1,4})((?:\.(?:\d{1,9}|[xX*]))*)[\w.+-]*")
_HYPHEN = re.compile(r"(\S+) - ")
_LONGEST = 200
"""Characters of the longest text that is read as a version."""


def parse_version(text: str) -> int | None:
    """Return the major version in a file such as `.nvmrc`; None if it names none.

    >>> parse_version("v20.11.0"), parse_version("lts/jod"), parse_version("lts/*")
    (20, 22, None)
    """
    name = text.strip()[:_LONGEST]
    if name.startswith("lts/"):
        return LTS_NAMES.get(name.removeprefix("lts/").lower())
    match = _VERSION.fullmatch(name)
    return int(match[1]) if match else None


def choose_version(wanted: str) -> int | None:
    """Return the best version for a range such as `>=18.17 <23 || 24`; None if it names none.

    That is the default version if the range allows it, else the newest available one in the range,
    else the lowest version that the range names, which no build offers. Only major versions count.

    >>> choose_version(">=18"), choose_version("^20.9 || 18.x"), choose_version("16.x")
    (22, 20, 16)
    """
    parts = wanted[:_LONGEST].split("||")
    ranges = [_COMPARATOR.findall(_HYPHEN.sub(r">=\1 <=", part)) for part in parts]
    known = [part for part in ranges if part]
    if not known:
        return None
    preferred = (DEFAULT_NODE_VERSION, *sorted(NODE_VERSIONS, reverse=True))
    for version in preferred:
        if any(_allows(part, version) for part in known):
            return version
    return min(int(major) for part in known for _, major, _ in part)


def _allows(comparators: Iterable[tuple[str, str, str]], version: int) -> bool:
    """Return whether some version with this major number satisfies all comparators."""
    checks = []
    for operator, major_text, rest in comparators:
        major = int(major_text)
        is_whole = not rest.strip(".0xX*")
        match operator:
            case ">=":
                checks.append(version >= major)
            case ">":
                checks.append(version > major if is_whole and not rest else version >= major)
            case "<":
                checks.append(version < major if is_whole else version <= major)
            case "<=":
                checks.append(version <= major)
            case _:
                checks.append(version == major)
    return all(checks)

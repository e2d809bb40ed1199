"""Read versions of packages from manifests and lock files of package managers.

Nothing here raises: a file that cannot be read shows nothing.
"""

import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

_VERSION = r"(\d{1,6}\.\d{1,6}\.\d{1,6}[\w.+-]{0,60})"
_LOWEST = re.compile(r"(\d{1,6})(?:\.(\d{1,6}|[xX*]))?(?:\.(\d{1,6}|[xX*]))?")

Json = Mapping[str, Any]


def parse_object(text: bytes | None) -> Json:
    """Parse a JSON object. Returns an empty one for anything else."""
    try:
        value = json.loads(text or b"{}")
    # A deeply nested document exhausts the stack.
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def section(document: Json, key: str) -> Json:
    """Return a section of a document, empty if it is missing or not an object."""
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def lowest_version(wanted: object) -> str | None:
    """Return the lowest version that a requirement such as `^15.1.0` names.

    >>> lowest_version("^15.1.0"), lowest_version("14"), lowest_version("latest")
    ('15.1.0', '14.0.0', None)
    """
    match = _LOWEST.search(wanted[:200]) if isinstance(wanted, str) else None
    if match is None:
        return None
    return ".".join(part if part and part.isdigit() else "0" for part in match.groups())


def locked_version(lock_file: str, text: bytes, package: str) -> str | None:
    """Return the version of a package, an npm package or a gem, in a lock file."""
    name = re.escape(package)
    match PurePosixPath(lock_file).name:
        case "package-lock.json" | "npm-shrinkwrap.json":
            return _version_in_npm_lock(parse_object(text), package)
        case "pnpm-lock.yaml":
            # The first one is the site's own: its requirements stand before all packages.
            pattern = rf"^ {{2,9}}'?{name}'?:\n +specifier: [^\n]+\n +version: {_VERSION}"
        case "yarn.lock":
            pattern = rf'^"?{name}@[^\n]*:\n +version:? "?{_VERSION}'
        case "bun.lock":
            pattern = rf'"{name}": \["{name}@{_VERSION}"'
        case "Gemfile.lock":
            pattern = rf"^ {{4}}{name} \({_VERSION}\)"
        case _:
            return None
    found = re.search(pattern, text.decode(errors="replace"), re.MULTILINE)
    return found[1] if found else None


def _version_in_npm_lock(lock: Json, package: str) -> str | None:
    """Return the version from either form of the file: `packages` is of npm 7 and later."""
    entries = (
        section(section(lock, "packages"), f"node_modules/{package}"),
        section(section(lock, "dependencies"), package),
    )
    versions = (entry.get("version") for entry in entries)
    return next((version for version in versions if _is_version(version)), None)


def _is_version(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(_VERSION, value) is not None

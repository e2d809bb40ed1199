"""Check and complete npm lock files: `npm ci` refuses one without the packages of all platforms.

A registry that mirrors another may not have packages that its own machines never request, and npm
then leaves them out of the lock file. `python -m tests.engines.locks LOCK` adds them by name and
exact version, with the platforms that the name contains, and asks the registry for each hash that
the lock file does not have.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

Lock = dict[str, Any]

_SYSTEMS: Final = "aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32"
_PLATFORM: Final = re.compile(
    rf"\b({_SYSTEMS})-(\w+?)(?:-(gnu|musl|msvc|gnueabihf|musleabihf|eabi))?$"
)
_LIBC: Final = {"gnu": "glibc", "gnueabihf": "glibc", "musl": "musl", "musleabihf": "musl"}


def missing(lock: Lock) -> dict[str, str]:
    """Return the versions of optional packages that other packages name and the lock does not
    have."""
    there = {path.rpartition("node_modules/")[2] for path in lock["packages"]}
    return {
        name: version
        for package in lock["packages"].values()
        for name, version in package.get("optionalDependencies", {}).items()
        if name not in there
    }


def entry(name: str, version: str) -> dict[str, Any]:
    """Return the lock file's entry of a package for one platform."""
    if not re.fullmatch(r"\d+(\.\d+)+(-[\w.]+)?", version):
        raise ValueError(f"{name} is wanted as {version!r}, which is no exact version")
    if "wasm32" in name:
        return {"version": version, "cpu": ["wasm32"], "optional": True}
    match = _PLATFORM.search(name)
    if match is None:
        raise ValueError(f"the name {name} tells no platform")
    system, cpu, abi = match.groups()
    libc = {"libc": [_LIBC[abi]]} if system == "linux" and abi in _LIBC else {}
    return {"version": version, "cpu": [cpu], **libc, "optional": True, "os": [system]}


def without_hash(lock: Lock) -> dict[str, dict[str, Any]]:
    """Return the packages that a build would download without comparing a hash, by path."""
    return {
        path: package
        for path, package in lock["packages"].items()
        if path and "integrity" not in package and not package.get("inBundle")
    }


def add_hashes(lock: Lock) -> None:
    """Add the hashes that the registry knows. Asks npm for each package, one after the other."""
    for path, package in without_hash(lock).items():
        name = f"{path.rpartition('node_modules/')[2]}@{package['version']}"
        found = subprocess.run(
            ["npm", "view", name, "dist.integrity"], capture_output=True, text=True
        ).stdout.strip()
        if re.fullmatch(r"sha512-[A-Za-z0-9+/=]+", found):
            package["integrity"] = found
        else:
            print(f"the registry knows no hash of {name}", file=sys.stderr)  # noqa: T201


def main(path: Path) -> None:
    """Complete the lock file at `path`."""
    lock = json.loads(path.read_text(encoding="utf-8"))
    for name, version in missing(lock).items():
        lock["packages"][f"node_modules/{name}"] = entry(name, version)
    add_hashes(lock)
    lock["packages"] = dict(sorted(lock["packages"].items()))
    text = json.dumps(lock, indent=2, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Check the entries of a site: those that no build can contain or that are not there."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from platform_cli.adopt.source.site_files import (
    MAX_BYTES,
    FileKind,
    SiteFiles,
    SourceEntry,
    is_portable,
)
from platform_cli.errors import Finding

POINTER_BYTES: Final = 1024
POINTER: Final = re.compile(rb"version https://git-lfs\.github\.com/spec/")
MAX_OF_A_KIND: Final = 10
PROBLEMS: Final = {
    FileKind.SYMLINK: (
        "a symbolic link, which the source of a build cannot contain",
        "replace it with a copy of its target",
    ),
    FileKind.SUBMODULE: (
        "a Git submodule, which is not part of the source",
        "copy its files into the repository, or install them as a package or module",
    ),
    FileKind.SPECIAL: ("neither a file nor a folder", "remove it"),
}


def check_tree(files: SiteFiles) -> Iterator[Finding]:
    """Yield the entries that a build cannot use, a few of each kind."""
    counts: dict[str, int] = defaultdict(int)
    for finding in _find_problems(files):
        counts[finding.message] += 1
        if counts[finding.message] <= MAX_OF_A_KIND:
            yield finding


def _find_problems(files: SiteFiles) -> Iterator[Finding]:
    for entry in files.entries.values():
        if entry.kind in PROBLEMS:
            message, way_out = PROBLEMS[entry.kind]
            yield Finding(message, show_path(entry.path), way_out)
        if not is_portable(entry.path):
            yield Finding(
                "a name that not every system can store", show_path(entry.path), "rename it"
            )
        if entry.size > MAX_BYTES:
            yield Finding(
                f"a file of {entry.size / 1_000_000:,.0f} MB",
                show_path(entry.path),
                "serve it from a bucket of its own: it would be part of every release",
            )
        if entry.kind is FileKind.FILE and entry.size < POINTER_BYTES and _is_pointer(files, entry):
            yield Finding(
                "a pointer of Git LFS: the file itself is not part of the source",
                show_path(entry.path),
                "store the file in the repository itself",
            )
    yield from _find_clashes(files)


def _find_clashes(files: SiteFiles) -> Iterator[Finding]:
    """Yield the files and folders that would be one on a system that ignores the case of names."""
    spellings: dict[str, str] = {}
    for path in _list_with_folders(files.entries):
        folded = unicodedata.normalize("NFC", path).casefold()
        other = spellings.setdefault(folded, path)
        if other != path:
            yield Finding(
                "a name that differs from another one only in upper and lower case",
                f"{show_path(path)}, {show_path(other)}",
                "rename one of them",
            )


def _list_with_folders(paths: Iterable[str]) -> Iterator[str]:
    """Yield each path, and each folder above it, once."""
    seen: set[str] = set()
    for path in paths:
        rest = path
        while rest and rest not in seen:
            seen.add(rest)
            yield rest
            rest = rest.rpartition("/")[0]


def show_path(path: str) -> str:
    """Return a path for messages; bytes that are no UTF-8 are visible."""
    return path.encode("utf-8", "backslashreplace").decode()


def _is_pointer(files: SiteFiles, entry: SourceEntry) -> bool:
    return entry.size > 100 and POINTER.match(files.read(entry.path) or b"") is not None

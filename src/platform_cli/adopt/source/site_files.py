"""The files of a site: a list of paths with their kinds and sizes, and a reader."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from platform_cli.errors import PlatformError

MAX_FILES: Final = 50_000
MAX_BYTES: Final = 100_000_000
"""Size of the largest file that is read or copied."""
SKIPPED_FOLDERS: Final = frozenset(
    {".git", ".hg", ".svn", ".venv", "__pycache__", "bower_components", "node_modules"}
)
"""Folders that are never part of a site's source, at any depth."""


class FileKind(StrEnum):
    FILE = "file"
    SYMLINK = "symbolic link"
    SUBMODULE = "submodule"
    SPECIAL = "special file"


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One entry of a site: its path with slashes, below the root of the source."""

    path: str
    size: int = 0
    kind: FileKind = FileKind.FILE
    is_program: bool = False

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


class SiteFiles:
    """The files of a site. A text is decoded as UTF-8; a file that is no text is empty."""

    def __init__(self, entries: Iterable[SourceEntry], read: Callable[[str], bytes | None]) -> None:
        self.entries: dict[str, SourceEntry] = {}
        self._read = read
        for entry in entries:
            if len(self.entries) >= MAX_FILES:
                raise PlatformError(
                    f"the site has more than {MAX_FILES:,} files",
                    hint="adopt the folder of the site only, without packages and finished pages",
                )
            self.entries[entry.path] = entry

    @property
    def paths(self) -> list[str]:
        """The paths that every system can store; only these can be part of a message."""
        return [path for path in self.entries if is_portable(path)]

    def read(self, path: str) -> bytes | None:
        """Return the content of a regular file; None if there is none, or if it is too large."""
        entry = self.entries.get(path)
        if entry is None or entry.kind is not FileKind.FILE or entry.size > MAX_BYTES:
            return None
        return self._read(path)

    def read_text(self, path: str) -> str:
        """Return the text of a file; empty if there is none."""
        content = self.read(path) or b""
        if b"\0" in content[:8000]:
            return ""
        return content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")


def is_portable(path: str) -> bool:
    """Return whether archives can hold a path on every operating system.

    >>> is_portable("a/b.md"), is_portable("a\\\\b"), is_portable("\\udce9")
    (True, False, False)
    """
    # A byte that is no UTF-8 becomes a lone surrogate, which is not printable.
    return path.isprintable() and "\\" not in path

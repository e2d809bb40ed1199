"""List the files of a folder. Symbolic links are listed and never followed."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from platform_cli.adopt.source.site_files import SKIPPED_FOLDERS, FileKind, SiteFiles, SourceEntry
from platform_cli.errors import PlatformError

MAX_DEPTH: Final = 60


def open_folder(folder: Path) -> SiteFiles:
    """Return the files of a folder. Raises `PlatformError` if it cannot be listed."""
    root = folder.resolve()
    return SiteFiles(_list_files(root, "", 0), lambda path: _read_file(root, path))


def _list_files(root: Path, prefix: str, depth: int) -> Iterator[SourceEntry]:
    if depth > MAX_DEPTH:
        raise PlatformError(f"the folders are nested deeper than {MAX_DEPTH}", where=prefix)
    try:
        with os.scandir(root / prefix) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise PlatformError(f"the folder cannot be read: {error.strerror}", where=prefix) from None
    for entry in listed:
        path = f"{prefix}{entry.name}"
        if entry.is_symlink():
            yield SourceEntry(path, kind=FileKind.SYMLINK)
        elif entry.is_dir(follow_symlinks=False):
            if entry.name not in SKIPPED_FOLDERS:
                yield from _list_files(root, f"{path}/", depth + 1)
        elif entry.is_file(follow_symlinks=False):
            status = entry.stat(follow_symlinks=False)
            yield SourceEntry(path, status.st_size, is_program=bool(status.st_mode & 0o100))
        else:
            yield SourceEntry(path, kind=FileKind.SPECIAL)


def _read_file(root: Path, path: str) -> bytes | None:
    """Read a regular file. Between the list and now it can have become another thing."""
    try:
        descriptor = os.open(root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read() if stat.S_ISREG(os.fstat(descriptor).st_mode) else None

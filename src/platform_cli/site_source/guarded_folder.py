"""Write into a folder that untrusted code can change at any moment.

A site's code could put a symbolic link into the folder, to have this program write elsewhere. So
each folder on the way is opened from the one above it, and no link is followed.
"""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO, Final

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK
_OLD_FILE: Final = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK


@dataclass(frozen=True, slots=True)
class GuardedFolder:
    """A folder whose files are written and deleted by paths relative to it."""

    root: Path

    def copy(self, file: Path, name: PurePath) -> None:
        """Copy a file with its mode. The owner can always write the copy."""
        with file.open("rb") as source, self._write(name) as target:
            shutil.copyfileobj(source, target)
            os.fchmod(target.fileno(), stat.S_IMODE(os.fstat(source.fileno()).st_mode) | 0o600)

    def write(self, name: PurePath, content: bytes) -> None:
        """Write a file."""
        with self._write(name) as target:
            target.write(content)

    def replace(self, name: PurePath, content: bytes) -> None:
        """Write a file at once, so that no reader sees half of it."""
        draft = name.with_name(f".{name.name}.draft")
        self.write(draft, content)
        with self._open_parent(name) as parent:
            _delete_unless(stat.S_ISREG, name.name, parent)
            os.replace(draft.name, name.name, src_dir_fd=parent, dst_dir_fd=parent)

    def rewrite_first_byte(self, name: PurePath) -> None:
        """Write the first byte of a file again: a new time alone is no change to some watchers."""
        with self._open_parent(name) as parent:
            descriptor = os.open(name.name, _OLD_FILE, dir_fd=parent)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            first = file.read(1)
            file.seek(0)
            file.write(first)

    def delete(self, name: PurePath) -> None:
        """Delete a file, if it is there, and the folders that are empty without it."""
        gone = suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError)
        with gone, self._open_parent(name, create=False) as parent:
            os.unlink(name.name, dir_fd=parent)
        for folder in name.parents[:-1]:
            try:
                with self._open_parent(folder, create=False) as parent:
                    os.rmdir(folder.name, dir_fd=parent)
            except OSError:  # not empty, not a folder, or gone
                return

    @contextmanager
    def _write(self, name: PurePath) -> Iterator[BinaryIO]:
        with self._open_parent(name) as parent:
            _delete_unless(stat.S_ISREG, name.name, parent)
            descriptor = os.open(name.name, _NEW_FILE, 0o644, dir_fd=parent)
        with os.fdopen(descriptor, "wb") as file:
            yield file

    @contextmanager
    def _open_parent(self, name: PurePath, *, create: bool = True) -> Iterator[int]:
        """Open the folder of a file. With `create`, anything else in its place is deleted."""
        if create:
            self.root.mkdir(parents=True, exist_ok=True)
        parent = os.open(self.root, _FOLDER)
        try:
            for part in name.parts[:-1]:
                if create:
                    _delete_unless(stat.S_ISDIR, part, parent)
                    with suppress(FileExistsError):
                        os.mkdir(part, dir_fd=parent)
                inner = os.open(part, _FOLDER, dir_fd=parent)
                os.close(parent)
                parent = inner
            yield parent
        finally:
            os.close(parent)


def _delete_unless(is_wanted: Callable[[int], bool], name: str, parent: int) -> None:
    """Delete what has this name in the folder, unless it is of the wanted kind."""
    try:
        mode = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return
    if is_wanted(mode):
        return
    if stat.S_ISDIR(mode):
        shutil.rmtree(name, dir_fd=parent)
    else:
        os.unlink(name, dir_fd=parent)

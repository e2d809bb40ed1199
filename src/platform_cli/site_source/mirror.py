"""A copy of a site's source that follows its files.

The development server works in the copy, so the code of a site writes nothing into the folder that
a person edits. The folders that a build creates, such as installed packages, stay in the copy.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from platform_cli.engines import Engine
from platform_cli.errors import PlatformError
from platform_cli.site_source.guarded_folder import GuardedFolder
from platform_cli.workspace import write_atomically

Version = tuple[int, int, int]
"""Size, time of the last change in nanoseconds, and mode of a file."""

OF_EARLIER_RUN: Final[Version] = (-1, -1, -1)


@dataclass
class SourceMirror:
    """The copy of one site."""

    source: Path
    """The folder that a person edits."""
    target: Path
    engine: Engine
    added: Mapping[str, bytes] = field(default_factory=dict)
    """Files of the platform by path. A file of the source at the same path replaces one."""
    _versions: dict[Path, Version] | None = None
    """Copied files. None before the first update."""

    @property
    def copied_list(self) -> Path:
        """The file with the paths of all copied files, beside the copy.

        With it, the next run deletes the files that the source has lost in between.
        """
        return self.target.with_name(f"{self.target.name}-files.json")

    def update(self) -> list[str]:
        """Copy what has changed, and return the paths of changed and deleted files.

        Raises `PlatformError` for a source that no build can contain, or a file that cannot be
        read. All other files are copied even then.
        """
        is_first = self._versions is None
        known = self._read_copied_list() if self._versions is None else self._versions
        versions = self._read_versions()
        deleted = known.keys() - versions.keys()
        copy = GuardedFolder(self.target)
        # First, as a new file can need the place of a deleted folder.
        for name in deleted:
            copy.delete(name)
        if is_first or versions.keys() != known.keys():
            write_atomically(self.copied_list, json.dumps([name.as_posix() for name in versions]))
        changed = [name for name in versions if versions[name] != known.get(name)]
        unread = [problem for name in changed if (problem := self._copy(name, copy))]
        failed = {name for name, _ in unread}
        self._versions = {name: v for name, v in versions.items() if name not in failed}
        self._add_files(copy, is_first=is_first, deleted=deleted)
        if unread:
            name, reason = unread[0]
            raise PlatformError(f"a file cannot be copied: {reason}", where=str(self.source / name))
        return sorted(name.as_posix() for name in (*changed, *deleted))

    def write(self, name: str, content: bytes) -> None:
        """Write a file of the platform at once, so that no reader sees half of it."""
        GuardedFolder(self.target).replace(Path(self.engine.root, name), content)

    def announce_content(self) -> None:
        """Have the generator read the content again: write its config file, as it is.

        Generators read files such as `content.json` when they start, and restart when this one
        changes. A generator that does not has a file of its own for it.
        """
        copy, root = GuardedFolder(self.target), Path(self.engine.root)
        if self.engine.dev_signal:
            copy.write(root / self.engine.dev_signal, str(time.time_ns()).encode())
            return
        for name in self.engine.conventions.configs:
            if root / name in (self._versions or {}):
                copy.rewrite_first_byte(root / name)
                return

    def _read_copied_list(self) -> dict[Path, Version]:
        try:
            names = json.loads(self.copied_list.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {Path(name): OF_EARLIER_RUN for name in names}

    def _read_versions(self) -> dict[Path, Version]:
        versions: dict[Path, Version] = {}
        try:
            files = self.engine.source_files(self.source)
        except OSError as error:
            where = str(error.filename or self.source)
            raise PlatformError(
                f"the source cannot be read: {error.strerror}", where=where
            ) from error
        for name, file in files.items():
            try:
                status = file.stat()
            except (FileNotFoundError, NotADirectoryError):  # deleted since it was listed
                continue
            versions[name] = (status.st_size, status.st_mtime_ns, status.st_mode)
        return versions

    def _copy(self, name: Path, copy: GuardedFolder) -> tuple[Path, str] | None:
        """Copy a file. Returns its name and the reason if that fails."""
        try:
            copy.copy(self.source / name, name)
        except (FileNotFoundError, NotADirectoryError):  # the next update deletes its copy
            return None
        except OSError as error:
            return name, error.strerror or str(error)
        return None

    def _add_files(self, copy: GuardedFolder, *, is_first: bool, deleted: set[Path]) -> None:
        for name, content in self.added.items():
            path = Path(name)
            if path not in (self._versions or {}) and (is_first or path in deleted):
                copy.write(path, content)

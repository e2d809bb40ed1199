"""A copy of a site's source that follows its files.

The development server works in the copy, so the code of a site writes nothing into the folder that
a person edits. The folders that a build creates, such as installed packages, stay in the copy.
"""

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from platform_cli.engines import Engine

Version = tuple[int, int, int]
"""Size, time of the last change in nanoseconds, and mode of a file."""


@dataclass
class SourceMirror:
    """The copy of one site."""

    source: Path
    """The folder that a person edits."""
    target: Path
    engine: Engine
    added: Mapping[str, bytes] = field(default_factory=dict)
    """Files of the platform by path. A file of the source at the same path replaces one."""
    _versions: dict[Path, Version] = field(default_factory=dict)

    def update(self) -> list[str]:
        """Copy what has changed, and return the paths of changed and deleted files.

        Raises `PlatformError` for a source that no build can contain.
        """
        files = self.engine.source_files(self.source)
        versions: dict[Path, Version] = {}
        changed: list[str] = []
        for name, file in files.items():
            try:
                status = file.stat()
            except FileNotFoundError:  # deleted since it was listed
                continue
            versions[name] = (status.st_size, status.st_mtime_ns, status.st_mode)
            if self._versions.get(name) != versions[name]:
                _copy(file, self.target / name)
                changed.append(name.as_posix())
        for name in self._versions.keys() - versions.keys():
            (self.target / name).unlink(missing_ok=True)
            changed.append(name.as_posix())
        self._versions = versions
        self._add_files(changed)
        return sorted(changed)

    def write(self, name: str, content: bytes) -> None:
        """Write a file of the platform at once, so that no reader sees half of it."""
        target = self.target / self.engine.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.draft")
        draft.write_bytes(content)
        draft.replace(target)

    def announce_content(self) -> None:
        """Have the generator read the content again: write its config file, as it is.

        Generators read files such as `content.json` when they start, and restart when this one
        changes. A generator that does not has a file of its own for it.
        """
        folder = self.target / self.engine.root
        if self.engine.dev_signal:
            (folder / self.engine.dev_signal).write_text(str(time.time_ns()))
            return
        for name in self.engine.conventions.configs:
            if (folder / name).is_file():
                _write_again(folder / name)
                return

    def _add_files(self, changed: list[str]) -> None:
        for name, content in self.added.items():
            target = self.target / name
            if Path(name) in self._versions or (target.is_file() and name not in changed):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def _write_again(file: Path) -> None:
    """Write the first byte of a file again: a new time alone is no change to some watchers."""
    with file.open("r+b") as stream:
        first = stream.read(1)
        stream.seek(0)
        stream.write(first)


def _copy(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    target.chmod(file.stat().st_mode | 0o600)

"""The cached folders of one project, which move from build to build.

The server moves them outside the sandbox, after code of strangers wrote in them and around them. So
their names come from the buildspec, and no link on the way to a folder is followed.
"""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class ProjectCaches:
    """The folder of a project's caches. Its entries are named after folders of the source."""

    folder: Path

    def restore(self, names: Iterable[str], source: Path) -> None:
        """Move the cached folders into the source, and delete those that `names` leaves out."""
        entries = {self._entry(name): name for name in names}
        for entry in list(self.folder.iterdir()) if self.folder.exists() else ():
            target = _find_own_folder(source, entries[entry]) if entry in entries else None
            if target and not os.path.lexists(target):
                _move(entry, target)
            elif entry not in entries:
                shutil.rmtree(entry, ignore_errors=True)

    def save(self, names: Iterable[str], source: Path) -> None:
        """Move the folders out of the source. They replace those of the build before."""
        for name in names:
            built = _find_own_folder(source, name)
            if built and os.path.isdir(built):  # noqa: PTH112 (raises nothing for a locked folder)
                shutil.rmtree(self._entry(name), ignore_errors=True)
                _move(built, self._entry(name))

    def _entry(self, name: str) -> Path:
        """Return the place of a cached folder: one segment, so that no link is on the way."""
        return self.folder / quote(name, safe="")


def _find_own_folder(source: Path, name: str) -> Path | None:
    """Return the path of a folder of the source, or None if it leads to another place."""
    root = Path(os.path.realpath(source))
    folder = Path(os.path.normpath(root / name))
    is_own = root in folder.parents and os.path.realpath(folder) == str(folder)
    return folder if is_own else None


def _move(folder: Path, target: Path) -> None:
    # A build can forbid it by the mode of a folder. Then the next one starts without a cache.
    with suppress(OSError):
        target.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(target)

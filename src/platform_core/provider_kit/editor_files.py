"""The interface of a provider's `editor.py`, which adds an editor to a site.

`overlay(settings, site)` returns the editor's files by their path below the source's root. `OWNER`
names the owner of these files.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath


class FileOwner(StrEnum):
    """The owner of an editor's files after they are written."""

    BUILD = "build"
    """Each build writes them into the source, so they follow the client's settings."""
    CLIENT = "client"
    """Written once into a new site. They belong to the client, whose own build reads them."""


@dataclass(frozen=True, slots=True)
class EditedSite:
    """The facts of a site that an editor needs."""

    name: str
    url: str
    """The URL that visitors use, without a trailing slash."""
    static: str
    """The source folder whose files are served unchanged: `public`, `static`, `.`, ..."""

    def source_path(self, path: str) -> str:
        """Return the path in the source of a file that the site serves at `path`."""
        return PurePosixPath(self.static, path).as_posix()

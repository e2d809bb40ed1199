"""What a provider's `editor.py` is told of the site whose content it edits.

`overlay(settings, site) -> {path below the source's root: content}` are the files of the editor,
and `OWNER` says whose they are.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath


class Owner(StrEnum):
    """Whose an editor's files are once they are laid."""

    BUILD = "build"
    """Every build's: laid under the source each time, they follow the client's settings."""
    CLIENT = "client"
    """The client's: laid once into a new site, whose repository the editor's own build reads."""


@dataclass(frozen=True, slots=True)
class Site:
    """What an editor must know of the site that it is laid over."""

    name: str
    url: str
    """The address that visitors use, without a trailing slash."""
    static: str
    """The source's folder whose files are served as they are: `public`, `static`, `.`, ..."""

    def served(self, path: str) -> str:
        """Where a file has to lie to be served at this path."""
        return PurePosixPath(self.static, path).as_posix()

"""What a provider's `editor.py` is told of the site whose content it edits.

`overlay(settings, site) -> {path below the source's root: content}` are the files of the editor.
"""

from dataclasses import dataclass
from pathlib import PurePosixPath


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

"""Open a folder or a repository as the source of a site."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from platform_cli.adopt.source.addresses import GitAddress, read_origin
from platform_cli.adopt.source.clone import clone_bare
from platform_cli.adopt.source.folder import open_folder
from platform_cli.adopt.source.git_tree import open_repository, read_branch
from platform_cli.adopt.source.site_files import SiteFiles

MAX_CONFIG_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class SiteSource:
    """The files of a site, and their origin."""

    files: SiteFiles
    name: str
    repository: str = ""
    """The repository as github:OWNER/NAME or gitlab:GROUP/NAME; empty if it is unknown."""
    branch: str = ""
    folder: Path | None = None
    """The folder of the files; None for a repository."""


@contextmanager
def open_source(place: Path | GitAddress) -> Iterator[SiteSource]:
    """Yield the files of a folder or of the newest commit of a repository."""
    if isinstance(place, Path):
        folder = place.resolve()
        origin = read_origin(_read_git_config(folder))
        yield SiteSource(open_folder(folder), folder.name, origin, folder=folder)
        return
    with tempfile.TemporaryDirectory() as temporary:
        repository = clone_bare(place, Path(temporary))
        with open_repository(repository) as files:
            yield SiteSource(files, place.name, place.repository, read_branch(repository))


def _read_git_config(folder: Path) -> str:
    """Return the text of `.git/config`; empty if there is none."""
    file = folder / ".git" / "config"
    try:
        if file.is_symlink() or file.parent.is_symlink() or not file.is_file():
            return ""
        with file.open(encoding="utf-8", errors="replace") as text:
            return text.read(MAX_CONFIG_BYTES)
    except OSError:
        return ""

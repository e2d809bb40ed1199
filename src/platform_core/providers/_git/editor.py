"""What an editor of files has to know: where they lie, what they hold, where their images go."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from platform_core.providers._git.settings import GitSettings

UPLOADS = "uploads"
"""Below what is served as it is: where an editor puts images."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of content files of one kind."""

    name: str
    """Letters, digits and underscores: editors use it in addresses and queries."""
    label: str
    folder: str
    kind: str


def shelves(settings: GitSettings) -> Iterator[Shelf]:
    """The folders that there are, in the order in which the client names them."""
    for folder, kind in settings.folders.items():
        label = re.sub(r"[-_.]+", " ", folder.rpartition("/")[2]).capitalize()
        yield Shelf(re.sub(r"\W", "_", folder), label, folder, kind)


def shipped(package: str) -> Traversable:
    """The folder of a provider's plain editor files."""
    return files(package) / "editor"

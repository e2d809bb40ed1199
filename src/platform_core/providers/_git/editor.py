"""Describe the content folders and uploads of a repository for an editor."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from platform_core.providers._git.settings import GitSettings

UPLOADS = "uploads"
"""The folder for uploaded images, below the folder of static files."""


@dataclass(frozen=True, slots=True)
class ContentFolder:
    """A folder with content files of one type."""

    name: str
    """Letters, digits and underscores, because editors use it in URLs and queries."""
    label: str
    folder: str
    content_type: str


def list_content_folders(settings: GitSettings) -> Iterator[ContentFolder]:
    """Yield the content folders in the order of the client's settings."""
    for folder, content_type in settings.folders.items():
        label = re.sub(r"[-_.]+", " ", folder.rpartition("/")[2]).capitalize()
        yield ContentFolder(re.sub(r"\W", "_", folder), label, folder, content_type)


def editor_files_dir(package: str) -> Traversable:
    """Return the folder with the static editor files of a provider."""
    return files(package) / "editor"

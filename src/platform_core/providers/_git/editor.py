"""Describe the content folders and uploads of a repository for an editor."""

import hashlib
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
        yield ContentFolder(_editor_name(folder), label, folder, content_type)


def _editor_name(folder: str) -> str:
    """Return the folder's name for an editor; a name with other characters ends in a hash."""
    plain = re.sub(r"[^A-Za-z0-9_]", "_", folder)
    if re.fullmatch(r"[A-Za-z0-9_./-]*", folder):
        return plain
    return f"{plain}_{hashlib.sha256(folder.encode()).hexdigest()[:6]}"


def editor_files_dir(package: str) -> Traversable:
    """Return the folder with the static editor files of a provider."""
    return files(package) / "editor"

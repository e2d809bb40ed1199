"""Resolve the references to images in a content file to URLs."""

import posixpath
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from platform_core.content.model import MediaAsset
from platform_core.provider_kit import parsing
from platform_core.providers._git.host import GitHost
from platform_core.providers._git.settings import GitSettings

_MIME_TYPES: Final = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}
_STATIC_FOLDERS: Final = ("static/", "public/")
"""Folders whose files generators serve at the root, besides the one in the settings."""
_REFERENCE: Final = re.compile(r"(?P<path>[^?#]*)(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ImageResolver:
    """Resolves the references of one file at a commit."""

    settings: GitSettings
    host: GitHost
    commit: str
    file_path: str

    def resolve(self, reference: str) -> str:
        """Return the URL of an image, or an empty string if there is none.

        A path with a slash at its start is below the site's root, any other one is relative to the
        file. Its escapes are decoded first: Markdown and some editors write them, others do not.
        """
        reference = reference.strip().replace("\\", "/")
        if url := parsing.parse_image_url(reference):
            return url
        parts = _REFERENCE.fullmatch(reference)
        # Other schemes, such as `data:` or `javascript:`.
        if parts is None or not parts["path"] or ":" in parts["path"]:
            return ""
        path = unquote(parts["path"])
        if path.startswith(("/", *self._static_folders())):
            return self._url_at_root(_normalize(path), parts["rest"])
        repository_path = _normalize(posixpath.join(posixpath.dirname(self.file_path), path))
        return self._url_of_file(repository_path, parts["rest"])

    def parse(self, value: object) -> MediaAsset | None:
        """Parse an image: a path or URL, or an object with one and its alternative text."""
        image = parsing.parse_object(value)
        names = ("src", "url", "path", "file")
        reference = value if isinstance(value, str) else _first_text(image, names)
        url = self.resolve(reference) if reference else ""
        if not url:
            return None
        suffix = posixpath.splitext(urlsplit(url).path)[1].strip(".").lower()
        return MediaAsset(
            id=url,
            url=url,
            alt_text=_first_text(image, ("alt", "alt_text", "altText")),
            mime_type=_MIME_TYPES.get(suffix),
        )

    def _url_of_file(self, path: str, rest: str) -> str:
        """Return the URL of a file of the repository."""
        if self.settings.media_url and path.startswith(self._static_folders()):
            return self._url_at_root(path, rest)
        return self.host.file_url(quote(path), self.commit) + rest

    def _url_at_root(self, path: str, rest: str) -> str:
        """Return the URL of a file by its path on the site."""
        # Some authors write the folder itself: /static/img/a.jpg.
        folder = next((name for name in self._static_folders() if path.startswith(name)), "")
        if self.settings.media_url:
            path = path.removeprefix(folder)
            return f"{self.settings.media_url.rstrip('/')}/{quote(path)}{rest}"
        repository_path = path if folder else f"{self.settings.media_folder}/{path}"
        return self.host.file_url(quote(repository_path), self.commit) + rest

    def _static_folders(self) -> tuple[str, ...]:
        """Return the folders that a site serves at its root, each with a slash."""
        return (f"{self.settings.media_folder}/", *_STATIC_FOLDERS)


def _normalize(path: str) -> str:
    """Resolve `.` and `..`. A path cannot leave the repository."""
    return posixpath.normpath("/" + path).lstrip("/")


def _first_text(image: parsing.Json, names: tuple[str, ...]) -> str | None:
    return next((text for name in names if (text := parsing.parse_text(image.get(name)))), None)

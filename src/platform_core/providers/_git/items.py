"""A content file at a commit as an item."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from platform_core.content import MediaAsset, UnifiedContent
from platform_core.markup import from_markdown
from platform_core.providers import freeform, reading
from platform_core.providers._git import files
from platform_core.providers._git.host import Host
from platform_core.providers._git.push import Head
from platform_core.providers._git.settings import GitSettings

_MIME: Final = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the files of one client's repository."""

    provider: str
    host: Host
    settings: GitSettings

    def type_of(self, path: str) -> str | None:
        """What a file is on the site; None: no content."""
        return self.settings.type_of(path) if files.is_content(path) else None

    def item(
        self, path: str, head: Head, changed_at: datetime | None = None
    ) -> UnifiedContent | None:
        """A file as an item; None where it is not there. Raises `Malformed`.

        Its version is the time of the push: times of commits can run backwards, pushes cannot.
        """
        text = self.host.file(path, head.commit)
        if text is None:
            return None
        front, markdown = files.parse(path, text)
        fields = freeform.Fields(front, {"body": markdown, "slug": files.slug_of(path)})
        written = reading.moment(fields["updated_at"])
        told = written or changed_at or self.host.changed_at(path, head.commit)
        changed = told or head.pushed_at
        return freeform.unified(
            fields,
            freeform.Origin(
                id=self.settings.content_id(path),
                content_type=self.type_of(path) or "",
                provider=self.provider,
                version=reading.micros(head.pushed_at),
                created_at=reading.moment(fields["published_at"]) or changed,
                updated_at=changed,
                fallback_slug=files.slug_of(path),
                data={"file_path": path, "repository": self.settings.full_name},
            ),
            self._reader(head.commit),
        )

    def _reader(self, commit: str) -> freeform.Reader:
        def address(value: str) -> str:
            return self._address(value, commit)

        def html(value: object) -> str | None:
            return from_markdown(value, address) or None if isinstance(value, str) else None

        return freeform.Reader(
            html=html,
            image=lambda value: _image(value, address),
            member=self._member,
            currency=self.settings.currency,
        )

    def _address(self, value: str, commit: str) -> str:
        """Where an image is: its own address, or its place among the uploads."""
        if reading.address(value):
            return value
        if ":" in value or value.startswith("//"):
            return ""
        path = quote(value.strip().lstrip("./"))
        if self.settings.media_url:
            return f"{self.settings.media_url.rstrip('/')}/{path}"
        return self.host.address(f"{self.settings.media_folder}/{path}", commit)

    def _member(self, value: object) -> str | None:
        """A product that a collection names, by its path or by its slug alone."""
        name = reading.text(reading.part(value).get("product") or value)
        shelves = [folder for folder, kind in self.settings.folders.items() if kind == "product"]
        if name is None or not shelves:
            return None
        known = any(name.startswith(f"{folder}/") for folder in shelves)
        return self.settings.content_id(name if known else f"{shelves[0]}/{name}.md")


def _image(value: object, address: Callable[[str], str]) -> MediaAsset | None:
    """A path or an address, or such with a text beside it."""
    field = reading.part(value)
    given = value if isinstance(value, str) else field.get("src") or field.get("url")
    url = address(given) if isinstance(given, str) and given else ""
    if not url:
        return None
    ending = url.rpartition(".")[2].lower()
    return MediaAsset(
        id=url,
        url=url,
        alt_text=reading.text(field.get("alt")),
        mime_type=_MIME.get(ending),
    )

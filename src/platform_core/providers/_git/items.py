"""Build an item from a content file at a commit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from platform_core.content.html import render_markdown
from platform_core.content.model import MediaAsset, UnifiedContent
from platform_core.provider_kit import field_mapping, parsing
from platform_core.providers._git import files
from platform_core.providers._git.host import GitHost
from platform_core.providers._git.push import Head
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


@dataclass(frozen=True, slots=True)
class FileReader:
    """Reads the content files of one client's repository."""

    provider: str
    host: GitHost
    settings: GitSettings

    def content_type_of(self, path: str) -> str | None:
        """Return the unified type of a file, or None if it is not content."""
        return self.settings.content_type_of(path) if files.is_content_file(path) else None

    def read_item(
        self, path: str, head: Head, changed_at: datetime | None = None
    ) -> UnifiedContent | None:
        """Build the item of a file, or return None if the file is missing. Raises `Malformed`.

        The version is the time of the push, because commit times can go backwards.
        """
        text = self.host.read_file(path, head.commit)
        if text is None:
            return None
        front_matter, markdown = files.parse_file(path, text)
        fields = field_mapping.DocumentFields(
            front_matter, {"body": markdown, "slug": files.file_slug(path)}
        )
        stated_time = parsing.parse_timestamp(fields["updated_at"])
        # A push contains the time of change. Otherwise the host is asked, which costs a request.
        known_time = stated_time or changed_at or self.host.read_last_change_time(path, head.commit)
        changed_at = known_time or head.pushed_at
        return field_mapping.build_item(
            fields,
            field_mapping.DocumentOrigin(
                id=self.settings.content_id(path),
                content_type=self.content_type_of(path) or "",
                provider=self.provider,
                version=parsing.to_microseconds(head.pushed_at),
                created_at=parsing.parse_timestamp(fields["published_at"]) or changed_at,
                updated_at=changed_at,
                fallback_slug=files.file_slug(path),
                data={"file_path": path, "repository": self.settings.full_name},
            ),
            self._value_parsers(head.commit),
        )

    def _value_parsers(self, commit: str) -> field_mapping.ValueParsers:
        """Return the parsers of a file's values at a commit."""

        def address(value: str) -> str:
            return self._image_url(value, commit)

        def html(value: object) -> str | None:
            return render_markdown(value, address) or None if isinstance(value, str) else None

        return field_mapping.ValueParsers(
            html=html,
            image=lambda value: _parse_image(value, address),
            member=self._resolve_product_reference,
            currency=self.settings.currency,
        )

    def _image_url(self, reference: str, commit: str) -> str:
        """Return the URL of an image: absolute URLs as they are, others below the uploads."""
        if parsing.parse_url(reference):
            return reference
        # Other schemes, such as `data:` or `javascript:`, and protocol-relative URLs.
        if ":" in reference or reference.startswith("//"):
            return ""
        path = quote(reference.strip().lstrip("./"))
        if self.settings.media_url:
            return f"{self.settings.media_url.rstrip('/')}/{path}"
        return self.host.file_url(f"{self.settings.media_folder}/{path}", commit)

    def _resolve_product_reference(self, value: object) -> str | None:
        """Return the content id of a collection's product, given by path or by slug."""
        reference = parsing.parse_text(parsing.parse_object(value).get("product") or value)
        product_folders = [
            folder
            for folder, content_type in self.settings.folders.items()
            if content_type == "product"
        ]
        if reference is None or not product_folders:
            return None
        is_path = any(reference.startswith(f"{folder}/") for folder in product_folders)
        return self.settings.content_id(
            reference if is_path else f"{product_folders[0]}/{reference}.md"
        )


def _parse_image(value: object, resolve_url: Callable[[str], str]) -> MediaAsset | None:
    """Parse an image: a path or URL, or an object with one and its alternative text."""
    field = parsing.parse_object(value)
    reference = value if isinstance(value, str) else field.get("src") or field.get("url")
    url = resolve_url(reference) if isinstance(reference, str) and reference else ""
    if not url:
        return None
    suffix = url.rpartition(".")[2].lower()
    return MediaAsset(
        id=url,
        url=url,
        alt_text=parsing.parse_text(field.get("alt")),
        mime_type=_MIME_TYPES.get(suffix),
    )

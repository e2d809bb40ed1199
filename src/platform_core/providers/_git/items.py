"""Build an item from a content file at a commit."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from platform_core.content import dialects
from platform_core.content.html import render_markdown
from platform_core.content.model import ContentStatus, UnifiedContent
from platform_core.errors import Malformed
from platform_core.provider_kit import field_mapping, parsing
from platform_core.provider_kit.document_fields import DocumentFields
from platform_core.provider_kit.locales import fits_locale, is_locale, localize
from platform_core.provider_kit.parsing import Json
from platform_core.providers._git.files import front_matter, names, permalinks, rich_text
from platform_core.providers._git.files.images import ImageResolver
from platform_core.providers._git.files.translations import Translations
from platform_core.providers._git.host import GitHost
from platform_core.providers._git.push import Head
from platform_core.providers._git.settings import GitSettings

log = logging.getLogger(__name__)


class OtherLanguage(Malformed):
    """The file is in another language than the site."""


@dataclass(frozen=True, slots=True)
class FileReader:
    """Reads the content files of one client's repository."""

    provider: str
    host: GitHost
    settings: GitSettings
    _translations: dict[str, Translations] = field(default_factory=dict, init=False)
    _blob_ids: dict[str, Mapping[str, str]] = field(default_factory=dict, init=False)
    """Both by commit. A tree can take many requests, and a commit never changes."""

    def content_type_of(self, path: str) -> str | None:
        """Return the unified type of a file, or None if it is not content."""
        if not names.is_content_file(path):
            return None
        is_content = names.is_content_path(self.settings.path_in_folder(path))
        return self.settings.content_type_of(path) if is_content else None

    def translations_at(self, commit: str) -> Translations:
        """Return the translations of the repository's files at a commit."""
        return self._translations.setdefault(
            commit,
            Translations(self.settings, lambda: self.blob_ids_at(commit)),
        )

    def blob_ids_at(self, commit: str) -> Mapping[str, str]:
        """Map every file at a commit from path to the id of its contents."""
        if commit not in self._blob_ids:
            self._blob_ids[commit] = self.host.read_blob_ids_by_path(commit)
        return self._blob_ids[commit]

    def read_item(
        self, path: str, head: Head, changed_at: datetime | None = None
    ) -> UnifiedContent | None:
        """Build the item of a file, or return None if the file is missing.

        Raises `Malformed`, and its subclass `OtherLanguage`. The version is the time of the push,
        because commit times can go backwards.
        """
        if not self.translations_at(head.commit).is_chosen(path):
            raise OtherLanguage(f"{path} is in another language than the site")
        text = self.host.read_file(path, head.commit)
        if text is None:
            return None
        header, markdown = front_matter.parse_file(path, text)
        fields = self._make_fields(path, self._localize(path, header), markdown)
        stated_time = parsing.parse_timestamp(fields["updated_at"])
        # A push contains the time of change. Otherwise the host is asked, which costs a request.
        known_time = stated_time or changed_at or self.host.read_last_change_time(path, head.commit)
        changed_at = known_time or head.pushed_at
        item = field_mapping.build_item(
            fields,
            self._make_origin(path, header, fields, head, changed_at),
            self._value_parsers(path, head.commit),
        )
        return _hide_if_in_folder_for_drafts(item, path)

    def _localize(self, path: str, header: Json) -> Json:
        """Return the values of the file's or the site's language. Raises `OtherLanguage`."""
        wanted = self.settings.locale
        stated = parsing.parse_text(header.get("lang"), header.get("locale"))
        if stated and is_locale(stated) and not fits_locale(stated, wanted):
            raise OtherLanguage(f"{path} says that it is in {stated}")
        own = self._translations_locale(path)
        localized = localize(header, wanted or own or "")
        if not isinstance(localized, dict):
            raise OtherLanguage(f"{path} has no fields in the language of the site")
        return localized

    def _translations_locale(self, path: str) -> str | None:
        return names.file_locale(self.settings.path_in_folder(path))

    def _make_fields(self, path: str, header: Json, markdown: str) -> DocumentFields:
        """Return the fields of a file, with what its path says where the header says nothing."""
        path_in_folder = self.settings.path_in_folder(path)
        name = names.file_slug(path_in_folder, self.settings.content_type_of(path) or "")
        slug = permalinks.last_segment(header) or name or names.former_file_slug(path)
        day = names.file_day(path)
        return DocumentFields(
            header, {"body": markdown, "slug": slug, **({"date": day} if day else {})}
        )

    def _make_origin(
        self,
        path: str,
        header: Json,
        fields: DocumentFields,
        head: Head,
        changed_at: datetime,
    ) -> field_mapping.DocumentOrigin:
        former_slug = names.former_file_slug(path)
        content_type = self.content_type_of(path) or ""
        name = names.file_slug(self.settings.path_in_folder(path), content_type)
        return field_mapping.DocumentOrigin(
            id=self.settings.content_id(path),
            content_type=content_type,
            provider=self.provider,
            version=parsing.to_microseconds(head.pushed_at),
            created_at=fields.read_date("published_at")[0] or changed_at,
            updated_at=changed_at,
            fallback_slug=former_slug,
            data={"file_path": path, "repository": self.settings.full_name},
            fallback_title=names.file_title(name or former_slug),
            former_slug_source=parsing.parse_text(DocumentFields(header)["slug"], former_slug),
        )

    def _value_parsers(self, path: str, commit: str) -> field_mapping.ValueParsers:
        """Return the parsers of a file's values at a commit."""
        images = ImageResolver(self.settings, self.host, commit, path)

        def html(value: object) -> str | None:
            if isinstance(value, str):
                markdown = dialects.to_common_markdown(value, is_mdx=path.endswith(".mdx"))
                return render_markdown(markdown, images.resolve) or None
            return rich_text.render(value, images.resolve)

        return field_mapping.ValueParsers(
            html=html,
            image=images.parse,
            member=self._resolve_product_reference,
            currency=self.settings.currency,
        )

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


def _hide_if_in_folder_for_drafts(item: UnifiedContent, path: str) -> UnifiedContent:
    """Make a published item a draft if its file is in a folder such as Jekyll's `_drafts`."""
    if item.status is ContentStatus.PUBLISHED and names.is_in_hidden_folder(path):
        return item.model_copy(
            update={"status": ContentStatus.DRAFT, "left_out_because": "in a folder for drafts"}
        )
    return item

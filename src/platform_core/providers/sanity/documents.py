"""Convert Sanity's documents to the unified model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Final

from platform_core.content.model import ContentStatus, UnifiedContent
from platform_core.content.page_links import page_link
from platform_core.errors import Malformed
from platform_core.provider_kit import field_mapping, parsing
from platform_core.provider_kit.document_fields import DocumentFields
from platform_core.provider_kit.parsing import Json
from platform_core.provider_kit.rich_text.unknown_blocks import render_unknown_block
from platform_core.providers.sanity.assets import file_url, parse_image
from platform_core.providers.sanity.connect import connect_fields
from platform_core.providers.sanity.languages import in_language
from platform_core.providers.sanity.manifest import PROVIDER
from platform_core.providers.sanity.portable_text import TextParsers, parse_href, render_html
from platform_core.providers.sanity.references import find_reference
from platform_core.providers.sanity.settings import Settings

PREFIX: Final = "sanity:"


@dataclass(frozen=True, slots=True)
class DocumentBuilder:
    """Builds items with the documents that their texts refer to."""

    settings: Settings
    linked: Mapping[str, Json] = field(default_factory=dict)
    """Published documents by id."""
    renders_text: bool = True
    """False if only facts such as the slug are needed, which no link can change."""

    @property
    def text_parsers(self) -> TextParsers:
        return TextParsers(
            image=lambda value: parse_image(value, self.settings),
            file=lambda value: file_url(value, self.settings),
            link=self._parse_link,
            reference=self._render_reference,
        )

    def build_item(self, document: Json, sent_at: datetime | None = None) -> UnifiedContent:
        """Build the item of a document. `sent_at` replaces times that a payload does not contain.

        Raises `Malformed`.
        """
        updated = parsing.parse_timestamp(document.get("_updatedAt")) or sent_at
        if updated is None:
            raise Malformed("the document has no _updatedAt")
        document_id, document_type = str(document.get("_id")), str(document.get("_type"))
        if document_type not in self.settings.types:
            raise Malformed("the site does not use this document type")
        values: Json = in_language(document, self.settings.locale)
        parsers = self.text_parsers
        return field_mapping.build_item(
            DocumentFields(
                values,
                connect_fields(values, self.linked),
                {"body": DocumentFields(values).read_sections()},
            ),
            field_mapping.DocumentOrigin(
                id=PREFIX + document_id,
                content_type=self.settings.types[document_type],
                provider=PROVIDER.name,
                version=parsing.to_microseconds(updated),
                created_at=parsing.parse_timestamp(document.get("_createdAt")) or updated,
                updated_at=updated,
                fallback_slug=document_id,
                data={
                    "document_type": document_type,
                    "revision": parsing.parse_text(document.get("_rev")),
                },
            ),
            field_mapping.ValueParsers(
                html=lambda value: render_html(value, parsers) if self.renders_text else None,
                image=parsers.image,
                member=_parse_product_id,
                currency=self.settings.currency,
            ),
        )

    def _parse_link(self, definition: Json) -> str | None:
        """Return the URL of a link, of a file, or of the page of the document it refers to."""
        if target := parse_href(definition) or self._find_file(definition):
            return target
        document_id = find_reference(definition)
        item = self._build_linked(document_id) if document_id else None
        return page_link(item) if item else None

    def _find_file(self, definition: Json) -> str | None:
        """Return the URL of a file in a link: `{file: {asset: {_ref}}}`."""
        candidates = [definition, *parsing.parse_objects([*definition.values()])]
        urls = (file_url(candidate, self.settings) for candidate in candidates)
        return next((url for url in urls if url), None)

    def _render_reference(self, reference: Json) -> str:
        """Render a document inside of a text: a link to its page, else its words."""
        if url := file_url(reference, self.settings):
            return f'<p><a href="{escape(url)}">{escape(url.rpartition("/")[2])}</a></p>'
        document_id = str(reference.get("_ref"))
        document = self.linked.get(document_id)
        if document is None:
            return ""
        if document.get("_type") not in self.settings.types:
            # References inside of the document are not followed: they could form a circle.
            without_links = DocumentBuilder(self.settings).text_parsers.for_unknown_blocks()
            return render_unknown_block(in_language(document, self.settings.locale), without_links)
        item = self._build_linked(document_id)
        if item is None:
            return ""
        return f'<p><a href="{page_link(item)}">{escape(item.title)}</a></p>'

    def _build_linked(self, document_id: str) -> UnifiedContent | None:
        """Build a linked item without its text. None if it has no public page."""
        document = self.linked.get(document_id)
        builder = DocumentBuilder(self.settings, renders_text=False)
        try:
            item = builder.build_item(document) if document else None
        except Malformed:
            return None
        return item if item and item.status is ContentStatus.PUBLISHED else None


def _parse_product_id(value: object) -> str | None:
    """Parse a reference to a product to its content id."""
    reference = parsing.parse_text(parsing.parse_object(value).get("_ref"))
    return PREFIX + reference if reference else None

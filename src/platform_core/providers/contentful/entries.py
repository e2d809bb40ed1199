"""Convert Contentful's entries and assets to the unified model.

Links are followed one step, so that a variant or the SEO data of a product can be an entry of its
own. An entry that a text embeds is rendered with the entries and assets that it links to itself.
"""

from html import escape
from typing import Final

from platform_core.content.html import render_markdown, sanitize
from platform_core.content.model import ContentStatus, MediaAsset, UnifiedContent
from platform_core.content.page_links import page_link
from platform_core.errors import Malformed
from platform_core.provider_kit import field_mapping, parsing
from platform_core.provider_kit.document_fields import DocumentFields
from platform_core.provider_kit.parsing import Json
from platform_core.provider_kit.rich_text.unknown_blocks import BlockParsers, render_unknown_block
from platform_core.providers.contentful.locales import localized_fields
from platform_core.providers.contentful.manifest import PROVIDER
from platform_core.providers.contentful.rich_text import LinkResolver, render_html, render_nodes
from platform_core.providers.contentful.settings import Settings
from platform_core.providers.contentful.space import LinkedDocuments, parse_link

PREFIX = "contentful:"
MAX_EMBEDDED: Final = 3
"""Maximum depth of entries that are embedded in each other."""


def content_type_id(document: Json) -> str | None:
    """Return the content type id of an entry or a tombstone, if it has one."""
    link = parse_link(parsing.parse_object(document.get("sys")).get("contentType"))
    return link[1] if link else None


def build_item(
    entry: Json, linked: LinkedDocuments, settings: Settings, *, renders_text: bool = True
) -> UnifiedContent:
    """Build the item of an entry, or only its facts without its text. Raises `Malformed`."""
    sys = parsing.parse_object(entry.get("sys"))
    entry_id, content_type = parsing.parse_text(sys.get("id")), content_type_id(entry)
    revision, updated_at = (
        parsing.parse_integer(sys.get("revision")),
        parsing.parse_timestamp(sys.get("updatedAt")),
    )
    if entry_id is None or content_type is None or revision is None or updated_at is None:
        raise Malformed("the entry has no id, type, revision or time")
    fields = _resolve_links(entry, linked, settings)
    return field_mapping.build_item(
        DocumentFields(
            fields, {"tags": _parse_tags(entry), "body": DocumentFields(fields).read_sections()}
        ),
        field_mapping.DocumentOrigin(
            id=PREFIX + entry_id,
            content_type=settings.types[content_type],
            provider=PROVIDER.name,
            version=revision,
            created_at=parsing.parse_timestamp(sys.get("createdAt")) or updated_at,
            updated_at=updated_at,
            fallback_slug=entry_id,
            data={"content_type": content_type, "revision": revision},
        ),
        field_mapping.ValueParsers(
            html=lambda value: _render_body(value, linked, settings) if renders_text else None,
            image=lambda value: parse_image(value, linked, settings),
            member=_parse_product_id,
            currency=settings.currency,
        ),
    )


def parse_image(value: object, linked: LinkedDocuments, settings: Settings) -> MediaAsset | None:
    """Parse a link to an image asset, or the URL of an image. None for anything else."""
    if isinstance(value, str):
        url = parsing.parse_url(value)
        return MediaAsset(id=url, url=url) if url else None
    asset = linked.find_link_target(value) or {}
    fields = localized_fields(asset, settings)
    file = parsing.parse_object(fields.get("file"))
    url, mime = file_url(file), parsing.parse_text(file.get("contentType")) or ""
    if url is None or not mime.startswith("image/"):
        return None
    details = parsing.parse_object(file.get("details"))
    size = parsing.parse_object(details.get("image"))
    return MediaAsset(
        id=str(parsing.parse_object(asset.get("sys")).get("id")),
        url=url,
        alt_text=parsing.parse_text(fields.get("description"), fields.get("title")),
        width=parsing.parse_integer(size.get("width")),
        height=parsing.parse_integer(size.get("height")),
        file_size=parsing.parse_integer(details.get("size")),
        mime_type=mime,
    )


def file_url(file: Json) -> str | None:
    """Return the URL of an asset's file. The vendor omits the scheme."""
    return parsing.parse_url(_add_scheme(file.get("url")))


def _resolve_links(entry: Json, linked: LinkedDocuments, settings: Settings) -> Json:
    """Return the fields with links to entries replaced by the entries."""

    def follow(value: object) -> object:
        if isinstance(value, list):
            return [follow(item) for item in value]
        link, target = parse_link(value), linked.find_link_target(value)
        if link is None or target is None or link[0] != "Entry":
            return value
        return {
            **localized_fields(target, settings),
            # Keep `sys`, so that the entry still counts as a link to a product.
            "id": link[1],
            "sys": parsing.parse_object(value)["sys"],
        }

    return {name: follow(value) for name, value in localized_fields(entry, settings).items()}


def _render_body(value: object, linked: LinkedDocuments, settings: Settings) -> str | None:
    """Render rich text, or Markdown, which is the format of this vendor's long texts."""
    if isinstance(value, str):
        return _render_markdown(value) or None
    links = _make_link_resolver(linked, settings)
    if parsing.parse_object(value).get("nodeType") == "document":
        return render_html(parsing.parse_object(value), links)
    # A page of sections: each one is an entry of its own.
    sections = value if isinstance(value, list) else [value]
    markup = "\n".join(filter(None, (links.entry(section) for section in sections)))
    return sanitize(markup) or None


def _render_markdown(text: str) -> str:
    return render_markdown(text, lambda url: str(_add_scheme(url)))


def _make_link_resolver(
    linked: LinkedDocuments, settings: Settings, depth: int = 0
) -> LinkResolver:
    """Return the functions that resolve the links of a text. `depth` counts embedded entries."""

    def file(target: object) -> str | None:
        fields = localized_fields(linked.find_link_target(target) or {}, settings)
        return file_url(parsing.parse_object(fields.get("file")))

    return LinkResolver(
        image=lambda target: parse_image(target, linked, settings),
        file=file,
        page=lambda target: (
            page_link(item) if (item := _build_linked_item(target, linked, settings)) else None
        ),
        entry=lambda target: _render_entry(target, linked, settings, depth + 1),
    )


def _render_entry(target: object, linked: LinkedDocuments, settings: Settings, depth: int) -> str:
    """Render an entry inside of a text: a link to its page, else its words and pictures."""
    entry = linked.find_link_target(target)
    # Entries can embed each other in a circle.
    if entry is None or depth > MAX_EMBEDDED:
        return ""
    if content_type_id(entry) in settings.types:
        item = _build_linked_item(target, linked, settings)
        return f'<p><a href="{page_link(item)}">{escape(item.title)}</a></p>' if item else ""
    links = _make_link_resolver(linked, settings, depth)

    def rich_text(value: object) -> str | None:
        if parsing.parse_object(value).get("nodeType") == "document":
            return render_nodes(parsing.parse_object(value), links)
        link = parse_link(value)
        return links.entry(value) if link and link[0] == "Entry" else None

    parsers = BlockParsers(links.image, links.file, rich_text, _render_markdown)
    return render_unknown_block(localized_fields(entry, settings), parsers)


def _build_linked_item(
    target: object, linked: LinkedDocuments, settings: Settings
) -> UnifiedContent | None:
    """Build the item of a linked entry without its text. None if it has no public page."""
    entry = linked.find_link_target(target)
    if entry is None or content_type_id(entry) not in settings.types:
        return None
    try:
        item = build_item(entry, linked, settings, renders_text=False)
    except Malformed:
        return None
    return item if item.status is ContentStatus.PUBLISHED else None


def _add_scheme(url: object) -> object:
    """Complete a URL that starts with `//`."""
    return f"https:{url}" if isinstance(url, str) and url.startswith("//") else url


def _parse_tags(entry: Json) -> list[str]:
    """Return the ids of the entry's tags. Their names are in the management API only."""
    tags = parsing.parse_objects(parsing.parse_object(entry.get("metadata")).get("tags"))
    return [link[1] for link in map(parse_link, tags) if link]


def _parse_product_id(value: object) -> str | None:
    """Parse a link to a product to its content id."""
    link = parse_link(value)
    return PREFIX + link[1] if link and link[0] == "Entry" else None

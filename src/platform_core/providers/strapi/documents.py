"""Convert Strapi's documents to the unified model."""

from typing import Final

from platform_core.content.html import render_markdown, sanitize
from platform_core.content.model import MediaAsset, UnifiedContent
from platform_core.errors import Malformed
from platform_core.provider_kit import field_mapping, parsing
from platform_core.provider_kit.document_fields import DocumentFields
from platform_core.provider_kit.left_out import NOTHING_TO_SHOW, log_left_out
from platform_core.provider_kit.parsing import Json
from platform_core.provider_kit.rich_text.unknown_blocks import (
    BlockParsers,
    has_image_ending,
    render_unknown_block,
)
from platform_core.providers.strapi import blocks
from platform_core.providers.strapi.manifest import PROVIDER
from platform_core.providers.strapi.rest import parse_document_id
from platform_core.providers.strapi.settings import Settings

PREFIX: Final = "strapi:"


def content_id(model: str, name: str) -> str:
    """Return the content id, which includes the type because ids are unique per type only."""
    return f"{PREFIX}{model}:{name}"


def build_item(model: str, document: Json, settings: Settings) -> UnifiedContent:
    """Build the item of a document. Raises `Malformed`."""
    document_id, updated_at = (
        parse_document_id(document),
        parsing.parse_timestamp(document.get("updatedAt")),
    )
    if document_id is None or updated_at is None:
        raise Malformed("the document has no id or no updatedAt")
    fields = dict(document)
    # A type without drafts has no `publishedAt` in version 4, and always a date in version 5.
    if is_draft(document):
        fields["draft"] = True
    return field_mapping.build_item(
        DocumentFields(fields, {"body": fields.get("blocks") or _find_zone(fields)}),
        field_mapping.DocumentOrigin(
            id=content_id(model, document_id),
            content_type=settings.types[model],
            provider=PROVIDER.name,
            version=parsing.to_microseconds(updated_at),
            created_at=parsing.parse_timestamp(document.get("createdAt")) or updated_at,
            updated_at=updated_at,
            fallback_slug=document_id,
            data={"model": model, "locale": parsing.parse_text(document.get("locale"))},
        ),
        field_mapping.ValueParsers(
            html=lambda value: _render_body(value, settings),
            image=lambda value: parse_image(value, settings),
            member=lambda value: _parse_product_id(value, settings),
            currency=settings.currency,
        ),
    )


def _find_zone(fields: Json) -> list[Json] | None:
    """Return the first dynamic zone of a document, whose name is arbitrary."""
    zones = (parsing.parse_objects(value) for value in fields.values())
    return next((zone for zone in zones if any("__component" in part for part in zone)), None)


def is_draft(document: Json) -> bool:
    """Check for an unpublished draft."""
    return "publishedAt" in document and document["publishedAt"] is None


def parse_image(value: object, settings: Settings) -> MediaAsset | None:
    """Parse a media field (the first of several files) or the URL of an image."""
    if isinstance(value, list):
        return next(
            (first_image for file in value if (first_image := parse_image(file, settings))), None
        )
    file = {"url": value} if isinstance(value, str) else parsing.parse_object(value)
    url = parsing.parse_url(_absolute_url(file.get("url"), settings))
    mime = parsing.parse_text(file.get("mime"))
    # A plain URL has no type and counts as an image.
    if url is None or not (mime or "image/").startswith("image/"):
        return None
    return MediaAsset(
        id=parsing.parse_text(file.get("documentId"), file.get("id")) or url,
        url=url,
        alt_text=parsing.parse_text(file.get("alternativeText"), file.get("caption")),
        width=parsing.parse_pixels(file.get("width")),
        height=parsing.parse_pixels(file.get("height")),
        mime_type=mime,
    )


def _render_body(value: object, settings: Settings) -> str | None:
    """Render Markdown, blocks of the rich text editor, or components of a dynamic zone."""
    if isinstance(value, str):
        return _render_markdown(value, settings) or None
    block_list = parsing.parse_objects([value] if isinstance(value, dict) else value)
    parsers = _block_parsers(settings)
    if any("__component" in block for block in block_list):
        pieces = (_render_component(block, parsers) for block in block_list)
        return sanitize("\n".join(piece for piece in pieces if piece)) or None
    return blocks.render_html(block_list, parsers)


def _block_parsers(settings: Settings) -> BlockParsers:
    """Return the functions that parse the values of blocks and components."""

    def image(value: object) -> MediaAsset | None:
        # Any object of an editor can have a `url`, so it has to be the one of a picture.
        fields = parsing.parse_object(value)
        is_picture = fields.get("mime") or has_image_ending(str(fields.get("url") or value))
        return parse_image(value, settings) if is_picture else None

    def file(value: object) -> str | None:
        fields = parsing.parse_object(value)
        url = fields.get("url")
        is_file = fields.get("mime") or fields.get("ext") or str(url).startswith("/uploads/")
        return parsing.parse_url(_absolute_url(url, settings)) if is_file else None

    def rich_text(value: object) -> str | None:
        return blocks.render_nested(value, parsers)

    parsers = BlockParsers(image, file, rich_text, lambda text: _render_markdown(text, settings))
    return parsers


def _render_markdown(text: str, settings: Settings) -> str:
    return render_markdown(text, lambda url: str(_absolute_url(url, settings)))


def _render_component(component: Json, parsers: BlockParsers) -> str:
    """Render the words, pictures and files of a component. Its field names are arbitrary."""
    markup = render_unknown_block(component, parsers)
    if not markup:
        kind = component.get("__component")
        log_left_out("a block", kind, NOTHING_TO_SHOW)
    return markup


def _absolute_url(url: object, settings: Settings) -> object:
    """Make a URL absolute. Files on Strapi's own server have a relative one."""
    return f"{settings.url}{url}" if isinstance(url, str) and url.startswith("/") else url


def _parse_product_id(value: object, settings: Settings) -> str | None:
    """Return the content id of a related product. The API returns its id but not its type."""
    product_id = parse_document_id(parsing.parse_object(value))
    model = next(
        (
            type_name
            for type_name, content_type in settings.types.items()
            if content_type == "product"
        ),
        None,
    )
    return content_id(model, product_id) if model and product_id else None

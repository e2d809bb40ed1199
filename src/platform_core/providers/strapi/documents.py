"""Convert Strapi's documents to the unified model."""

from typing import Any, Final

from platform_core.content.html import render_markdown
from platform_core.content.model import MediaAsset, UnifiedContent
from platform_core.errors import Malformed
from platform_core.provider_kit import field_mapping, parsing
from platform_core.provider_kit.image_html import render_figure
from platform_core.provider_kit.parsing import Json
from platform_core.providers.strapi import blocks
from platform_core.providers.strapi.manifest import PROVIDER
from platform_core.providers.strapi.rest import parse_document_id
from platform_core.providers.strapi.settings import Settings

PREFIX: Final = "strapi:"
_TEXT_FIELDS: Final = ("body", "content", "text", "richtext")
_FILE_FIELDS: Final = ("file", "image", "media")


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
    # Unset fields are null. A null `body` would hide the `blocks` that replace it.
    fields = {field: value for field, value in document.items() if value is not None}
    return field_mapping.build_item(
        field_mapping.DocumentFields(fields, {"body": fields.get("blocks")}),
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
        return render_markdown(value, lambda url: str(_absolute_url(url, settings))) or None
    block_list = parsing.parse_objects(value)
    if any("__component" in block for block in block_list):
        pieces = (_render_component(block, settings) for block in block_list)
        return "\n".join(piece for piece in pieces if piece) or None
    return blocks.render_html(block_list, lambda block: parse_image(block, settings))


def _render_component(component: Json, settings: Settings) -> str | None:
    """Render a component's text or else its image. Field names of components are arbitrary."""
    text: Any = next((component[name] for name in _TEXT_FIELDS if component.get(name)), None)
    if text is not None:
        return _render_body(text, settings)
    file = next((component[name] for name in _FILE_FIELDS if component.get(name)), None)
    return render_figure(parse_image(file, settings)) or None


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

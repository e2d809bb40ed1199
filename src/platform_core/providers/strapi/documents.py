"""Strapi's documents in the unified model."""

from typing import Any, Final

from platform_core.content import MediaAsset, UnifiedContent
from platform_core.errors import Malformed
from platform_core.markup import from_markdown
from platform_core.providers import freeform, reading
from platform_core.providers.figures import figure
from platform_core.providers.reading import Json
from platform_core.providers.strapi import blocks
from platform_core.providers.strapi.manifest import PROVIDER
from platform_core.providers.strapi.rest import identity
from platform_core.providers.strapi.settings import Settings

PREFIX: Final = "strapi:"
_WORDS: Final = ("body", "content", "text", "richtext")
_FILES: Final = ("file", "image", "media")


def content_id(model: str, name: str) -> str:
    """Ids are unique in their content type only."""
    return f"{PREFIX}{model}:{name}"


def item(model: str, document: Json, settings: Settings) -> UnifiedContent:
    """A document of a type that the site shows. Raises `Malformed`."""
    name, updated = identity(document), reading.moment(document.get("updatedAt"))
    if name is None or updated is None:
        raise Malformed("the document has no id or no updatedAt")
    told = {field: value for field, value in document.items() if value is not None}
    return freeform.unified(
        freeform.Fields(told, {"body": told.get("blocks")}),
        freeform.Origin(
            id=content_id(model, name),
            content_type=settings.types[model],
            provider=PROVIDER.name,
            version=reading.micros(updated),
            created_at=reading.moment(document.get("createdAt")) or updated,
            updated_at=updated,
            fallback_slug=name,
            data={"model": model, "locale": reading.text(document.get("locale"))},
        ),
        freeform.Reader(
            html=lambda value: _html(value, settings),
            image=lambda value: image(value, settings),
            member=lambda value: _member(value, settings),
            currency=settings.currency,
        ),
    )


def image(value: object, settings: Settings) -> MediaAsset | None:
    """A media field (of several files the first), or the plain address of an image."""
    if isinstance(value, list):
        return next((found for each in value if (found := image(each, settings))), None)
    given = {"url": value} if isinstance(value, str) else reading.part(value)
    url = reading.address(_absolute(given.get("url"), settings))
    mime = reading.text(given.get("mime"))
    if url is None or not (mime or "image/").startswith("image/"):
        return None
    return MediaAsset(
        id=reading.text(given.get("documentId"), given.get("id")) or url,
        url=url,
        alt_text=reading.text(given.get("alternativeText"), given.get("caption")),
        width=reading.pixels(given.get("width")),
        height=reading.pixels(given.get("height")),
        mime_type=mime,
    )


def _html(value: object, settings: Settings) -> str | None:
    """Markdown, blocks of the rich text editor, or the components of a dynamic zone."""
    if isinstance(value, str):
        return from_markdown(value, lambda url: str(_absolute(url, settings))) or None
    found = reading.records(value)
    if any("__component" in each for each in found):
        pieces = (_component(each, settings) for each in found)
        return "\n".join(piece for piece in pieces if piece) or None
    return blocks.to_html(found, lambda each: image(each, settings))


def _component(component: Json, settings: Settings) -> str | None:
    """Its words, or else its picture; what it is called nobody prescribes."""
    words: Any = next((component[name] for name in _WORDS if component.get(name)), None)
    if words is not None:
        return _html(words, settings)
    file = next((component[name] for name in _FILES if component.get(name)), None)
    return figure(image(file, settings)) or None


def _absolute(url: object, settings: Settings) -> object:
    """Files that Strapi keeps itself have a path for an address."""
    return f"{settings.url}{url}" if isinstance(url, str) and url.startswith("/") else url


def _member(value: object, settings: Settings) -> str | None:
    """A related product as its content id: the API says which one, but not of which type."""
    name = identity(reading.part(value))
    model = next((each for each, kind in settings.types.items() if kind == "product"), None)
    return content_id(model, name) if model and name else None

"""Map documents with freely named fields to unified items.

`document_fields` has the recognized names. Each provider supplies functions that parse its rich
text, images and references.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from platform_core.content import visibility
from platform_core.content.html import strip_markup
from platform_core.content.model import (
    UNTITLED,
    ContentStatus,
    MediaAsset,
    SEOMetadata,
    UnifiedContent,
)
from platform_core.content.visibility import Visibility, field_name
from platform_core.provider_kit import parsing, product_fields
from platform_core.provider_kit.document_fields import DocumentFields
from platform_core.provider_kit.left_out import log_hidden
from platform_core.provider_kit.parsing import Json

_HEADING: Final = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ValueParsers:
    """The functions that parse one provider's values."""

    html: Callable[[object], str | None]
    """Converts rich text to sanitized HTML, or returns None if there is none."""
    image: Callable[[object], MediaAsset | None]
    member: Callable[[object], str | None]
    """Converts a reference to a product to its content id."""
    currency: str


@dataclass(frozen=True, slots=True)
class DocumentOrigin:
    """The facts about a document outside its own fields."""

    id: str
    content_type: str
    provider: str
    version: int
    created_at: datetime
    updated_at: datetime
    fallback_slug: str
    data: Mapping[str, Any]
    """Stored as `provider_data`."""
    fallback_title: str | None = None
    """The title of a document that has neither a title nor a heading."""
    former_slug_source: str | None = None
    """The text of which releases before 0.2 made the slug, if it is not the slug field."""


@parsing.invalid_item_is_malformed()
def build_item(
    fields: DocumentFields, origin: DocumentOrigin, parsers: ValueParsers
) -> UnifiedContent:
    """Build the item of a document. Raises `Malformed`."""
    body = parsers.html(fields["body"])
    title = parsing.parse_text(fields["title"])
    shown_title = title or _first_heading(body) or origin.fallback_title or UNTITLED
    visible = _judge_visibility(fields, origin)
    return UnifiedContent(
        id=origin.id,
        title=shown_title,
        content_type=origin.content_type,
        status=visible.status,
        left_out_because=visible.reason,
        description=_parse_description(fields["description"], parsers),
        body=body,
        featured_image=_parse_featured_image(fields["image"], parsers),
        images=_parse_images(fields["images"], parsers),
        seo=_parse_seo(parsing.parse_object(fields["seo"]), parsers),
        tags=parsing.parse_texts(fields["tags"]),
        position=parsing.parse_integer(fields["position"]),
        provider_type="cms",
        provider_name=origin.provider,
        version=origin.version,
        created_at=origin.created_at,
        updated_at=parsing.parse_timestamp(fields["updated_at"]) or origin.updated_at,
        published_at=fields.read_date("published_at")[0],
        expires_at=fields.read_date("expires_at")[0],
        **_slug_fields(fields, origin, shown_title, former_title=title or UNTITLED),
        **_type_specific_fields(fields, origin, parsers),
    )


def _judge_visibility(fields: DocumentFields, origin: DocumentOrigin) -> Visibility:
    """Decide whether a document is public. Logs the reason if it needs attention.

    A date that cannot be read hides the document: it may lie ahead, or be over.
    """
    verdict = visibility.judge(*fields.documents)
    if verdict.is_understood and verdict.status is ContentStatus.PUBLISHED:
        for meaning in ("published_at", "expires_at"):
            if not fields.read_date(meaning)[1]:
                verdict = Visibility(ContentStatus.DRAFT, "unreadable date", is_understood=False)
    if not verdict.is_understood:
        log_hidden(origin.id, verdict.reason)
    return verdict


def _slug_fields(
    fields: DocumentFields, origin: DocumentOrigin, title: str, former_title: str
) -> Json:
    """Return the slug, the former slug and the provider's data, which has the original slug."""
    slug_field = fields["slug"]
    # Sanity wraps a slug in an object: {"current": "the-slug"}.
    stated = parsing.parse_object(slug_field).get("current", slug_field)
    slug, original = parsing.make_slug(stated, title, origin.fallback_slug)
    former = parsing.make_former_slug(
        origin.former_slug_source or stated, former_title, origin.fallback_slug, slug
    )
    data = {**origin.data, **({"original_slug": original} if original else {})}
    return {"slug": slug, "former_slug": former, "provider_data": data}


def _first_heading(html: str | None) -> str | None:
    """Return the text of the first heading that has one."""
    headings = (strip_markup(match[1]) for match in _HEADING.finditer(html or ""))
    return next((heading for heading in headings if heading), None)


def _type_specific_fields(
    fields: DocumentFields, origin: DocumentOrigin, parsers: ValueParsers
) -> Json:
    """Return the fields that only a product or a collection has."""
    if origin.content_type == "product":
        return product_fields.parse_product(fields, origin.id, parsers.currency)
    if origin.content_type == "collection":
        references = fields["members"]
        members = map(parsers.member, references if isinstance(references, list) else [])
        # Editors can link a product twice; a page lists it once.
        return {"members": list(dict.fromkeys(member for member in members if member))}
    return {}


def _parse_description(value: object, parsers: ValueParsers) -> str | None:
    """Parse a description: plain text as it is, rich text without its markup."""
    if isinstance(value, str):
        return parsing.parse_text(value)
    html = parsers.html(value)
    return parsing.parse_text(strip_markup(html)) if html else None


def _parse_featured_image(value: object, parsers: ValueParsers) -> MediaAsset | None:
    """Parse an image. Of a list, which some editors write for one image, take the first."""
    if isinstance(value, list):
        return next(iter(_parse_images(value, parsers)), None)
    return _parse_image(value, parsers)


def _parse_images(value: object, parsers: ValueParsers) -> list[MediaAsset]:
    """Parse a list of images, or a single one."""
    entries = value if isinstance(value, list) else [value]
    return [image for image in (_parse_image(entry, parsers) for entry in entries) if image]


def _parse_image(value: object, parsers: ValueParsers) -> MediaAsset | None:
    """Parse an image, or an object that has one under another name: `{image: ..., alt: ...}`."""
    if image := parsers.image(value):
        return image
    entry = parsing.parse_object(value)
    nested_value = DocumentFields(entry)["image"] if entry else None
    nested = parsers.image(nested_value) if nested_value is not None else None
    if nested is None:
        return None
    alt = parsing.parse_text(entry.get("alt"), entry.get("alt_text"), entry.get("altText"))
    return nested.model_copy(update={"alt_text": nested.alt_text or alt})


def _parse_seo(seo_object: Json, parsers: ValueParsers) -> SEOMetadata | None:
    if not seo_object:
        return None
    values = {field_name(name): value for name, value in seo_object.items()}
    image = parsers.image(values.get("ogimage") or values.get("image"))
    seo = SEOMetadata(
        meta_title=parsing.parse_text(values.get("metatitle"), values.get("title")),
        meta_description=parsing.parse_text(
            values.get("metadescription"), values.get("description")
        ),
        canonical_url=parsing.parse_url(values.get("canonicalurl") or values.get("canonical")),
        og_title=parsing.parse_text(values.get("ogtitle")),
        og_description=parsing.parse_text(values.get("ogdescription")),
        og_image=image.url if image else None,
    )
    return seo if seo != SEOMetadata() else None

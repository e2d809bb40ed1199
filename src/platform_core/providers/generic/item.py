"""Convert an item of a sender to a unified item.

    {"id": "how-we-fire", "content_type": "article", "title": "How we fire",
     "updated_at": "2026-11-20T10:00:00Z", ...}

These four fields are required. `content_type` is article, page, product or collection;
`updated_at` grows with every change. All other fields are optional and named as in
`content.UnifiedContent`: slug, status, description, body (HTML), featured_image and images ({url,
alt_text, width, height}, or a URL), tags, position, seo, published_at, expires_at, created_at; for
a product price, inventory and variants; for a collection members, the ids of its products.
"""

from typing import Final

from platform_core.content.html import sanitize
from platform_core.content.model import MediaAsset, UnifiedContent
from platform_core.errors import Malformed
from platform_core.provider_kit import field_mapping, parsing
from platform_core.provider_kit.document_fields import DocumentFields
from platform_core.provider_kit.locales import localize
from platform_core.provider_kit.parsing import Json
from platform_core.providers.generic.manifest import PROVIDER
from platform_core.providers.generic.settings import Settings

CONTENT_TYPES: Final = ("article", "page", "product", "collection")
_PREFIX: Final = f"{PROVIDER.name}:"
_MAX_ID_LENGTH: Final = 500


def build_item(data: Json, settings: Settings) -> UnifiedContent:
    """Build the item. Raises `Malformed`."""
    data = localize(data, settings.locale)
    updated = parsing.parse_timestamp(data.get("updated_at"))
    if updated is None:
        raise Malformed("the item has no updated_at")
    return field_mapping.build_item(
        DocumentFields(data),
        field_mapping.DocumentOrigin(
            id=content_id(data.get("id")),
            content_type=parse_content_type(data),
            provider=PROVIDER.name,
            version=parsing.to_microseconds(updated),
            created_at=parsing.parse_timestamp(data.get("created_at")) or updated,
            updated_at=updated,
            fallback_slug=str(data.get("id")),
            data={},
        ),
        field_mapping.ValueParsers(
            html=lambda value: (sanitize(value) or None) if isinstance(value, str) else None,
            image=_parse_image,
            member=lambda value: content_id(value) if parsing.parse_text(value) else None,
            currency=settings.currency,
        ),
    )


def content_id(vendor_id: object) -> str:
    """Return our content id for the sender's id. Raises `Malformed`."""
    vendor_id_text = parsing.parse_text(vendor_id)
    if vendor_id_text is None or len(vendor_id_text) > _MAX_ID_LENGTH:
        raise Malformed("the item has no id, or its id is too long")
    return _PREFIX + vendor_id_text


def parse_content_type(data: Json) -> str:
    """Parse the unified type of an item. Raises `Malformed`."""
    content_type = data.get("content_type")
    if content_type not in CONTENT_TYPES:
        raise Malformed(f"content_type is not one of {', '.join(CONTENT_TYPES)}")
    return str(content_type)


def _parse_image(value: object) -> MediaAsset | None:
    """Parse an image: a URL, or an object with one."""
    image_object = parsing.parse_object(value) or {"url": value}
    url = parsing.parse_image_url(image_object.get("url") or image_object.get("src"))
    if url is None:
        return None
    return MediaAsset(
        id=parsing.parse_text(image_object.get("id")) or url,
        url=url,
        alt_text=parsing.parse_text(image_object.get("alt_text"), image_object.get("alt")),
        width=parsing.parse_pixels(image_object.get("width")),
        height=parsing.parse_pixels(image_object.get("height")),
    )

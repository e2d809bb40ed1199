"""One item as a sender describes it, as a unified item.

    {"id": "how-we-fire", "content_type": "article", "title": "How we fire",
     "updated_at": "2026-11-20T10:00:00Z", ...}

These four are required. `content_type` is article, page, product or collection; `updated_at` grows
with every change. All else is optional, named as in `content.UnifiedContent`: slug, status,
description, body (HTML), featured_image and images ({url, alt_text, width, height}, or an address),
tags, position, seo, published_at, expires_at, created_at; of a product price, inventory and
variants; of a collection members, the ids of its products.
"""

from typing import Final

from platform_core.content import MediaAsset, UnifiedContent
from platform_core.errors import Malformed
from platform_core.markup import sanitize
from platform_core.providers import freeform, reading
from platform_core.providers.generic.manifest import PROVIDER
from platform_core.providers.generic.settings import Settings
from platform_core.providers.reading import Json

KINDS: Final = ("article", "page", "product", "collection")
_PREFIX: Final = f"{PROVIDER.name}:"
_LONGEST: Final = 500


def unified(data: Json, settings: Settings) -> UnifiedContent:
    """The item. Raises `Malformed`."""
    updated = reading.moment(data.get("updated_at"))
    if updated is None:
        raise Malformed("the item has no updated_at")
    return freeform.unified(
        freeform.Fields(data),
        freeform.Origin(
            id=content_id(data.get("id")),
            content_type=kind(data),
            provider=PROVIDER.name,
            version=reading.micros(updated),
            created_at=reading.moment(data.get("created_at")) or updated,
            updated_at=updated,
            fallback_slug=str(data.get("id")),
            data={},
        ),
        freeform.Reader(
            html=lambda value: (sanitize(value) or None) if isinstance(value, str) else None,
            image=_image,
            member=lambda value: content_id(value) if reading.text(value) else None,
            currency=settings.currency,
        ),
    )


def content_id(given: object) -> str:
    """The id of an item here, from the sender's own. Raises `Malformed`."""
    name = reading.text(given)
    if name is None or len(name) > _LONGEST:
        raise Malformed("the item has no id, or one that is too long")
    return _PREFIX + name


def kind(data: Json) -> str:
    """What the item is on the site. Raises `Malformed`."""
    given = data.get("content_type")
    if given not in KINDS:
        raise Malformed(f"content_type is none of {', '.join(KINDS)}")
    return str(given)


def _image(value: object) -> MediaAsset | None:
    given = reading.part(value) or {"url": value}
    url = reading.address(given.get("url"))
    if url is None:
        return None
    return MediaAsset(
        id=reading.text(given.get("id")) or url,
        url=url,
        alt_text=reading.text(given.get("alt_text"), given.get("alt")),
        width=reading.whole(given.get("width")),
        height=reading.whole(given.get("height")),
    )

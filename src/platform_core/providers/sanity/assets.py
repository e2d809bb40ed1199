"""Sanity's images: an asset's name alone says where it is and how big."""

import re
from typing import Final

from platform_core.content import MediaAsset
from platform_core.providers.reading import address, part, text
from platform_core.providers.sanity.settings import Settings

_REF: Final = re.compile(r"image-([A-Za-z0-9]{1,64})-(\d{1,6})x(\d{1,6})-([a-z0-9]{1,8})")
_MIME: Final = {"jpg": "image/jpeg", "svg": "image/svg+xml"}


def image(value: object, settings: Settings) -> MediaAsset | None:
    """An image field, or the plain address of an image; None where it is neither."""
    if isinstance(value, str):
        url = address(value)
        return MediaAsset(id=url, url=url) if url else None
    field = part(value)
    asset = part(field.get("asset"))
    found = _REF.fullmatch(str(asset.get("_ref") or asset.get("_id") or ""))
    if found is None:
        return None
    name, width, height, form = found.groups()
    where = f"{settings.project_id}/{settings.dataset}/{name}-{width}x{height}.{form}"
    return MediaAsset(
        id=found[0],
        url=f"https://cdn.sanity.io/images/{where}",
        alt_text=text(field.get("alt"), asset.get("altText")),
        width=int(width),
        height=int(height),
        mime_type=_MIME.get(form, f"image/{form}"),
    )

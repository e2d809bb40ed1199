"""Parse Sanity's images. The id of an asset contains its location and its size."""

import re
from typing import Final

from platform_core.content.model import MediaAsset
from platform_core.provider_kit.parsing import parse_object, parse_text, parse_url
from platform_core.providers.sanity.settings import Settings

_ASSET_ID: Final = re.compile(r"image-([A-Za-z0-9]{1,64})-(\d{1,6})x(\d{1,6})-([a-z0-9]{1,8})")
_MIME_TYPES: Final = {"jpg": "image/jpeg", "svg": "image/svg+xml"}


def parse_image(value: object, settings: Settings) -> MediaAsset | None:
    """Parse an image field or the URL of an image. None for anything else."""
    if isinstance(value, str):
        url = parse_url(value)
        return MediaAsset(id=url, url=url) if url else None
    field = parse_object(value)
    asset = parse_object(field.get("asset"))
    match = _ASSET_ID.fullmatch(str(asset.get("_ref") or asset.get("_id") or ""))
    if match is None:
        return None
    name, width, height, extension = match.groups()
    # The CDN serves public assets under this path, so no request is needed.
    path = f"{settings.project_id}/{settings.dataset}/{name}-{width}x{height}.{extension}"
    return MediaAsset(
        id=match[0],
        url=f"https://cdn.sanity.io/images/{path}",
        alt_text=parse_text(field.get("alt"), asset.get("altText")),
        width=int(width),
        height=int(height),
        mime_type=_MIME_TYPES.get(extension, f"image/{extension}"),
    )

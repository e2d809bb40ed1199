"""Parse Sanity's images and files. The id of an asset contains its location and its size."""

import re
from typing import Final

from platform_core.content.model import MediaAsset
from platform_core.provider_kit.parsing import Json, parse_object, parse_text, parse_url
from platform_core.providers.sanity.settings import Settings

_IMAGE_ID: Final = re.compile(r"image-([A-Za-z0-9]{1,64})-(\d{1,6})x(\d{1,6})-([a-z0-9]{1,8})")
_FILE_ID: Final = re.compile(r"file-([A-Za-z0-9]{1,64})-([A-Za-z0-9]{1,8})")
_MIME_TYPES: Final = {"jpg": "image/jpeg", "svg": "image/svg+xml"}


def is_asset_id(name: str) -> bool:
    """Check for the id of an image or a file."""
    return bool(_IMAGE_ID.fullmatch(name) or _FILE_ID.fullmatch(name))


def parse_image(value: object, settings: Settings) -> MediaAsset | None:
    """Parse an image field or the URL of an image. None for anything else."""
    if isinstance(value, str):
        url = parse_url(value)
        return MediaAsset(id=url, url=url) if url else None
    field = parse_object(value)
    match = _IMAGE_ID.fullmatch(_asset_id(field))
    if match is None:
        return None
    name, width, height, extension = match.groups()
    # The CDN serves public assets under this path, so no request is needed.
    path = f"{settings.project_id}/{settings.dataset}/{name}-{width}x{height}.{extension}"
    return MediaAsset(
        id=match[0],
        url=f"https://cdn.sanity.io/images/{path}",
        alt_text=parse_text(field.get("alt"), parse_object(field.get("asset")).get("altText")),
        width=int(width),
        height=int(height),
        mime_type=_MIME_TYPES.get(extension, f"image/{extension}"),
    )


def file_url(value: object, settings: Settings) -> str | None:
    """Return the URL of a file field or of a reference to a file. None for anything else."""
    match = _FILE_ID.fullmatch(_asset_id(parse_object(value)))
    if match is None:
        return None
    path = f"{settings.project_id}/{settings.dataset}/{match[1]}.{match[2]}"
    return f"https://cdn.sanity.io/files/{path}"


def _asset_id(field: Json) -> str:
    """Return the id of the asset in a field, or of the asset that the value refers to itself."""
    asset = parse_object(field.get("asset")) or field
    return str(asset.get("_ref") or asset.get("_id") or "")

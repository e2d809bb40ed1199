"""Addresses of resized images at Contentful's Images API.

`w` sets the width, `fm` the format
(https://www.contentful.com/developers/docs/references/images-api/, read 2026-12-01). The effect is
unverified: no request was made to the API. The format is WebP and not AVIF, because the address has
to suit every browser, and all current ones read WebP.
"""

from typing import Final

from platform_core.content.image_addresses import with_parameters

_HOSTS: Final = frozenset({"images.ctfassets.net", "images.eu.ctfassets.net"})


def resize(url: str, width: int) -> str | None:
    """Return the address of the image at this width, or None if it is not at Contentful's API."""
    return with_parameters(url, _HOSTS, {"w": str(width), "fm": "webp"})

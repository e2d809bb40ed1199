"""Addresses of resized images at Sanity's CDN.

`w` sets the width, `fit=max` never enlarges, `auto=format` sends WebP or AVIF to browsers that
accept them (https://www.sanity.io/docs/image-urls, read 2026-12-01). The effect is unverified: no
request was made to the CDN.
"""

from typing import Final

from platform_core.content.image_addresses import with_parameters

_HOSTS: Final = frozenset({"cdn.sanity.io"})


def resize(url: str, width: int) -> str | None:
    """Return the address of the image at this width, or None if it is not at Sanity's CDN."""
    return with_parameters(url, _HOSTS, {"w": str(width), "fit": "max", "auto": "format"})

"""Addresses of resized images at Shopify's CDN.

`width` sets the width, and an image is never enlarged
(https://shopify.dev/docs/api/liquid/filters/image_url, read 2026-12-01). It is unverified that the
CDN chooses WebP or AVIF by the browser, as it does for themes:
https://shopify.dev/docs/storefronts/themes/best-practices/performance/use-filter-chains.
"""

from typing import Final

from platform_core.content.image_addresses import with_parameters

_HOSTS: Final = frozenset({"cdn.shopify.com"})


def resize(url: str, width: int) -> str | None:
    """Return the address of the image at this width, or None if it is not at Shopify's CDN."""
    return with_parameters(url, _HOSTS, {"width": str(width)})

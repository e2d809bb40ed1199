"""Describe images so that a browser loads one of a fitting size.

A vendor with an image CDN resizes by the address of an image. `ResizeImage` knows these vendors. An
image of any other vendor keeps its one address.
"""

import html as html_entities
import re
from collections.abc import Callable
from typing import Any, Final

from platform_core.content.model import MediaAsset

ResizeImage = Callable[[str, int], str | None]
"""Takes the URL of an image and a width in pixels. Returns the address of the image at this width,
or None if its vendor has no such addresses."""

WIDTHS: Final = (320, 640, 960, 1280, 1920)
"""Widths to offer: from a small card on a phone to a full page on a large screen."""
SHARE_WIDTH: Final = 1200
"""Width of the picture in a post that links to a page. Social networks refuse large files."""
TEXT_SIZES: Final = "(min-width: 44rem) 42rem, 100vw"
"""Width at which a starter shows an image in a text."""

_IMAGE: Final = re.compile(r'<img(?P<attributes>(?:\s+[\w-]+(?:="[^"]*")?)*)\s*/?>')
_ATTRIBUTE: Final = re.compile(r'([\w-]+)="([^"]*)"')


def keep_size(url: str, width: int) -> str | None:
    """Offer no other size of any image."""
    return None


def media_object(asset: MediaAsset, title: str, resize: ResizeImage) -> dict[str, Any]:
    """Convert an image. One without a text alternative uses the title of its item."""
    return {
        "id": asset.id,
        "url": asset.url,
        "alt": asset.alt_text or title,
        "width": asset.width,
        "height": asset.height,
        "mime_type": asset.mime_type,
        "srcset": make_srcset(asset.url, asset.width, resize),
        "share_url": resize(asset.url, SHARE_WIDTH) or asset.url,
    }


def make_srcset(url: str, width: int | None, resize: ResizeImage) -> str:
    """Return the value of an `srcset`, without sizes above `width`. Empty if there is one size."""
    widths = [step for step in WIDTHS if not width or step < width]
    if width and width < WIDTHS[-1]:
        widths.append(width)
    # A comma or a space would end an address in a `srcset`.
    sized = [(resize(url, step), step) for step in widths]
    return ", ".join(
        f"{_escape(address)} {step}w" for address, step in sized if address and len(sized) > 1
    )


def add_image_sizes(html: str, resize: ResizeImage) -> str:
    """Add `srcset` and `loading="lazy"` to the images in sanitized HTML."""
    return _IMAGE.sub(lambda match: _with_sizes(match, resize), html) if "<img" in html else html


def _with_sizes(match: re.Match[str], resize: ResizeImage) -> str:
    attributes = dict(_ATTRIBUTE.findall(match["attributes"]))
    width = attributes.get("width", "")
    url = html_entities.unescape(attributes.get("src", ""))
    added = "" if "loading" in attributes else ' loading="lazy"'
    srcset = make_srcset(url, int(width) if width.isdecimal() else None, resize)
    if srcset and "srcset" not in attributes:
        added += f' srcset="{html_entities.escape(srcset)}" sizes="{TEXT_SIZES}"'
    return f"<img{match['attributes']}{added}>"


def _escape(address: str) -> str:
    return address.replace(" ", "%20").replace(",", "%2C")

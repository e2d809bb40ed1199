"""Render an image inside rich text as HTML."""

from html import escape

from platform_core.content.model import MediaAsset


def render_figure(image: MediaAsset | None, caption: str | None = None) -> str:
    """Render an image with its caption. Returns an empty string if there is no image."""
    if image is None:
        return ""
    # The size lets the browser reserve space before the image loads.
    size = f' width="{image.width}" height="{image.height}"' if image.width and image.height else ""
    img_tag = f'<img src="{escape(image.url)}" alt="{escape(image.alt_text or "")}"{size}>'
    caption_tag = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f"<figure>{img_tag}{caption_tag}</figure>"

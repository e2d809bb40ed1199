"""A picture inside a rich text, as HTML."""

from html import escape

from platform_core.content import MediaAsset


def figure(found: MediaAsset | None, caption: str | None = None) -> str:
    """The picture with what stands below it; nothing where there is no picture."""
    if found is None:
        return ""
    size = f' width="{found.width}" height="{found.height}"' if found.width and found.height else ""
    picture = f'<img src="{escape(found.url)}" alt="{escape(found.alt_text or "")}"{size}>'
    below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f"<figure>{picture}{below}</figure>"

"""Render the blocks of Strapi's rich text editor as HTML.

Every text and URL is escaped here, and the result is sanitized. Unknown blocks keep their text.
"""

from collections.abc import Callable
from html import escape
from typing import Final

from platform_core.content.html import sanitize
from platform_core.content.model import MediaAsset
from platform_core.provider_kit.image_html import render_figure
from platform_core.provider_kit.parsing import Json, parse_object, parse_objects, parse_text

ImageParser = Callable[[object], MediaAsset | None]

MARKS: Final = {
    "code": "code",
    "strikethrough": "s",
    "underline": "u",
    "italic": "em",
    "bold": "strong",
}
"""From the innermost to the outermost tag."""
TAGS: Final = {"paragraph": "p", "quote": "blockquote", "list-item": "li"}


def render_html(block_list: list[Json], parse_image: ImageParser) -> str | None:
    """Render blocks as sanitized HTML. None if the result is empty."""
    pieces = (_render_block(block, parse_image) for block in block_list)
    return sanitize("\n".join(piece for piece in pieces if piece)) or None


def _render_block(block: Json, parse_image: ImageParser) -> str:
    kind = block.get("type")
    match kind:
        case "text":
            return _render_text(block)
        case "link":
            url, inner = block.get("url"), _render_children(block, parse_image)
            return f'<a href="{escape(url)}">{inner}</a>' if isinstance(url, str) else inner
        case "image":
            image_node = parse_object(block.get("image"))
            return render_figure(parse_image(image_node), parse_text(image_node.get("caption")))
        case "code":
            return f"<pre><code>{_render_children(block, parse_image)}</code></pre>"
        case "list":
            return _render_list(block, parse_image)
        case "heading":
            level = block.get("level")
            return _wrap(
                f"h{level}" if level in range(1, 7) else "h2", _render_children(block, parse_image)
            )
        case _:
            tag = TAGS.get(kind) if isinstance(kind, str) else None
            inner = _render_children(block, parse_image)
            return _wrap(tag, inner) if tag else inner


def _render_children(block: Json, parse_image: ImageParser) -> str:
    return "".join(
        _render_block(child, parse_image) for child in parse_objects(block.get("children"))
    )


def _wrap(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag}>" if inner else ""


def _render_list(block: Json, parse_image: ImageParser) -> str:
    """Render a list. Strapi puts a nested list after the item that it belongs to, not inside."""
    items: list[str] = []
    for child in parse_objects(block.get("children")):
        if child.get("type") == "list" and items:
            items[-1] += _render_list(child, parse_image)
        else:
            items.append(_render_children(child, parse_image))
    tag = "ol" if block.get("format") == "ordered" else "ul"
    return _wrap(tag, "".join(f"<li>{item}</li>" for item in items))


def _render_text(block: Json) -> str:
    text = block.get("text")
    markup = escape(text).replace("\n", "<br>") if isinstance(text, str) else ""
    for mark, tag in MARKS.items():
        if markup and block.get(mark) is True:
            markup = f"<{tag}>{markup}</{tag}>"
    return markup

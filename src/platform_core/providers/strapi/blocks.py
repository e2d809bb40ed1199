"""Render the blocks of Strapi's rich text editor as HTML.

Every text and URL is escaped here, and the result is sanitized. Unknown blocks keep their words,
pictures and files.
"""

from dataclasses import replace
from html import escape
from typing import Final

from platform_core.content.html import sanitize
from platform_core.provider_kit.left_out import NOTHING_TO_SHOW, log_left_out
from platform_core.provider_kit.parsing import Json, parse_object, parse_objects, parse_text
from platform_core.provider_kit.rich_text.image_html import render_figure
from platform_core.provider_kit.rich_text.unknown_blocks import BlockParsers, render_unknown_block

MARKS: Final = {
    "code": "code",
    "strikethrough": "s",
    "underline": "u",
    "italic": "em",
    "bold": "strong",
}
"""From the innermost to the outermost tag."""
INLINE: Final = frozenset({"text", "link"})
TAGS: Final = {"paragraph": "p", "quote": "blockquote", "list-item": "li"}


def render_html(block_list: list[Json], parsers: BlockParsers) -> str | None:
    """Render blocks as sanitized HTML. None if the result is empty."""
    return sanitize(render_blocks(block_list, parsers)) or None


def render_blocks(block_list: list[Json], parsers: BlockParsers) -> str:
    """Render blocks. The result is not sanitized."""
    pieces = (_render_block(block, parsers) for block in block_list)
    return "\n".join(piece for piece in pieces if piece)


def _render_block(block: Json, parsers: BlockParsers) -> str:
    kind = block.get("type")
    match kind:
        case "text":
            return _render_text(block)
        case "link":
            url, inner = block.get("url"), _render_children(block, parsers)
            return f'<a href="{escape(url)}">{inner}</a>' if isinstance(url, str) else inner
        case "image" if image := parsers.image(block.get("image")):
            caption = parse_object(block.get("image")).get("caption")
            return render_figure(image, parse_text(caption))
        case "code":
            return f"<pre><code>{_render_children(block, parsers)}</code></pre>"
        case "list":
            return _render_list(block, parsers)
        case "heading":
            level = block.get("level")
            return _wrap(
                f"h{level}" if level in range(1, 7) else "h2", _render_children(block, parsers)
            )
        case _ if isinstance(kind, str) and kind in TAGS:
            return _wrap(TAGS[kind], _render_children(block, parsers))
        case _:
            return _render_unknown(kind, block, parsers)


def render_nested(value: object, parsers: BlockParsers) -> str | None:
    """Render blocks inside of a component or an unknown block. None for any other value."""
    block_list = parse_objects(value)
    if not block_list or not all(isinstance(block.get("type"), str) for block in block_list):
        return None
    if all(block["type"] in INLINE and {"text", "children"} & block.keys() for block in block_list):
        return _wrap("p", "".join(_render_block(block, parsers) for block in block_list))
    has_children = any(isinstance(block.get("children"), list) for block in block_list)
    return render_blocks(block_list, parsers) if has_children else None


def _render_unknown(kind: object, block: Json, parsers: BlockParsers) -> str:
    """Render a block of another type, or log that nothing of it is shown."""
    nested = replace(parsers, rich_text=lambda value: render_nested(value, parsers))
    markup = render_unknown_block(block, nested)
    if not markup:
        log_left_out("a block", kind, NOTHING_TO_SHOW)
    return markup


def _render_children(block: Json, parsers: BlockParsers) -> str:
    return "".join(_render_block(child, parsers) for child in parse_objects(block.get("children")))


def _wrap(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag}>" if inner else ""


def _render_list(block: Json, parsers: BlockParsers) -> str:
    """Render a list. Strapi puts a nested list after the item that it belongs to, not inside."""
    items: list[str] = []
    for child in parse_objects(block.get("children")):
        if child.get("type") == "list" and items:
            items[-1] += _render_list(child, parsers)
        else:
            items.append(_render_children(child, parsers))
    tag = "ol" if block.get("format") == "ordered" else "ul"
    return _wrap(tag, "".join(f"<li>{item}</li>" for item in items))


def _render_text(block: Json) -> str:
    text = block.get("text")
    markup = escape(text).replace("\n", "<br>") if isinstance(text, str) else ""
    for mark, tag in MARKS.items():
        if markup and block.get(mark) is True:
            markup = f"<{tag}>{markup}</{tag}>"
    return markup

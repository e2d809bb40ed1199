"""Render Portable Text, Sanity's rich text, as HTML.

Every text and URL is escaped here, and the result is sanitized. Unknown nodes are left out.
"""

from collections.abc import Callable, Iterator
from html import escape
from itertools import groupby
from typing import Final

from platform_core.content.html import render_plain_text, sanitize
from platform_core.content.model import MediaAsset
from platform_core.provider_kit.image_html import render_figure
from platform_core.provider_kit.parsing import Json, parse_object, parse_objects, parse_text

ImageParser = Callable[[object], MediaAsset | None]

STYLES: Final = {"blockquote": "blockquote", **{f"h{level}": f"h{level}" for level in range(1, 7)}}
MARKS: Final = {
    "strong": "strong",
    "em": "em",
    "code": "code",
    "underline": "u",
    "strike-through": "s",
    "sub": "sub",
    "sup": "sup",
}
MAX_LIST_LEVEL: Final = 10
"""Maximum depth of nested lists. Deeper items move up to this level."""


def render_html(value: object, parse_image: ImageParser) -> str | None:
    """Render blocks or plain text as sanitized HTML. None if the result is empty."""
    if isinstance(value, str):
        return render_plain_text(value) or None
    blocks = parse_objects(value)
    markup = "\n".join(_render_blocks(blocks, parse_image))
    return sanitize(markup) or None


def _render_blocks(blocks: list[Json], parse_image: ImageParser) -> Iterator[str]:
    # Portable Text has no list node: list items are siblings that have to be grouped.
    for in_list, group in groupby(blocks, key=lambda block: bool(block.get("listItem"))):
        if in_list:
            yield from _render_lists(list(group))
        else:
            yield from (_render_block(block, parse_image) for block in group)


def _render_block(block: Json, parse_image: ImageParser) -> str:
    match block.get("_type"):
        case "block":
            style = block.get("style")
            tag = STYLES.get(style, "p") if isinstance(style, str) else "p"
            inner = _render_spans(block)
            return f"<{tag}>{inner}</{tag}>" if inner else ""
        case "image":
            return render_figure(parse_image(block), parse_text(block.get("caption")))
        case "code":
            return f"<pre><code>{escape(str(block.get('code') or ''))}</code></pre>"
        case "break" | "divider" | "horizontalRule":
            return "<hr>"
        case _:
            return ""


def _render_lists(items: list[Json], level: int = 1) -> Iterator[str]:
    """Render items as nested lists, with one list for each run of items of the same kind."""
    for kind, run in groupby(_group_nested(items, level), key=lambda pair: pair[0].get("listItem")):
        tag = "ol" if kind == "number" else "ul"
        entries = []
        for item, deeper in run:
            nested = "".join(_render_lists(deeper, level + 1)) if deeper else ""
            entries.append(f"<li>{_render_spans(item)}{nested}</li>")
        yield f"<{tag}>{''.join(entries)}</{tag}>"


def _group_nested(items: list[Json], level: int) -> Iterator[tuple[Json, list[Json]]]:
    """Yield each item of this level with the deeper items after it."""
    pending: tuple[Json, list[Json]] | None = None
    for item in items:
        if pending and _list_level(item) > level:
            pending[1].append(item)
            continue
        if pending:
            yield pending
        pending = (item, [])
    if pending:
        yield pending


def _list_level(item: Json) -> int:
    level = item.get("level")
    # The renderer recurses for each level, and hostile content can nest without end.
    return min(level, MAX_LIST_LEVEL) if isinstance(level, int) else 1


def _render_spans(block: Json) -> str:
    links = {
        str(definition.get("_key")): definition
        for definition in parse_objects(block.get("markDefs"))
    }
    return "".join(_render_span(child, links) for child in parse_objects(block.get("children")))


def _render_span(span: Json, links: dict[str, Json]) -> str:
    """Render a span with its marks and links."""
    text = span.get("text")
    markup = escape(text).replace("\n", "<br>") if isinstance(text, str) else ""
    marks = span.get("marks")
    # The first mark is the outermost tag, so wrap from the last one.
    for mark in reversed(marks if isinstance(marks, list) else []):
        if not isinstance(mark, str):
            continue
        href = parse_object(links.get(mark)).get("href")
        if mark in MARKS:
            markup = f"<{MARKS[mark]}>{markup}</{MARKS[mark]}>"
        elif isinstance(href, str):
            markup = f'<a href="{escape(href)}">{markup}</a>'
    return markup

"""Render Portable Text, Sanity's rich text, as HTML.

Every text and URL is escaped here, and the result is sanitized. Blocks of other types than
Sanity's own keep their words, pictures and files.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Final

from platform_core.content.html import render_plain_text, sanitize
from platform_core.content.model import MediaAsset
from platform_core.provider_kit.left_out import NOTHING_TO_SHOW, log_left_out
from platform_core.provider_kit.parsing import Json, parse_objects, parse_text
from platform_core.provider_kit.rich_text.image_html import render_figure
from platform_core.provider_kit.rich_text.inline import without_paragraph
from platform_core.provider_kit.rich_text.unknown_blocks import BlockParsers, render_unknown_block

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


def parse_href(definition: Json) -> str | None:
    """Return the URL of a link, which some schemas nest in another object."""
    for name in ("href", "url", "link"):
        value = definition.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, dict) and (nested := parse_href(value)):
            return nested
    return None


@dataclass(frozen=True, slots=True)
class TextParsers:
    """The functions that resolve the images, files and links of a text."""

    image: Callable[[object], MediaAsset | None]
    file: Callable[[object], str | None] = lambda _: None
    """Returns the URL of a file."""
    link: Callable[[Json], str | None] = parse_href
    """Returns the target of a link: its own URL, or the page of the document it refers to."""
    reference: Callable[[Json], str] = lambda _: ""
    """Renders the document that a block refers to."""

    def for_unknown_blocks(self) -> BlockParsers:
        return BlockParsers(self.image, self.file, lambda value: _render_value(value, self))


def render_html(value: object, parsers: TextParsers) -> str | None:
    """Render blocks or plain text as sanitized HTML. None if the result is empty."""
    if isinstance(value, str):
        return render_plain_text(value) or None
    blocks = parse_objects([value] if isinstance(value, dict) else value)
    markup = "\n".join(piece for piece in _render_blocks(blocks, parsers) if piece)
    return sanitize(markup) or None


def _render_value(value: object, parsers: TextParsers) -> str | None:
    """Render rich text or a reference inside of an unknown block. None for any other value."""
    if isinstance(value, dict) and isinstance(value.get("_ref"), str):
        return parsers.reference(value)
    blocks = parse_objects([value] if isinstance(value, dict) else value)
    if not any(block.get("_type") == "block" for block in blocks):
        return None
    return "\n".join(piece for piece in _render_blocks(blocks, parsers) if piece)


def _render_blocks(blocks: list[Json], parsers: TextParsers) -> Iterator[str]:
    # Portable Text has no list node: list items are siblings that have to be grouped.
    for in_list, group in groupby(blocks, key=lambda block: bool(block.get("listItem"))):
        if in_list:
            yield from _render_lists(list(group), parsers)
        else:
            yield from (_render_block(block, parsers) for block in group)


def _render_block(block: Json, parsers: TextParsers) -> str:
    match block.get("_type"):
        case "block":
            style = block.get("style")
            tag = STYLES.get(style, "p") if isinstance(style, str) else "p"
            inner = _render_spans(block, parsers)
            return f"<{tag}>{inner}</{tag}>" if inner else ""
        case "image" if image := parsers.image(block):
            return render_figure(image, parse_text(block.get("caption")))
        case "code" if isinstance(code := block.get("code"), str):
            return f"<pre><code>{escape(code)}</code></pre>"
        case "break" | "divider" | "horizontalRule":
            return "<hr>"
        case kind:
            return _render_unknown(kind, block, parsers)


def _render_unknown(kind: object, block: Json, parsers: TextParsers) -> str:
    """Render a block of another type, or log that nothing of it is shown."""
    if isinstance(block.get("_ref"), str):
        markup = parsers.reference(block)
    else:
        markup = render_unknown_block(block, parsers.for_unknown_blocks())
    if not markup:
        log_left_out("a block", kind, NOTHING_TO_SHOW)
    return markup


def _render_lists(items: list[Json], parsers: TextParsers, level: int = 1) -> Iterator[str]:
    """Render items as nested lists, with one list for each run of items of the same kind."""
    for kind, run in groupby(_group_nested(items, level), key=lambda pair: pair[0].get("listItem")):
        tag = "ol" if kind == "number" else "ul"
        entries = []
        for item, deeper in run:
            nested = "".join(_render_lists(deeper, parsers, level + 1)) if deeper else ""
            inner = _render_spans(item, parsers) or _render_unknown_item(item, parsers)
            entries.append(f"<li>{inner}{nested}</li>")
        yield f"<{tag}>{''.join(entries)}</{tag}>"


def _render_unknown_item(item: Json, parsers: TextParsers) -> str:
    """Render a list item that is no block of spans."""
    kind = item.get("_type")
    return "" if kind == "block" else _render_unknown(kind, item, parsers)


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


def _render_spans(block: Json, parsers: TextParsers) -> str:
    definitions = {
        str(definition.get("_key")): definition
        for definition in parse_objects(block.get("markDefs"))
    }
    return "".join(
        _render_span(child, definitions, parsers) for child in parse_objects(block.get("children"))
    )


def _render_span(span: Json, definitions: dict[str, Json], parsers: TextParsers) -> str:
    """Render a span with its marks and links, or the words of another inline object."""
    text = span.get("text")
    if span.get("_type", "span") != "span":
        markup = _render_inline(span, parsers)
    else:
        markup = escape(text).replace("\n", "<br>") if isinstance(text, str) else ""
    marks = span.get("marks")
    # The first mark is the outermost tag, so wrap from the last one.
    for mark in reversed(marks if isinstance(marks, list) else []):
        if not isinstance(mark, str):
            continue
        if mark in MARKS:
            markup = f"<{MARKS[mark]}>{markup}</{MARKS[mark]}>"
        elif (definition := definitions.get(mark)) is not None:
            markup = _render_annotation(definition, markup, parsers)
    return markup


def _render_annotation(definition: Json, markup: str, parsers: TextParsers) -> str:
    """Render a link. The text stays if it leads to no page."""
    target = parsers.link(definition)
    if target is None:
        kind = definition.get("_type")
        log_left_out("a link", kind, "its target is not on the site")
        return markup
    return f'<a href="{escape(target)}">{markup}</a>'


def _render_inline(child: Json, parsers: TextParsers) -> str:
    """Render an object between words: a picture, or its words without paragraphs."""
    if image := parsers.image(child):
        return f'<img src="{escape(image.url)}" alt="{escape(image.alt_text or "")}">'
    return without_paragraph(_render_unknown(child.get("_type"), child, parsers))

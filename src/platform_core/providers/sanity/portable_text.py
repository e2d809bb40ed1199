"""Portable Text, Sanity's rich text, as HTML.

Every text and every address is escaped here and the whole is sanitized afterwards; what is not
understood is left out, never guessed.
"""

from collections.abc import Callable, Iterator
from html import escape
from itertools import groupby
from typing import Final

from platform_core.content import MediaAsset
from platform_core.markup import from_text, sanitize
from platform_core.providers.figures import figure
from platform_core.providers.reading import Json, part, records, text

Image = Callable[[object], MediaAsset | None]

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
DEEPEST: Final = 10
"""Levels of nested lists; a deeper one is as deep as this."""


def to_html(value: object, image: Image) -> str | None:
    """Blocks (or plain text) as sanitized HTML; None where there is nothing to say."""
    if isinstance(value, str):
        return from_text(value) or None
    blocks = records(value)
    made = "\n".join(_pieces(blocks, image))
    return sanitize(made) or None


def _pieces(blocks: list[Json], image: Image) -> Iterator[str]:
    for in_list, group in groupby(blocks, key=lambda block: bool(block.get("listItem"))):
        if in_list:
            yield from _lists(list(group))
        else:
            yield from (_block(block, image) for block in group)


def _block(block: Json, image: Image) -> str:
    match block.get("_type"):
        case "block":
            style = block.get("style")
            tag = STYLES.get(style, "p") if isinstance(style, str) else "p"
            inner = _spans(block)
            return f"<{tag}>{inner}</{tag}>" if inner else ""
        case "image":
            return figure(image(block), text(block.get("caption")))
        case "code":
            return f"<pre><code>{escape(str(block.get('code') or ''))}</code></pre>"
        case "break" | "divider" | "horizontalRule":
            return "<hr>"
        case _:
            return ""


def _lists(items: list[Json], level: int = 1) -> Iterator[str]:
    """Items of one level and deeper ones as nested lists, a list for each run of one kind."""
    for kind, run in groupby(_nested(items, level), key=lambda each: each[0].get("listItem")):
        tag = "ol" if kind == "number" else "ul"
        entries = (
            f"<li>{_spans(item)}{''.join(_lists(below, level + 1)) if below else ''}</li>"
            for item, below in run
        )
        yield f"<{tag}>{''.join(entries)}</{tag}>"


def _nested(items: list[Json], level: int) -> Iterator[tuple[Json, list[Json]]]:
    """Each item of this level with the deeper ones that follow it."""
    waiting: tuple[Json, list[Json]] | None = None
    for item in items:
        if waiting and _level(item) > level:
            waiting[1].append(item)
            continue
        if waiting:
            yield waiting
        waiting = (item, [])
    if waiting:
        yield waiting


def _level(item: Json) -> int:
    given = item.get("level")
    return min(given, DEEPEST) if isinstance(given, int) else 1


def _spans(block: Json) -> str:
    links = {str(each.get("_key")): each for each in records(block.get("markDefs"))}
    return "".join(_span(child, links) for child in records(block.get("children")))


def _span(span: Json, links: dict[str, Json]) -> str:
    given = span.get("text")
    made = escape(given).replace("\n", "<br>") if isinstance(given, str) else ""
    marks = span.get("marks")
    for mark in reversed(marks if isinstance(marks, list) else []):
        if not isinstance(mark, str):
            continue
        href = part(links.get(mark)).get("href")
        if mark in MARKS:
            made = f"<{MARKS[mark]}>{made}</{MARKS[mark]}>"
        elif isinstance(href, str):
            made = f'<a href="{escape(href)}">{made}</a>'
    return made

"""Render Contentful's rich text, a tree of nodes, as HTML.

Every text and URL is escaped here, and the result is sanitized. Embedded entries are left out,
because their presentation is unknown; a link to an entry keeps its text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Final

from platform_core.content.html import sanitize
from platform_core.content.model import MediaAsset
from platform_core.provider_kit.image_html import render_figure
from platform_core.provider_kit.parsing import Json, parse_object, parse_objects

BLOCKS: Final = {
    "paragraph": "p",
    **{f"heading-{level}": f"h{level}" for level in range(1, 7)},
    "unordered-list": "ul",
    "ordered-list": "ol",
    "list-item": "li",
    "blockquote": "blockquote",
    "table": "table",
    "table-row": "tr",
    "table-cell": "td",
    "table-header-cell": "th",
}
MARKS: Final = {
    "bold": "strong",
    "italic": "em",
    "underline": "u",
    "code": "code",
    "superscript": "sup",
    "subscript": "sub",
    "strikethrough": "s",
}


@dataclass(frozen=True, slots=True)
class AssetResolver:
    """Functions that resolve links to assets."""

    image: Callable[[object], MediaAsset | None]
    """Returns None if the asset is not an image."""
    file: Callable[[object], str | None]
    """Returns the URL of the asset's file."""


def render_html(document: Json, links: AssetResolver) -> str | None:
    """Render a document as sanitized HTML. None if the result is empty."""
    pieces = (_render_node(node, links) for node in parse_objects(document.get("content")))
    return sanitize("\n".join(piece for piece in pieces if piece)) or None


def _render_node(node: Json, links: AssetResolver) -> str:
    kind, data = node.get("nodeType"), parse_object(node.get("data"))
    match kind:
        case "text":
            return _render_text(node)
        case "hr":
            return "<hr>"
        case "embedded-asset-block":
            return _render_asset(data.get("target"), links)
        case "hyperlink":
            return _render_link(data.get("uri"), _render_children(node, links))
        case "asset-hyperlink":
            return _render_link(links.file(data.get("target")), _render_children(node, links))
        case _:
            return _render_block(kind, _render_children(node, links))


def _render_children(node: Json, links: AssetResolver) -> str:
    return "".join(_render_node(child, links) for child in parse_objects(node.get("content")))


def _render_block(kind: object, inner: str) -> str:
    tag = BLOCKS.get(kind) if isinstance(kind, str) else None
    if tag is None or (tag == "p" and not inner):
        return inner
    return f"<{tag}>{inner}</{tag}>"


def _render_asset(target: object, links: AssetResolver) -> str:
    """Render an image, or a link to a file of another type."""
    figure_html = render_figure(links.image(target))
    url = links.file(target)
    return figure_html or (
        f"<p>{_render_link(url, escape(url.rpartition('/')[2]))}</p>" if url else ""
    )


def _render_link(address: object, inner: str) -> str:
    return f'<a href="{escape(address)}">{inner}</a>' if isinstance(address, str) else inner


def _render_text(node: Json) -> str:
    """Render text with its marks."""
    text = node.get("value")
    markup = escape(text).replace("\n", "<br>") if isinstance(text, str) else ""
    # The first mark is the outermost tag, so wrap from the last one.
    for mark in reversed(parse_objects(node.get("marks"))):
        kind = mark.get("type")
        if markup and isinstance(kind, str) and kind in MARKS:
            markup = f"<{MARKS[kind]}>{markup}</{MARKS[kind]}>"
    return markup

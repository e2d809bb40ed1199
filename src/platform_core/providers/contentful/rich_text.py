"""Render Contentful's rich text, a tree of nodes, as HTML.

Every text and URL is escaped here, and the result is sanitized. An embedded entry is a link to its
page, or its own words and pictures if it has no page. A link to an entry without a page keeps its
text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Final

from platform_core.content.html import sanitize
from platform_core.content.model import MediaAsset
from platform_core.provider_kit.left_out import NOTHING_TO_SHOW, log_left_out
from platform_core.provider_kit.parsing import Json, parse_object, parse_objects
from platform_core.provider_kit.rich_text.image_html import render_figure
from platform_core.provider_kit.rich_text.inline import without_paragraph
from platform_core.provider_kit.rich_text.unknown_blocks import BlockParsers, render_unknown_block

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
class LinkResolver:
    """Functions that resolve links to assets and entries."""

    image: Callable[[object], MediaAsset | None]
    """Returns None if the asset is not an image."""
    file: Callable[[object], str | None]
    """Returns the URL of the asset's file."""
    page: Callable[[object], str | None] = lambda _: None
    """Returns the address of an entry's page, if the site has one."""
    entry: Callable[[object], str] = lambda _: ""
    """Renders an entry inside of a text."""


def render_html(document: Json, links: LinkResolver) -> str | None:
    """Render a document as sanitized HTML. None if the result is empty."""
    return sanitize(render_nodes(document, links)) or None


def render_nodes(document: Json, links: LinkResolver) -> str:
    """Render the nodes of a document. The result is not sanitized."""
    pieces = (_render_node(node, links) for node in parse_objects(document.get("content")))
    return "\n".join(piece for piece in pieces if piece)


def _render_node(node: Json, links: LinkResolver) -> str:
    kind, data = str(node.get("nodeType")), parse_object(node.get("data"))
    match kind:
        case "text":
            return _render_text(node)
        case "hr":
            return "<hr>"
        case "hyperlink":
            return _render_link(data.get("uri"), _render_children(node, links))
        case "asset-hyperlink" | "entry-hyperlink" | "resource-hyperlink":
            return _render_reference(kind, data.get("target"), node, links)
        case _ if kind.startswith("embedded-"):
            return _render_embedded(kind, data.get("target"), links)
        case _ if kind in BLOCKS:
            return _render_block(kind, _render_children(node, links))
        case _:
            return _render_unknown(kind, node, links)


def _render_children(node: Json, links: LinkResolver) -> str:
    return "".join(_render_node(child, links) for child in parse_objects(node.get("content")))


def _render_block(kind: str, inner: str) -> str:
    tag = BLOCKS[kind]
    return f"<{tag}>{inner}</{tag}>" if inner or tag != "p" else ""


def _render_reference(kind: str, target: object, node: Json, links: LinkResolver) -> str:
    """Render a link to a file or to the page of an entry. The text stays without a target."""
    inner = _render_children(node, links)
    url = links.file(target) if kind == "asset-hyperlink" else links.page(target)
    if url is None:
        log_left_out("a link", kind, "its target is not on the site")
    return _render_link(url, inner)


def _render_embedded(kind: str, target: object, links: LinkResolver) -> str:
    """Render an entry or an asset inside of a text."""
    markup = _render_asset(target, links) if "asset" in kind else links.entry(target)
    if not markup:
        log_left_out("a block", kind, NOTHING_TO_SHOW)
    return without_paragraph(markup) if kind.endswith("-inline") else markup


def _render_unknown(kind: str, node: Json, links: LinkResolver) -> str:
    """Render the nodes of a node of another type, and the words of its data."""
    parsers = BlockParsers(links.image, links.file, lambda _: None)
    data = render_unknown_block(parse_object(node.get("data")), parsers)
    markup = _render_children(node, links) + data
    if not markup:
        log_left_out("a block", kind, NOTHING_TO_SHOW)
    return markup


def _render_asset(target: object, links: LinkResolver) -> str:
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

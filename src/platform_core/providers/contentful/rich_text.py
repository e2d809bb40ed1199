"""Contentful's rich text, a document of nodes, as HTML.

Every text and every address is escaped here and the whole is sanitized afterwards. An entry that
is set into a text has no look that we know of: it is left out, and of a link to one the words stay.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Final

from platform_core.content import MediaAsset
from platform_core.markup import sanitize
from platform_core.providers.figures import figure
from platform_core.providers.reading import Json, part, records

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
class Links:
    """What a link to an asset leads to."""

    image: Callable[[object], MediaAsset | None]
    """None where it is no image."""
    file: Callable[[object], str | None]
    """The address of its file."""


def to_html(document: Json, links: Links) -> str | None:
    """A document as sanitized HTML; None where there is nothing to say."""
    pieces = (_node(each, links) for each in records(document.get("content")))
    return sanitize("\n".join(piece for piece in pieces if piece)) or None


def _node(node: Json, links: Links) -> str:
    kind, data = node.get("nodeType"), part(node.get("data"))
    match kind:
        case "text":
            return _text(node)
        case "hr":
            return "<hr>"
        case "embedded-asset-block":
            return _asset(data.get("target"), links)
        case "hyperlink":
            return _link(data.get("uri"), _inner(node, links))
        case "asset-hyperlink":
            return _link(links.file(data.get("target")), _inner(node, links))
        case _:
            return _block(kind, _inner(node, links))


def _inner(node: Json, links: Links) -> str:
    return "".join(_node(each, links) for each in records(node.get("content")))


def _block(kind: object, inner: str) -> str:
    tag = BLOCKS.get(kind) if isinstance(kind, str) else None
    if tag is None or (tag == "p" and not inner):
        return inner
    return f"<{tag}>{inner}</{tag}>"


def _asset(target: object, links: Links) -> str:
    """A picture; a file of another kind as a link to it."""
    found = figure(links.image(target))
    url = links.file(target)
    return found or (f"<p>{_link(url, escape(url.rpartition('/')[2]))}</p>" if url else "")


def _link(address: object, inner: str) -> str:
    return f'<a href="{escape(address)}">{inner}</a>' if isinstance(address, str) else inner


def _text(node: Json) -> str:
    given = node.get("value")
    made = escape(given).replace("\n", "<br>") if isinstance(given, str) else ""
    for mark in reversed(records(node.get("marks"))):
        kind = mark.get("type")
        if made and isinstance(kind, str) and kind in MARKS:
            made = f"<{MARKS[kind]}>{made}</{MARKS[kind]}>"
    return made

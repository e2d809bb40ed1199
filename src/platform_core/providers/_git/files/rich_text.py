"""Render rich text that an editor stores as a tree: TinaCMS, Slate, mdast and ProseMirror.

Every text and URL is escaped here, and the result is sanitized. Unknown nodes keep their text.
"""

from collections.abc import Callable
from html import escape
from typing import Final

from platform_core.content.html import sanitize
from platform_core.content.visibility import field_name
from platform_core.provider_kit.parsing import Json, parse_integer, parse_object, parse_objects

MAX_DEPTH: Final = 100
_TAGS: Final = {
    "p": "p", "paragraph": "p", "blockquote": "blockquote", "quote": "blockquote",
    "ul": "ul", "bulletlist": "ul", "ol": "ol", "orderedlist": "ol", "numberedlist": "ol",
    "li": "li", "listitem": "li", "table": "table", "tr": "tr", "tablerow": "tr", "td": "td",
    "tablecell": "td", "th": "th", "tableheader": "th", "strong": "strong", "bold": "strong",
    "emphasis": "em", "em": "em", "italic": "em", "delete": "s", "strike": "s",
    "strikethrough": "s", "underline": "u", "code": "code", "inlinecode": "code",
    **{f"h{level}": f"h{level}" for level in range(1, 7)},
}  # fmt: skip
_MARKS: Final = (
    "code", "strikethrough", "strike", "underline", "italic", "emphasis", "bold", "strong",
)  # fmt: skip
"""From the innermost to the outermost tag."""


def render(value: object, resolve_image: Callable[[str], str]) -> str | None:
    """Render a tree, or a list of nodes, as sanitized HTML. None if it is neither or empty."""
    nodes = parse_objects(value) or ([value] if isinstance(value, dict) else [])
    return sanitize("".join(_render_node(node, 0) for node in nodes), resolve_image) or None


def _render_node(node: Json, depth: int) -> str:
    if depth > MAX_DEPTH:
        return ""
    kind = field_name(str(node.get("type", "")))
    attributes = {**node, **parse_object(node.get("attrs"))}
    text = node.get("text", node.get("value"))
    match kind:
        case "codeblock" | "code" if isinstance(node.get("value"), str) or node.get("children"):
            lines = [_render_children({"children": [line]}, depth) for line in _children(node)]
            value = node.get("value")
            code = escape(value) if isinstance(value, str) else "\n".join(lines)
            return f"<pre><code>{code}</code></pre>"
        case "img" | "image":
            url = str(attributes.get("url") or attributes.get("src") or "")
            return f'<img src="{escape(url)}" alt="{escape(str(attributes.get("alt") or ""))}">'
        case "hr" | "thematicbreak" | "horizontalrule":
            return "<hr>"
        case "break" | "hardbreak":
            return "<br>"
        case "a" | "link":
            url = str(attributes.get("url") or attributes.get("href") or "")
            return f'<a href="{escape(url)}">{_render_children(node, depth)}</a>'
        case "html" | "htmlinline" if isinstance(text, str):
            # The HTML of an author; `sanitize` removes what a page must not have.
            return text
        case "heading":
            level = min(
                max(parse_integer(attributes.get("depth", attributes.get("level"))) or 2, 1), 6
            )
            return f"<h{level}>{_render_children(node, depth)}</h{level}>"
        case "list":
            list_tag = "ol" if node.get("ordered") is True else "ul"
            return f"<{list_tag}>{_render_children(node, depth)}</{list_tag}>"
    inner = _render_text(node, text) if isinstance(text, str) else _render_children(node, depth)
    tag = _TAGS.get(kind)
    return f"<{tag}>{inner}</{tag}>" if tag else inner


def _render_text(node: Json, text: str) -> str:
    """Render text with its marks, which are members (Slate) or a list (ProseMirror)."""
    html = escape(text)
    marks = {mark.get("type"): mark for mark in parse_objects(node.get("marks"))}
    for mark in _MARKS:
        if node.get(mark) is True or mark in marks:
            html = f"<{_TAGS[mark]}>{html}</{_TAGS[mark]}>"
    href = parse_object(marks.get("link", {}).get("attrs")).get("href")
    return f'<a href="{escape(str(href))}">{html}</a>' if href else html


def _children(node: Json) -> list[Json]:
    """Return the children of a node. A component of MDX can hold them in a property."""
    property_tree = parse_object(parse_object(node.get("props")).get("children"))
    candidates = (node.get("children"), node.get("content"), property_tree.get("children"))
    return next((nodes for nodes in map(parse_objects, candidates) if nodes), [])


def _render_children(node: Json, depth: int) -> str:
    return "".join(_render_node(child, depth + 1) for child in _children(node))

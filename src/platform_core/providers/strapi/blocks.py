"""The blocks of Strapi's rich text editor, as HTML.

Every text and every address is escaped here and the whole is sanitized afterwards; what is not
understood leaves its words behind.
"""

from collections.abc import Callable
from html import escape
from typing import Final

from platform_core.content import MediaAsset
from platform_core.markup import sanitize
from platform_core.providers.figures import figure
from platform_core.providers.reading import Json, part, records, text

Image = Callable[[object], MediaAsset | None]

MARKS: Final = {
    "code": "code",
    "strikethrough": "s",
    "underline": "u",
    "italic": "em",
    "bold": "strong",
}
"""From the innermost to the outermost."""
TAGS: Final = {"paragraph": "p", "quote": "blockquote", "list-item": "li"}


def to_html(found: list[Json], image: Image) -> str | None:
    """Blocks as sanitized HTML; None where there is nothing to say."""
    pieces = (_block(each, image) for each in found)
    return sanitize("\n".join(piece for piece in pieces if piece)) or None


def _block(block: Json, image: Image) -> str:
    kind = block.get("type")
    match kind:
        case "text":
            return _text(block)
        case "link":
            url, inner = block.get("url"), _inner(block, image)
            return f'<a href="{escape(url)}">{inner}</a>' if isinstance(url, str) else inner
        case "image":
            picture = part(block.get("image"))
            return figure(image(picture), text(picture.get("caption")))
        case "code":
            return f"<pre><code>{_inner(block, image)}</code></pre>"
        case "list":
            return _list(block, image)
        case "heading":
            level = block.get("level")
            return _wrapped(f"h{level}" if level in range(1, 7) else "h2", _inner(block, image))
        case _:
            tag = TAGS.get(kind) if isinstance(kind, str) else None
            inner = _inner(block, image)
            return _wrapped(tag, inner) if tag else inner


def _inner(block: Json, image: Image) -> str:
    return "".join(_block(each, image) for each in records(block.get("children")))


def _wrapped(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag}>" if inner else ""


def _list(block: Json, image: Image) -> str:
    """A list; one inside it stands beside its items and belongs to the item before it."""
    items: list[str] = []
    for each in records(block.get("children")):
        if each.get("type") == "list" and items:
            items[-1] += _list(each, image)
        else:
            items.append(_inner(each, image))
    tag = "ol" if block.get("format") == "ordered" else "ul"
    return _wrapped(tag, "".join(f"<li>{item}</li>" for item in items))


def _text(block: Json) -> str:
    given = block.get("text")
    made = escape(given).replace("\n", "<br>") if isinstance(given, str) else ""
    for mark, tag in MARKS.items():
        if made and block.get(mark) is True:
            made = f"<{tag}>{made}</{tag}>"
    return made

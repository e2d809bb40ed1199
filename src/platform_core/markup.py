"""What vendors write, as HTML that a page may carry: the one allow-list of this product.

Whatever comes out of `sanitize` holds no script, no style, no form, no frame, no event handler and
no address but http(s), mailto, tel and relative ones.
"""

import html
import re
from collections.abc import Callable
from functools import cache
from typing import Final

import nh3
from markdown_it import MarkdownIt

from platform_core.errors import Malformed

_TAGS = """
    a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em
    figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small
    span strong sub summary sup table tbody td tfoot th thead time tr u ul var
"""
TAGS: Final = frozenset(_TAGS.split())
ATTRIBUTES: Final = {
    "a": {"href", "title", "hreflang"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "img": {"src", "alt", "title", "width", "height", "loading"},
    "ol": {"start", "reversed"},
    "q": {"cite"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "*": {"lang", "dir"},
}
SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
SILENT: Final = frozenset({"script", "style", "template", "noscript", "title", "iframe"})
"""Elements whose content goes with them."""
MOST_ELEMENTS: Final = 20_000
"""In one text. A parser of HTML takes the square of their number where each stands in the last:
a text of a megabyte, which no page holds, would stop everything else for minutes."""

_ELEMENT: Final = re.compile(r"<[A-Za-z]")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def sanitize(markup: str, image: Callable[[str], str] | None = None) -> str:
    """Any text, read as HTML, with only what a page may carry. Raises `Malformed` for one of more
    elements than any page has.

    `image` makes the address of an image that has none of its own (a path) absolute.
    """

    def attribute(tag: str, name: str, value: str) -> str | None:
        if image and tag == "img" and name == "src":
            return image(value)
        return value

    clean = nh3.clean(
        _bounded(printable(markup)),
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        clean_content_tags=set(SILENT),
        attribute_filter=attribute,
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
    return clean.strip()


def from_markdown(text: str, image: Callable[[str], str] | None = None) -> str:
    """Markdown (with tables) as sanitized HTML."""
    return sanitize(_markdown().render(printable(text)), image)


def from_text(text: str) -> str:
    """Plain text as paragraphs."""
    paragraphs = re.split(r"\n\s*\n", printable(text).strip())
    return "\n".join(
        f"<p>{'<br>'.join(html.escape(line) for line in paragraph.splitlines())}</p>"
        for paragraph in paragraphs
        if paragraph.strip()
    )


def as_text(markup: str) -> str:
    """HTML without its markup, as one line of literal text."""
    spaced = re.sub(r"(?i)<(?:br|/p|/li|/h[1-6]|/div|/td)\b", r" \g<0>", printable(markup))
    bare = nh3.clean(_bounded(spaced), tags=set(), clean_content_tags=set(SILENT))
    return " ".join(html.unescape(bare).split())


def printable(text: str) -> str:
    """Without what no page and no feed can carry: control characters and halves of characters."""
    return _UNPRINTABLE.sub("", text.encode("utf-8", "replace").decode())


def _bounded(markup: str) -> str:
    if sum(1 for _ in _ELEMENT.finditer(markup)) > MOST_ELEMENTS:
        raise Malformed(f"a text has more than {MOST_ELEMENTS} elements")
    return markup


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

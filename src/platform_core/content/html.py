"""Sanitize the vendors' text to HTML that a page can contain: the only allow-list of this product.

The output of `sanitize` has no scripts, styles, forms, frames or event handlers. Its URLs are
relative or use http, https, mailto or tel.
"""

import html
import re
from collections.abc import Callable
from functools import cache
from typing import Final

import nh3
from markdown_it import MarkdownIt

from platform_core.content.footnotes import add_footnotes
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
DROPPED_WITH_CONTENT: Final = frozenset(
    {"script", "style", "template", "noscript", "title", "iframe"}
)
"""Elements that are removed together with their content."""
MAX_ELEMENTS: Final = 20_000
"""Maximum number of elements in one text. An HTML parser takes quadratic time when elements are
nested in each other, so a text of one megabyte would block everything else for minutes."""

_ELEMENT: Final = re.compile(r"<[A-Za-z]")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def sanitize(markup: str, image: Callable[[str], str] | None = None) -> str:
    """Convert any text to safe HTML. Raises `Malformed` if it has too many elements.

    `image` resolves the URL of each image, for example a relative path to an absolute URL.
    """

    def attribute(tag: str, name: str, value: str) -> str | None:
        if image and tag == "img" and name == "src":
            return image(value)
        return value

    clean = nh3.clean(
        _require_few_elements(strip_unprintable(markup)),
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        clean_content_tags=set(DROPPED_WITH_CONTENT),
        attribute_filter=attribute,
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
    return clean.strip()


def render_markdown(text: str, image: Callable[[str], str] | None = None) -> str:
    """Convert Markdown (with tables and footnotes) to sanitized HTML."""
    return sanitize(_markdown_parser().render(strip_unprintable(text)), image)


def render_plain_text(text: str) -> str:
    """Convert plain text to paragraphs."""
    paragraphs = re.split(r"\n\s*\n", strip_unprintable(text).strip())
    return "\n".join(
        f"<p>{'<br>'.join(html.escape(line) for line in paragraph.splitlines())}</p>"
        for paragraph in paragraphs
        if paragraph.strip()
    )


def strip_markup(markup: str) -> str:
    """Remove the markup from HTML. Returns one line of text."""
    # The spaces keep words of adjacent blocks apart: "<p>a</p><p>b</p>" is "a b", not "ab".
    spaced = re.sub(r"(?i)<(?:br|/p|/li|/h[1-6]|/div|/td)\b", r" \g<0>", strip_unprintable(markup))
    bare = nh3.clean(
        _require_few_elements(spaced), tags=set(), clean_content_tags=set(DROPPED_WITH_CONTENT)
    )
    # Unescape last: before sanitizing, `&lt;script&gt;` would turn into an element.
    return " ".join(html.unescape(bare).split())


def strip_unprintable(text: str) -> str:
    """Remove control characters and lone surrogates, which no page and no feed can contain."""
    return _UNPRINTABLE.sub("", text.encode("utf-8", "replace").decode())


def _require_few_elements(markup: str) -> str:
    if sum(1 for _ in _ELEMENT.finditer(markup)) > MAX_ELEMENTS:
        raise Malformed(f"a text has more than {MAX_ELEMENTS} elements")
    return markup


@cache
def _markdown_parser() -> MarkdownIt:
    # HTML in Markdown may pass here, because `sanitize` removes everything unsafe afterwards.
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    add_footnotes(parser)
    return parser

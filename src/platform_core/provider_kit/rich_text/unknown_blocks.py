"""Render blocks of rich text whose type is not known: keep their words, pictures and files.

Agencies add blocks of their own: a callout, a gallery, a table of prices. Their presentation is
unknown, but a page without their words is wrong. The result contains every text in a field that
can hold words, in the order of the vendor. It is not sanitized: the caller does that.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Final

from platform_core.content.html import render_plain_text
from platform_core.content.model import MediaAsset
from platform_core.content.visibility import field_name
from platform_core.provider_kit.parsing import Json, parse_object, parse_text, parse_url
from platform_core.provider_kit.rich_text.image_html import render_figure

MAX_DEPTH: Final = 12
"""Deeper objects are left out. Entries can link to each other in a circle."""

_HEADINGS_TEXT: Final = """
    author eyebrow heading headline kicker label name question role subheading subtitle summary
    tagline term title
"""
_HEADINGS: Final = frozenset(_HEADINGS_TEXT.split())
_WORDS_TEXT: Final = """
    address amount answer body buttonlabel buttontext caption children citation cite content copy
    count cta date definition description duration email excerpt html intro items lead linklabel
    linktext markdown message note notes number paragraph phone price quote richtext source text
    time value words
"""
_WORDS: Final = frozenset(_WORDS_TEXT.split())
_LINKS_TEXT: Final = """
    buttonlink buttonurl ctaurl href link linkurl permalink uri url
"""
_LINKS: Final = frozenset(_LINKS_TEXT.split())
_TABLES: Final = ("rows", "tabledata", "table", "data")
_CELLS: Final = ("cells", "columns", "values")
_CONFIGURATION_TEXT: Final = """
    align alignment alt alternativetext alttext anchor backgroundcolor class classname classnames
    component createdat crop css documentid ext filename formats hash hotspot id key lang language
    layout locale metadata mime nodetype publishedat ref rel slug style styles sys target theme
    updatedat
"""
_META_TEXT: Final = """
    canonical canonicalurl keywords metadescription metaimage metatitle ogdescription ogimage
    ogtitle robots schema seo shareimage structureddata
"""
_CONFIGURATION: Final = frozenset(f"{_CONFIGURATION_TEXT} {_META_TEXT}".split())
"""Names of fields that configure a block. Their texts are no words for a reader."""
_OPTIONS_TEXT: Final = """
    appearance background color colour columns display effect font format height icon kind level
    margin mode padding position preset ratio shape size spacing tag template transition type
    variant width
"""
_OPTIONS: Final = frozenset(_OPTIONS_TEXT.split())
"""Names of fields whose single words are a choice of the editor, such as `Primary`."""
_TOKEN: Final = re.compile(
    r"[a-z_#./][A-Za-z0-9_#./:%-]*"  # primary, isWide, #ff0000, text-center
    r"|\d{4}-\d\d-\d\dT.*"  # a time of a machine
    r"|[0-9a-f-]{16,}|(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{20,}"  # an id, in contrast to a long word
    r"|[a-z]+:.*|//.*",  # the address of something that is not a web page
)
"""A single word in a field of an unknown name that is rather a setting than text for a reader."""
MAX_LABEL: Final = 80
"""Maximum number of characters in the label of a link. A longer text is one for readers."""
_MEDIA: Final = frozenset({"asset", "caption", "title", "name", "alt", "crop", "hotspot"})
_NOTES_OF_EDITORS: Final = re.compile(r"(internal|admin|editor|cms)(name|title|label|notes?)$")


@dataclass(frozen=True, slots=True)
class BlockParsers:
    """The functions that parse one provider's values inside of an unknown block."""

    image: Callable[[object], MediaAsset | None]
    file: Callable[[object], str | None]
    """Returns the URL of a file that is not an image."""
    rich_text: Callable[[object], str | None]
    """Renders the provider's rich text as HTML. None for any other value."""
    text: Callable[[str], str] = render_plain_text
    """Renders a long text as HTML, for example Markdown."""


def render_unknown_block(block: Json, parsers: BlockParsers) -> str:
    """Render the words, pictures and files of a block. Empty if it has none."""
    return _render_object(block, parsers, 0)


def _render_object(block: Json, parsers: BlockParsers, depth: int) -> str:
    if depth > MAX_DEPTH:
        return ""
    fields = {field_name(name): value for name, value in block.items() if not name.startswith("_")}
    if table := _render_table(fields, parsers, depth):
        heading = _render_fields(
            {name: value for name, value in fields.items() if name not in _TABLES}, parsers, depth
        )
        return heading + table
    if media := _render_media(block, fields, parsers):
        # An image with an `asset` can have further fields; a file has only facts about itself.
        more = {name: value for name, value in fields.items() if name not in _MEDIA}
        return media + (_render_fields(more, parsers, depth) if "asset" in fields else "")
    return _render_fields(fields, parsers, depth)


def _render_media(block: Json, fields: Json, parsers: BlockParsers) -> str:
    """Render a block that is itself a picture or a file. Empty for other blocks."""
    caption = parse_text(fields.get("caption"), fields.get("title"))
    image = parsers.image(block)
    if image is None:
        urls = (value for name in ("url", "src") if isinstance(value := fields.get(name), str))
        images = (parsers.image(url) for url in urls if has_image_ending(url))
        image = next((image for image in images if image), None)
    if image:
        return render_figure(image, caption)
    url = parsers.file(block)
    return _render_link(url, caption or parse_text(fields.get("name"))) if url else ""


def _render_fields(fields: Json, parsers: BlockParsers, depth: int) -> str:
    """Render each field that can hold words, pictures or files."""
    targets = {name: _parse_link(value) for name, value in fields.items() if name in _LINKS}
    links = {name: target for name, target in targets.items() if target}
    url_name = next(iter(links), "")
    label_name = next(filter(partial(_is_label, fields), ("label", "text", "title", "name")), "")
    pieces = []
    for name, value in fields.items():
        if url_name and name == label_name:
            pieces.append(_render_link(links[url_name], parse_text(value)))
        elif name in links:
            # The first link is that of the label. Others stand for themselves.
            is_done = name == url_name and label_name
            pieces.append("" if is_done else _render_link(links[name], None))
        elif name == "code" and isinstance(value, str):
            pieces.append(f"<pre><code>{escape(value)}</code></pre>")
        elif name in {"html", "rawhtml", "embedcode"} and isinstance(value, str):
            pieces.append(value)
        elif name not in _CONFIGURATION and not _NOTES_OF_EDITORS.search(name):
            pieces.append(_render_value(name, value, parsers, depth))
    return "\n".join(piece for piece in pieces if piece)


def _is_label(fields: Json, name: str) -> bool:
    """Check that a field can be the label of the block's link: a short text of one line."""
    text = fields.get(name)
    if not isinstance(text, str) or not text.strip():
        return False
    return name != "text" or (len(text.strip()) <= MAX_LABEL and "\n" not in text.strip())


def _render_value(name: str, value: object, parsers: BlockParsers, depth: int) -> str:
    """Render the value of one field."""
    match value:
        case str():
            return _render_text(name, value, parsers)
        case bool() | None:
            return ""
        case int() | float():
            return f"<p>{value}</p>" if name in _WORDS | _HEADINGS else ""
        case list() if value and all(isinstance(entry, str) for entry in value):
            entries = "".join(f"<li>{escape(entry)}</li>" for entry in value if entry.strip())
            return f"<ul>{entries}</ul>" if entries else ""
        case list() | dict():
            return _render_nested(name, value, parsers, depth)
        case _:
            return ""


def _render_nested(name: str, value: list[object] | Json, parsers: BlockParsers, depth: int) -> str:
    """Render rich text, an object, or a list of objects."""
    if depth > MAX_DEPTH:
        return ""
    markup = parsers.rich_text(value)
    if markup is not None:
        return markup
    if isinstance(value, dict):
        return _render_object(value, parsers, depth + 1)
    pieces = (_render_value(name, entry, parsers, depth + 1) for entry in value)
    return "\n".join(piece for piece in pieces if piece)


def _render_text(name: str, text: str, parsers: BlockParsers) -> str:
    """Render a text, unless it looks like a setting."""
    if not text.strip():
        return ""
    if name in _HEADINGS:
        return f"<p><strong>{escape(' '.join(text.split()))}</strong></p>"
    is_single_word = len(text.split()) == 1
    if is_single_word and has_image_ending(text):
        return render_figure(parsers.image(text))
    if is_single_word and name not in _WORDS and (name in _OPTIONS or _TOKEN.fullmatch(text)):
        return ""
    return parsers.text(text)


def has_image_ending(text: str) -> bool:
    """Check that a URL or a path names an image."""
    return bool(re.search(r"\.(avif|gif|jpe?g|png|svg|webp)(\?|$)", text, re.IGNORECASE))


def _render_table(fields: Json, parsers: BlockParsers, depth: int) -> str:
    """Render rows of cells. Empty if the block has none."""
    for name in _TABLES:
        value = fields.get(name)
        if isinstance(value, dict):
            inner = {field_name(key): entry for key, entry in value.items()}
            if table := _render_table(inner, parsers, depth + 1) if depth < MAX_DEPTH else "":
                return table
        rows = (
            [row for entry in value if (row := _parse_row(entry)) is not None]
            if isinstance(value, list)
            else []
        )
        if rows:
            lines = ("".join(_render_cells(row, parsers, depth)) for row in rows)
            body = "".join(f"<tr>{cells}</tr>" for cells in lines)
            return f"<table><tbody>{body}</tbody></table>"
    return ""


def _parse_row(row: object) -> list[object] | None:
    """Return the cells of a row: a list, or an object with a list of them."""
    if isinstance(row, list):
        return row
    fields = {field_name(name): value for name, value in parse_object(row).items()}
    return next((fields[name] for name in _CELLS if isinstance(fields.get(name), list)), None)


def _render_cells(row: list[object], parsers: BlockParsers, depth: int) -> Iterator[str]:
    for cell in row:
        content = (
            escape(cell) if isinstance(cell, str) else _render_value("value", cell, parsers, depth)
        )
        yield f"<td>{content}</td>"


def _parse_link(value: object) -> str | None:
    """Return the target of a link: a URL, or a path of this site."""
    if isinstance(value, str) and re.match(r"(/|#|mailto:|tel:)", value.strip()):
        return value.strip()
    return parse_url(value) if isinstance(value, str) else None


def _render_link(url: str, label: str | None) -> str:
    name = label or url.partition("?")[0].rstrip("/").rpartition("/")[2] or url
    return f'<p><a href="{escape(url)}">{escape(name)}</a></p>'

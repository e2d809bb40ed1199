"""Place the markup of a block between words."""

from html import escape

from platform_core.content.html import strip_markup


def without_paragraph(markup: str) -> str:
    """Return a link or a picture without the paragraph around it, else the words alone.

    A paragraph cannot contain another one.
    """
    if ("<a " in markup or "<img " in markup) and markup.count("<p>") == 1:
        return markup.removeprefix("<p>").removesuffix("</p>")
    return markup if "<img " in markup else escape(strip_markup(markup))

"""Choose the text to show between the title of a page and its body."""

import html
import re
from typing import Final

_TAG: Final = re.compile(r"<[^>]*>")
_SHORT: Final = 30
"""Letters and digits. A shorter description may stand in a text by chance."""


def choose_lede(description: str | None, body: str | None) -> str | None:
    """Return the description, or None if the body says the same.

    Many systems make the description from the first words of the body.

    >>> choose_lede("We bake …", "<p>We <b>bake</b> bread.</p>")
    >>> choose_lede("A bakery", "<p>We <b>bake</b> bread.</p>")
    'A bakery'
    """
    if not description or not body:
        return description
    wanted, text = _comparable(description), _comparable(html.unescape(_TAG.sub(" ", body)))
    is_repeated = text.startswith(wanted) or (len(wanted) >= _SHORT and wanted in text)
    return None if is_repeated else description


def _comparable(text: str) -> str:
    """Reduce a text to its letters and digits: excerpts change spaces, quotes and the end."""
    return "".join(character for character in text.casefold() if character.isalnum())

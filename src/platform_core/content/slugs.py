"""Make the slug of an item, which becomes its address on the site.

Letters of every script are spelled in ASCII. Earlier releases dropped the letters that have no
accent to remove (ß, ø, ł, and whole alphabets). `former_slug` still makes such a slug, because an
item keeps the address under which it was published.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

from anyascii import anyascii

MAX_LENGTH: Final = 200
_ESCAPE: Final = re.compile(r"%[0-9A-Fa-f]{2}")


def slugify(text: str, fallback: str) -> str:
    """Make a slug from any text. Use `fallback` (an id) if no letters or digits remain.

    >>> slugify("Crème Brûlée / No. 5", "x"), slugify("Straße in Łódź", "x"), slugify("Чай", "x")
    ('creme-brulee-no-5', 'strasse-in-lodz', 'chay')
    """
    return _make_slug(text, fallback, _spell)


def former_slug(text: str, fallback: str) -> str:
    """Make the slug that releases before 0.2 made of the same text.

    >>> former_slug("Straße in Łódź", "x")
    'strae-in-odz'
    """
    return _make_slug(text, fallback, _drop_accents)


def decode_escapes(text: str) -> str:
    """Decode the %xx of a URL. Text whose escapes are not UTF-8 is returned unchanged.

    >>> decode_escapes("%d1%87%d0%b0%d0%b9"), decode_escapes("100% wool"), decode_escapes("%ff")
    ('чай', '100% wool', '%ff')
    """
    if not _ESCAPE.search(text):
        return text
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text


def _make_slug(text: str, fallback: str, to_ascii: Callable[[str], str]) -> str:
    for candidate in (text, fallback):
        slug = re.sub(r"[^a-z0-9]+", "-", to_ascii(candidate).lower()).strip("-")
        if slug := slug[:MAX_LENGTH].rstrip("-"):
            return slug
    # Neither text has letters or digits, for example a title and an id of emoji.
    return "x" + fallback.encode("utf-8", "replace").hex()[:40]


def _spell(text: str) -> str:
    """Spell each letter and digit in ASCII. Other characters are dropped or kept as before."""
    # NFC first: NFKD takes the syllables of Korean apart, which no longer spell as one.
    return "".join(map(_spell_character, unicodedata.normalize("NFC", text)))


def _spell_character(character: str) -> str:
    # An accent is removed, as before, so that most slugs of earlier releases stay the same.
    if plain := _drop_accents(character):
        return plain
    return anyascii(character) if unicodedata.category(character)[0] in "LMN" else ""


def _drop_accents(text: str) -> str:
    # NFKD separates accents from their letters, so that encoding to ASCII keeps the letters.
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()

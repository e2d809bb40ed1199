"""Read the body of a form's request: urlencoded, or multipart without files.

The formats are those that browsers send: the HTML standard, "Form submission", and RFC 7578. A body
in another character encoding, or with broken UTF-8, is read with replacement characters.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_plus

MAX_BODY: Final = 64 * 1024
"""Largest body in bytes. A longer text than a mailbox wants to read."""
MAX_PAIRS: Final = 200
MAX_VALUE: Final = 10_000
"""Characters of a value."""
URLENCODED: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"

Pair = tuple[str, str]
"""Name and value of one input."""

_BOUNDARY: Final = re.compile(r';\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
_PARAMETER: Final = re.compile(r';\s*(name|filename)\*?=(?:"([^"]*)"|([^\s;"]*))', re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ESCAPES: Final = {"%22": '"', "%0D": "\r", "%0A": "\n"}
"""The characters that browsers escape in the name of a part."""


class UnreadableForm(Exception):
    """The body is no form that a browser sends."""


class FileSent(UnreadableForm):
    """The form sends a file."""


def parse_form(content_type: str, body: bytes) -> list[Pair]:
    """Return the inputs in their order. Raises `UnreadableForm`."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == URLENCODED:
        pairs = _parse_urlencoded(body)
    elif kind == MULTIPART and (boundary := _BOUNDARY.search(content_type)):
        pairs = _parse_multipart(body, (boundary[1] or boundary[2]).encode("latin-1", "replace"))
    else:
        raise UnreadableForm(f"no form: {kind[:80]!r}")
    cleaned: list[Pair] = []
    for name, value in pairs:
        if len(cleaned) == MAX_PAIRS:
            raise UnreadableForm(f"more than {MAX_PAIRS} inputs")
        cleaned.append((clean_text(name), clean_text(value)))
    return cleaned


def clean_text(text: str) -> str:
    """Return a text with line feeds only, without control characters, in Unicode's form NFC.

    A text that is too long for any field stays in its form: NFC takes the square of the time for
    marks that follow one letter.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    cleaned = _CONTROL.sub("", lines)
    return cleaned if len(cleaned) > MAX_VALUE else unicodedata.normalize("NFC", cleaned)


def _parse_urlencoded(body: bytes) -> Iterator[Pair]:
    for pair in body.decode("utf-8", "replace").split("&"):
        if pair:
            name, _, value = pair.partition("=")
            yield unquote_plus(name), unquote_plus(value)


def _parse_multipart(body: bytes, boundary: bytes) -> Iterator[Pair]:
    """Yield the parts. Everything before the first boundary and after the last one is ignored."""
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary)
    for part in parts[1:]:
        if part.startswith(b"--"):
            return
        head, blank, content = part.partition(b"\r\n\r\n")
        if not blank:
            raise UnreadableForm("a part without a blank line")
        parameters = _disposition(head.decode("utf-8", "replace"))
        if "filename" in parameters:
            if parameters["filename"] or content:
                raise FileSent
            # An empty input for a file, which browsers send as well.
            continue
        if "name" not in parameters:
            raise UnreadableForm("a part without a name")
        yield parameters["name"], content.decode("utf-8", "replace")
    raise UnreadableForm("the last boundary is missing")


def _disposition(head: str) -> dict[str, str]:
    """Return the parameters of a part's Content-Disposition."""
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            found = _PARAMETER.findall(value)
            return {key.lower(): _unescape(quoted or plain) for key, quoted, plain in found}
    return {}


def _unescape(text: str) -> str:
    for escape, character in _ESCAPES.items():
        text = text.replace(escape, character)
    return text

"""Sanitize untrusted text for a terminal: it can contain escape codes and line breaks."""

import re
from typing import Final

_UNSAFE_IN_TERMINAL: Final = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that JSON permits but that are unsafe in a terminal."""


def printable(text: object) -> str:
    """Escape control characters, except tabs and line breaks."""
    return "".join(
        char if char in "\n\t" or char.isprintable() else f"\\x{ord(char):02x}"
        for char in str(text)
    )


def one_line(text: object) -> str:
    """Escape control characters and line breaks, so that the text cannot imitate another line."""
    return printable(text).replace("\n", "\\n")


def escape_json(text: str) -> str:
    """Escape the characters of a JSON text that are unsafe in a terminal."""
    return _UNSAFE_IN_TERMINAL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)

"""Text of others as a terminal may be given it: it can hold escape codes, and lines of its own."""

import re
from typing import Final

_STEERS: Final = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What JSON may hold as it is, and a terminal obeys, turns around or cannot write."""


def printable(text: object) -> str:
    """Text that cannot steer a terminal."""
    return "".join(
        char if char in "\n\t" or char.isprintable() else f"\\x{ord(char):02x}"
        for char in str(text)
    )


def one_line(text: object) -> str:
    """The same as one line: nothing in it can pass for a line of its own."""
    return printable(text).replace("\n", "\\n")


def in_json(text: str) -> str:
    """The same JSON, with what steers a terminal written as JSON can, too."""
    return _STEERS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

"""The ids of content items, and their limits."""

from typing import Final

LARGEST_ID: Final = 1024
"""Maximum size of an item's id in bytes."""


def is_content_id(text: str) -> bool:
    """Check that a table key and a message can hold this text as an item's id."""
    try:
        return 0 < len(text.encode()) <= LARGEST_ID
    # A lone surrogate, which JSON allows and UTF-8 cannot encode.
    except UnicodeEncodeError:
        return False

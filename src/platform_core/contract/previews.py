"""The names that builder, edge, local site server and command line share about previews."""

import hashlib
from typing import Final

PREVIEWS: Final = "previews/"
"""Prefix of the site bucket. Each build of a preview has a folder of its own below it."""
PREVIEW_PATH: Final = "/_preview/"
"""Followed by a token it opens a preview, and alone it leaves it."""
PREVIEW_ENTRY: Final = "preview:"
"""Key in the pointer store, with the token's SHA-256; its value is `<end> <folder>`."""


def preview_cookie(prefix: str) -> str:
    """Return the name of the cookie. `prefix`, such as `acme-prod`, names the client.

    Ports of one host share cookies, so clients on one machine need different names.
    """
    return f"preview-{prefix}"


def hash_preview_token(token: str) -> str:
    """Return the SHA-256 of a token. Nothing stores the token itself."""
    return hashlib.sha256(token.encode()).hexdigest()


def preview_entry(token_hash: str) -> str:
    """Return the key of a preview in the pointer store."""
    return f"{PREVIEW_ENTRY}{token_hash}"


def preview_prefix(folder: str) -> str:
    """Return the key prefix of the files in the folder of a preview."""
    return f"{PREVIEWS}{folder}/"

"""Where the next page begins, as text that a client hands back and need not understand."""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from platform_core import content, contract
from platform_core.content import UnifiedContent

PARTS: Final = (contract.CONTENT_KEY, contract.CONTENT_SORT, "client_id", "content_type")
"""The keys of the table and of its index: all text."""


def write(key: Mapping[str, Any]) -> str:
    parts = json.dumps([key[part]["S"] for part in PARTS]).encode()
    return base64.urlsafe_b64encode(parts).decode().rstrip("=")


def after(item: UnifiedContent, client_id: str) -> str:
    """Where a listing goes on that ended with this item."""
    sort = content.sort_key(item.content_type, item.provider_name)
    parts = dict(zip(PARTS, (item.id, sort, client_id, str(item.content_type)), strict=True))
    return write({name: {"S": part} for name, part in parts.items()})


def read(text: str) -> dict[str, Any]:
    """The key. Raises `ValueError` for what no `write` wrote."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    parts = json.loads(raw)
    whole = isinstance(parts, list) and all(isinstance(part, str) and part for part in parts)
    if not whole or len(parts) != len(PARTS):
        raise ValueError("no cursor of ours")
    return {name: {"S": part} for name, part in zip(PARTS, parts, strict=True)}

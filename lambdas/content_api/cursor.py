"""Where the next page begins, as text that a client hands back and need not understand."""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from platform_core import content, contract
from platform_core.content import ContentType, UnifiedContent
from platform_core.provider import is_content_id

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


def read(text: str, client_id: str, kind: str | None) -> dict[str, Any]:
    """The key, one of this listing's: a table is asked for no other. Raises `ValueError`."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    try:
        parts = json.loads(raw)
    except RecursionError:
        raise ValueError("no cursor of ours") from None
    match parts:
        case [str(content_id), str(sort), str(client), str(content_type)]:
            known = content_type in ({kind} if kind else set(ContentType))
            fits = known and client == client_id and sort.startswith(f"{content_type}#")
            if fits and is_content_id(content_id) and is_content_id(sort):
                return {name: {"S": part} for name, part in zip(PARTS, parts, strict=True)}
    raise ValueError("no cursor of ours")

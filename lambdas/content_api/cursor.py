"""The cursor of a listing: the key of the last item, as opaque text."""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from platform_core import contract
from platform_core.content import model
from platform_core.content.ids import is_content_id
from platform_core.content.model import ContentType, UnifiedContent

PARTS: Final = (contract.CONTENT_KEY, contract.CONTENT_SORT, "client_id", "content_type")
"""The keys of the table and of its index, in the cursor's order."""


def encode(key: Mapping[str, Any]) -> str:
    """Return the cursor of a key in DynamoDB's protocol."""
    parts = json.dumps([key[part]["S"] for part in PARTS]).encode()
    return base64.urlsafe_b64encode(parts).decode().rstrip("=")


def encode_after(item: UnifiedContent, client_id: str) -> str:
    """Return the cursor of a listing that ended with this item."""
    sort = model.sort_key(item.content_type, item.provider_name)
    parts = dict(zip(PARTS, (item.id, sort, client_id, str(item.content_type)), strict=True))
    return encode({name: {"S": part} for name, part in parts.items()})


def decode(text: str, client_id: str, content_type: str | None) -> dict[str, Any]:
    """Return the key of a cursor. Raises `ValueError` for a key outside this listing.

    The text comes from the caller, so every part is checked before it reaches the table.
    """
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    try:
        parts = json.loads(raw)
    except RecursionError:
        raise ValueError("no cursor of ours") from None
    match parts:
        case [str(content_id), str(sort), str(client), str(type_)]:
            is_known = type_ in ({content_type} if content_type else set(ContentType))
            is_ours = is_known and client == client_id and sort.startswith(f"{type_}#")
            if is_ours and is_content_id(content_id) and is_content_id(sort):
                return {name: {"S": part} for name, part in zip(PARTS, parts, strict=True)}
    raise ValueError("no cursor of ours")

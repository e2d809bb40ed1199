"""Convert a sender's events to changes. The body has the shape that Standard Webhooks proposes.

    {"type": "content.updated", "timestamp": "2026-11-20T10:00:05Z", "data": {an item: item.py}}
    {"type": "content.deleted", "timestamp": "2026-11-20T11:00:00Z",
     "data": {"id": "how-we-fire", "content_type": "article"}}

`content.created` equals `content.updated`. The whole body is signed and therefore trusted. A
deletion overrides changes up to its `timestamp`; without a `content_type` it applies to all items
with this id. Other event types are ignored.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, cast

from platform_core.content.model import UnifiedContent
from platform_core.errors import Malformed
from platform_core.provider import Change, Context, Removal, Upsert
from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers.generic import item, listing
from platform_core.providers.generic.settings import Settings
from platform_core.webhooks.request import Delivery

CHANGE_EVENTS: Final = ("content.created", "content.updated")
DELETION_EVENT: Final = "content.deleted"


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """Return the changes that a delivery reports."""
    body = parsing.parse_document(delivery.request.body)
    event, data = body.get("type"), parsing.parse_object(body.get("data"))
    if not isinstance(event, str):
        raise Malformed("the body has no type")
    if event in CHANGE_EVENTS:
        return [Upsert(item.build_item(data, cast("Settings", context.settings)))]
    if event == DELETION_EVENT:
        return _parse_removals(data, parsing.parse_timestamp(body.get("timestamp")))
    return []


def list_all(context: Context) -> Iterator[UnifiedContent]:
    """Yield every item of the listing. Raises `NoListing`."""
    settings = cast("Settings", context.settings)
    yield from parsing.skip_malformed(
        lambda data: item.build_item(data, settings), listing.list_items(context)
    )


def current(context: Context, content_id: str, content_type: str) -> UnifiedContent | None:
    """Find an item in the listing. Raises `NoListing`."""
    matches = (item for item in list_all(context) if item.id == content_id)
    return next((item for item in matches if item.content_type == content_type), None)


def _parse_removals(data: Json, deleted_at: datetime | None) -> list[Change]:
    """Return the removals of a deletion. Raises `Malformed`."""
    if deleted_at is None:
        raise Malformed("the deletion has no timestamp")
    # Without a type, the deletion applies to the id under every type.
    content_types = (
        [item.parse_content_type(data)] if "content_type" in data else item.CONTENT_TYPES
    )
    name = item.content_id(data.get("id"))
    return [
        Removal(name, content_type, parsing.to_microseconds(deleted_at))
        for content_type in content_types
    ]

"""A sender's items as changes, in the body that Standard Webhooks proposes.

    {"type": "content.updated", "timestamp": "2026-11-20T10:00:05Z", "data": {an item: item.py}}
    {"type": "content.deleted", "timestamp": "2026-11-20T11:00:00Z",
     "data": {"id": "how-we-fire", "content_type": "article"}}

`content.created` is the same as `content.updated`. All of the body is signed, so it is believed. A
deletion holds against whatever was changed up to its `timestamp`; without a `content_type` it
concerns whatever bears the id. Other types of events are none of ours.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, cast

from platform_core.content import UnifiedContent
from platform_core.errors import Malformed
from platform_core.provider import Change, Context, Removal, Upsert
from platform_core.providers import reading
from platform_core.providers.generic import item, listing
from platform_core.providers.generic.settings import Settings
from platform_core.providers.reading import Json
from platform_core.webhook import Delivery

CHANGED: Final = ("content.created", "content.updated")
DELETED: Final = "content.deleted"


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """What a delivery changed."""
    body = reading.document(delivery.request.body)
    said, data = body.get("type"), reading.part(body.get("data"))
    if not isinstance(said, str):
        raise Malformed("the body names no type")
    if said in CHANGED:
        return [Upsert(item.unified(data, cast("Settings", context.settings)))]
    if said == DELETED:
        return _removals(data, reading.moment(body.get("timestamp")))
    return []


def list_all(context: Context) -> Iterator[UnifiedContent]:
    """Every item of the listing. Raises `NoListing`."""
    settings = cast("Settings", context.settings)
    yield from reading.sound(lambda each: item.unified(each, settings), listing.items(context))


def current(context: Context, content_id: str, content_type: str) -> UnifiedContent | None:
    """The item as the listing has it now. Raises `NoListing`."""
    found = (each for each in list_all(context) if each.id == content_id)
    return next((each for each in found if each.content_type == content_type), None)


def _removals(data: Json, when: datetime | None) -> list[Change]:
    if when is None:
        raise Malformed("the deletion has no timestamp")
    kinds = [item.kind(data)] if "content_type" in data else item.KINDS
    name = item.content_id(data.get("id"))
    return [Removal(name, kind, reading.micros(when)) for kind in kinds]

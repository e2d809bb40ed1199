"""The events that subscribers receive: schema 1.0, ids and attributes, never the content.

An event says that a table has something new. Its id is a hash of the delivery and the position of
the change in it, so that subscribers recognize a repeat.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from platform_core import contract
from platform_core.content.ids import is_content_id
from platform_core.errors import Malformed
from platform_core.provider import Change, Erasure, Removal, Signal, Upsert

SCHEMA_VERSION: Final = "1.0"
_TOPICS: Final = {
    "order": contract.COMMERCE_TOPIC,
    "inventory": contract.COMMERCE_TOPIC,
    "subscription": contract.COMMERCE_TOPIC,
    "customer": contract.COMMERCE_TOPIC,
    "shop": contract.COMMERCE_TOPIC,
    "build": contract.BUILD_TOPIC,
    "release": contract.BUILD_TOPIC,
}
"""Event families that do not go to the content topic."""
MAX_DATA_BYTES: Final = 16 * 1024
"""Limit of one event's data: SNS takes ten messages with 256 KB in all."""


class EventType(StrEnum):
    """Types of events, in the past tense. A provider's `Signal` may have another type."""

    CONTENT_CREATED = "content.created"
    CONTENT_UPDATED = "content.updated"
    CONTENT_DELETED = "content.deleted"
    COLLECTION_CREATED = "collection.created"
    COLLECTION_UPDATED = "collection.updated"
    INVENTORY_UPDATED = "inventory.updated"
    ORDER_PLACED = "order.placed"
    ORDER_UPDATED = "order.updated"
    ORDER_REFUNDED = "order.refunded"
    BUILD_STARTED = "build.started"
    BUILD_SUCCEEDED = "build.succeeded"
    BUILD_FAILED = "build.failed"
    SOURCE_UPDATED = "source.updated"
    RELEASE_PUBLISHED = "release.published"
    RELEASE_ROLLED_BACK = "release.rolled_back"


class Priority(StrEnum):
    """Urgency of an event for subscribers."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Event:
    """A message to subscribers about something that happened."""

    event_id: str
    event_type: str
    provider_name: str
    content_id: str
    content_type: str
    timestamp: str
    """ISO-8601 UTC."""
    client_id: str
    environment: str
    requires_build: bool
    priority: Priority = Priority.NORMAL
    data: Mapping[str, object] = field(default_factory=dict)
    """Ids, versions and totals; never content, never personal data."""
    build_hint: bool = False
    """True for one message of a batch: it wakes the builder, once for a thousand changes."""
    schema_version: str = SCHEMA_VERSION

    def as_json(self) -> str:
        """Return the message. Keys are sorted, so that equal events are equal bytes."""
        return json.dumps(
            {name: value for name, value in asdict(self).items() if name != "build_hint"},
            sort_keys=True,
        )

    def attributes(self) -> dict[str, str]:
        """Return the message attributes for subscription filters; all of them are strings."""
        return {
            contract.EVENT_TYPE: self.event_type,
            contract.CONTENT_TYPE: self.content_type,
            contract.PROVIDER_NAME: self.provider_name,
            contract.REQUIRES_BUILD: _to_text(self.requires_build),
            contract.BUILD_HINT: _to_text(self.build_hint),
            contract.CLIENT: self.client_id,
            contract.ENVIRONMENT_NAME: self.environment,
        }

    def topic(self) -> str:
        """Return the environment key of the event's topic."""
        return _TOPICS.get(self.event_type.partition(".")[0], contract.CONTENT_TOPIC)

    def with_build_hint(self) -> "Event":
        """Return the event as the one of its batch that wakes the builder."""
        return replace(self, build_hint=True)


@dataclass(frozen=True, slots=True)
class EventOrigin:
    """The source of a batch of changes. The router wrote the provider's name."""

    delivery_id: str
    provider_name: str
    client_id: str
    environment: str
    at: datetime


def event_for_change(change: Change, ordinal: int, origin: EventOrigin, *, existed: bool) -> Event:
    """Return the event of one applied change. `existed`: whether the item was live before.

    Data that is too large for a message (an order with hundreds of lines) is left out: subscribers
    can read it from the vendor. Raises `Malformed` for an invalid id.
    """
    event_type, content_id, content_type, data = _describe(change, existed=existed)
    if not is_content_id(content_id):
        raise Malformed("the change has no valid item id")
    data = limit_data(data)
    return Event(
        event_id=event_id(origin.delivery_id, ordinal),
        event_type=event_type,
        provider_name=origin.provider_name,
        content_id=content_id,
        content_type=content_type,
        timestamp=_format_time(origin.at),
        client_id=origin.client_id,
        environment=origin.environment,
        requires_build=requires_build(change),
        priority=_priority(change),
        data=data,
    )


def event_for_push(commit: str, origin: EventOrigin) -> Event:
    """Return the event of a push to the repository of the site, which a build must follow."""
    return Event(
        event_id=event_id(origin.delivery_id, "source"),
        event_type=EventType.SOURCE_UPDATED,
        provider_name=origin.provider_name,
        content_id=commit,
        content_type="source",
        timestamp=_format_time(origin.at),
        client_id=origin.client_id,
        environment=origin.environment,
        requires_build=True,
    )


def limit_data(data: Mapping[str, object]) -> Mapping[str, object]:
    """Return the data as an event carries it, or a note in place of data that is too large."""
    is_too_large = len(json.dumps(data)) > MAX_DATA_BYTES
    return {"left_out": "too large for a message"} if is_too_large else data


def event_id(delivery_id: str, ordinal: int | str) -> str:
    """Return the event id, which is the same however often a delivery is applied."""
    return hashlib.sha256(f"{delivery_id}\n{ordinal}".encode()).hexdigest()[:32]


def requires_build(change: Change) -> bool:
    """Return whether a page can show the change. A page shows no order and no signal."""
    match change:
        case Upsert(item=item):
            return item.content_type != "order"
        case Removal(content_type=content_type):
            return content_type != "order"
        case Signal() | Erasure():
            return False


def _describe(change: Change, *, existed: bool) -> tuple[str, str, str, Mapping[str, object]]:
    """Return event type, content id, content type and data."""
    match change:
        case Upsert(item=item):
            data = {"version": item.version, "status": str(item.status), "slug": item.slug}
            kind = str(item.content_type)
            return _upsert_type(kind, existed=existed), item.id, kind, data
        case Removal():
            kind, removed = change.content_type, {"version": change.version}
            return EventType.CONTENT_DELETED, change.content_id, kind, removed
        case Signal():
            family = change.event_type.partition(".")[0]
            return change.event_type, change.subject_id, family, change.data
        case Erasure():
            return _describe(change.as_signal(), existed=existed)


def _upsert_type(content_type: str, *, existed: bool) -> EventType:
    if content_type == "collection":
        return EventType.COLLECTION_UPDATED if existed else EventType.COLLECTION_CREATED
    if content_type == "order":
        return EventType.ORDER_UPDATED if existed else EventType.ORDER_PLACED
    return EventType.CONTENT_UPDATED if existed else EventType.CONTENT_CREATED


def _priority(change: Change) -> Priority:
    """A deletion is urgent, because it may be a recall. A signal other than an order is not."""
    match change:
        case Removal() | Erasure():
            return Priority.HIGH
        case Signal(event_type=event_type):
            return Priority.HIGH if event_type.startswith("order.") else Priority.LOW
        case Upsert():
            return Priority.NORMAL


def _format_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _to_text(value: bool) -> str:
    return "true" if value else "false"

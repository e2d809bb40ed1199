"""The webhook deliveries that a client received."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Unpack

from platform_cli.api.deployments.lookup import find_deployed
from platform_cli.api.workspaces import Location
from platform_cli.deploy import inbox, life
from platform_cli.times import format_time


@dataclass(frozen=True, slots=True)
class ReceivedDelivery:
    """One delivery as the inbox lists it. Times are ISO-8601 UTC."""

    id: str
    provider: str
    received_at: str | None
    status: str | None
    event_ids: tuple[str, ...]
    """The events that were published for it."""
    attempts: int
    reason: str | None
    """The reason of a failure."""
    request_id: str | None


@dataclass(frozen=True, slots=True)
class DeliveryTrace(ReceivedDelivery):
    """One delivery and its effects, from its arrival to the page."""

    applied_at: str | None
    replays: int
    replayed_at: str | None
    changed: int | None
    """Number of the change that it caused; None if it changed nothing."""
    build: str | None
    """The first build that contains the change."""
    build_status: str | None
    release: str | None
    live_at: str | None
    live: bool
    """Whether visitors see the change now."""


def list_deliveries(
    client: str, *, limit: int = 20, **location: Unpack[Location]
) -> list[ReceivedDelivery]:
    """List the deliveries of a client, newest first."""
    deployed = find_deployed(client, **location)
    return [to_delivery(row) for row in inbox.recent(deployed, limit=limit)]


def trace_delivery(client: str, id_: str, **location: Unpack[Location]) -> DeliveryTrace:
    """Trace a delivery, given by its id or the beginning of it. Raises `UsageError`."""
    deployed = find_deployed(client, **location)
    row = inbox.one(deployed, id_)
    return DeliveryTrace(
        **asdict(to_delivery(row)),
        applied_at=format_time(row.get("applied_at")),
        replays=row.get("replays", 0),
        replayed_at=format_time(row.get("replayed_at")),
        changed=row.get("changed"),
        **life.of(deployed, row).data(),
    )


def to_delivery(row: Mapping[str, Any]) -> ReceivedDelivery:
    """Convert a row of the inbox."""
    return ReceivedDelivery(
        id=row["delivery"],
        provider=row.get("provider") or row["delivery"].partition("#")[0],
        received_at=format_time(row.get("received_at")),
        status=row.get("status"),
        event_ids=tuple(row.get("event_ids") or ()),
        attempts=row.get("attempts", 0),
        reason=row.get("reason"),
        request_id=row.get("request_id"),
    )

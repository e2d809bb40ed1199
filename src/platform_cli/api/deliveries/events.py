"""The webhook deliveries that a client received."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Unpack

from platform_cli.api.deployments.lookup import find_deployed
from platform_cli.api.workspaces import Location
from platform_cli.operations import delivery_status, inbox, recent_deliveries
from platform_cli.targets.deployments import Deployment
from platform_cli.times import format_time
from platform_core.pipeline.ingest.inbox_row import InboxRow


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
    return [to_delivery(row) for row in inbox.iter_inbox_deliveries(deployed, limit=limit)]


def trace_delivery(client: str, id_: str, **location: Unpack[Location]) -> DeliveryTrace:
    """Trace a delivery, given by its id or the beginning of it. Raises `UsageError`."""
    deployed = find_deployed(client, **location)
    return to_trace(deployed, inbox.find_delivery(deployed, id_))


def follow_deliveries(
    client: str, *, limit: int = 20, **location: Unpack[Location]
) -> Iterator[ReceivedDelivery]:
    """Yield the newest deliveries, oldest first, and then each new one, without end.

    A delivery appears again when its status or its number of attempts changes.
    """
    deployed = find_deployed(client, **location)
    return map(to_delivery, recent_deliveries.follow_deliveries(deployed, limit=limit))


def to_trace(deployed: Deployment, row: InboxRow) -> DeliveryTrace:
    """Find the effects of a delivery."""
    return DeliveryTrace(
        **asdict(to_delivery(row)),
        applied_at=format_time(row.applied_at),
        replays=row.replays,
        replayed_at=format_time(row.replayed_at),
        changed=row.changed,
        **delivery_status.trace_delivery(deployed, row).to_dict(),
    )


def to_delivery(row: InboxRow) -> ReceivedDelivery:
    """Convert a row of the inbox."""
    return ReceivedDelivery(
        id=row.id,
        provider=row.provider,
        received_at=format_time(row.received_at),
        status=str(row.status),
        event_ids=row.event_ids,
        attempts=row.attempts,
        reason=row.reason,
        request_id=row.request_id,
    )

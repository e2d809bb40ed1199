"""Store the changes of one delivery, part by part, until all are stored or its time is up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from platform_core.contract.status import DeliveryStatus
from platform_core.errors import BodyGone, Malformed, PipelineError
from platform_core.pipeline import events
from platform_core.pipeline.events import Event, EventOrigin
from platform_core.pipeline.ingest.content_applier import AppliedChange
from platform_core.pipeline.ingest.deliveries import (
    REPLAYABLE_SECONDS,
    AppliedParts,
    StoredDelivery,
)
from platform_core.pipeline.ingest.deps import IngestDeps

UNEXPECTED_ERRORS = (
    LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError,
    AssertionError,
)  # fmt: skip
"""Errors that a provider's module raises for a body that its author did not expect."""
MAX_EVENT_IDS: Final = 2000
"""Event ids that a row keeps. A row holds 400 KB, and a delivery may have any number of events."""


@dataclass(frozen=True, slots=True)
class AppliedDelivery:
    """A delivery of which some or all changes are stored, before the row says so."""

    stored: StoredDelivery
    changes: tuple[AppliedChange, ...]
    events: tuple[Event, ...]
    """Events that are not published yet."""
    progress: AppliedParts
    """The parts that are stored now, with those of earlier runs."""
    error: Exception | None = None
    """The error that stopped this run after some parts."""

    @property
    def id(self) -> str:
        return self.stored.delivery.id

    @property
    def is_complete(self) -> bool:
        """Whether no part is left."""
        return self.progress.done == self.progress.total

    @property
    def visible_changes(self) -> int:
        """Number of changes that a page can show.

        A change that was stored already counts: an earlier run may have died after it stored the
        item and before it counted the change. A change that lost to a newer one does not.
        """
        return sum(
            applied.newest and events.requires_build(applied.change) for applied in self.changes
        )

    @property
    def status(self) -> DeliveryStatus:
        """The delivery's final status. A replay never turns `applied` into `duplicate`."""
        changed_nothing = bool(self.changes) and not any(one.wrote for one in self.changes)
        is_first_run = not self.stored.progress.done
        if (
            changed_nothing
            and is_first_run
            and self.stored.previous_status != DeliveryStatus.APPLIED
        ):
            return DeliveryStatus.DUPLICATE
        return DeliveryStatus.APPLIED

    @property
    def event_ids(self) -> tuple[str, ...]:
        """Ids of the events that were published for the delivery, the newest last."""
        new_ids = (event.event_id for event in self.events)
        return (*self.stored.published_event_ids, *new_ids)[-MAX_EVENT_IDS:]


def apply_parts(deps: IngestDeps, stored: StoredDelivery, until: float) -> AppliedDelivery:
    """Store the changes of a delivery, from the first part that no earlier run has stored.

    Stops at `until`, after one part at least. Raises an error of the first part, returns others.
    Raises `Malformed` after the last part if no run could read any of them.
    """
    delivery = stored.delivery
    if not stored.has_body:
        raise BodyGone("its body is no longer kept")
    vendor = deps.vendors[delivery.provider]
    context = deps.vendors.context(vendor)
    parts = vendor.parts(context, delivery)
    is_old = deps.clock() - delivery.request.received_at > REPLAYABLE_SECONDS
    start = done = stored.progress.done if stored.progress.total == len(parts) else 0
    changes: list[AppliedChange] = []
    new_events: list[Event] = []
    unreadable: list[Malformed] = []
    error: Exception | None = None
    for number, read_change in enumerate(parts[start:], start):
        if done > start and deps.clock() >= until:
            break
        try:
            if change := read_change():
                changes.append(deps.applier.apply(vendor, context, change, old=is_old))
                new_events += events_for(changes[-1:], _origin(deps, stored), number)
        except Malformed as reason:
            deps.log("part left out", delivery=delivery.id, part=number, reason=str(reason)[:300])
            unreadable.append(reason)
        except (PipelineError, *UNEXPECTED_ERRORS) as reason:
            if done == start:
                raise
            error = reason
            break
        done = number + 1
    # Earlier runs published an event for every part that they applied.
    has_effect = bool(changes) or (start > 0 and bool(stored.published_event_ids))
    if unreadable and done == len(parts) and not has_effect:
        raise unreadable[0]
    new = tuple(event for event in new_events if event.event_id not in stored.published_event_ids)
    return AppliedDelivery(stored, tuple(changes), new, AppliedParts(done, len(parts)), error)


def events_for(
    changes: Sequence[AppliedChange], origin: EventOrigin, first_ordinal: int = 0
) -> tuple[Event, ...]:
    """Return the events of applied changes.

    A change that lost to a newer one has no event. A change that was stored already has one, under
    the same id: the first publication may have been lost.
    """
    return tuple(
        events.event_for_change(applied.change, ordinal, origin, existed=applied.existed)
        for ordinal, applied in enumerate(changes, first_ordinal)
        if applied.newest
    )


def _origin(deps: IngestDeps, stored: StoredDelivery) -> EventOrigin:
    delivery = stored.delivery
    return EventOrigin(
        delivery_id=delivery.id,
        provider_name=delivery.provider,
        client_id=deps.vendors.client_id,
        environment=deps.vendors.environment,
        at=datetime.fromtimestamp(delivery.request.received_at, UTC),
    )

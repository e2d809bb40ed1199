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
    DATA_REQUEST_NOTE,
    ERASED_NOTE,
    REPLAYABLE_SECONDS,
    AppliedParts,
    SettledFacts,
    StoredDelivery,
)
from platform_core.pipeline.ingest.deps import IngestDeps
from platform_core.pipeline.ingest.erasure import erase_on_request
from platform_core.pipeline.ingest.facts import extract_facts, parts_from_facts, replace_body
from platform_core.pipeline.source.state import SourceState
from platform_core.pipeline.vendors import Vendor
from platform_core.provider import DATA_REQUESTED, Change, Context, Erasure, Part, Signal

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
    facts: SettledFacts | None = None
    """The facts that replace the body; None if a replay needs the body."""
    source: SourceState | None = None
    """The source of the site, which has the push that the delivery reports. None without one."""

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
        item and before it counted the change. A change that lost to a newer one does not. A push
        to the site's own repository always counts.
        """
        pushes = int(self.source is not None)
        return pushes + sum(
            applied.newest and events.requires_build(applied.change) for applied in self.changes
        )

    @property
    def status(self) -> DeliveryStatus:
        """The delivery's final status. A replay never turns `applied` into `duplicate`."""
        changed_nothing = (
            not self.source and bool(self.changes) and not any(one.wrote for one in self.changes)
        )
        is_first_run = not self.stored.progress.done
        if (
            changed_nothing
            and is_first_run
            and self.stored.previous_status != DeliveryStatus.APPLIED
        ):
            return DeliveryStatus.DUPLICATE
        return DeliveryStatus.APPLIED

    @property
    def note(self) -> str:
        """A note for the operator, which `platform events` shows. Usually empty."""
        for change in (applied.change for applied in self.changes):
            if isinstance(change, Erasure):
                return ERASED_NOTE
            if isinstance(change, Signal) and change.event_type == DATA_REQUESTED:
                return f"{DATA_REQUEST_NOTE}: {change.subject_id}"
        return self.source.problem if self.source else ""

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
    _require_body(stored)
    delivery = stored.delivery
    vendor = deps.vendors[delivery.provider]
    parts = _read_parts(vendor, deps.vendors.context(vendor), stored)
    start = done = stored.progress.done if stored.progress.total == len(parts) else 0
    source = deps.source.apply_push(delivery) if deps.source else None
    changes: list[AppliedChange] = []
    new_events = [events.event_for_push(source.commit, _origin(deps, stored))] if source else []
    unreadable: list[Malformed] = []
    error: Exception | None = None
    for number, read_change in enumerate(parts[start:], start):
        if done > start and deps.clock() >= until:
            break
        try:
            if change := read_change():
                changes.append(_apply_change(deps, vendor, stored, change))
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
    has_effect = bool(changes or source) or (start > 0 and bool(stored.published_event_ids))
    if unreadable and done == len(parts) and not has_effect:
        raise unreadable[0]
    facts = _facts(vendor, stored, parts) if done == len(parts) and not unreadable else None
    new = tuple(event for event in new_events if event.event_id not in stored.published_event_ids)
    progress = AppliedParts(done, len(parts))
    return AppliedDelivery(stored, tuple(changes), new, progress, error, facts, source)


def _require_body(stored: StoredDelivery) -> None:
    if not stored.can_be_applied:
        raise BodyGone("its body is no longer kept")


def _apply_change(
    deps: IngestDeps, vendor: Vendor, stored: StoredDelivery, change: Change
) -> AppliedChange:
    if isinstance(change, Erasure):
        _erase(deps, stored, change)
    is_old = deps.clock() - stored.delivery.request.received_at > REPLAYABLE_SECONDS
    context = deps.vendors.context(vendor)
    return deps.applier.apply(vendor, context, change, old=is_old)


def _erase(deps: IngestDeps, stored: StoredDelivery, request: Erasure) -> None:
    delivery = stored.delivery
    findings = erase_on_request(deps.stored_deliveries, delivery, request)
    deps.log(
        "personal data erased", delivery=delivery.id, provider=delivery.provider,
        deliveries=len(findings.rows), bodies=len(findings.bodies),
    )  # fmt: skip


def _read_parts(vendor: Vendor, context: Context, stored: StoredDelivery) -> Sequence[Part]:
    """Return the parts of the body, or of the facts that replaced it."""
    if stored.facts is not None:
        return parts_from_facts(stored.facts)
    return vendor.parts(context, stored.delivery)


def _facts(vendor: Vendor, stored: StoredDelivery, parts: Sequence[Part]) -> SettledFacts | None:
    """Return the facts that replace the body. A divided delivery has files, so it has none."""
    if vendor.is_divided:
        return None
    changes = [read_change() for read_change in parts]
    return extract_facts(stored, changes, is_shop=vendor.commerce is not None)


def facts_of_discarded(deps: IngestDeps, stored: StoredDelivery) -> SettledFacts | None:
    """Return the facts that replace the body of a delivery that is given up.

    A shop's body that cannot be read may be about a customer, so only its hash stays. It is not
    read if that may kill the worker. None if the body is content, or no shop sent it.
    """
    vendor = deps.vendors.known.get(stored.delivery.provider)
    if stored.facts is not None or not stored.has_body or (vendor and vendor.commerce is None):
        return None
    if vendor is None or stored.unfinished_attempts:
        return replace_body(stored, None)
    try:
        parts = vendor.parts(deps.vendors.context(vendor), stored.delivery)
        return _facts(vendor, stored, parts)
    except (PipelineError, *UNEXPECTED_ERRORS):
        return replace_body(stored, None)


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

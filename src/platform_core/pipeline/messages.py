"""The events of applied changes, and the one event of a batch that wakes the builder."""

from collections.abc import Sequence

from platform_core import events
from platform_core.batching import SiteState
from platform_core.events import Event, EventOrigin
from platform_core.pipeline.library import AppliedChange
from platform_core.status import SitePhase


def events_for(changes: Sequence[AppliedChange], origin: EventOrigin) -> tuple[Event, ...]:
    """Return the events of applied changes.

    A change that lost to a newer one has no event. A change that was stored already has one, under
    the same id: the first publication may have been lost.
    """
    return tuple(
        events.event_for_change(applied.change, ordinal, origin, existed=applied.existed)
        for ordinal, applied in enumerate(changes)
        if applied.newest
    )


def needs_wakeup(state: SiteState, now: float) -> bool:
    """Return whether a message must wake the builder, because no timer or build will."""
    is_overdue = state.state == SitePhase.WAITING and (state.due_at or 0.0) < now
    return is_overdue or state.state in {SitePhase.IDLE, SitePhase.HELD}


def mark_wakeup(messages: Sequence[Event]) -> list[Event]:
    """Mark one event to wake the builder: a thousand changes must not be a thousand calls."""
    first = next((event for event in messages if event.requires_build), None)
    return [event.with_build_hint() if event is first else event for event in messages]

"""Decide whether an event must wake the builder."""

from collections.abc import Sequence

from platform_core.contract.status import SiteBuildStatus
from platform_core.pipeline.build.batching import SiteState
from platform_core.pipeline.events import Event


def needs_wakeup(state: SiteState, now: float) -> bool:
    """Return whether a message must wake the builder, because no timer or build will."""
    is_overdue = state.state == SiteBuildStatus.WAITING and (state.due_at or 0.0) < now
    return is_overdue or state.state in {SiteBuildStatus.IDLE, SiteBuildStatus.HELD}


def mark_wakeup(messages: Sequence[Event]) -> list[Event]:
    """Mark one event to wake the builder: a thousand changes must not be a thousand calls."""
    first = next((event for event in messages if event.requires_build), None)
    return [event.with_build_hint() if event is first else event for event in messages]

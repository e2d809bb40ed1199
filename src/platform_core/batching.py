"""When to build: `decide(state, now, policy)`. No clock and no I/O inside.

Three rules, in the order of who wins: a failed build backs off; a promise on staleness starts as
late as it can; else a short grace gathers what belongs together, and a bulk of changes waits for
quiet, but never longer than its bound. Times are Unix seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from platform_core.status import SiteStatus

HOLD_AFTER: Final = 3
"""Failed builds in a row after which a site is held."""
FIRST_ALLOWANCE: Final = 300.0
"""Seconds that a build is given, of a site of which nothing is known yet, where a staleness promise
says by when it must be seen."""
MARGIN: Final = 1.15
REMEMBERED: Final = 0.97
"""How much longer than the last one a build may take, and how much of a longer one before is still
counted with: by both, 95 of 100 changes keep a promise (`benchmarks/batching.py`)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The client's `builds`; all in seconds but the threshold (events)."""

    grace_seconds: float = 3
    bulk_threshold: int = 10
    bulk_window_seconds: float = 30
    bulk_quiet_seconds: float = 20
    bulk_max_wait_seconds: float = 240
    staleness_slo_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class SiteState:
    """The SITE row: everything that is known of a site's builds.

    The five of a wait (`first_wanted_at`, `window_start`, `window_count`, `due_at`, `retry_at`)
    are cleared by the write that starts a build; whatever changes from then on sets them anew.
    """

    state: SiteStatus = SiteStatus.IDLE
    changed: int = 0
    """Counts the changes that want a build; only ever added to."""
    first_wanted_at: float | None = None
    last_changed_at: float | None = None
    window_start: float | None = None
    window_count: int = 0
    due_at: float | None = None
    next_due: float | None = None
    """The earliest future publication or expiry that the last snapshot saw."""

    attempt: str | None = None
    building: int | None = None
    """`changed` as it was read before the running build's snapshot."""
    build_id: str | None = None
    lease: float | None = None

    built: int = 0
    ready: str | None = None
    """The release of the highest count ever built."""
    allowance: float = FIRST_ALLOWANCE
    """Seconds that the next build is given, by what the last ones took."""
    live: str | None = None
    """The release that should be seen."""
    pinned: bool = False
    rolled_back_from: str | None = None
    """The release that a person took the site back from, while `live` is where he took it."""
    pointer_written: str | None = None
    flips: int = 0
    """How often `live` was set: tells a release from the same one set again later."""

    failures: int = 0
    retry_at: float | None = None
    held_reason: str | None = None
    held_at: float | None = None
    held_changed: int | None = None
    """`changed` when it was held: no two clocks are compared."""

    asked: int = 0
    """The count of the last change that a person, or a date, asked to be built without waiting."""
    asked_cause: str | None = None
    forced: int = 0
    """The count of the last build that was asked for even where nothing of its input changed."""
    shrink_allowed: int = 0
    """The count of the last build that may lose much of the content."""

    pruning: float | None = None
    """Until when old releases are being deleted; a build starts after that."""
    pruned_at: float | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "SiteState":
        """The state of a row with plain numbers; an empty row is a new site's.

        Ignores attributes that it does not know: a newer deploy may have written them. An unknown
        `state` is kept as it is stored and counts as none of the known ones.
        """
        values = {each.name: row[each.name] for each in fields(cls) if each.name in row}
        return cls(**{**values, "state": SiteStatus(row.get("state", SiteStatus.IDLE))})

    def shows(self, changed: int) -> bool:
        """Whether visitors see the changes up to `changed`, or would if no release were pinned."""
        return self.built >= changed and self.pointer_written == self.live


@dataclass(frozen=True, slots=True)
class Wait:
    """A build is wanted, but not before `until`."""

    until: float


@dataclass(frozen=True, slots=True)
class Build:
    """A build is due."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No build is wanted; where content is dated ahead, look again at `look_at`."""

    look_at: float | None = None


Decision = Wait | Build | Nothing


def decide(state: SiteState, now: float, policy: Policy) -> Decision:
    """What the site needs now.

    While a build runs the answer is `Nothing`: its end decides again.
    """
    if state.state == SiteStatus.BUILDING:
        return Nothing()
    if not wanted(state, now):
        ahead = state.next_due is not None and state.next_due > now
        return Nothing(state.next_due if ahead else None)
    due = _due(state, policy)
    return Build() if now >= due else Wait(due)


def wanted(state: SiteState, now: float) -> bool:
    """Whether the site should look different from what was built last.

    A held site wants nothing until something new happens after it was held.
    """
    changed = state.changed > state.built
    due = state.next_due is not None and state.next_due <= now
    if state.state == SiteStatus.HELD and state.held_at is not None:
        changed = changed and state.changed > (state.held_changed or 0)
        due = due and (state.next_due or 0) > state.held_at
    return changed or due


def is_bulk(state: SiteState, policy: Policy) -> bool:
    """Whether changes come at least as densely as the threshold in one window."""
    if state.window_count < policy.bulk_threshold:
        return False
    if state.window_start is None or state.last_changed_at is None:
        return True
    span = state.last_changed_at - state.window_start
    return state.window_count * policy.bulk_window_seconds >= policy.bulk_threshold * span


def allowance(state: SiteState, took: float) -> float:
    """What the next build is given after one that took so long."""
    return max(MARGIN * took, REMEMBERED * state.allowance)


def retry_delay(failures: int) -> float:
    """Seconds to wait after so many failed builds in a row: half a minute, doubling."""
    return min(30.0 * 2.0 ** max(failures - 1, 0), 900.0)


def _due(state: SiteState, policy: Policy) -> float:
    """When the wanted build should start; 0.0 where nothing asks to wait."""
    due = 0.0
    waits = state.asked <= state.built and state.changed > state.built
    if waits and state.first_wanted_at is not None:
        due = state.first_wanted_at + _patience(state, state.first_wanted_at, policy)
    if state.next_due is not None:
        due = min(due, state.next_due)
    return max(due, state.retry_at or 0.0)


def _patience(state: SiteState, since: float, policy: Policy) -> float:
    """How long the first change may wait for others."""
    if policy.staleness_slo_seconds is not None:
        return max(policy.grace_seconds, policy.staleness_slo_seconds - state.allowance)
    if not is_bulk(state, policy):
        return policy.grace_seconds
    quiet = (state.last_changed_at or since) + policy.bulk_quiet_seconds - since
    return max(policy.grace_seconds, min(quiet, policy.bulk_max_wait_seconds))

"""Decide when to build: `decide(state, now, policy)`. Pure: no clock and no I/O.

Three rules, by precedence. After a failed build, the next one backs off. With a staleness promise,
the build starts as late as the promise allows. Otherwise a short grace period collects changes that
belong together, and a bulk of changes waits for a quiet moment, up to a maximum. Times are Unix
seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from platform_core.contract.status import SiteBuildStatus

HOLD_AFTER: Final = 3
"""Number of failed builds in a row after which a site is held."""
PAUSE: Final = 30.0
"""Seconds until the next attempt after one that never ran, which counts as no failure."""
PUT_OFF_LIMIT: Final = 3600.0
"""Seconds without a build that ran after which the alarm goes off. An account with a quota of 0
refuses every start."""
FIRST_ALLOWANCE: Final = 300.0
"""Expected seconds of a site's first build, for a site with a staleness promise."""
MARGIN: Final = 1.15
REMEMBERED: Final = 0.97
"""The next build is expected to take `MARGIN` times the last one, or `REMEMBERED` times the
expectation before, whichever is longer. With these, 95 of 100 changes keep a promise
(`benchmarks/batching.py`)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The client's `builds` settings, in seconds; the threshold is a number of changes."""

    grace_seconds: float = 3
    bulk_threshold: int = 10
    bulk_window_seconds: float = 30
    bulk_quiet_seconds: float = 20
    bulk_max_wait_seconds: float = 240
    staleness_slo_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class SiteState:
    """The SITE row: the state of a site's builds.

    The write that starts a build clears the fields of a wait: `first_wanted_at`, `window_start`,
    `window_count`, `due_at` and `retry_at`. The next change sets them again.
    """

    state: SiteBuildStatus = SiteBuildStatus.IDLE
    changed: int = 0
    """Count of the changes that need a build. It only grows."""
    first_wanted_at: float | None = None
    last_changed_at: float | None = None
    window_start: float | None = None
    window_count: int = 0
    due_at: float | None = None
    next_due: float | None = None
    """The earliest future publication or expiry in the last snapshot."""

    attempt: str | None = None
    building: int | None = None
    """`changed` before the snapshot of the running build."""
    build_id: str | None = None
    lease: float | None = None
    end_tries: int = 0
    """Number of times that the end of the attempt was worked on."""

    built: int = 0
    ready: str | None = None
    """The newest release: the one with the highest count of changes."""
    allowance: float = FIRST_ALLOWANCE
    """Expected seconds of the next build, from the last ones."""
    live: str | None = None
    """The release that visitors should see."""
    pinned: bool = False
    rolled_back_from: str | None = None
    """The release that was live before a rollback, while the rollback lasts."""
    pointer_written: str | None = None
    flips: int = 0
    """Number of times that `live` was set. Separates a release from the same one set again."""

    failures: int = 0
    put_off_since: float | None = None
    """Time of the first of the attempts in a row that never ran; None after one that ran."""
    retry_at: float | None = None
    held_reason: str | None = None
    held_at: float | None = None
    held_changed: int | None = None
    """`changed` when the site was held. A count, because clocks of two machines differ."""

    asked: int = 0
    """Count of the last change that a person or a date wants built without waiting."""
    asked_cause: str | None = None
    forced: int = 0
    """Count of the last requested build that runs even if its input has not changed."""
    shrink_allowed: int = 0
    """Count of the last requested build that may lose much of the content."""

    left_out: Mapping[str, int] | None = None
    """Items that are not on the site, by reason, as of the last snapshot."""
    moves: Mapping[str, str] | None = None
    """Slugs that items keep, and those that they would have as new items."""
    passed_over: Mapping[str, int] | None = None
    """Documents and parts of texts that the last listing of a vendor could not use, by reason."""
    content_read_at: float | None = None
    """Time of the last snapshot."""

    pruning: float | None = None
    """End of the lease under which old releases are deleted. A build waits for it."""
    pruned_at: float | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "SiteState":
        """Return the state of a row with plain numbers. An empty row is that of a new site.

        Ignores attributes that it does not know: a newer deploy may have written them. An unknown
        `state` is kept as it is stored and counts as none of the known ones.
        """
        values = {field.name: row[field.name] for field in fields(cls) if field.name in row}
        return cls(**{**values, "state": SiteBuildStatus(row.get("state", SiteBuildStatus.IDLE))})

    def shows(self, changed: int) -> bool:
        """Return whether visitors see the changes up to `changed`.

        On a pinned site: whether they would see them without the pin.
        """
        return self.built >= changed and self.pointer_written == self.live


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """A build is needed, but not before `until`."""

    until: float


@dataclass(frozen=True, slots=True)
class BuildNow:
    """A build is due."""


@dataclass(frozen=True, slots=True)
class NothingToDo:
    """No build is needed. With content dated ahead, decide again at `look_at`."""

    look_at: float | None = None


Decision = WaitUntil | BuildNow | NothingToDo


def decide(state: SiteState, now: float, policy: Policy) -> Decision:
    """Decide what the site needs now.

    While a build runs this is `NothingToDo`: the end of the build decides again.
    """
    if state.state == SiteBuildStatus.BUILDING:
        return NothingToDo()
    if not is_build_wanted(state, now):
        ahead = state.next_due is not None and state.next_due > now
        return NothingToDo(state.next_due if ahead else None)
    due = _earliest_build_time(state, policy)
    return BuildNow() if now >= due else WaitUntil(due)


def is_build_wanted(state: SiteState, now: float) -> bool:
    """Return whether the site differs from its last build.

    A held site needs no build until something new happens after it was held.
    """
    changed = state.changed > state.built
    due = state.next_due is not None and state.next_due <= now
    if state.state == SiteBuildStatus.HELD and state.held_at is not None:
        changed = changed and state.changed > (state.held_changed or 0)
        due = due and (state.next_due or 0) > state.held_at
    return changed or due


def is_bulk(state: SiteState, policy: Policy) -> bool:
    """Return whether changes come at least as densely as the threshold in one window."""
    if state.window_count < policy.bulk_threshold:
        return False
    if state.window_start is None or state.last_changed_at is None:
        return True
    span = state.last_changed_at - state.window_start
    return state.window_count * policy.bulk_window_seconds >= policy.bulk_threshold * span


def estimate_next_build_seconds(state: SiteState, took: float) -> float:
    """Return the expected seconds of the next build after one that took `took` seconds."""
    return max(MARGIN * took, REMEMBERED * state.allowance)


def retry_delay(failures: int) -> float:
    """Return the seconds to wait after failed builds in a row: 30, doubling up to 900."""
    return min(30.0 * 2.0 ** max(failures - 1, 0), 900.0)


def put_off_delay(seconds: float) -> float:
    """Return the seconds until the next attempt, after `seconds` of attempts that were put off.

    Doubles the time since the first attempt, by at least 30 and at most 300 seconds, because each
    attempt costs a snapshot.
    """
    return min(max(seconds, PAUSE), 300.0)


def _earliest_build_time(state: SiteState, policy: Policy) -> float:
    """Return the time at which the build should start; 0.0 if it need not wait."""
    due = 0.0
    may_wait = state.asked <= state.built and state.changed > state.built
    if may_wait and state.first_wanted_at is not None:
        due = state.first_wanted_at + _grace_seconds(state, state.first_wanted_at, policy)
    if state.next_due is not None:
        due = min(due, state.next_due)
    return max(due, state.retry_at or 0.0)


def _grace_seconds(state: SiteState, since: float, policy: Policy) -> float:
    """Return how long the first change waits for others."""
    if policy.staleness_slo_seconds is not None:
        return max(policy.grace_seconds, policy.staleness_slo_seconds - state.allowance)
    if not is_bulk(state, policy):
        return policy.grace_seconds
    quiet = (state.last_changed_at or since) + policy.bulk_quiet_seconds - since
    return max(policy.grace_seconds, min(quiet, policy.bulk_max_wait_seconds))

"""How an attempt ends: released, skipped, failed, held, or put off for no fault of its own.

Two independent conditional writes complete a release: what is built only goes forward by its
count, and the site is freed only by the attempt that holds it. Each step may be repeated.
"""

from dataclasses import replace

from platform_core import contract
from platform_core.batching import HOLD_AFTER, SiteState, allowance, retry_delay
from platform_core.errors import Conflict
from platform_core.events import EventType
from platform_core.pipeline import flip, manifest
from platform_core.pipeline.desk import (
    NO_ATTEMPT,
    NO_WAIT,
    NOT_HELD,
    TRIES,
    Desk,
    iso,
    started_at,
)
from platform_core.pipeline.snapshot import Snapshot
from platform_core.ports import BuildJob
from platform_core.records import BuildRecord
from platform_core.status import BuildOutcome, BuildStatus, SiteStatus

LEASE = 300.0
"""How long a build is left alone before it is asked after."""
HARD_LIMIT = 3600.0
"""Longer than the build's own limits together: past it the build is stopped."""
PAUSE = 30.0
"""After a fault that is nobody's: not counted, tried again."""


class Completion:
    """Ends attempts."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    # --- a build that runs ---------------------------------------------------------------------

    def tend(self, state: SiteState, *, news: bool) -> bool:
        """Ask after the running build, where there is a reason to; True: the site is free."""
        over = state.lease is None or state.lease <= self.desk.clock()
        if state.attempt is None or not (news or over):
            return False
        found = self._ask(state.attempt, state.build_id)
        if found is None and not over:
            return False
        if found is None:
            self.postpone(state.attempt, "the attempt never became a build")
            return True
        if found.outcome != BuildOutcome.RUNNING:
            return self._end(state.attempt, found)
        if over:
            self._extend(state, state.attempt, found)
        return False

    def announce_start(self, record: BuildRecord) -> None:
        """Before `mark_started`: of a build without that mark, nobody may have been told."""
        self.desk.announce(EventType.BUILD_STARTED, record.id, {"covers": record.covers})

    def mark_started(self, record: BuildRecord, started: BuildJob) -> None:
        desk = self.desk
        values = {"build_id": started.build_id, "lease": desk.clock() + LEASE}
        desk.site.change({"attempt": record.id}, values)
        known = desk.records.build(record.id)
        if known is not None and known.status == BuildStatus.BUILDING:
            desk.records.save_build(_with(record, started))

    def _ask(self, attempt: str, build_id: str | None) -> BuildJob | None:
        builds = self.desk.builds
        return builds.status(build_id) if build_id else builds.find(attempt)

    def _extend(self, state: SiteState, attempt: str, found: BuildJob) -> None:
        desk, now = self.desk, self.desk.clock()
        if now - started_at(attempt) > HARD_LIMIT:
            desk.tell("build stuck", attempt=attempt, **{contract.ALARM: contract.ALARM_STUCK})
            desk.builds.stop(found.build_id)
        expected = {"attempt": attempt, "lease": state.lease}
        desk.site.change(expected, {"build_id": found.build_id, "lease": now + LEASE})

    def _end(self, attempt: str, found: BuildJob) -> bool:
        record = self.desk.records.build(attempt)
        if record is None:
            self.postpone(attempt, "nothing is known of the attempt")
            return True
        if record.build_id is None:
            self.announce_start(record)
        record = _with(record, found)
        match found.outcome:
            case BuildOutcome.SUCCEEDED:
                self._release(record, found)
            case BuildOutcome.FAULTED:
                self.abandon(record, found.reason or "a fault of the build service")
            case _:
                self._fail(record, found.reason or "the build failed")
        return True

    # --- released ------------------------------------------------------------------------------

    def _release(self, record: BuildRecord, found: BuildJob) -> None:
        desk = self.desk
        made, lacking = manifest.verify(desk, record)
        if made is None:
            self._fail(record, lacking)
            return
        desk.records.save_release(made)
        took = (found.ended_at or desk.clock()) - started_at(record.id)
        self._promote(record.id, record.covers, took)
        flip.project(desk)
        now = desk.clock()
        flipped = None if found.ended_at is None else round(max(now - found.ended_at, 0.0), 3)
        desk.records.save_build(
            replace(
                record, status=BuildStatus.SUCCEEDED, finished_at=iso(now), release=record.id,
                flip_seconds=flipped,
            )
        )  # fmt: skip
        desk.announce(EventType.BUILD_SUCCEEDED, record.id, {"covers": record.covers})
        desk.tell(
            "build succeeded", attempt=record.id, covers=record.covers, flip_seconds=flipped,
            queue_seconds=record.queue_seconds, build_seconds=record.build_seconds,
            live_seconds=self._live_after(record),
        )  # fmt: skip
        self._free(record.id)

    def _live_after(self, record: BuildRecord) -> float | None:
        """Seconds from its first change until visitors see it; None where they do not."""
        if record.wait_seconds is None or self.desk.site.read().live != record.id:
            return None
        return round(self.desk.clock() - started_at(record.id) + record.wait_seconds, 3)

    def _promote(self, release: str, covers: int, took: float) -> None:
        """What is built goes forward by its count, and never back. `took`: seconds of the build."""
        for _ in range(TRIES):
            state = self.desk.site.read()
            if covers <= state.built:
                return
            values: dict[str, object] = {"built": covers, "ready": release, "failures": 0}
            values["allowance"] = allowance(state, took)
            if not state.pinned and flip.point(self.desk, state, release, values):
                return
            seen = {"built": state.built, "pinned": True}
            if state.pinned and self.desk.site.change(seen, values):
                return
        raise Conflict("the site's row changes too often")

    def skip(self, made: Snapshot, record: BuildRecord) -> None:
        """The ready release holds just this already; nothing is built."""
        desk = self.desk
        for _ in range(TRIES):
            state = desk.site.read()
            values: dict[str, object] = {"built": made.covers, "failures": 0}
            if made.covers <= state.built or desk.site.change({"built": state.built}, values):
                break
        desk.site.change({"attempt": record.id}, {"next_due": made.next_due})
        self._close(record, BuildStatus.SKIPPED, release=made.state.ready)
        self._free(record.id)

    # --- not released --------------------------------------------------------------------------

    def _fail(self, record: BuildRecord, reason: str) -> None:
        """The changes stay wanted; after some failures only a new one is worth another try."""
        desk = self.desk
        self._close(record, BuildStatus.FAILED, reason=reason)
        desk.tell(
            "build failed",
            attempt=record.id, reason=reason, **{contract.ALARM: contract.ALARM_BUILD},
        )  # fmt: skip
        desk.announce(EventType.BUILD_FAILED, record.id, {"reason": reason})
        state = desk.site.read()
        failures = state.failures + 1
        if failures >= HOLD_AFTER:
            self.hold(replace(record, reason=reason), status=None, failures=failures)
            return
        retry_at = desk.clock() + retry_delay(failures)
        self._leave(record.id, retry_at, failures=failures)

    def hold(
        self, record: BuildRecord, *, status: BuildStatus | None, failures: int | None = None
    ) -> None:
        """Stop until something new comes in. What came in during the attempt is new already."""
        desk, reason = self.desk, record.reason or ""
        if status is not None:
            self._close(record, status, reason=reason)
        counted = {} if failures is None else {"failures": failures}
        for _ in range(TRIES):
            state = desk.site.read()
            seen = {"attempt": record.id, "changed": state.changed}
            if state.attempt != record.id:
                return
            if state.changed > record.covers:
                if desk.site.change(seen, {"state": SiteStatus.IDLE, **NO_ATTEMPT, **counted}):
                    return
                continue
            held = {
                "state": SiteStatus.HELD,
                "held_reason": reason,
                "held_at": desk.clock(),
                "held_changed": state.changed,
            }
            if desk.site.change(seen, {**NO_ATTEMPT, **NO_WAIT, **counted, **held}):
                alarm = {contract.ALARM: contract.ALARM_BUILD}
                desk.tell("site held", attempt=record.id, reason=reason, **alarm)
                return
        raise Conflict("the site's row changes too often")

    def abandon(self, record: BuildRecord, reason: str) -> None:
        """Nothing was wrong with the build: not counted, tried again soon."""
        self._close(record, BuildStatus.ABANDONED, reason=reason)
        self.postpone(record.id, reason)

    def postpone(self, attempt: str, reason: str) -> None:
        self.desk.tell("build put off", attempt=attempt, reason=reason)
        self._leave(attempt, self.desk.clock() + PAUSE)

    def _leave(self, attempt: str, retry_at: float, **values: object) -> None:
        """Give the site up, and come back at `retry_at`."""
        waiting = {"state": SiteStatus.WAITING, "due_at": retry_at, "retry_at": retry_at}
        mine = {"attempt": attempt}
        if self.desk.site.change(mine, {**NO_ATTEMPT, **waiting, **values}):
            self.desk.timers.wake(retry_at, self.desk.clock())

    def _close(
        self,
        record: BuildRecord,
        status: BuildStatus,
        *,
        reason: str = "",
        release: str | None = None,
    ) -> None:
        finished = iso(self.desk.clock())
        self.desk.records.save_build(
            replace(
                record, status=status, finished_at=finished, reason=reason or None, release=release
            )
        )

    def _free(self, attempt: str) -> None:
        """The site is idle again, if nobody changed it since it was read; else look again."""
        desk = self.desk
        for _ in range(TRIES):
            state = desk.site.read()
            if state.attempt != attempt:
                return
            clean = {} if state.changed > state.built else NO_WAIT
            seen = {"attempt": attempt, "changed": state.changed}
            idle = {"state": SiteStatus.IDLE, **NO_ATTEMPT, **NOT_HELD, **clean}
            if desk.site.change(seen, idle):
                if state.next_due is not None:
                    desk.timers.wake(state.next_due, desk.clock())
                return
        raise Conflict("the site's row changes too often")


def _with(record: BuildRecord, found: BuildJob) -> BuildRecord:
    """What the build service knows of it."""
    return replace(
        record,
        build_id=found.build_id,
        log_group=found.log_group or record.log_group,
        log_stream=found.log_stream or record.log_stream,
        queue_seconds=found.queue_seconds,
        build_seconds=found.build_seconds,
    )

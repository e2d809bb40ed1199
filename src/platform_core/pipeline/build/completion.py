"""End a build attempt: released, skipped, failed, held, or postponed after a fault.

Two independent conditional writes complete a release: the built count only grows, and only the
attempt that holds the site frees it. Each step may be repeated.
"""

from dataclasses import replace

from platform_core import contract
from platform_core.contract.status import BuildOutcome, BuildStatus, SiteBuildStatus
from platform_core.errors import Conflict
from platform_core.pipeline.build import end_tries
from platform_core.pipeline.build.batching import (
    HOLD_AFTER,
    PUT_OFF_LIMIT,
    SiteState,
    estimate_next_build_seconds,
    put_off_delay,
    retry_delay,
)
from platform_core.pipeline.build.deps import (
    CLEARED_ATTEMPT,
    CLEARED_FAILURES,
    CLEARED_HOLD,
    CLEARED_WAIT,
    MAX_TRIES,
    BuilderDeps,
    attempt_started_at,
    format_time,
    with_job_details,
)
from platform_core.pipeline.build.snapshot import Snapshot
from platform_core.pipeline.events import EventType
from platform_core.pipeline.ports import BuildJob
from platform_core.pipeline.records import BuildRecord
from platform_core.pipeline.release import live_release, verify

LEASE = 300.0
"""Seconds after which a running build is polled without a message from the build service."""
HARD_LIMIT = 3600.0
"""Seconds after which a running build is stopped. Longer than the build's own time limit."""


class Completion:
    """Ends build attempts."""

    def __init__(self, deps: BuilderDeps) -> None:
        self.deps = deps

    # --- a running build -----------------------------------------------------------------------

    def complete_build_if_ended(self, state: SiteState, *, news: bool) -> bool:
        """Poll the running build if its lease is over or there is news. True: the attempt ended."""
        is_lease_over = state.lease is None or state.lease <= self.deps.clock()
        if state.attempt is None or not (news or is_lease_over):
            return False
        job = self._find_job(state.attempt, state.build_id)
        if job is None and not is_lease_over:
            # Another function may be starting the build just now.
            return False
        if job is None:
            self.end_attempt_and_retry_later(state.attempt, "the attempt never became a build")
            return True
        if job.outcome != BuildOutcome.RUNNING:
            return self._complete_finished_build(state, state.attempt, job)
        if is_lease_over:
            self._extend_lease_or_stop_stuck_build(state, state.attempt, job)
        return False

    def publish_start(self, record: BuildRecord) -> None:
        """Publish the start. Comes before `mark_started`: an unmarked build is published again."""
        self.deps.publish_event(EventType.BUILD_STARTED, record.id, {"covers": record.covers})

    def mark_started(self, record: BuildRecord, job: BuildJob) -> None:
        """Store the id that the build service gave to the build."""
        deps = self.deps
        values = {"build_id": job.build_id, "lease": deps.clock() + LEASE}
        deps.site.compare_and_set({"attempt": record.id}, values)
        stored = deps.records.find_build(record.id)
        if stored is not None and stored.status == BuildStatus.BUILDING:
            deps.records.save_build(with_job_details(record, job))

    def _find_job(self, attempt: str, build_id: str | None) -> BuildJob | None:
        return self.deps.builds.status(build_id) if build_id else self.deps.builds.find(attempt)

    def _extend_lease_or_stop_stuck_build(
        self, state: SiteState, attempt: str, job: BuildJob
    ) -> None:
        """Wait for the build a while longer; stop it once it has run for too long."""
        deps, now = self.deps, self.deps.clock()
        seconds = now - attempt_started_at(attempt) - (job.queue_seconds or 0.0)
        if not job.is_queued and seconds > HARD_LIMIT:
            deps.log("build stuck", attempt=attempt, **{contract.ALARM: contract.ALARM_STUCK})
            deps.builds.stop(job.build_id)
        values = {"build_id": job.build_id, "lease": now + LEASE}
        deps.site.compare_and_set({"attempt": attempt, "lease": state.lease}, values)

    def _complete_finished_build(self, state: SiteState, attempt: str, job: BuildJob) -> bool:
        record = self.deps.records.find_build(attempt)
        if record is None:
            self.end_attempt_and_retry_later(attempt, "nothing is known of the attempt")
            return True
        if record.build_id is None:
            # The function that started the build died before it published the start.
            self.publish_start(record)
        record = with_job_details(record, job)
        if not end_tries.count_end_try(self.deps, state):
            self.fail_and_retry_or_hold(record, end_tries.GIVEN_UP)
            return True
        match job.outcome:
            case BuildOutcome.SUCCEEDED:
                self._verify_and_publish_release(record, job)
            case BuildOutcome.FAULTED:
                reason = job.reason or "a fault of the build service"
                self.end_attempt_and_retry_later(attempt, reason, record)
            case _:
                self.fail_and_retry_or_hold(record, job.reason or "the build failed")
        return True

    # --- released ------------------------------------------------------------------------------

    def _verify_and_publish_release(self, record: BuildRecord, job: BuildJob) -> None:
        """Make the build's release live.

        The order matters: the release row, then the SITE row, then the pointer, then the build
        row and the event. A crash in between leaves the site building, and the next poll repeats
        the steps that are missing.
        """
        deps = self.deps
        release, problem = verify.verify_release(deps, record, job.folder)
        if release is None:
            self.fail_and_retry_or_hold(record, problem)
            return
        deps.records.save_release(release)
        seconds = (job.ended_at or deps.clock()) - attempt_started_at(record.id)
        self._promote(record.id, record.covers, seconds)
        live_release.sync_pointer(deps)
        now = deps.clock()
        flip_seconds = None if job.ended_at is None else round(max(now - job.ended_at, 0.0), 3)
        deps.records.save_build(
            replace(
                record, status=BuildStatus.SUCCEEDED, finished_at=format_time(now),
                release=record.id, flip_seconds=flip_seconds,
            )
        )  # fmt: skip
        deps.publish_event(EventType.BUILD_SUCCEEDED, record.id, {"covers": record.covers})
        deps.log(
            "build succeeded", attempt=record.id, covers=record.covers, flip_seconds=flip_seconds,
            queue_seconds=record.queue_seconds, build_seconds=record.build_seconds,
            live_seconds=self._live_seconds(record),
        )  # fmt: skip
        self._set_site_idle(record.id)

    def _live_seconds(self, record: BuildRecord) -> float | None:
        """Return the seconds from the build's first change until visitors see it.

        None if the release is not live, because the site is pinned to another one.
        """
        if record.wait_seconds is None or self.deps.site.read().live != record.id:
            return None
        since_start = self.deps.clock() - attempt_started_at(record.id)
        return round(since_start + record.wait_seconds, 3)

    def _promote(self, release: str, covers: int, seconds: float) -> None:
        """Make the release the ready one, and the live one unless the site is pinned.

        The built count never goes back: a late poll of an older build changes nothing.
        """
        for _ in range(MAX_TRIES):
            state = self.deps.site.read()
            if covers <= state.built:
                return
            values: dict[str, object] = {"built": covers, "ready": release, **CLEARED_FAILURES}
            values["allowance"] = estimate_next_build_seconds(state, seconds)
            if not state.pinned and live_release.set_live(self.deps, state, release, values):
                return
            expected = {"built": state.built, "pinned": True}
            if state.pinned and self.deps.site.compare_and_set(expected, values):
                return
        raise Conflict("the site's row changes too often")

    def skip(self, content: Snapshot, record: BuildRecord) -> None:
        """End an attempt that needs no build: the ready release holds the same content."""
        deps = self.deps
        for _ in range(MAX_TRIES):
            state = deps.site.read()
            if content.covers <= state.built:
                break
            if deps.site.compare_and_set({"built": state.built}, {"built": content.covers}):
                break
        values = {"next_due": content.next_due, **content.report, **CLEARED_FAILURES}
        deps.site.compare_and_set({"attempt": record.id}, values)
        self._save_finished_build(record, BuildStatus.SKIPPED, release=content.state.ready or "")
        self._set_site_idle(record.id)

    # --- not released --------------------------------------------------------------------------

    def fail_and_retry_or_hold(self, record: BuildRecord, reason: str) -> None:
        """Count a failure and retry later; after `HOLD_AFTER` failures in a row hold the site."""
        deps = self.deps
        self._save_finished_build(record, BuildStatus.FAILED, reason=reason)
        deps.log(
            "build failed",
            attempt=record.id, reason=reason, **{contract.ALARM: contract.ALARM_BUILD},
        )  # fmt: skip
        deps.publish_event(EventType.BUILD_FAILED, record.id, {"reason": reason})
        state = deps.site.read()
        failures = state.failures + 1
        if failures >= HOLD_AFTER:
            self.hold_site(replace(record, reason=reason), status=None, failures=failures)
            return
        retry_at = deps.clock() + retry_delay(failures)
        values = {**CLEARED_FAILURES, "failures": failures}
        self._retry_attempt_at(record.id, retry_at, **values)

    def hold_site(
        self, record: BuildRecord, *, status: BuildStatus | None, failures: int | None = None
    ) -> None:
        """Start no build until a new change comes in.

        A change that came in during the attempt is new already: the site then goes back to idle.
        """
        deps, reason = self.deps, record.reason or ""
        if status is not None:
            self._save_finished_build(record, status, reason=reason)
        counted: dict[str, object] = {"put_off_since": None}
        if failures is not None:
            counted["failures"] = failures
        for _ in range(MAX_TRIES):
            state = deps.site.read()
            expected = {"attempt": record.id, "changed": state.changed}
            if state.attempt != record.id:
                return
            if state.changed > record.covers:
                idle = {"state": SiteBuildStatus.IDLE, **CLEARED_ATTEMPT, **counted}
                if deps.site.compare_and_set(expected, idle):
                    return
                continue
            held = {
                "state": SiteBuildStatus.HELD,
                "held_reason": reason,
                "held_at": deps.clock(),
                "held_changed": state.changed,
            }
            values = {**CLEARED_ATTEMPT, **CLEARED_WAIT, **counted, **held}
            if deps.site.compare_and_set(expected, values):
                alarm = {contract.ALARM: contract.ALARM_BUILD}
                deps.log("site held", attempt=record.id, reason=reason, **alarm)
                return
        raise Conflict("the site's row changes too often")

    def end_attempt_and_retry_later(
        self, attempt: str, reason: str, record: BuildRecord | None = None
    ) -> None:
        """End an attempt that never ran, and retry later. Counts as no failure."""
        now = self.deps.clock()
        since = self.deps.site.read().put_off_since or now
        alarm = {contract.ALARM: contract.ALARM_BUILD} if now - since >= PUT_OFF_LIMIT else {}
        if record is not None:
            self._save_finished_build(record, BuildStatus.ABANDONED, reason=reason)
        self.deps.log("build put off", attempt=attempt, reason=reason, **alarm)
        self._retry_attempt_at(attempt, now + put_off_delay(now - since), put_off_since=since)

    def _retry_attempt_at(self, attempt: str, retry_at: float, **values: object) -> None:
        """Set the site to waiting and wake the builder at `retry_at`."""
        waiting = {"state": SiteBuildStatus.WAITING, "due_at": retry_at, "retry_at": retry_at}
        expected = {"attempt": attempt}
        if self.deps.site.compare_and_set(expected, {**CLEARED_ATTEMPT, **waiting, **values}):
            self.deps.timers.schedule_wakeup(retry_at, self.deps.clock())

    def _save_finished_build(
        self, record: BuildRecord, status: BuildStatus, *, reason: str = "", release: str = ""
    ) -> None:
        """Store the end of the attempt in its BUILD row."""
        ended = replace(record, status=status, finished_at=format_time(self.deps.clock()))
        self.deps.records.save_build(replace(ended, reason=reason or None, release=release or None))

    def _set_site_idle(self, attempt: str) -> None:
        """Set the site to idle.

        The write is conditional on the count of changes. If a change came in since the row was
        read, the write fails and the row is read again, because the fields of a wait must then
        stay.
        """
        deps = self.deps
        for _ in range(MAX_TRIES):
            state = deps.site.read()
            if state.attempt != attempt:
                return
            cleared = {} if state.changed > state.built else CLEARED_WAIT
            expected = {"attempt": attempt, "changed": state.changed}
            idle = {"state": SiteBuildStatus.IDLE, **CLEARED_ATTEMPT, **CLEARED_HOLD, **cleared}
            if deps.site.compare_and_set(expected, idle):
                if state.next_due is not None:
                    deps.timers.schedule_wakeup(state.next_due, deps.clock())
                return
        raise Conflict("the site's row changes too often")

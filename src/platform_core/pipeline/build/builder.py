"""Decide when the site is built: compare the SITE row with what is due, one build at a time.

A message, a timer, the sweeper and a person all call the same function: `Builder.reconcile`. Each
step is a conditional write, so of several callers one wins, and the others read the row again.
"""

from dataclasses import replace

from platform_core.contract.status import BuildStatus, SiteBuildStatus
from platform_core.errors import BuildDenied, BuildRefused, PipelineError, StoreUnavailable
from platform_core.pipeline.build import snapshot
from platform_core.pipeline.build.batching import (
    BuildNow,
    NothingToDo,
    SiteState,
    WaitUntil,
    decide,
)
from platform_core.pipeline.build.completion import Completion
from platform_core.pipeline.build.deps import (
    CLEARED_ATTEMPT,
    CLEARED_HOLD,
    CLEARED_WAIT,
    MAX_TRIES,
    BuilderDeps,
    format_time,
    new_attempt_id,
)
from platform_core.pipeline.build.snapshot import Snapshot
from platform_core.pipeline.ports import BuildOrder, ChangeBump
from platform_core.pipeline.preview.make_way import stop_preview_builds
from platform_core.pipeline.records import AuditRecord, BuildRecord
from platform_core.pipeline.release import live_release
from platform_core.pipeline.release.prune import prune_old_releases_if_due
from platform_core.pipeline.reports import SiteReport

START_LEASE = 330.0
"""Seconds that an attempt has until its build must have started. Longer than the function may run,
so a function that finds the lease expired is the only one that works on the attempt."""
CLOCK_TOLERANCE = 0.25
"""Seconds by which the clocks of two machines may differ, so that a timer never comes too early."""
UNSURE_LEASE = 30.0
"""Seconds until the builder checks whether a start whose answer was lost made a build."""


class Builder:
    """The builder of one site."""

    def __init__(self, deps: BuilderDeps) -> None:
        self.deps = deps
        self.completion = Completion(deps)

    # --- actions -------------------------------------------------------------------------------

    def reconcile(self, *, news: bool = False) -> SiteReport:
        """Do what is due. `news`: the build service reported that a build changed its state."""
        for _ in range(MAX_TRIES):
            state = self.deps.site.read()
            if state.state == SiteBuildStatus.BUILDING:
                has_ended = self.completion.complete_build_if_ended(state, news=news)
                news = False
                if not has_ended:
                    break
            elif self._count_due_publication_as_change(state) or self._act_on_decision(state):
                continue
            else:
                break
        return SiteReport.from_state(self.deps.site.read())

    def build(self, *, cause: str, force: bool, allow_shrink: bool) -> SiteReport:
        """Build the site now, at a person's request."""
        now = self.deps.clock()
        self.deps.site.add_changes(ChangeBump(1, now, cause, force, allow_shrink))
        self.record_audit("build", cause=cause, force=str(force), allow_shrink=str(allow_shrink))
        return self.reconcile()

    def rollback(self, release: str | None) -> SiteReport:
        """Make an earlier release live, by default the one before the live release, and pin it."""
        report = live_release.rollback(self.deps, release)
        self.record_audit("rollback", release=report.live or "")
        return report

    def resume(self) -> SiteReport:
        """Make the newest release live and unpin the site."""
        report = live_release.resume(self.deps)
        self.record_audit("resume", release=report.live or "")
        return report

    def sweep(self, until: float) -> SiteReport:
        """Do what a lost message or timer left undone, and delete old releases once a day."""
        report = self.reconcile()
        live_release.sync_pointer(self.deps)
        if prune_old_releases_if_due(self.deps, until):
            report = self.reconcile()
        return report

    def record_audit(self, action: str, **detail: str) -> None:
        """Store a row that says who ordered what and when."""
        now = self.deps.clock()
        id_ = new_attempt_id(now, self.deps.token())
        self.deps.records.save_audit(AuditRecord(id_, format_time(now), action, detail))

    # --- steps: each returns whether the row must be read again --------------------------------

    def _count_due_publication_as_change(self, state: SiteState) -> bool:
        """Count a publication or expiry that is due now as a change."""
        now = self.deps.clock()
        if state.next_due is None or state.next_due > now:
            return False
        # Count first, then clear the date: a crash in between counts it twice, which costs one
        # build. The other order could lose the date.
        self.deps.site.add_changes(ChangeBump(1, now, "scheduled"))
        self.deps.site.compare_and_set({"next_due": state.next_due}, {"next_due": None})
        return True

    def _act_on_decision(self, state: SiteState) -> bool:
        now = self.deps.clock()
        match decide(state, now + CLOCK_TOLERANCE, self.deps.policy):
            case NothingToDo():
                if state.state != SiteBuildStatus.WAITING:
                    return False
                expected = {"state": SiteBuildStatus.WAITING, "changed": state.changed}
                values = {"state": SiteBuildStatus.IDLE, **CLEARED_WAIT}
                self.deps.site.compare_and_set(expected, values)
                return True
            case WaitUntil(until):
                return self._set_waiting_and_start_timer(state, until)
            case BuildNow() if state.pruning is not None and state.pruning > now:
                return self._set_waiting_and_start_timer(state, state.pruning)
            case BuildNow():
                return self._start_attempt(state)

    def _set_waiting_and_start_timer(self, state: SiteState, until: float) -> bool:
        """Set the site to waiting and start a timer. Of several callers only the winner does."""
        now = self.deps.clock()
        is_waiting = state.state == SiteBuildStatus.WAITING and state.due_at is not None
        if is_waiting and now < (state.due_at or 0.0) <= until:
            return False
        expected = {"state": state.state, "due_at": state.due_at, "built": state.built}
        values = {"state": SiteBuildStatus.WAITING, "due_at": until, **CLEARED_HOLD}
        if not self.deps.site.compare_and_set(expected, values):
            return True
        self.deps.timers.schedule_wakeup(until, now)
        return False

    def _start_attempt(self, state: SiteState) -> bool:
        """Claim the site for a new attempt, read its content and order the build."""
        deps, now = self.deps, self.deps.clock()
        attempt = new_attempt_id(now, deps.token())
        expected = {
            "state": state.state,
            "attempt": state.attempt,
            "built": state.built,
            "pruning": state.pruning,
        }
        claim = {"state": SiteBuildStatus.BUILDING, "attempt": attempt, "lease": now + START_LEASE}
        cleared = {**CLEARED_ATTEMPT, **CLEARED_WAIT, **CLEARED_HOLD}
        if not deps.site.compare_and_set(expected, {**cleared, **claim}):
            return True
        try:
            content = snapshot.take_snapshot(deps)
        except PipelineError as error:
            if not error.retry:
                raise
            self.completion.end_attempt_and_retry_later(attempt, f"{type(error).__name__}: {error}")
            return False
        record = _new_record(content, attempt, state, now, deps.clock())
        return self._start_build_if_needed(content, record)

    def _start_build_if_needed(self, content: Snapshot, record: BuildRecord) -> bool:
        """Start the build, unless the snapshot shows that none is needed or allowed."""
        state = content.state
        ready = self.deps.records.find_release(state.ready) if state.ready else None
        can_skip = state.forced <= state.built and not self.deps.builds_each_event
        if can_skip and content.matches(ready):
            self.completion.skip(content, record)
            return True
        may_shrink = state.shrink_allowed > state.built
        if hold_reason := content.hold_reason(ready, may_shrink=may_shrink):
            self.deps.site.compare_and_set({"attempt": record.id}, content.report)
            held = replace(record, reason=hold_reason)
            self.completion.hold_site(held, status=BuildStatus.HELD)
            return True
        # The snapshot and the row are stored before the build starts, so that a build that is
        # known to the service is always known here as well.
        snapshot.store_snapshot(self.deps, content, record.id)
        self.deps.records.save_build(record)
        expected = {"attempt": record.id}
        values = {"building": content.covers, "next_due": content.next_due, **content.report}
        if self.deps.site.compare_and_set(expected, values):
            self._start_build(content, record)
        return False

    def _start_build(self, content: Snapshot, record: BuildRecord) -> None:
        deps, expected = self.deps, {"attempt": record.id}
        commit_key = content.source.key if content.source else ""
        order = BuildOrder(record.id, content.facts.source_key, content.facts.url, commit_key)
        stop_preview_builds(deps)
        try:
            started = deps.builds.start(order)
        except BuildDenied as error:
            reason = f"the builder is not allowed to start builds: {error}"
            self.completion.fail_and_retry_or_hold(record, reason)
            return
        except BuildRefused as error:
            reason = f"the build service takes none: {error}"
            self.completion.end_attempt_and_retry_later(record.id, reason, record)
            return
        except StoreUnavailable as error:
            # The answer was lost, so there may be a build or not. A second start could make a
            # second build; a short lease lets the next call look for the first one.
            deps.log("start unsure", attempt=record.id, reason=str(error))
            lease = deps.clock() + UNSURE_LEASE
            deps.site.compare_and_set({**expected, "build_id": None}, {"lease": lease})
            deps.timers.schedule_wakeup(lease, deps.clock())
            return
        self.completion.publish_start(record)
        self.completion.mark_started(record, started)
        deps.log(
            "build started",
            attempt=record.id, cause=record.cause, covers=record.covers, items=record.items,
        )  # fmt: skip


def _new_record(
    content: Snapshot, attempt: str, before: SiteState, began: float, ended: float
) -> BuildRecord:
    """Return the record of a new attempt.

    `before` is the row that led to the attempt; it still has the time of the first change.
    """
    state = content.state
    cause = "retry" if state.failures else "content"
    if state.asked > state.built and state.asked_cause:
        cause = state.asked_cause
    first = before.first_wanted_at
    return BuildRecord(
        id=attempt,
        cause=cause,
        covers=content.covers,
        status=BuildStatus.BUILDING,
        started_at=format_time(began),
        input_hash=content.input_hash,
        items=content.feed.items,
        source_digest=content.facts.source_digest,
        commit=content.commit,
        wait_seconds=None if first is None else round(max(began - first, 0.0), 3),
        snapshot_seconds=round(ended - began, 3),
    )

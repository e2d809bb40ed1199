"""When the site is built: looks at its row and does what is missing, one build at a time.

Whoever calls (a message, a timer, the sweeper, a person) is only a reason to look. Each step is
a conditional write, so of several that look at once one wins, and the others look again.
"""

from dataclasses import replace

from platform_core.actions import SiteReport
from platform_core.batching import Build, Nothing, SiteState, Wait, decide
from platform_core.errors import BuildRefused, PipelineError, StoreUnavailable
from platform_core.pipeline import flip, snapshot
from platform_core.pipeline.completion import Completion
from platform_core.pipeline.desk import (
    NO_WAIT,
    NOT_HELD,
    TRIES,
    Desk,
    iso,
    new_attempt,
)
from platform_core.pipeline.prune import prune
from platform_core.pipeline.snapshot import Snapshot
from platform_core.ports import BuildOrder, Bump
from platform_core.records import AuditRecord, BuildRecord
from platform_core.status import BuildStatus, SiteStatus

START_LEASE = 330.0
"""Longer than the function that starts a build may live: who finds it over is alone."""
EARLY = 0.25
"""Seconds by which the clocks of two machines may differ: a timer is no lost one for that."""
UNSURE_LEASE = 30.0
"""The answer to a start was lost: soon look whether there is a build."""


class Builder:
    """One site's builder."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.completion = Completion(desk)

    # --- what it is asked ----------------------------------------------------------------------

    def look(self, *, news: bool = False) -> SiteReport:
        """Do what the site needs now. `news`: the build service said something."""
        for _ in range(TRIES):
            state = self.desk.site.read()
            if state.state == SiteStatus.BUILDING:
                settled = self.completion.tend(state, news=news)
                news = False
                if not settled:
                    break
            elif self._date_came(state) or self._decide(state):
                continue
            else:
                break
        return SiteReport.of(self.desk.site.read())

    def build(self, *, cause: str, force: bool, allow_shrink: bool) -> SiteReport:
        """A person wants a build."""
        now = self.desk.clock()
        self.desk.site.bump(Bump(1, now, cause, force, allow_shrink))
        self.note("build", cause=cause, force=str(force), allow_shrink=str(allow_shrink))
        return self.look()

    def rollback(self, release: str | None) -> SiteReport:
        """Show an earlier release, by default the one before the live one, and stay there."""
        answer = flip.rollback(self.desk, release)
        self.note("rollback", release=answer.live or "")
        return answer

    def resume(self) -> SiteReport:
        answer = flip.resume(self.desk)
        self.note("resume", release=answer.live or "")
        return answer

    def sweep(self, until: float) -> SiteReport:
        """What a lost message or timer left undone, and once a day what nobody needs any more."""
        answer = self.look()
        flip.project(self.desk)
        if prune(self.desk, until):
            answer = self.look()
        return answer

    def note(self, action: str, **detail: str) -> None:
        now = self.desk.clock()
        row = AuditRecord(new_attempt(now, self.desk.token()), iso(now), action, detail)
        self.desk.records.note(row)

    # --- the steps: each says whether to look again -----------------------------------------------

    def _date_came(self, state: SiteState) -> bool:
        """A publication or expiry that has come is a change like any other."""
        now = self.desk.clock()
        if state.next_due is None or state.next_due > now:
            return False
        self.desk.site.bump(Bump(1, now, "scheduled"))
        self.desk.site.change({"next_due": state.next_due}, {"next_due": None})
        return True

    def _decide(self, state: SiteState) -> bool:
        now = self.desk.clock()
        match decide(state, now + EARLY, self.desk.policy):
            case Nothing():
                if state.state != SiteStatus.WAITING:
                    return False
                expected = {"state": SiteStatus.WAITING, "changed": state.changed}
                self.desk.site.change(expected, {"state": SiteStatus.IDLE, **NO_WAIT})
                return True
            case Wait(until):
                return self._wait(state, until)
            case Build() if state.pruning is not None and state.pruning > now:
                return self._wait(state, state.pruning)
            case Build():
                return self._start(state)

    def _wait(self, state: SiteState, until: float) -> bool:
        """Only the winner starts the timer."""
        now = self.desk.clock()
        waiting = state.state == SiteStatus.WAITING and state.due_at is not None
        if waiting and now < (state.due_at or 0.0) <= until:
            return False
        expected = {"state": state.state, "due_at": state.due_at, "built": state.built}
        values = {"state": SiteStatus.WAITING, "due_at": until, **NOT_HELD}
        if not self.desk.site.change(expected, values):
            return True
        self.desk.timers.wake(until, now)
        return False

    def _start(self, state: SiteState) -> bool:
        """Take the site for a fresh attempt, then read its content and have it built."""
        desk, now = self.desk, self.desk.clock()
        attempt = new_attempt(now, desk.token())
        expected = {
            "state": state.state,
            "attempt": state.attempt,
            "built": state.built,
            "pruning": state.pruning,
        }
        taken = {"state": SiteStatus.BUILDING, "attempt": attempt, "lease": now + START_LEASE}
        clean = {"building": None, "build_id": None, **NO_WAIT, **NOT_HELD}
        if not desk.site.change(expected, {**clean, **taken}):
            return True
        try:
            made = snapshot.take(desk)
        except PipelineError as error:
            if not error.retry:
                raise
            self.completion.postpone(attempt, f"{type(error).__name__}: {error}")
            return False
        return self._order(made, _record(made, attempt, state, now, desk.clock()))

    def _order(self, made: Snapshot, record: BuildRecord) -> bool:
        """Decide by the snapshot whether there is anything to build, and have it built."""
        state = made.state
        ready = self.desk.records.release(state.ready) if state.ready else None
        if made.same_as(ready) and state.forced <= state.built:
            self.completion.skip(made, record)
            return True
        shrinks = made.shrinks(ready) if state.shrink_allowed <= state.built else None
        if shrinks:
            self.completion.hold(replace(record, reason=shrinks), status=BuildStatus.HELD)
            return True
        snapshot.store(self.desk, made, record.id)
        self.desk.records.save_build(record)
        mine = {"attempt": record.id}
        values = {"building": made.covers, "next_due": made.next_due}
        if self.desk.site.change(mine, values):
            self._call(made, record)
        return False

    def _call(self, made: Snapshot, record: BuildRecord) -> None:
        desk, mine = self.desk, {"attempt": record.id}
        order = BuildOrder(record.id, made.facts.source_key, made.facts.url)
        try:
            started = desk.builds.start(order)
        except BuildRefused as error:
            self.completion.abandon(record, f"the build service takes none: {error}")
            return
        except StoreUnavailable as error:
            desk.tell("start unsure", attempt=record.id, reason=str(error))
            lease = desk.clock() + UNSURE_LEASE
            desk.site.change({**mine, "build_id": None}, {"lease": lease})
            desk.timers.wake(lease, desk.clock())
            return
        self.completion.announce_start(record)
        self.completion.mark_started(record, started)
        desk.tell(
            "build started",
            attempt=record.id, cause=record.cause, covers=record.covers, items=record.items,
        )  # fmt: skip


def _record(
    made: Snapshot, attempt: str, before: SiteState, began: float, ended: float
) -> BuildRecord:
    """`before`: the row that led to this build; it says for how long the change has waited."""
    state = made.state
    cause = "retry" if state.failures else "content"
    if state.asked > state.built and state.asked_cause:
        cause = state.asked_cause
    first = before.first_wanted_at
    return BuildRecord(
        id=attempt,
        cause=cause,
        covers=made.covers,
        status=BuildStatus.BUILDING,
        started_at=iso(began),
        input_hash=made.input_hash,
        items=made.feed.items,
        source_digest=made.facts.source_digest,
        wait_seconds=None if first is None else round(max(began - first, 0.0), 3),
        snapshot_seconds=round(ended - began, 3),
    )

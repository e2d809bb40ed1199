"""Apply stored deliveries: items first, then the count of changes, the events and the marks.

The order makes crashes harmless. The count is written after the items that it stands for, and
before the delivery is marked as applied, so a crash between two steps only repeats the later ones.
A delivery that cannot be applied is retried later on its own, and its neighbours go on. One with
many parts is applied in several runs, and one that may kill its worker comes last.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from platform_core.contract.status import DeliveryStatus
from platform_core.errors import NotYetVisible, PipelineError, StoreUnavailable
from platform_core.pipeline.ingest.applied_delivery import (
    UNEXPECTED_ERRORS,
    AppliedDelivery,
    apply_parts,
)
from platform_core.pipeline.ingest.attempts import (
    count_attempt_or_give_up,
    is_first_attempt,
    record_failure_or_dead_letter,
)
from platform_core.pipeline.ingest.deps import IngestDeps
from platform_core.pipeline.ingest.sweeper import Sweeper
from platform_core.pipeline.ingest.wakeup import mark_wakeup, needs_wakeup
from platform_core.pipeline.ports import (
    ChangeBump,
    DeliveryResult,
    PartialResult,
    StoredDelivery,
)
from platform_core.pipeline.reports import SweepReport

VISIBILITY_PAUSES: Final = (1.0, 2.0, 4.0)
"""Pauses in which a vendor's API may catch up with its own webhook, before the row is put off."""
DELIVERY_SECONDS: Final = 60.0
"""Seconds after which a delivery with many parts lets others go first."""


@dataclass(slots=True)
class _Run:
    """One call of the worker."""

    until: float
    is_sweep: bool
    counted: dict[str, int] = field(default_factory=dict)
    """Deliveries with a counted attempt of this run, and their attempts before it."""
    lost: list[str] = field(default_factory=list)
    """Ids of deliveries whose failure could not be stored."""
    partial: list[str] = field(default_factory=list)
    """Ids of deliveries with parts that are left."""
    suspects: list[str] = field(default_factory=list)
    """Ids of deliveries that may kill the worker."""


class Ingest:
    """Applies deliveries. Every step may be repeated."""

    def __init__(self, deps: IngestDeps) -> None:
        self.deps = deps

    def apply_deliveries(self, ids: Sequence[str], until: float = math.inf) -> list[str]:
        """Apply these deliveries, and start none after `until`.

        Returns the ids of deliveries that were not started, or whose failure could not be stored
        either; the stream must send them again. A delivery that is put off is left to the sweeper.
        """
        run = _Run(until, is_sweep=False)
        self._apply_batch(list(dict.fromkeys(ids)), run)
        self._apply_rest(run)
        return run.lost

    def sweep(self, until: float) -> SweepReport:
        """Apply the deliveries that are still pending, oldest first, until the time is up."""
        run = _Run(until, is_sweep=True)
        sweeper = Sweeper(self.deps.deliveries, self.deps.clock, self.deps.log)
        report = sweeper.sweep(lambda ids: self._apply_batch(ids, run), until)
        self._apply_rest(run)
        return report

    def _apply_batch(self, ids: Sequence[str], run: _Run) -> None:
        """Apply a batch, but neither suspects nor more of a delivery than its time allows.

        A delivery that the vendor's API does not show yet is retried after each of
        `VISIBILITY_PAUSES`.
        """
        remaining = list(ids)
        for pause in (0.0, *VISIBILITY_PAUSES):
            if not remaining:
                break
            if pause:
                self.deps.sleep(pause)
            is_last_round = pause == VISIBILITY_PAUSES[-1]
            batch, remaining = remaining, []
            applied: list[AppliedDelivery] = []
            for delivery_id in batch:
                if self.deps.clock() >= run.until:
                    run.lost.append(delivery_id)
                    continue
                self._apply_one(delivery_id, applied, None if is_last_round else remaining, run)
            self._finish_batch(applied, run)

    def _apply_rest(self, run: _Run) -> None:
        """Go on with large deliveries; then apply each suspect alone, since it may be the last.

        Only a sweep goes on with large deliveries. The stream makes one call at a time, so a later
        edit would wait for the whole of them.
        """
        suspects, run.suspects = run.suspects, []
        while run.is_sweep and run.partial and self.deps.clock() < run.until:
            self._apply_alone(run.partial.pop(0), run)
        for delivery_id in suspects:
            if self.deps.clock() < run.until:
                self._apply_alone(delivery_id, run)

    # --- one delivery --------------------------------------------------------------------------

    def _apply_alone(self, delivery_id: str, run: _Run) -> None:
        applied: list[AppliedDelivery] = []
        run.counted.pop(delivery_id, None)
        self._apply_one(delivery_id, applied, None, run, is_alone=True)
        self._finish_batch(applied, run)

    def _apply_one(
        self,
        delivery_id: str,
        applied: list[AppliedDelivery],
        not_visible: list[str] | None,
        run: _Run,
        *,
        is_alone: bool = False,
    ) -> None:
        """Store the delivery's changes, or store the failure on its own row.

        `not_visible` collects deliveries for the next round; None in the last round.
        """
        deps = self.deps
        try:
            stored = deps.deliveries.read(delivery_id)
            if stored is None or stored.delivery.status != DeliveryStatus.PENDING:
                return
            stored = self._start_attempt(stored, run, is_alone=is_alone)
            if stored is None:
                return
            try:
                limit = min(run.until, deps.clock() + DELIVERY_SECONDS)
                applied.append(apply_parts(deps, stored, limit))
            except NotYetVisible as error:
                if not_visible is None:
                    record_failure_or_dead_letter(deps, stored, error)
                else:
                    not_visible.append(delivery_id)
            except (PipelineError, *UNEXPECTED_ERRORS) as error:
                record_failure_or_dead_letter(deps, stored, error)
        except StoreUnavailable as error:
            deps.log("delivery lost sight of", delivery=delivery_id, reason=str(error))
            run.lost.append(delivery_id)

    def _start_attempt(
        self, stored: StoredDelivery, run: _Run, *, is_alone: bool
    ) -> StoredDelivery | None:
        """Count the attempt, unless it is the first of a new delivery.

        Returns None for a delivery that is not applied now.
        """
        deps, delivery = self.deps, stored.delivery
        if delivery.id in run.counted:
            attempts = run.counted[delivery.id]
            return replace(stored, delivery=replace(delivery, attempts=attempts))
        if not run.is_sweep and not is_alone:
            if is_first_attempt(stored, deps.clock()):
                return stored
            if stored.next_attempt_at > deps.clock():
                return None
        if stored.unfinished_attempts and not is_alone:
            run.suspects.append(delivery.id)
            return None
        if not count_attempt_or_give_up(deps, stored):
            return None
        run.counted[delivery.id] = delivery.attempts
        return stored

    # --- the batch -----------------------------------------------------------------------------

    def _finish_batch(self, batch: Sequence[AppliedDelivery], run: _Run) -> None:
        """Count the changes, publish the events and mark the deliveries, in this order."""
        deps = self.deps
        try:
            changes = sum(applied.visible_changes for applied in batch)
            state = deps.site.add_changes(ChangeBump(changes, deps.clock())) if changes else None
            messages = [event for applied in batch for event in applied.events]
            wakes_builder = state is not None and needs_wakeup(state, deps.clock())
            has_subscribers = deps.bus.publish(mark_wakeup(messages) if wakes_builder else messages)
        except StoreUnavailable as error:
            ids = [applied.id for applied in batch]
            deps.log("batch not finished", deliveries=ids, reason=str(error))
            self._put_off_counted(batch, run, error)
            run.lost += ids
            return
        changed = state.changed if state else None
        for applied in batch:
            covered_by = changed if applied.visible_changes else applied.stored.changed
            try:
                if applied.is_complete:
                    self._mark_applied(applied, covered_by, has_subscribers=has_subscribers)
                else:
                    self._save_progress(applied, covered_by, run)
            except StoreUnavailable as error:
                deps.log("delivery not marked", delivery=applied.id, reason=str(error))
                run.lost.append(applied.id)

    def _put_off_counted(
        self, batch: Sequence[AppliedDelivery], run: _Run, error: StoreUnavailable
    ) -> None:
        """Store on each counted row that its attempt failed, and did not kill its worker."""
        for applied in batch:
            if applied.id in run.counted:
                try:
                    record_failure_or_dead_letter(self.deps, applied.stored, error)
                except StoreUnavailable as reason:
                    self.deps.log("delivery not marked", delivery=applied.id, reason=str(reason))

    def _save_progress(self, applied: AppliedDelivery, changed: int | None, run: _Run) -> None:
        """Store the parts that are applied. The rest follows in this run or a later one."""
        deps, progress = self.deps, applied.progress
        result = PartialResult(progress, applied.event_ids, deps.clock(), changed)
        deps.deliveries.save_progress(applied.id, result)
        deps.log(
            "delivery applied in part", delivery=applied.id,
            provider=applied.stored.delivery.provider, done=progress.done, parts=progress.total,
        )  # fmt: skip
        if applied.error is None:
            run.partial.append(applied.id)
            return
        fresh = replace(applied.stored.delivery, attempts=0)
        record_failure_or_dead_letter(deps, replace(applied.stored, delivery=fresh), applied.error)

    def _mark_applied(
        self, applied: AppliedDelivery, covered_by: int | None, *, has_subscribers: bool
    ) -> None:
        """Mark the delivery as applied. `covered_by`: the site's count after its changes."""
        deps, request = self.deps, applied.stored.delivery.request
        result = DeliveryResult(
            applied.status, applied.event_ids, deps.clock(), covered_by, applied.note, applied.facts
        )
        deps.deliveries.mark_applied(applied.id, result)
        began = max(request.received_at, applied.stored.replayed_at)
        deps.log(
            "delivery applied",
            delivery=applied.id, provider=applied.stored.delivery.provider,
            request_id=request.request_id, status=result.status, changes=len(applied.changes),
            changed=result.changed, replay=applied.stored.replays or None,
            applied=int(result.status == DeliveryStatus.APPLIED),
            duplicates=int(result.status == DeliveryStatus.DUPLICATE),
            published=len(applied.events) if has_subscribers else 0,
            apply_seconds=round(result.at - began, 3),
        )  # fmt: skip

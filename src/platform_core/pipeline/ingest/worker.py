"""Apply stored deliveries: items first, then the count of changes, the events and the marks.

The order makes crashes harmless. The count is written after the items that it stands for, and
before the delivery is marked as applied, so a crash between two steps only repeats the later ones.
A delivery that cannot be applied is retried later on its own, and its neighbours go on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from platform_core.contract.status import DeliveryStatus
from platform_core.errors import BodyGone, NotYetVisible, PipelineError, StoreUnavailable
from platform_core.pipeline import events
from platform_core.pipeline.actions import SweepReport
from platform_core.pipeline.events import Event, EventOrigin
from platform_core.pipeline.ingest.content_applier import AppliedChange, ContentApplier
from platform_core.pipeline.ingest.deliveries import REPLAYABLE_SECONDS
from platform_core.pipeline.ingest.sweeper import Sweeper
from platform_core.pipeline.ingest.wakeup import mark_wakeup, needs_wakeup
from platform_core.pipeline.ports import (
    Bus,
    ChangeBump,
    Clock,
    DeadLetters,
    Deliveries,
    DeliveryResult,
    FailedAttempt,
    Log,
    SiteStore,
    StoredDelivery,
)
from platform_core.pipeline.vendors import ClientProviders

VISIBILITY_PAUSES: Final = (1.0, 2.0, 4.0)
"""Pauses in which a vendor's API may catch up with its own webhook, before the row is put off."""
MAX_ATTEMPTS: Final = 40
"""Attempts after an error that may go away: more than a day of them."""
MAX_ATTEMPTS_AFTER_BUG: Final = 5
"""Attempts after an error in our own code, which a deploy may fix."""
FIRST_DELAY: Final = 5.0
LONGEST_DELAY: Final = 3600.0
"""Seconds between two attempts: they double from the first to the longest."""

UNEXPECTED_ERRORS = (
    LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError,
    AssertionError,
)  # fmt: skip
"""Errors that a provider's module raises for a body that its author did not expect."""


@dataclass(frozen=True, slots=True)
class IngestDeps:
    """Dependencies of ingest."""

    deliveries: Deliveries
    dead_letters: DeadLetters
    applier: ContentApplier
    site: SiteStore
    bus: Bus
    vendors: ClientProviders
    clock: Clock
    sleep: Callable[[float], None]
    log: Log


@dataclass(frozen=True, slots=True)
class AppliedDelivery:
    """A delivery whose changes are stored, before it is marked as applied."""

    id: str
    changes: tuple[AppliedChange, ...]
    events: tuple[Event, ...]
    """Events that are not published yet."""
    stored: StoredDelivery

    @property
    def visible_changes(self) -> int:
        """Number of changes that a page can show.

        A change that was stored already counts: an earlier run may have died after it stored the
        item and before it counted the change. A change that lost to a newer one does not.
        """
        return sum(
            applied.newest and events.requires_build(applied.change) for applied in self.changes
        )

    @property
    def status(self) -> DeliveryStatus:
        """The delivery's final status. A replay never turns `applied` into `duplicate`."""
        changed_nothing = bool(self.changes) and not any(one.wrote for one in self.changes)
        if changed_nothing and self.stored.previous_status != DeliveryStatus.APPLIED:
            return DeliveryStatus.DUPLICATE
        return DeliveryStatus.APPLIED

    @property
    def event_ids(self) -> tuple[str, ...]:
        """Ids of all events that were ever published for the delivery."""
        new_ids = (event.event_id for event in self.events)
        return (*self.stored.published_event_ids, *new_ids)


class Ingest:
    """Applies deliveries. Every step may be repeated."""

    def __init__(self, deps: IngestDeps) -> None:
        self.deps = deps

    def apply_deliveries(self, ids: Sequence[str]) -> list[str]:
        """Apply these deliveries.

        Returns the ids of deliveries whose failure could not be stored either; the stream must
        send them again. A delivery that the vendor's API does not show yet is retried within the
        call, after each of `VISIBILITY_PAUSES`.
        """
        lost: list[str] = []
        remaining = list(dict.fromkeys(ids))
        for pause in (0.0, *VISIBILITY_PAUSES):
            if not remaining:
                break
            if pause:
                self.deps.sleep(pause)
            is_last_round = pause == VISIBILITY_PAUSES[-1]
            batch, remaining = remaining, []
            applied: list[AppliedDelivery] = []
            for delivery_id in batch:
                self._apply_one(delivery_id, applied, None if is_last_round else remaining, lost)
            lost += self._finish_batch(applied)
        return lost

    def sweep(self, until: float) -> SweepReport:
        """Apply the deliveries that are still pending, oldest first, until the time is up."""
        sweeper = Sweeper(self.deps.deliveries, self.deps.clock, self.deps.log)
        return sweeper.sweep(self.apply_deliveries, until)

    # --- one delivery --------------------------------------------------------------------------

    def _apply_one(
        self,
        delivery_id: str,
        applied: list[AppliedDelivery],
        not_visible: list[str] | None,
        lost: list[str],
    ) -> None:
        """Store the delivery's changes, or store the failure on its own row.

        `not_visible` collects deliveries for the next round; None in the last round.
        """
        deps = self.deps
        try:
            stored = deps.deliveries.read(delivery_id)
            if stored is None or stored.delivery.status != DeliveryStatus.PENDING:
                return
            try:
                applied.append(self._apply_changes(stored))
            except NotYetVisible as error:
                if not_visible is None:
                    self._record_failure_or_dead_letter(stored, error)
                else:
                    not_visible.append(delivery_id)
            except (PipelineError, *UNEXPECTED_ERRORS) as error:
                self._record_failure_or_dead_letter(stored, error)
        except StoreUnavailable as error:
            deps.log("delivery lost sight of", delivery=delivery_id, reason=str(error))
            lost.append(delivery_id)

    def _apply_changes(self, stored: StoredDelivery) -> AppliedDelivery:
        deps, delivery = self.deps, stored.delivery
        if not stored.has_body:
            raise BodyGone("its body is no longer kept")
        vendor = deps.vendors[delivery.provider]
        context = deps.vendors.context(vendor)
        is_old = deps.clock() - delivery.request.received_at > REPLAYABLE_SECONDS
        changes = tuple(
            deps.applier.apply(vendor, context, change, old=is_old)
            for change in vendor.content.changes(context, delivery)
        )
        origin = EventOrigin(
            delivery_id=delivery.id,
            provider_name=vendor.name,
            client_id=deps.vendors.client_id,
            environment=deps.vendors.environment,
            at=datetime.fromtimestamp(delivery.request.received_at, UTC),
        )
        new_events = tuple(
            event
            for event in events_for(changes, origin)
            if event.event_id not in stored.published_event_ids
        )
        return AppliedDelivery(delivery.id, changes, new_events, stored)

    def _record_failure_or_dead_letter(self, stored: StoredDelivery, error: Exception) -> None:
        """Store the failed attempt and the time of the next one.

        The text of an expected error is ours. The text of a bug may quote the body, so only its
        type is stored and logged.
        """
        deps, delivery = self.deps, stored.delivery
        attempts = delivery.attempts + 1
        name = type(error).__name__
        reason = f"{name}: {error}"[:300] if isinstance(error, PipelineError) else name
        max_attempts = MAX_ATTEMPTS_AFTER_BUG
        if isinstance(error, PipelineError):
            max_attempts = MAX_ATTEMPTS if error.retry else 1
        is_final = attempts >= max_attempts
        was_applied = {DeliveryStatus.APPLIED, DeliveryStatus.DUPLICATE}
        if is_final and stored.previous_status in was_applied:
            self._end_failed_replay(stored, reason)
            return
        delay = min(FIRST_DELAY * 2.0 ** min(attempts - 1, 20), LONGEST_DELAY)
        if is_final:
            # The message goes out before the row is marked: after a crash in between it is sent
            # twice, and the other order could lose it.
            deps.dead_letters.send(delivery.id, reason)
        failure = FailedAttempt(attempts, reason, deps.clock() + delay, is_final)
        deps.deliveries.record_failure(delivery.id, failure)
        deps.log(
            "delivery failed" if is_final else "delivery put off",
            delivery=delivery.id, provider=delivery.provider, attempts=attempts, reason=reason,
            request_id=delivery.request.request_id,
        )  # fmt: skip

    def _end_failed_replay(self, stored: StoredDelivery, reason: str) -> None:
        """Restore the status from before the replay: the delivery was applied and stays so."""
        deps, delivery = self.deps, stored.delivery
        status = stored.previous_status or DeliveryStatus.APPLIED
        result = DeliveryResult(
            status, stored.published_event_ids, deps.clock(),
            reason=f"replay {stored.replays} failed: {reason}",
        )  # fmt: skip
        deps.deliveries.mark_applied(delivery.id, result)
        deps.log(
            "replay failed", delivery=delivery.id, provider=delivery.provider, reason=reason,
            request_id=delivery.request.request_id,
        )  # fmt: skip

    # --- the batch -----------------------------------------------------------------------------

    def _finish_batch(self, batch: Sequence[AppliedDelivery]) -> list[str]:
        """Count the changes, publish the events and mark the deliveries, in this order.

        Returns the ids of deliveries for which a step failed.
        """
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
            return ids
        changed = state.changed if state else None
        return [
            applied.id
            for applied in batch
            if not self._mark_applied(applied, changed, has_subscribers=has_subscribers)
        ]

    def _mark_applied(
        self, applied: AppliedDelivery, changed: int | None, *, has_subscribers: bool
    ) -> bool:
        """Mark the delivery as applied. `changed`: the site's count after the batch."""
        deps, request = self.deps, applied.stored.delivery.request
        covered_by = changed if applied.visible_changes else None
        result = DeliveryResult(applied.status, applied.event_ids, deps.clock(), covered_by)
        try:
            deps.deliveries.mark_applied(applied.id, result)
        except StoreUnavailable as error:
            deps.log("delivery not marked", delivery=applied.id, reason=str(error))
            return False
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
        return True


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

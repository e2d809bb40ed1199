"""Drives kept deliveries to their end: items, one bump, messages, marks; in this order.

"Something is to be built" is a fact in a table, written after the items it stands for and before
anyone forgets the delivery. A crash between two steps repeats the later ones. A delivery that
cannot be applied is put off on its own row, and its neighbours go on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from platform_core import events
from platform_core.actions import SweepReport
from platform_core.batching import SiteState
from platform_core.deliveries import REPLAYABLE_SECONDS
from platform_core.errors import BodyGone, NotYetVisible, PipelineError, StoreUnavailable
from platform_core.events import Event, Origin
from platform_core.pipeline.library import Effect, Library
from platform_core.pipeline.sweep import Sweeper
from platform_core.pipeline.vendors import Vendors
from platform_core.ports import (
    Applied,
    Bump,
    Bus,
    Clock,
    DeadLetters,
    Deliveries,
    Setback,
    SiteStore,
    Tell,
    Waiting,
)
from platform_core.status import DeliveryStatus, SiteStatus

PAUSES: Final = (1.0, 2.0, 4.0)
"""Seconds in which a vendor's API may catch up with its own webhook, before the row is put off."""
PATIENCE: Final = 40
"""Tries where trying again can help: more than a day of them."""
POISON_TRIES: Final = 5
"""Tries of a delivery that breaks our own code: a deploy may mend it."""
LONGEST_DELAY: Final = 3600.0

POISON = (
    LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError,
    AssertionError,
)  # fmt: skip
"""What a provider's module raises for a body that its author did not think of."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What ingest works with."""

    deliveries: Deliveries
    dead_letters: DeadLetters
    library: Library
    site: SiteStore
    bus: Bus
    vendors: Vendors
    clock: Clock
    sleep: Callable[[float], None]
    tell: Tell


@dataclass(frozen=True, slots=True)
class Done:
    """A delivery whose items are stored."""

    id: str
    effects: tuple[Effect, ...]
    events: tuple[Event, ...]
    """What subscribers were not told of yet."""
    before: Waiting

    @property
    def builds(self) -> int:
        """How many of its changes can be seen on a page; new or not, since the run before this
        one may have stored them and then died. What lost to a newer one is never seen."""
        return sum(
            effect.newest and events.requires_build(effect.change) for effect in self.effects
        )

    @property
    def status(self) -> DeliveryStatus:
        """What was applied once stays so, whatever a replay of it finds to do."""
        idle = bool(self.effects) and not any(effect.wrote for effect in self.effects)
        if idle and self.before.was != DeliveryStatus.APPLIED:
            return DeliveryStatus.DUPLICATE
        return DeliveryStatus.APPLIED

    @property
    def told(self) -> tuple[str, ...]:
        """Ids of all that subscribers were ever told of it."""
        return (*self.before.told, *(event.event_id for event in self.events))


class Ingest:
    """Applies deliveries. Everything it does may be done again."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def drive(self, ids: Sequence[str]) -> list[str]:
        """Apply these; the ids of those of which not even the failure could be noted."""
        lost: list[str] = []
        late = list(dict.fromkeys(ids))
        for pause in (0.0, *PAUSES):
            if not late:
                break
            if pause:
                self.ground.sleep(pause)
            last = pause == PAUSES[-1]
            batch, late = late, []
            done: list[Done] = []
            for delivery_id in batch:
                self._try(delivery_id, done, None if last else late, lost)
            lost += self._finish(done)
        return lost

    def sweep(self, until: float) -> SweepReport:
        """Drive what stayed behind, oldest first, until the time is up."""
        ground = self.ground
        return Sweeper(ground.deliveries, ground.clock, ground.tell).sweep(self.drive, until)

    # --- one delivery --------------------------------------------------------------------------

    def _try(
        self, delivery_id: str, done: list[Done], late: list[str] | None, lost: list[str]
    ) -> None:
        """Store its items; what hinders that is noted on its own row."""
        ground = self.ground
        try:
            waiting = ground.deliveries.read(delivery_id)
            if waiting is None or waiting.delivery.status != DeliveryStatus.PENDING:
                return
            try:
                done.append(self._apply(waiting))
            except NotYetVisible as error:
                if late is None:
                    self._put_off(waiting, error)
                else:
                    late.append(delivery_id)
            except (PipelineError, *POISON) as error:
                self._put_off(waiting, error)
        except StoreUnavailable as error:
            ground.tell("delivery lost sight of", delivery=delivery_id, reason=str(error))
            lost.append(delivery_id)

    def _apply(self, waiting: Waiting) -> Done:
        ground, delivery = self.ground, waiting.delivery
        if not waiting.whole:
            raise BodyGone("its body is no longer kept")
        vendor = ground.vendors[delivery.provider]
        context = ground.vendors.context(vendor)
        old = ground.clock() - delivery.request.received_at > REPLAYABLE_SECONDS
        effects = tuple(
            ground.library.take(vendor, context, change, old=old)
            for change in vendor.content.changes(context, delivery)
        )
        origin = Origin(
            delivery_id=delivery.id,
            provider_name=vendor.name,
            client_id=ground.vendors.client_id,
            environment=ground.vendors.environment,
            at=datetime.fromtimestamp(delivery.request.received_at, UTC),
        )
        new = (event for event in told(effects, origin) if event.event_id not in waiting.told)
        return Done(delivery.id, effects, tuple(new), waiting)

    def _put_off(self, waiting: Waiting, error: Exception) -> None:
        """The text of an expected failure is ours; that of a bug may quote a body."""
        ground, delivery = self.ground, waiting.delivery
        attempts = delivery.attempts + 1
        name = type(error).__name__
        reason = f"{name}: {error}"[:300] if isinstance(error, PipelineError) else name
        tries = POISON_TRIES
        if isinstance(error, PipelineError):
            tries = PATIENCE if error.retry else 1
        failed = attempts >= tries
        if failed and waiting.was in {DeliveryStatus.APPLIED, DeliveryStatus.DUPLICATE}:
            self._leave(waiting, reason)
            return
        delay = min(5.0 * 2.0 ** min(attempts - 1, 20), LONGEST_DELAY)
        if failed:
            ground.dead_letters.give_up(delivery.id, reason)
        setback = Setback(attempts, reason, ground.clock() + delay, failed)
        ground.deliveries.put_off(delivery.id, setback)
        ground.tell(
            "delivery failed" if failed else "delivery put off",
            delivery=delivery.id, provider=delivery.provider, attempts=attempts, reason=reason,
            request_id=delivery.request.request_id,
        )  # fmt: skip

    def _leave(self, waiting: Waiting, reason: str) -> None:
        """A replay that fails takes nothing back: the delivery was applied, and stays so."""
        ground, delivery = self.ground, waiting.delivery
        why = f"replay {waiting.replays} failed: {reason}"
        status = waiting.was or DeliveryStatus.APPLIED
        end = Applied(status, waiting.told, ground.clock(), reason=why)
        ground.deliveries.settle(delivery.id, end)
        ground.tell(
            "replay failed", delivery=delivery.id, provider=delivery.provider, reason=reason,
            request_id=delivery.request.request_id,
        )  # fmt: skip

    # --- the batch -----------------------------------------------------------------------------

    def _finish(self, done: Sequence[Done]) -> list[str]:
        """The bump, the messages, the marks; the ids for which one of them could not be made."""
        ground = self.ground
        try:
            changes = sum(one.builds for one in done)
            state = ground.site.bump(Bump(changes, ground.clock())) if changes else None
            messages = [event for one in done for event in one.events]
            wake = state is not None and needs_a_hint(state, ground.clock())
            heard = ground.bus.publish(hinting(messages) if wake else messages)
        except StoreUnavailable as error:
            ids = [one.id for one in done]
            ground.tell("batch not finished", deliveries=ids, reason=str(error))
            return ids
        changed = state.changed if state else None
        return [one.id for one in done if not self._settle(one, changed, heard=heard)]

    def _settle(self, one: Done, changed: int | None, *, heard: bool) -> bool:
        """`changed`: the site's count with this batch. `heard`: somebody listens to its events."""
        ground, request = self.ground, one.before.delivery.request
        end = Applied(one.status, one.told, ground.clock(), changed if one.builds else None)
        try:
            ground.deliveries.settle(one.id, end)
        except StoreUnavailable as error:
            ground.tell("delivery not marked", delivery=one.id, reason=str(error))
            return False
        began = max(request.received_at, one.before.replayed_at)
        ground.tell(
            "delivery applied",
            delivery=one.id, provider=one.before.delivery.provider, request_id=request.request_id,
            status=end.status, changes=len(one.effects), changed=end.changed,
            replay=one.before.replays or None, applied=int(end.status == DeliveryStatus.APPLIED),
            duplicates=int(end.status == DeliveryStatus.DUPLICATE),
            published=len(one.events) if heard else 0,
            apply_seconds=round(end.at - began, 3),
        )  # fmt: skip
        return True


def told(effects: Sequence[Effect], origin: Origin) -> tuple[Event, ...]:
    """The messages of what was applied. A change that lost to a newer one has nothing to say; one
    that was there already is told again, under the same id: the first telling may be lost."""
    return tuple(
        events.from_change(effect.change, ordinal, origin, existed=effect.existed)
        for ordinal, effect in enumerate(effects)
        if effect.newest
    )


def needs_a_hint(state: SiteState, now: float) -> bool:
    """Whether nobody is going to look at the site by himself."""
    overdue = state.state == SiteStatus.WAITING and (state.due_at or 0.0) < now
    return overdue or state.state in {SiteStatus.IDLE, SiteStatus.HELD}


def hinting(messages: Sequence[Event]) -> list[Event]:
    """One of them wakes the builder: a thousand changes must not be a thousand calls."""
    first = next((event for event in messages if event.requires_build), None)
    return [event.hinting() if event is first else event for event in messages]

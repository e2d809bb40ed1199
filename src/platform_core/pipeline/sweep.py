"""Finds the deliveries that stayed behind and has them driven, oldest first, while there is time.

It reads and drives batch by batch: a backlog that takes longer to read than a function may live
still becomes shorter with each sweep, and a row that cannot be read just now stops no other.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from platform_core import contract
from platform_core.actions import SweepReport
from platform_core.errors import StoreUnavailable
from platform_core.ports import Clock, Deliveries, Tell, Waiting
from platform_core.status import DeliveryStatus

BATCH: Final = 25
TOO_LONG: Final = 900.0
"""Seconds after which a delivery that still waits wakes a person."""


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Looks after what waits."""

    deliveries: Deliveries
    clock: Clock
    tell: Tell

    def sweep(self, drive: Callable[[Sequence[str]], object], until: float) -> SweepReport:
        pending = driven = left = 0
        longest = -1.0
        listed = list(self.deliveries.pending())
        for ids in batches(listed, BATCH):
            if self.clock() >= until:
                left += len(ids)
                continue
            waiting, unread = self._waiting(ids)
            waited = max((self._waited(one) for one in waiting), default=-1.0)
            if longest < 0 <= waited or longest <= TOO_LONG < waited:
                self._say(len(listed), waited)
            longest = max(longest, waited)
            due = [one.delivery.id for one in waiting if one.next_attempt_at <= self.clock()]
            drive(due)
            pending, driven, left = pending + len(waiting), driven + len(due), left + unread
        return SweepReport(pending + left, driven, left)

    def _waiting(self, ids: Sequence[str]) -> tuple[list[Waiting], int]:
        """Those that wait, and how many could not be read: after one the others are not tried."""
        found: list[Waiting] = []
        for read, delivery_id in enumerate(ids):
            try:
                waiting = self.deliveries.read(delivery_id)
            except StoreUnavailable as error:
                self.tell("delivery lost sight of", delivery=delivery_id, reason=str(error))
                return found, len(ids) - read
            if waiting is not None and waiting.delivery.status == DeliveryStatus.PENDING:
                found.append(waiting)
        return found, 0

    def _waited(self, one: Waiting) -> float:
        since = max(one.delivery.request.received_at, one.replayed_at)
        return max(self.clock() - since, 0.0)

    def _say(self, listed: int, waited: float) -> None:
        """Before they are driven: whoever dies of one of them has told of it."""
        alarm = {contract.ALARM: contract.ALARM_PENDING} if waited > TOO_LONG else {}
        self.tell("deliveries wait", pending=listed, oldest_seconds=round(waited, 3), **alarm)


def batches(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]

"""Apply the deliveries that a lost message left pending, oldest first, while there is time.

The sweep reads and applies batch by batch. A backlog that takes longer to read than a function may
run still shrinks with every sweep, and a row that cannot be read does not stop the others.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from platform_core import contract
from platform_core.contract.status import DeliveryStatus
from platform_core.errors import StoreUnavailable
from platform_core.pipeline.ports import Clock, Deliveries, Log, StoredDelivery
from platform_core.pipeline.reports import SweepReport

BATCH_SIZE: Final = 25
ALARM_AFTER: Final = 900.0
"""Seconds after which a pending delivery raises the alarm."""


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Finds pending deliveries."""

    deliveries: Deliveries
    clock: Clock
    log: Log

    def sweep(self, apply: Callable[[Sequence[str]], object], until: float) -> SweepReport:
        """Apply every pending delivery whose next attempt is due."""
        pending = driven = left = 0
        longest_wait = -1.0
        listed = list(self.deliveries.pending())
        for ids in split_batches(listed, BATCH_SIZE):
            if self.clock() >= until:
                left += len(ids)
                continue
            waiting, unread = self._read_pending(ids)
            batch_wait = max((self._seconds_waited(stored) for stored in waiting), default=-1.0)
            # Logged before the batch is applied: a delivery that kills the function is logged
            # nevertheless, and its alarm goes off.
            if longest_wait < 0 <= batch_wait or longest_wait <= ALARM_AFTER < batch_wait:
                self._log_backlog(len(listed), batch_wait)
            longest_wait = max(longest_wait, batch_wait)
            due = [
                stored.delivery.id for stored in waiting if stored.next_attempt_at <= self.clock()
            ]
            apply(due)
            pending, driven, left = pending + len(waiting), driven + len(due), left + unread
        return SweepReport(pending + left, driven, left)

    def _read_pending(self, ids: Sequence[str]) -> tuple[list[StoredDelivery], int]:
        """Return the deliveries that are still pending, and how many could not be read.

        After one failed read the rest of the batch is not tried: the store is down.
        """
        waiting: list[StoredDelivery] = []
        for position, delivery_id in enumerate(ids):
            try:
                stored = self.deliveries.read(delivery_id)
            except StoreUnavailable as error:
                self.log("delivery lost sight of", delivery=delivery_id, reason=str(error))
                return waiting, len(ids) - position
            if stored is not None and stored.delivery.status == DeliveryStatus.PENDING:
                waiting.append(stored)
        return waiting, 0

    def _seconds_waited(self, stored: StoredDelivery) -> float:
        since = max(stored.delivery.request.received_at, stored.replayed_at)
        return max(self.clock() - since, 0.0)

    def _log_backlog(self, listed: int, seconds: float) -> None:
        alarm = {contract.ALARM: contract.ALARM_PENDING} if seconds > ALARM_AFTER else {}
        self.log("deliveries wait", pending=listed, oldest_seconds=round(seconds, 3), **alarm)


def split_batches(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Yield the ids in slices of at most `size`."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]

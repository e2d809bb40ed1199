"""The inbox in memory, with an index that lags and rows that expire."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from platform_core.contract.status import DeliveryStatus
from platform_core.pipeline.ingest.deliveries import REPLAYABLE_SECONDS, SET_ASIDE_SECONDS
from platform_core.pipeline.ingest.erasure import StoredBody
from platform_core.pipeline.ingest.inbox_row import new_row
from platform_core.pipeline.ports import (
    AppliedParts,
    Attempt,
    DeliveryResult,
    Discarded,
    FailedAttempt,
    PartialResult,
    ReplayRequest,
    SettledFacts,
    StoredDelivery,
)
from platform_core.webhooks.request import Delivery
from tests.fakes.pipeline.index import Index
from tests.fakes.pipeline.steps import Clock, Steps


class MemoryDeliveries:
    """The ports `Inbox` and `Deliveries`."""

    def __init__(self, step: Steps, clock: Clock | None = None) -> None:
        self.step = step
        self.rows: dict[str, StoredDelivery] = {}
        self.event_ids: dict[str, tuple[str, ...]] = {}
        self.reasons: dict[str, str] = {}
        self.ends: dict[str, float] = {}
        """The time after which a row can expire."""
        self.arrivals: list[str] = []
        """Ids that the stream reports, including rows put over expired ones."""
        self.expired_statuses: dict[str, str] = {}
        """Ids of deleted rows, with their last status."""
        self.index = Index(clock or Clock())

    def keep(self, delivery: Delivery) -> bool:
        """Store a delivery as the webhook endpoint does: one conditional put. An expired row
        counts as none."""
        exists = delivery.id in self.rows
        if exists and not self._ended(delivery.id, delivery.request.received_at):
            return False
        self.ends.pop(delivery.id, None)
        self._write(delivery.id, StoredDelivery(delivery))
        self.arrivals.append(delivery.id)
        return True

    def put(self, delivery: Delivery, *, quarantine_reason: str | None = None) -> bool:
        self.step("inbox.put")
        new = self.keep(delivery)
        if new and quarantine_reason:
            self.ends[delivery.id] = delivery.request.received_at + SET_ASIDE_SECONDS
            self.reasons[delivery.id] = quarantine_reason
        self.step("inbox.kept")
        return new

    def status(self, delivery_id: str) -> str:
        """Return `nowhere` for an unknown id. An expired row keeps its last status."""
        row = self.rows.get(delivery_id)
        return row.delivery.status if row else self.expired_statuses.get(delivery_id, "nowhere")

    def read(self, delivery_id: str) -> StoredDelivery | None:
        self.step("inbox.read")
        return self.rows.get(delivery_id)

    def pending(self) -> Iterator[str]:
        self.step("inbox.pending")
        yield from self.index.names()

    def start_attempt(self, delivery_id: str, attempt: Attempt) -> bool:
        self.step("inbox.start_attempt")
        row = self.rows.get(delivery_id)
        if row is None or row.delivery.status != "pending":
            return False
        if row.delivery.attempts != attempt.number - 1:
            return False
        delivery = replace(row.delivery, attempts=attempt.number)
        started = replace(
            row, delivery=delivery, unfinished_attempts=attempt.unfinished,
            next_attempt_at=attempt.next_attempt_at,
        )  # fmt: skip
        self._write(delivery_id, started)
        self.step("inbox.attempt_started")
        return True

    def save_progress(self, delivery_id: str, result: PartialResult) -> None:
        self.step("inbox.save_progress")
        row = self.rows.get(delivery_id)
        if row is not None and row.delivery.status == "pending":
            delivery = replace(row.delivery, attempts=0)
            partial = replace(
                row, delivery=delivery, next_attempt_at=result.at, unfinished_attempts=0,
                progress=result.progress, published_event_ids=result.event_ids, reason="",
                changed=row.changed if result.changed is None else result.changed,
            )  # fmt: skip
            self._write(delivery_id, partial)
            self.event_ids[delivery_id] = result.event_ids
        self.step("inbox.progress_saved")

    def mark_applied(self, delivery_id: str, end: DeliveryResult) -> None:
        self.step("inbox.settle")
        row = self.rows.get(delivery_id)
        if row is not None and row.delivery.status == "pending":
            delivery = replace(row.delivery, status=end.status)
            self.ends[delivery_id] = end.at + REPLAYABLE_SECONDS
            settled = replace(
                row, delivery=delivery, next_attempt_at=0.0, published_event_ids=end.event_ids,
                previous_status=None, reason=end.reason, unfinished_attempts=0,
                progress=AppliedParts(),
                changed=row.changed if end.changed is None else end.changed,
            )  # fmt: skip
            self._write(delivery_id, with_facts(settled, end.facts))
            self.event_ids[delivery_id] = end.event_ids
        self.step("inbox.settled")

    def record_failure(self, delivery_id: str, setback: FailedAttempt) -> None:
        self.step("inbox.record_failure")
        row = self.rows.get(delivery_id)
        if row is not None and row.delivery.status == "pending":
            status = DeliveryStatus.FAILED if setback.is_final else DeliveryStatus.PENDING
            delivery = replace(row.delivery, status=status, attempts=setback.attempts)
            was = None if setback.is_final else row.previous_status
            waiting = replace(
                row, delivery=delivery, next_attempt_at=setback.next_attempt_at,
                previous_status=was, reason=setback.reason, unfinished_attempts=0,
            )  # fmt: skip
            self._write(delivery_id, waiting)
            if setback.expires_at is not None:
                self.ends[delivery_id] = setback.expires_at
            self.reasons[delivery_id] = setback.reason
        self.step("inbox.noted")

    def reopen(self, delivery_id: str, revival: ReplayRequest) -> bool:
        self.step("inbox.reopen")
        row = self.rows.get(delivery_id)
        if row is None:
            return False
        current = (row.delivery.status, row.replays + 1)
        if current != (revival.previous_status, revival.number) or self._ended(
            delivery_id, revival.at
        ):
            return False
        delivery = replace(row.delivery, status=DeliveryStatus.PENDING, attempts=0)
        waiting = replace(
            row, delivery=delivery, next_attempt_at=0.0, replays=revival.number,
            replayed_at=revival.at, previous_status=revival.previous_status, reason="",
            progress=AppliedParts(),
        )  # fmt: skip
        self.ends.pop(delivery_id, None)
        self._write(delivery_id, waiting)
        self.step("inbox.revived")
        return True

    def discard(self, delivery_id: str, end: Discarded) -> bool:
        if self.status(delivery_id) != end.previous_status or delivery_id not in self.rows:
            return False
        self.ends[delivery_id] = end.at + REPLAYABLE_SECONDS
        row = self.rows[delivery_id]
        if end.previous_status == "pending":
            delivery = replace(row.delivery, status=DeliveryStatus.FAILED)
            row = replace(
                row, delivery=delivery, next_attempt_at=0.0, previous_status=None,
                unfinished_attempts=0,
            )  # fmt: skip
        self._write(delivery_id, with_facts(row, end.facts))
        return True

    def expire(self, now: float) -> None:
        """Delete expired rows, as the table's TTL does some days after their end."""
        for delivery_id in [one for one in self.rows if self._ended(one, now)]:
            self.expired_statuses[delivery_id] = self.rows.pop(delivery_id).delivery.status
            self.index.update(delivery_id, None)

    def _write(self, delivery_id: str, row: StoredDelivery) -> None:
        """Replace a row, and later its entry in the sparse index of pending rows."""
        self.rows[delivery_id] = row
        waits = row.delivery.status == "pending"
        self.index.update(delivery_id, row.delivery.request.received_at if waits else None)

    def _ended(self, delivery_id: str, now: float) -> bool:
        return self.ends.get(delivery_id, now + 1) <= now


def with_facts(row: StoredDelivery, facts: SettledFacts | None) -> StoredDelivery:
    """Return the row with facts in place of its body; unchanged without any."""
    if facts is None:
        return row
    request = replace(row.delivery.request, body=b"", headers={})
    delivery = replace(row.delivery, request=request)
    return replace(row, delivery=delivery, facts=facts.signals, has_body=False)


class MemoryStoredDeliveries:
    """The port `StoredDeliveries`, without large bodies."""

    def __init__(self, deliveries: MemoryDeliveries) -> None:
        self.deliveries = deliveries

    def rows(self) -> Iterator[Mapping[str, Any]]:
        self.deliveries.step("erasure.rows")
        for row in list(self.deliveries.rows.values()):
            optional = {} if row.facts is None else {"facts": row.facts}
            yield new_row(row.delivery, "acme", None, None) | optional

    def bodies(self) -> Iterator[StoredBody]:
        yield from ()

    def read_body(self, body: StoredBody) -> bytes:
        raise AssertionError("no body is large")

    def delete_row(self, delivery_id: str) -> None:
        self.deliveries.step("erasure.delete_row")
        row = self.deliveries.rows.pop(delivery_id, None)
        if row:
            self.deliveries.expired_statuses[delivery_id] = row.delivery.status
        self.deliveries.index.update(delivery_id, None)
        self.deliveries.step("erasure.row_deleted")

    def delete_body(self, body: StoredBody) -> None:
        raise AssertionError("no body is large")


class MemoryDeadLetters:
    def __init__(self, step: Steps) -> None:
        self.step = step
        self.letters: list[tuple[str, str]] = []

    def send(self, delivery_id: str, reason: str) -> None:
        self.step("letters.send")
        self.letters.append((delivery_id, reason))
        self.step("letters.sent")

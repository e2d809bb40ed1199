"""The inbox: the rows of stored deliveries, and the ports that read and update them.

Standard library only, because the response to a webhook waits for `new_row`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Protocol

from platform_core import contract
from platform_core.contract.status import DeliveryStatus
from platform_core.webhooks.request import Delivery, Request

REPLAYABLE_SECONDS: Final = 30 * 24 * 3600
"""Seconds for which an applied delivery is kept, and for which a repeat of it is recognized."""
SET_ASIDE: Final = frozenset({DeliveryStatus.FAILED, DeliveryStatus.QUARANTINED})
"""Statuses of deliveries that stay as they are until a person decides."""


def new_row(
    delivery: Delivery, client_id: str, body_key: str | None, quarantine_reason: str | None
) -> dict[str, Any]:
    """Return the row of a new delivery.

    The body stands in the row unless `body_key` names the object that holds it. A waiting row has
    the attribute `pending`, which the sparse index lists. No row has a time to live yet: it gets
    one when it is applied or discarded.
    """
    request = delivery.request
    row: dict[str, Any] = {
        contract.INBOX_KEY: delivery.id,
        "client_id": client_id,
        "provider": delivery.provider,
        "key": delivery.key,
        "status": delivery.status,
        "attempts": delivery.attempts,
        contract.RECEIVED_AT: Decimal(f"{request.received_at:.6f}"),
        "request_id": _storable_text(request.request_id),
        "method": _storable_text(request.method),
        "path": _storable_text(request.path),
        "headers": {
            _storable_text(name): _storable_text(value)
            for name, value in request.headers.items()
            if name
        },
    }
    row |= {"body_key": body_key} if body_key else {"body": request.body}
    if delivery.status == DeliveryStatus.PENDING:
        row[contract.PENDING] = "1"
    if quarantine_reason:
        row["reason"] = quarantine_reason
    return row


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An INBOX row without the body.

    An index has some of the attributes only, and an old row may miss some; a missing attribute gets
    its default. An unknown status is kept as it is stored.
    """

    id: str
    provider: str
    status: DeliveryStatus
    received_at: float
    attempts: int = 0
    reason: str | None = None
    request_id: str | None = None
    event_ids: tuple[str, ...] = ()
    applied_at: float | None = None
    changed: int | None = None
    """The site's count of changes after the delivery was applied."""
    next_attempt_at: float = 0.0
    replays: int = 0
    replayed_at: float | None = None
    previous_status: DeliveryStatus | None = None
    discarded_at: float | None = None
    key: str = ""
    method: str = ""
    path: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body_key: str | None = None
    """Key of the object that holds a large body."""
    unfinished_attempts: int = 0
    parts_done: int = 0
    parts: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "InboxRow":
        """Return the record of a row with plain numbers (`int` and `float`, no `Decimal`)."""
        delivery_id = str(row[contract.INBOX_KEY])
        return cls(
            id=delivery_id,
            provider=row.get("provider") or delivery_id.partition("#")[0],
            status=DeliveryStatus(row.get("status", "")),
            received_at=row.get(contract.RECEIVED_AT, 0),
            attempts=row.get("attempts", 0),
            reason=row.get("reason"),
            request_id=row.get("request_id"),
            event_ids=tuple(row.get("event_ids") or ()),
            applied_at=row.get("applied_at"),
            changed=row.get("changed"),
            next_attempt_at=row.get("next_attempt_at", 0),
            replays=row.get("replays", 0),
            replayed_at=row.get("replayed_at"),
            previous_status=DeliveryStatus(row["was"]) if row.get("was") else None,
            discarded_at=row.get("discarded_at"),
            key=row.get("key", ""),
            method=row.get("method", ""),
            path=row.get("path", ""),
            headers=row.get("headers", {}),
            body_key=row.get("body_key"),
            unfinished_attempts=row.get("unfinished_attempts", 0),
            parts_done=row.get("parts_done", 0),
            parts=row.get("parts", 0),
        )

    @property
    def needs_decision(self) -> bool:
        """Whether the delivery stays as it is until a person replays or discards it."""
        return self.status in SET_ASIDE and self.discarded_at is None

    def delivery(self, body: bytes) -> Delivery:
        """Return the delivery with this body."""
        request = Request(
            method=self.method,
            path=self.path,
            headers=self.headers,
            body=body,
            received_at=float(self.received_at),
            request_id=self.request_id or "",
        )
        return Delivery(self.provider, self.key, request, self.status, self.attempts)

    def stored_delivery(self, body: bytes | None) -> "StoredDelivery":
        """Return the delivery with its history. `body` is None if its object no longer exists."""
        return StoredDelivery(
            self.delivery(body or b""),
            float(self.next_attempt_at),
            has_body=body is not None,
            published_event_ids=self.event_ids,
            replays=self.replays,
            replayed_at=float(self.replayed_at or 0),
            previous_status=self.previous_status,
            reason=self.reason or "",
            unfinished_attempts=self.unfinished_attempts,
            progress=AppliedParts(self.parts_done, self.parts),
            changed=self.changed,
        )


@dataclass(frozen=True, slots=True)
class AppliedParts:
    """The parts of a delivery that earlier runs have applied, of all its parts."""

    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class StoredDelivery:
    """A delivery of the inbox with its history."""

    delivery: Delivery
    next_attempt_at: float = 0.0
    has_body: bool = True
    """False if the body was an object beside the row and has expired."""
    published_event_ids: tuple[str, ...] = ()
    """Ids of the events that were published for the delivery."""
    replays: int = 0
    replayed_at: float = 0.0
    previous_status: DeliveryStatus | None = None
    """Status before a replay; None if the delivery waits for no replay."""
    reason: str = ""
    """Reason of the last failed attempt."""
    unfinished_attempts: int = 0
    """Attempts in a row that were counted and had no result: one may run, others were killed."""
    progress: AppliedParts = AppliedParts()
    changed: int | None = None
    """The site's count of changes after the parts that are applied."""


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """The final status of a delivery: `applied` or `duplicate`."""

    status: DeliveryStatus
    event_ids: tuple[str, ...]
    at: float
    changed: int | None = None
    """The site's count of changes with this delivery: a build that covers it shows the delivery."""
    reason: str = ""
    """Why its replay failed; empty if it did not."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to apply a delivery, before its work."""

    number: int
    """Number of the attempt, from 1."""
    unfinished: int
    """Attempts in a row without a result, this one included."""
    next_attempt_at: float
    """The time of the next attempt, if this one has no result."""


@dataclass(frozen=True, slots=True)
class PartialResult:
    """The result of an attempt that applied some parts of a delivery."""

    progress: AppliedParts
    event_ids: tuple[str, ...]
    at: float
    changed: int | None = None
    """The site's count of changes with these parts."""


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """A failed attempt to apply a delivery."""

    attempts: int
    reason: str
    next_attempt_at: float
    is_final: bool = False
    """True after the last attempt: only a replay tries again."""


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """A request to apply a delivery again."""

    previous_status: DeliveryStatus
    """Status of the delivery until now: any but `pending`."""
    number: int
    """Number of the replay, from 1."""
    at: float


class Deliveries(Protocol):
    """Reads and updates the inbox."""

    def read(self, delivery_id: str) -> StoredDelivery | None:
        """Return the delivery with its body, with a consistent read."""
        ...

    def pending(self) -> Iterator[str]:
        """Yield the ids of pending deliveries, oldest first. Eventually consistent."""
        ...

    def start_attempt(self, delivery_id: str, attempt: Attempt) -> bool:
        """Count an attempt of a pending delivery. Returns False if its count changed."""
        ...

    def save_progress(self, delivery_id: str, result: PartialResult) -> None:
        """Store the parts that are applied. The delivery stays pending.

        Its count of attempts is reset, because it made progress.
        """
        ...

    def mark_applied(self, delivery_id: str, result: DeliveryResult) -> None:
        """Store the final status of a pending delivery. Only from now on it may expire."""
        ...

    def record_failure(self, delivery_id: str, failure: FailedAttempt) -> None:
        """Store a failed attempt. A row that is no longer pending stays as it is."""
        ...

    def reopen(self, delivery_id: str, request: ReplayRequest) -> bool:
        """Make a delivery pending again. Returns False if its status or its replays changed."""
        ...

    def discard(self, delivery_id: str, status: DeliveryStatus, at: float) -> bool:
        """Give a delivery up and let its row expire. Returns False if its status changed.

        A pending delivery becomes a failed one.
        """
        ...


class DeadLetters(Protocol):
    """The dead-letter queue."""

    def send(self, delivery_id: str, reason: str) -> None:
        """Send the id of a delivery that failed for the last time, never its body."""
        ...


def _storable_text(value: str) -> str:
    """Replace lone surrogates, which a table refuses and only a hostile sender makes."""
    return value.encode("utf-8", "replace").decode()

"""The inbox, as those see it who apply what it keeps: its rows, and two of the ports.

Standard library only: the webhook's answer waits for `new_row`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Protocol

from platform_core import contract
from platform_core.status import DeliveryStatus
from platform_core.webhook import Delivery, Request

REPLAYABLE_SECONDS: Final = 30 * 24 * 3600
"""How long an applied delivery is kept: as long as a repeat is recognized."""
SET_ASIDE: Final = frozenset({DeliveryStatus.FAILED, DeliveryStatus.QUARANTINED})
"""Deliveries that nothing happens to until a person decides."""


def new_row(
    delivery: Delivery, client_id: str, body_key: str | None, quarantine_reason: str | None
) -> dict[str, Any]:
    """The row of a delivery that has just come in.

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
        "request_id": _text(request.request_id),
        "method": _text(request.method),
        "path": _text(request.path),
        "headers": {_text(k): _text(v) for k, v in request.headers.items() if k},
    }
    row |= {"body_key": body_key} if body_key else {"body": request.body}
    if delivery.status == DeliveryStatus.PENDING:
        row[contract.PENDING] = "1"
    if quarantine_reason:
        row["reason"] = quarantine_reason
    return row


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An INBOX row as it is read: all of it but a body that stands inside.

    An index carries some of the attributes only, and an old row may lack some: these have their
    defaults. A status that is not known is kept as it is stored.
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
    """The site's count of changes after it was applied."""
    next_attempt_at: float = 0.0
    replays: int = 0
    replayed_at: float | None = None
    was: DeliveryStatus | None = None
    discarded_at: float | None = None
    key: str = ""
    method: str = ""
    path: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body_key: str | None = None
    """Key of the object that holds a large body."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "InboxRow":
        """The record of a row with plain numbers (`int` and `float`, no `Decimal`)."""
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
            was=DeliveryStatus(row["was"]) if row.get("was") else None,
            discarded_at=row.get("discarded_at"),
            key=row.get("key", ""),
            method=row.get("method", ""),
            path=row.get("path", ""),
            headers=row.get("headers", {}),
            body_key=row.get("body_key"),
        )

    @property
    def needs_decision(self) -> bool:
        """Whether the delivery stays as it is until a person replays or discards it."""
        return self.status in SET_ASIDE and self.discarded_at is None

    def delivery(self, body: bytes) -> Delivery:
        request = Request(
            method=self.method,
            path=self.path,
            headers=self.headers,
            body=body,
            received_at=float(self.received_at),
            request_id=self.request_id or "",
        )
        return Delivery(self.provider, self.key, request, self.status, self.attempts)

    def waiting(self, body: bytes | None) -> "Waiting":
        """The delivery with its history; `body` is None where its object no longer exists."""
        return Waiting(
            self.delivery(body or b""),
            float(self.next_attempt_at),
            whole=body is not None,
            told=self.event_ids,
            replays=self.replays,
            replayed_at=float(self.replayed_at or 0),
            was=self.was,
            reason=self.reason or "",
        )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A kept delivery, when it may be tried, and what came of it before."""

    delivery: Delivery
    next_attempt_at: float = 0.0
    whole: bool = True
    """False: its body lay beside the row, and is gone."""
    told: tuple[str, ...] = ()
    """Ids of the events that subscribers were told of."""
    replays: int = 0
    replayed_at: float = 0.0
    was: DeliveryStatus | None = None
    """Its status before the replay that it waits for; None: it waits for no replay."""
    reason: str = ""
    """What hindered it last."""


@dataclass(frozen=True, slots=True)
class Applied:
    """The end of a delivery. `duplicate`: all that it says was there already."""

    status: DeliveryStatus
    event_ids: tuple[str, ...]
    at: float
    changed: int | None = None
    """The site's count of changes once it was applied: a build that covers it shows it."""
    reason: str = ""
    """Why its replay did not work out, where it stays what it was."""


@dataclass(frozen=True, slots=True)
class Setback:
    """A try that did not work out; `failed`: the last one, until a person asks again."""

    attempts: int
    reason: str
    next_attempt_at: float
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Revival:
    """A delivery is to be driven again."""

    was: DeliveryStatus
    """What it is until now: anything but `pending`."""
    number: int
    """Which replay of it this is, from 1."""
    at: float


class Deliveries(Protocol):
    """The inbox's reading side."""

    def read(self, delivery_id: str) -> Waiting | None:
        """The row as it is now (consistent), its body with it."""
        ...

    def pending(self) -> Iterator[str]:
        """Ids that wait, oldest first. A hint: read each again."""
        ...

    def settle(self, delivery_id: str, end: Applied) -> None:
        """Mark it applied: only now may it expire."""
        ...

    def put_off(self, delivery_id: str, setback: Setback) -> None:
        """Note the try. A row that is not pending any more stays as it is."""
        ...

    def revive(self, delivery_id: str, revival: Revival) -> bool:
        """Make it wait again, without an end, if it is what `revival` says; else False."""
        ...

    def discard(self, delivery_id: str, was: DeliveryStatus, at: float) -> bool:
        """Give a failed or quarantined row the end that an applied one has; else False."""
        ...


class DeadLetters(Protocol):
    """Where what was given up waits for a person; a pointer, never the body."""

    def give_up(self, delivery_id: str, reason: str) -> None: ...


def _text(value: str) -> str:
    """Text that a table takes: a lone surrogate, which only a hostile sender makes, is replaced."""
    return value.encode("utf-8", "replace").decode()

"""The rows of the inbox: a new one, and the record of a stored one.

Standard library only, because the response to a webhook waits for `new_row`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from platform_core import contract
from platform_core.contract.status import DeliveryStatus
from platform_core.pipeline.ingest.deliveries import (
    SET_ASIDE,
    SET_ASIDE_SECONDS,
    AppliedParts,
    StoredDelivery,
)
from platform_core.webhooks.request import Delivery, Request


def new_row(
    delivery: Delivery, client_id: str, body_key: str | None, quarantine_reason: str | None
) -> dict[str, Any]:
    """Return the row of a new delivery.

    The body stands in the row unless `body_key` names the object that holds it. A waiting row has
    the attribute `pending`, which the sparse index lists, and has no time to live: it gets one when
    it is applied, discarded or given up. A quarantined row has one from the start.
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
    if delivery.status == DeliveryStatus.QUARANTINED:
        row[contract.EXPIRES_AT] = int(request.received_at) + SET_ASIDE_SECONDS
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
    facts: str | None = None
    """JSON of the signals of a settled order. They replace its body and its headers."""
    body_sha256: str | None = None
    """SHA-256 of the body that the facts replaced."""
    expires_at: int | None = None
    """End of its term, Unix seconds; None while it is pending, and in failed rows of old."""

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
            facts=row.get("facts"),
            body_sha256=row.get("body_sha256"),
            expires_at=row.get(contract.EXPIRES_AT),
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

    def stored_delivery(self, body: bytes | None) -> StoredDelivery:
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
            body_key=self.body_key,
            facts=self.facts,
        )


def body_name(delivery_id: str) -> str:
    """Return the delivery's name in the keys of its large bodies."""
    return hashlib.sha256(delivery_id.encode()).hexdigest()


def vendor_texts(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts of a row that a vendor has sent: body, facts and headers."""
    yield bytes(row.get("body") or b"").decode("utf-8", "replace")
    yield row.get("facts") or "[]"
    yield json.dumps(row.get("headers") or {})


def _storable_text(value: str) -> str:
    """Replace lone surrogates, which a table refuses and only a hostile sender makes."""
    return value.encode("utf-8", "replace").decode()

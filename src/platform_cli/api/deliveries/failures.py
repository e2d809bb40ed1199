"""Failures of a deployed client: deliveries, and calls that could not be made.

A failed delivery stands in the inbox, and usually as one or more messages in the dead-letter queue
as well. Everything else stands in the queue only. An entry groups all messages of one failure.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from platform_cli.operations import dead_letters as letters
from platform_cli.operations import inbox
from platform_cli.operations.attention import ends_soon
from platform_cli.operations.dead_letters import DeadLetter, LockedMessages
from platform_cli.targets.deployments import Deployment
from platform_cli.times import format_time
from platform_core import contract
from platform_core.contract.status import DeliveryStatus

PENDING: Final = "it waits, and is applied without a redrive"


@dataclass(frozen=True, slots=True)
class DeadLetterEntry:
    """One failure."""

    id: str
    kind: str
    reason: str
    since: str | None
    in_queue: int
    """Number of messages in the queue."""
    redrive: str
    """The effect of a redrive: `replay`, `call again`, or `nothing: ` and the reason."""
    expires_at: str | None = None
    """End of the delivery's term: it is deleted then, with its body."""
    expires_soon: bool = False
    """Whether its term ends within 14 days."""


@dataclass(slots=True)
class Failure:
    """An entry together with its messages."""

    id: str
    kind: str
    reason: str
    since: str | None
    messages: list[DeadLetter] = field(default_factory=list)
    can_replay: bool = False
    is_pending: bool = False
    can_give_up: bool = False
    """Whether a person named the pending delivery by its whole id."""
    expires_at: float | None = None

    @property
    def redrive(self) -> str:
        if self.is_pending:
            return f"nothing: {PENDING}"
        if self.kind == "delivery":
            return "replay" if self.can_replay else "nothing: it is settled"
        message = self.messages[0]
        return f"nothing: {message.not_retryable_because}" if message.call is None else "call again"

    def to_entry(self) -> DeadLetterEntry:
        return DeadLetterEntry(
            self.id, self.kind, self.reason, self.since, len(self.messages), self.redrive,
            format_time(self.expires_at), ends_soon(self.expires_at),
        )  # fmt: skip


@contextmanager
def lock_failures(
    deployed: Deployment, ids: Collection[str]
) -> "Iterator[tuple[list[Failure], LockedMessages]]":
    """Collect the failures, oldest first; until the end no other reader sees their messages."""
    with letters.lock_messages(deployed) as queue:
        failures = {failure.id: failure for failure in _failed_deliveries(deployed)}
        failures |= {failure.id: failure for failure in _pending_deliveries(deployed, ids)}
        for message in queue.messages:
            id_ = message.delivery or message.id
            if id_ not in failures:
                failures[id_] = _to_failure(deployed, message)
            failures[id_].messages.append(message)
        yield sorted(failures.values(), key=lambda failure: failure.since or ""), queue


def _to_failure(deployed: Deployment, message: DeadLetter) -> Failure:
    """Describe a failure that the index of the inbox does not list, or not yet."""
    row = inbox.get_delivery(deployed, message.delivery) if message.delivery else None
    return Failure(
        message.delivery or message.id,
        message.kind,
        message.reason,
        format_time(message.sent_at),
        can_replay=row is not None and row.needs_decision,
        is_pending=row is not None and row.status == DeliveryStatus.PENDING,
        expires_at=row.expires_at if row is not None else None,
    )


def _failed_deliveries(deployed: Deployment) -> Iterator[Failure]:
    """Yield failed deliveries. SQS may have dropped their messages already, after 14 days."""
    if contract.OUT_INBOX_TABLE not in deployed.stack.outputs:
        return
    for index_row in inbox.iter_inbox_deliveries(deployed):
        if not index_row.needs_decision:
            continue
        # The index may be behind, so the row itself decides.
        row = inbox.get_delivery(deployed, index_row.id)
        if row is not None and row.needs_decision:
            yield Failure(
                row.id,
                "delivery",
                row.reason or "",
                format_time(row.received_at),
                can_replay=True,
                expires_at=row.expires_at,
            )


def _pending_deliveries(deployed: Deployment, ids: Collection[str]) -> Iterator[Failure]:
    """Yield the pending deliveries with these ids. The beginning of an id is not enough."""
    if contract.OUT_INBOX_TABLE not in deployed.stack.outputs:
        return
    for id_ in ids:
        row = inbox.get_delivery(deployed, id_)
        if row is not None and row.status == DeliveryStatus.PENDING:
            reason = row.reason or f"pending, after {row.attempts} attempts"
            since = format_time(row.received_at)
            yield Failure(row.id, "delivery", reason, since, is_pending=True, can_give_up=True)

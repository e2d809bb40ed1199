"""The inbox: stored deliveries, their results, and the ports that read and update them.

Standard library only, because the response to a webhook waits for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from platform_core.contract.status import DeliveryStatus
from platform_core.webhooks.request import Delivery

REPLAYABLE_SECONDS: Final = 30 * 24 * 3600
"""Seconds for which an applied delivery is kept, and for which a repeat of it is recognized."""
SET_ASIDE: Final = frozenset({DeliveryStatus.FAILED, DeliveryStatus.QUARANTINED})
"""Statuses of deliveries that stay as they are until a person decides, or their term ends."""
DATA_REQUEST_NOTE: Final = "a customer asks for the stored data (docs/privacy.md)"
ERASED_NOTE: Final = "the vendor asked to erase stored deliveries, and they are erased"
"""Notes for the operator in the `reason` of an applied delivery. The first one ends with an id."""
SET_ASIDE_SECONDS: Final = 90 * 24 * 3600
"""Seconds for which a delivery waits for a person: it may have personal data, so it has a term."""


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
    """False if facts replaced the body, or if it was an object beside the row and has expired."""
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
    body_key: str | None = None
    """Key of the object that holds a large body."""
    facts: str | None = None
    """JSON of the signals of a settled order, which replaced its body."""

    @property
    def can_be_applied(self) -> bool:
        """Whether its body, or the facts that replaced it, are kept."""
        return self.has_body or self.facts is not None


@dataclass(frozen=True, slots=True)
class SettledFacts:
    """The facts that replace the body and the headers of a delivery without content."""

    signals: str | None
    """JSON of its signals, one entry for each part; null for a part without one. None if the body
    cannot be read: no replay restores the delivery then."""
    body_sha256: str
    body_key: str | None = None
    """Key of the object that holds a large body, and is deleted."""


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """The final status of a delivery: `applied` or `duplicate`."""

    status: DeliveryStatus
    event_ids: tuple[str, ...]
    at: float
    changed: int | None = None
    """The site's count of changes with this delivery: a build that covers it shows the delivery."""
    reason: str = ""
    """Why its replay failed, or a note for the operator; usually empty."""
    facts: SettledFacts | None = None
    """They replace the body. None: the body stays, or is replaced already."""


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
    expires_at: int | None = None
    """End of the row's term, Unix seconds. None while there are more attempts."""


@dataclass(frozen=True, slots=True)
class Discarded:
    """The end of a delivery that a person gives up."""

    previous_status: DeliveryStatus
    at: float
    facts: SettledFacts | None = None
    """They replace the body. None: the body stays, or is replaced already."""


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
        """Store the final status of a pending delivery. Only from now on it may expire.

        Facts replace its body and its headers in the same write.
        """
        ...

    def record_failure(self, delivery_id: str, failure: FailedAttempt) -> None:
        """Store a failed attempt. A row that is no longer pending stays as it is."""
        ...

    def reopen(self, delivery_id: str, request: ReplayRequest) -> bool:
        """Make a delivery pending again. Returns False if its status or its replays changed."""
        ...

    def discard(self, delivery_id: str, discarded: Discarded) -> bool:
        """Give a delivery up and let its row expire. Returns False if its status changed.

        A pending delivery becomes a failed one. Facts replace its body and its headers.
        """
        ...


class DeadLetters(Protocol):
    """The dead-letter queue."""

    def send(self, delivery_id: str, reason: str) -> None:
        """Send the id of a delivery that failed for the last time, never its body."""
        ...

"""The functions' answers to actions, as typed values.

`to_message` returns the JSON object, `from_message` reads it back and ignores unknown members, so
that an older command line can read the answer of a newer function.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from platform_core.batching import SiteState
from platform_core.status import DeliveryStatus, SitePhase

Message = dict[str, object]

ROLLED_BACK = "rolled_back"
RESUMED = "resumed"
GONE = "gone"
"""Status of a replayed delivery whose row has expired meanwhile."""


@dataclass(frozen=True, slots=True)
class SiteReport:
    """The builder's answer: the site after the action."""

    status: str
    """A `SitePhase`, or the action itself where it is `rolled_back` or `resumed`."""
    attempt: str | None = None
    live: str | None = None
    ready: str | None = None
    changed: int = 0
    built: int = 0
    pinned: bool = False

    @classmethod
    def of(cls, state: SiteState, status: str = "") -> "SiteReport":
        return cls(
            status or state.state, state.attempt, state.live, state.ready, state.changed,
            state.built, state.pinned,
        )  # fmt: skip

    def to_message(self) -> Message:
        return asdict(self)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> "SiteReport":
        return cls(
            status=str(message.get("status", SitePhase.IDLE)),
            attempt=message.get("attempt"),
            live=message.get("live"),
            ready=message.get("ready"),
            changed=message.get("changed", 0),
            built=message.get("built", 0),
            pinned=bool(message.get("pinned", False)),
        )


@dataclass(slots=True)
class SyncReport:
    """Answer to a sync or a retirement.

    `done` is False where the time ran out: call again with `skip` set to `listed`.
    """

    provider: str
    listed: int = 0
    written: int = 0
    removed: int = 0
    done: bool = True

    def to_message(self) -> Message:
        return asdict(self)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> "SyncReport":
        return cls(
            provider=str(message["provider"]),
            listed=int(message["listed"]),
            written=int(message["written"]),
            removed=int(message["removed"]),
            done=bool(message["done"]),
        )


@dataclass(frozen=True, slots=True)
class SweepReport:
    """Answer to a sweep of the inbox."""

    pending: int
    """Including the deliveries that could not be read."""
    driven: int
    left: int
    """Deliveries that there was no time for, or that could not be read."""

    def to_message(self) -> Message:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ReplayedDelivery:
    """A delivery that was applied again."""

    id: str
    number: int
    """Number of this replay of the delivery, from 1."""
    status: DeliveryStatus
    """Its status now; `pending`: it is retried without another request."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SkippedDelivery:
    """A delivery that was not replayed."""

    id: str
    reason: str


@dataclass(slots=True)
class ReplayReport:
    """Answer to a replay."""

    replayed: list[ReplayedDelivery] = field(default_factory=list)
    skipped: list[SkippedDelivery] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Ids of deliveries that there was no time for."""

    def to_message(self) -> Message:
        return asdict(self)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> "ReplayReport":
        return cls(
            replayed=[
                ReplayedDelivery(
                    entry["id"], entry["number"], DeliveryStatus(entry["status"]), entry["reason"]
                )
                for entry in message["replayed"]
            ],
            skipped=[SkippedDelivery(entry["id"], entry["reason"]) for entry in message["skipped"]],
            left=list(message["left"]),
        )


@dataclass(frozen=True, slots=True)
class DiscardReport:
    """Answer to a discard: the ids that are given up now."""

    discarded: list[str]

    def to_message(self) -> Message:
        return {"discarded": list(self.discarded)}

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> "DiscardReport":
        return cls(list(message["discarded"]))

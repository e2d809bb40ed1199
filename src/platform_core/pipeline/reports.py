"""The answers of the functions to actions, as typed values.

`from_message` ignores unknown members: an older command line reads a newer function.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from platform_core.contract.status import DeliveryStatus, SiteBuildStatus
from platform_core.pipeline.actions import Message
from platform_core.pipeline.build.batching import SiteState

ROLLED_BACK = "rolled_back"
RESUMED = "resumed"
GONE = "gone"
"""Status of a replayed delivery whose row has expired meanwhile."""


@dataclass(frozen=True, slots=True)
class SiteReport:
    """The builder's answer: the site after the action."""

    status: str
    """A `SiteStatus`, or the action itself where it is `rolled_back` or `resumed`."""
    attempt: str | None = None
    live: str | None = None
    ready: str | None = None
    changed: int = 0
    built: int = 0
    pinned: bool = False

    @classmethod
    def from_state(cls, state: SiteState, status: str = "") -> "SiteReport":
        return cls(
            status or state.state, state.attempt, state.live, state.ready, state.changed,
            state.built, state.pinned,
        )  # fmt: skip

    def to_message(self) -> Message:
        return asdict(self)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> "SiteReport":
        return cls(
            status=str(message.get("status", SiteBuildStatus.IDLE)),
            attempt=message.get("attempt"),
            live=message.get("live"),
            ready=message.get("ready"),
            changed=message.get("changed", 0),
            built=message.get("built", 0),
            pinned=bool(message.get("pinned", False)),
        )


@dataclass(frozen=True, slots=True)
class PreviewReport:
    """The builder's answer about a preview."""

    id: str
    status: str
    """A `PreviewStatus`, or `ended` for one whose row is deleted."""
    reason: str | None = None
    drafts: bool = False
    """Whether it shows unpublished content. A builder of an earlier version never says so."""

    def to_message(self) -> Message:
        return asdict(self)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> "PreviewReport":
        reason, drafts = message.get("reason"), message.get("drafts") is True
        return cls(str(message["id"]), str(message["status"]), reason, drafts)


@dataclass(slots=True)
class SyncReport:
    """Answer to a sync or a retirement. Not `done`: call again with `skip` set to `listed`."""

    provider: str
    listed: int = 0
    written: int = 0
    removed: int = 0
    done: bool = True
    untitled: int = 0
    """Items of a listing without a title."""
    left_out: dict[str, int] = field(default_factory=dict)
    """The items of a listing that are not public, by reason."""
    moves: dict[str, str] = field(default_factory=dict)
    """Slugs that published items keep, and those that they would have as new items."""
    passed_over: dict[str, int] = field(default_factory=dict)
    """Documents and parts of texts that the listing could not use, by reason."""

    def to_message(self) -> Message:
        return asdict(self)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> "SyncReport":
        names = {entry.name for entry in fields(cls)} & message.keys()
        return cls(**{name: message[name] for name in names})


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


@dataclass(frozen=True, slots=True)
class WrittenContent:
    """Answer to `WriteContent`: where the feed is, and what it contains."""

    key: str
    """Object key in the data bucket."""
    items: int
    covers: int
    """The count of changes that the feed contains."""

    def to_message(self) -> Message:
        return asdict(self)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> "WrittenContent":
        return cls(str(message["key"]), int(message["items"]), int(message["covers"]))

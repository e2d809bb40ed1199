"""Messages between the command line, the timers and the functions, as typed values.

`to_message` returns the JSON object that calls a function, `action_from` reads it back. Reports are
the answers; `from_message` ignores unknown members: an older command line reads a newer function.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from platform_core import contract
from platform_core.contract.status import DeliveryStatus, SiteBuildStatus
from platform_core.pipeline.build.batching import SiteState

Message = dict[str, object]

ROLLED_BACK = "rolled_back"
RESUMED = "resumed"
GONE = "gone"
"""Status of a replayed delivery whose row has expired meanwhile."""


@dataclass(frozen=True, slots=True)
class ReconcileSite:
    """Compare the site with its row and do what is due. The action is called `look`."""


@dataclass(frozen=True, slots=True)
class SweepDue:
    """Do what a lost message or a lost timer left undone."""


@dataclass(frozen=True, slots=True)
class BuildSite:
    """Build the site now."""

    force: bool = True
    """Build even if the content has not changed."""
    allow_shrink: bool = False
    cause: str = "asked"


@dataclass(frozen=True, slots=True)
class Rollback:
    """Make an earlier release live; None: the one before the live release."""

    release: str | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Make the newest release live again."""


@dataclass(frozen=True, slots=True)
class SyncProvider:
    """Read a provider's listing into the content table, from item `skip` on."""

    provider: str
    skip: int = 0


@dataclass(frozen=True, slots=True)
class RetireProvider:
    """Remove the content of a provider that the client no longer has."""

    provider: str
    skip: int = 0


@dataclass(frozen=True, slots=True)
class ReplayDeliveries:
    """Apply stored deliveries again."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DiscardDeliveries:
    """Give up failed and quarantined deliveries, so that their rows expire."""

    ids: tuple[str, ...]


BuilderAction = ReconcileSite | SweepDue | BuildSite | Rollback | Resume
ContentAction = SyncProvider | RetireProvider
InboxAction = ReplayDeliveries | DiscardDeliveries
Action = BuilderAction | ContentAction | InboxAction


def to_message(action: Action) -> Message:
    """Return the JSON object that a function is called with."""
    match action:
        case ReconcileSite():
            return {"action": contract.ACTION_LOOK}
        case SweepDue():
            return {"action": contract.ACTION_SWEEP}
        case BuildSite():
            return {"action": contract.ACTION_BUILD, **asdict(action)}
        case Rollback(None):
            return {"action": contract.ACTION_ROLLBACK}
        case Rollback(release):
            return {"action": contract.ACTION_ROLLBACK, "release": release}
        case Resume():
            return {"action": contract.ACTION_RESUME}
        case SyncProvider():
            return {"action": contract.ACTION_SYNC, **asdict(action)}
        case RetireProvider():
            return {"action": contract.ACTION_RETIRE, **asdict(action)}
        case ReplayDeliveries(ids):
            return {"action": contract.ACTION_REPLAY, "ids": list(ids)}
        case DiscardDeliveries(ids):
            return {"action": contract.ACTION_DISCARD, "ids": list(ids)}


def action_from(message: Mapping[str, Any]) -> Action | None:
    """Return the action of a message; None if the message names no known action."""
    match message:
        case {"action": contract.ACTION_LOOK}:
            return ReconcileSite()
        case {"action": contract.ACTION_SWEEP}:
            return SweepDue()
        case {"action": contract.ACTION_BUILD}:
            return BuildSite(
                force=bool(message.get("force", True)),
                allow_shrink=bool(message.get("allow_shrink", False)),
                cause=str(message.get("cause") or "asked"),
            )
        case {"action": contract.ACTION_ROLLBACK}:
            release = message.get("release")
            return Rollback(None if release is None else str(release))
        case {"action": contract.ACTION_RESUME}:
            return Resume()
        case {"action": contract.ACTION_SYNC, "provider": str(provider)}:
            return SyncProvider(provider, int(message.get("skip", 0)))
        case {"action": contract.ACTION_RETIRE, "provider": str(provider)}:
            return RetireProvider(provider, int(message.get("skip", 0)))
        case {"action": contract.ACTION_REPLAY, "ids": list(ids)}:
            return ReplayDeliveries(tuple(map(str, ids)))
        case {"action": contract.ACTION_DISCARD, "ids": list(ids)}:
            return DiscardDeliveries(tuple(map(str, ids)))
        case _:
            return None


@dataclass(frozen=True, slots=True)
class GivenUpDelivery:
    """Message in the dead-letter queue about a delivery that failed for the last time."""

    delivery: str
    reason: str

    def to_message(self) -> Message:
        return {"delivery": self.delivery, "reason": self.reason}

    @classmethod
    def from_message(cls, message: object) -> "GivenUpDelivery | None":
        """Return the message; None for a message of another sender."""
        match message:
            case {"delivery": str(delivery), "reason": str(reason)}:
                return cls(delivery, reason)
            case _:
                return None


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

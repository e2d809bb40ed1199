"""Messages between the command line, the timers and the functions, as typed values.

`to_message` returns the JSON object that calls a function, `action_from` reads it back. The answers
are in `reports.py`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from platform_core import contract

Message = dict[str, object]


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


@dataclass(frozen=True, slots=True)
class WriteContent:
    """Write the content feed of a site at another address, for a server on a developer's machine.

    Nothing of the site changes, and no build starts.
    """

    url: str


@dataclass(frozen=True, slots=True)
class StartPreview:
    """Build a preview of the site from a source archive."""

    token_hash: str
    source_key: str
    days: int
    limit: int
    label: str = ""
    """Words about its origin, for the list of previews."""
    drafts: bool = False
    """Whether it shows unpublished content."""

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> "StartPreview | None":
        """Return the action; None for a message without its members."""
        match message:
            case {
                "token_hash": str(token_hash),
                "source_key": str(source_key),
                "days": int(days),
                "limit": int(limit),
            }:
                label, drafts = str(message.get("label") or ""), message.get("drafts") is True
                return cls(token_hash, source_key, days, limit, label, drafts)
            case _:
                return None


@dataclass(frozen=True, slots=True)
class EndPreview:
    """Close the address of a preview and delete its objects."""

    id: str


BuilderAction = ReconcileSite | SweepDue | BuildSite | Rollback | Resume | WriteContent
PreviewAction = StartPreview | EndPreview
ContentAction = SyncProvider | RetireProvider
InboxAction = ReplayDeliveries | DiscardDeliveries
Action = BuilderAction | PreviewAction | ContentAction | InboxAction


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
        case WriteContent(url):
            return {"action": contract.ACTION_CONTENT, "url": url}
        case StartPreview():
            return {"action": contract.ACTION_PREVIEW, **asdict(action)}
        case EndPreview():
            return {"action": contract.ACTION_END_PREVIEW, **asdict(action)}
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
        case {"action": contract.ACTION_CONTENT, "url": str(url)}:
            return WriteContent(url)
        case {"action": contract.ACTION_PREVIEW}:
            return StartPreview.from_message(message)
        case {"action": contract.ACTION_END_PREVIEW, "id": str(id_)}:
            return EndPreview(id_)
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

"""What ingest and builder need of the world: small ports, each with the one promise it must keep.

The logic in `platform_core.pipeline` knows nothing else. The lambdas put AWS behind these ports,
the tests put memory and a virtual clock behind them. Times are Unix seconds; the times that a
person reads from a row are ISO-8601 UTC text. Every method may raise `StoreUnavailable`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from platform_core.batching import SiteState
from platform_core.content_rows import ItemKey as ItemKey
from platform_core.content_rows import Tombstone as Tombstone
from platform_core.deliveries import Applied as Applied
from platform_core.deliveries import DeadLetters as DeadLetters
from platform_core.deliveries import Deliveries as Deliveries
from platform_core.deliveries import Revival as Revival
from platform_core.deliveries import Setback as Setback
from platform_core.deliveries import Waiting as Waiting
from platform_core.events import Event
from platform_core.ordering import Stored
from platform_core.records import AuditRecord, BuildRecord, ReleaseRecord, Watch
from platform_core.status import BuildOutcome

if TYPE_CHECKING:
    from platform_core.content import UnifiedContent

Clock = Callable[[], float]


class Tell(Protocol):
    """One structured line of the log: facts and ids, never content, never a secret."""

    def __call__(self, message: str, **facts: object) -> None: ...


# --- content -------------------------------------------------------------------------------------


class ContentStore(Protocol):
    """The items. Every write names what it replaces, so that of two writers one loses."""

    def find(self, key: ItemKey) -> Stored | None:
        """What is stored of an item, consistently."""
        ...

    def put(self, item: "UnifiedContent", replacing: Stored | None) -> bool:
        """Store the item if the store still holds just `replacing`; else False."""
        ...

    def bury(self, key: ItemKey, tombstone: Tombstone, replacing: Stored | None) -> bool:
        """Replace the item by a tombstone, on the same condition."""
        ...

    def scan(self) -> Iterator["UnifiedContent"]:
        """Every item that is not buried, read consistently, bodies included."""
        ...

    def of_provider(self, provider: str) -> Iterator[ItemKey]:
        """Which items of a provider there are, buried ones among them. A hint."""
        ...

    def dated(self, provider: str) -> Iterator[tuple[ItemKey, str]]:
        """The same, and since when each is as it is: ISO-8601 UTC to the microsecond."""
        ...


# --- the site's row ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bump:
    """Changes that want a build."""

    changes: int
    now: float
    cause: str | None = None
    """Set where somebody asked, or a date came: the build does not wait for others."""
    force: bool = False
    """Build even if nothing of the input changed."""
    allow_shrink: bool = False


class SiteStore(Protocol):
    """The SITE row. One write adds, all others are conditional on what their writer read."""

    def read(self) -> SiteState:
        """The row, consistently; a new one where there is none."""
        ...

    def bump(self, bump: Bump) -> SiteState:
        """Unconditionally `changed += changes`, with the times; the row after it.

        `first_wanted_at` and `window_start` are set where they are not; `window_count` grows.
        With a cause, `asked` and `asked_cause` are set and `retry_at` is cleared; `forced` and
        `shrink_allowed` become the new count where asked for. All in one write.
        """
        ...

    def change(self, expected: Mapping[str, object], values: Mapping[str, object]) -> bool:
        """Set fields of the row if the expected ones are so; None: absent. False: they are not."""
        ...


# --- builds and releases -------------------------------------------------------------------------


class Records(Protocol):
    """The rows beside SITE."""

    def save_build(self, record: BuildRecord) -> None:
        """Keep it; one that is finished already stays as it is."""
        ...

    def build(self, attempt: str) -> BuildRecord | None: ...

    def save_release(self, record: ReleaseRecord) -> None:
        """Keep it; one that is there already stays as it is."""
        ...

    def release(self, release_id: str) -> ReleaseRecord | None: ...

    def releases(self) -> Iterator[ReleaseRecord]:
        """Newest first, consistently."""
        ...

    def set_expiring(self, release_id: str, *, expiring: bool) -> None: ...

    def forget_release(self, release_id: str) -> None: ...

    def note(self, record: AuditRecord) -> None: ...


class Watches(Protocol):
    """When each vendor was last looked at."""

    def read(self, provider: str) -> Watch | None: ...

    def replace(self, provider: str, seen: Watch | None, now: Watch) -> bool:
        """Write the row if its `next_at` still is what was seen of it; else False."""
        ...


@dataclass(frozen=True, slots=True)
class BuildOrder:
    """What the build service is told: ids and places, never content."""

    attempt: str
    source_key: str
    """Object key of the zipped source in the data bucket."""
    site_url: str


@dataclass(frozen=True, slots=True)
class BuildJob:
    """A build as the build service tells of it; `faulted`: its own fault, not the build's."""

    build_id: str
    outcome: BuildOutcome
    reason: str = ""
    log_group: str | None = None
    log_stream: str | None = None
    queue_seconds: float | None = None
    build_seconds: float | None = None
    ended_at: float | None = None


class BuildService(Protocol):
    """Runs builds. Raises `BuildRefused` where it takes none just now (limits, throttling)."""

    def start(self, order: BuildOrder) -> BuildJob:
        """Start it; the same attempt again gives the same build."""
        ...

    def status(self, build_id: str) -> BuildJob | None: ...

    def find(self, attempt: str) -> BuildJob | None:
        """The build of an attempt, among the newest of the project."""
        ...

    def stop(self, build_id: str) -> None: ...


class Pointer(Protocol):
    """The one value that the edge reads."""

    def version(self) -> str:
        """What the next write must name."""
        ...

    def write(self, release: str, version: str) -> bool:
        """Point to the release if nobody wrote since `version`; else False."""
        ...


# --- everything else -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ObjectFact:
    """An object of a bucket, as a listing tells of it."""

    key: str
    size: int
    modified_at: float


class Objects(Protocol):
    """One bucket."""

    def put(self, key: str, chunks: Iterable[bytes], content_type: str) -> None:
        """Whole or not at all, streamed."""
        ...

    def get(self, key: str) -> bytes | None: ...

    def list(self, prefix: str) -> Iterator[ObjectFact]:
        """All of them, by key."""
        ...

    def copy(self, source: str, target: str, *, content_type: str, cache_control: str) -> bool:
        """With headers of its own; False where there is no such source."""
        ...

    def delete(self, keys: Sequence[str]) -> None: ...


class Timers(Protocol):
    """Wakes the builder. A hint like all others: a lost one costs time."""

    def wake(self, at: float, now: float) -> None: ...


class Bus(Protocol):
    """Publishes events, each to its topic; a failed publication raises."""

    def publish(self, events: Sequence[Event]) -> bool:
        """Whether there is anybody to hear of them."""
        ...

"""The ports of ingest and builder: the interfaces behind which AWS or the tests' memory stands.

The logic in `platform_core.pipeline` knows nothing else of the outside world. Times are Unix
seconds; times that people read in a row are ISO-8601 UTC text. Every method may raise
`StoreUnavailable`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from platform_core.content.rows import ItemKey as ItemKey
from platform_core.content.rows import Tombstone as Tombstone
from platform_core.content.versions import StoredVersion
from platform_core.contract.status import BuildOutcome
from platform_core.pipeline.build.batching import SiteState
from platform_core.pipeline.events import Event
from platform_core.pipeline.ingest.deliveries import AppliedParts as AppliedParts
from platform_core.pipeline.ingest.deliveries import Attempt as Attempt
from platform_core.pipeline.ingest.deliveries import DeadLetters as DeadLetters
from platform_core.pipeline.ingest.deliveries import Deliveries as Deliveries
from platform_core.pipeline.ingest.deliveries import DeliveryResult as DeliveryResult
from platform_core.pipeline.ingest.deliveries import Discarded as Discarded
from platform_core.pipeline.ingest.deliveries import FailedAttempt as FailedAttempt
from platform_core.pipeline.ingest.deliveries import PartialResult as PartialResult
from platform_core.pipeline.ingest.deliveries import ReplayRequest as ReplayRequest
from platform_core.pipeline.ingest.deliveries import SettledFacts as SettledFacts
from platform_core.pipeline.ingest.deliveries import StoredDelivery as StoredDelivery
from platform_core.pipeline.records import AuditRecord, BuildRecord, ReleaseRecord, Watch

if TYPE_CHECKING:
    from platform_core.content.model import UnifiedContent

Clock = Callable[[], float]


class Log(Protocol):
    """Writes one structured line to the log: facts and ids, never content or a secret."""

    def __call__(self, message: str, **facts: object) -> None: ...


# --- content -------------------------------------------------------------------------------------


class ContentStore(Protocol):
    """The items. Every write names the row that it replaces, so that of two writers one loses."""

    def find(self, key: ItemKey) -> StoredVersion | None:
        """Return the stored version of an item, with a consistent read."""
        ...

    def put(self, item: "UnifiedContent", replacing: StoredVersion | None) -> bool:
        """Store the item if the store still holds `replacing`. Returns False otherwise."""
        ...

    def put_tombstone(
        self, key: ItemKey, tombstone: Tombstone, replacing: StoredVersion | None
    ) -> bool:
        """Replace the item by a tombstone, on the same condition."""
        ...

    def scan(self) -> Iterator["UnifiedContent"]:
        """Yield every live item with its body, with consistent reads."""
        ...

    def list_keys(self, provider: str) -> Iterator[ItemKey]:
        """Yield the keys of a provider's items and tombstones. Eventually consistent."""
        ...

    def list_dated_keys(self, provider: str) -> Iterator[tuple[ItemKey, str]]:
        """Yield the same keys, each with its date in ISO-8601 UTC to the microsecond.

        The date is the vendor's date of an item, or the time of a tombstone.
        """
        ...


# --- the site's row ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeBump:
    """An increment of the site's count of changes."""

    changes: int
    now: float
    cause: str | None = None
    """Set by a person's request or a due date: the build then does not wait for other changes."""
    force: bool = False
    """Build even if the content has not changed."""
    allow_shrink: bool = False
    """Build even if much of the content is gone."""
    passed_over: Mapping[str, int] | None = None
    """Parts that a complete listing could not use, by reason; None if nothing was listed."""


class SiteStore(Protocol):
    """The SITE row. Every write but `add_changes` is conditional on what was read."""

    def read(self) -> SiteState:
        """Return the row with a consistent read; a new site's state if there is no row."""
        ...

    def add_changes(self, bump: ChangeBump) -> SiteState:
        """Add to the count of changes and return the row after the write.

        One atomic write. Sets `first_wanted_at` and `window_start` if they are absent and adds to
        `window_count`. With a cause, it sets `asked` and `asked_cause` and clears `retry_at`;
        `forced` and `shrink_allowed` become the new count if they are requested.
        """
        ...

    def compare_and_set(self, expected: Mapping[str, object], values: Mapping[str, object]) -> bool:
        """Set fields of the row if it has the expected ones. Returns False otherwise.

        None stands for an absent field.
        """
        ...


# --- builds and releases -------------------------------------------------------------------------


class Records(Protocol):
    """The rows beside the SITE row: builds, releases and audit records."""

    def save_build(self, record: BuildRecord) -> None:
        """Store the record. A record of a finished build is not overwritten."""
        ...

    def find_build(self, attempt: str) -> BuildRecord | None:
        """Return the record of a build."""
        ...

    def save_release(self, record: ReleaseRecord) -> None:
        """Store the record. An existing record is not overwritten."""
        ...

    def find_release(self, release_id: str) -> ReleaseRecord | None:
        """Return the record of a release."""
        ...

    def releases(self) -> Iterator[ReleaseRecord]:
        """Yield all releases, newest first, with consistent reads."""
        ...

    def set_expiring(self, release_id: str, *, expiring: bool) -> None:
        """Mark a release for deletion, or remove the mark."""
        ...

    def delete_release(self, release_id: str) -> None:
        """Delete the record of a release."""
        ...

    def save_audit(self, record: AuditRecord) -> None:
        """Store the record of a person's action."""
        ...


class Watches(Protocol):
    """The WATCH rows: the last comparison with each vendor's listing."""

    def read(self, provider: str) -> Watch | None:
        """Return the row of a provider."""
        ...

    def replace(self, provider: str, seen: Watch | None, now: Watch) -> bool:
        """Write the row if its `next_at` is still that of `seen`. Returns False otherwise."""
        ...


@dataclass(frozen=True, slots=True)
class BuildOrder:
    """The input of a build at the build service: ids and places, never content."""

    attempt: str
    source_key: str
    """Key of the zipped source in the data bucket."""
    site_url: str
    commit_key: str = ""
    """Key of the archive of a commit, for a site that renders its own repository."""


@dataclass(frozen=True, slots=True)
class BuildJob:
    """A build as the build service reports it."""

    build_id: str
    outcome: BuildOutcome
    reason: str = ""
    log_group: str | None = None
    log_stream: str | None = None
    queue_seconds: float | None = None
    build_seconds: float | None = None
    ended_at: float | None = None
    is_queued: bool = False
    """True while it waits in the service's queue and does not run yet."""
    folder: str = ""
    """The only folder of releases that the build can write; empty: the one of its attempt's id."""


class BuildService(Protocol):
    """Runs builds.

    Raises `BuildRefused` if it accepts none just now (limits, throttling), and `BuildDenied` if it
    does not allow us to start any.
    """

    def start(self, order: BuildOrder) -> BuildJob:
        """Start a build. The same attempt again returns the same build, for some minutes."""
        ...

    def status(self, build_id: str) -> BuildJob | None:
        """Return the build of an id."""
        ...

    def find(self, attempt: str) -> BuildJob | None:
        """Return the build of an attempt, searched among the newest of the project."""
        ...

    def stop(self, build_id: str) -> None:
        """Stop a running build."""
        ...


class Pointer(Protocol):
    """The folder of the live release at the edge."""

    def version(self) -> str:
        """Return the version that the next write must name."""
        ...

    def move_if_unchanged(self, folder: str, version: str) -> bool:
        """Point to the folder if the pointer still has this version. Returns False otherwise."""
        ...


# --- everything else -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """An object of a bucket, as a listing shows it."""

    key: str
    size: int
    modified_at: float


class Objects(Protocol):
    """The objects of one bucket."""

    def put(self, key: str, chunks: Iterable[bytes], content_type: str) -> None:
        """Store an object from a stream of chunks. It appears as a whole or not at all."""
        ...

    def get(self, key: str) -> bytes | None:
        """Return the bytes of an object; None if there is none."""
        ...

    def checksums(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Return the SHA-256 of objects by key, in hexadecimal, as the store has checked it.

        An object that was put without it has an empty text. A missing object is left out.
        """
        ...

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Yield the objects under a prefix, in the order of their keys."""
        ...

    def copy(self, source: str, target: str, *, content_type: str, cache_control: str) -> bool:
        """Copy an object with new headers. Returns False if the source does not exist."""
        ...

    def delete(self, keys: Sequence[str]) -> None:
        """Delete objects. A missing one is no error."""
        ...


class Timers(Protocol):
    """Wakes the builder. A lost timer only costs time, because the sweep does what is due."""

    def schedule_wakeup(self, at: float, now: float) -> None:
        """Call the builder at `at`."""
        ...


class Bus(Protocol):
    """Publishes events to subscribers, each on its topic."""

    def publish(self, events: Sequence[Event]) -> bool:
        """Publish the events. Returns False for a client without topics."""
        ...

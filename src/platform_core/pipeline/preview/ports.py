"""The ports of previews: their rows, their builds and their entries at the edge."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from platform_core.pipeline.preview.record import PreviewRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_core.content.model import UnifiedContent
    from platform_core.pipeline.ports import BuildJob


class PreviewStore(Protocol):
    """The PREVIEW rows."""

    def add(self, record: PreviewRecord) -> None:
        """Store a new record."""
        ...

    def list(self) -> Iterator[PreviewRecord]:
        """Yield all previews, the oldest first, with consistent reads."""
        ...

    def find(self, preview_id: str) -> PreviewRecord | None:
        """Return a record with a consistent read."""
        ...

    def replace(self, seen: PreviewRecord, now: PreviewRecord) -> PreviewRecord | None:
        """Store `now` with the next revision if the row still has that of `seen`.

        Returns the stored record, or None if another writer was first.
        """
        ...

    def delete(self, preview_id: str) -> None:
        """Delete a row. A missing one is no error."""
        ...


@dataclass(frozen=True, slots=True)
class PreviewOrder:
    """The input of a preview's build. The build service of releases does not take it."""

    attempt: str
    source_key: str
    site_url: str


class PreviewBuilds(Protocol):
    """Runs the builds of previews; with the errors of `BuildService`."""

    def start_preview(self, order: PreviewOrder) -> "BuildJob":
        """Start a build. The same attempt again returns the same build, for some minutes."""
        ...

    def status(self, build_id: str) -> "BuildJob | None":
        """Return the build of an id."""
        ...

    def find(self, attempt: str) -> "BuildJob | None":
        """Return the build of an attempt."""
        ...

    def stop(self, build_id: str) -> None:
        """Stop a running build."""
        ...


class PreviewEntries(Protocol):
    """The entries at the edge, from the hash of a token to a folder."""

    def put(self, entries: Mapping[str, str]) -> None:
        """Store entries. May be repeated."""
        ...

    def delete(self, keys: Iterable[str]) -> None:
        """Delete entries. A missing one is no error."""
        ...


@dataclass(frozen=True, slots=True)
class PreviewPorts:
    """The ports of a client with previews."""

    store: PreviewStore
    builds: PreviewBuilds
    entries: PreviewEntries
    drafts: "Callable[[], Iterator[UnifiedContent]] | None" = None
    """Reads the content with its drafts from the vendors. It is a port of previews only, so that
    no step of the live site can reach it."""

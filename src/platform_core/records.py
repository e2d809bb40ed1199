"""The rows beside a site's own: its builds, its releases, and what people ordered.

The builder writes them, the command line reads them. Ids sort by time; times are ISO-8601 UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

BuildState = Literal["building", "succeeded", "failed", "faulted", "skipped", "held", "abandoned"]


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """A BUILD row (`kind`=BUILD, `id`=the attempt): what caused it, and what became of it.

    Ids sort by time. Seconds are None until they are known.
    """

    id: str
    cause: str
    """`content`, `retry`, `scheduled`, or what a person's command says (`asked`, `deploy`)."""
    covers: int
    """The count of changes that it holds."""
    status: BuildState
    started_at: str
    finished_at: str | None = None
    release: str | None = None
    """The release that it made; of a skipped one: the release that holds the same already."""
    reason: str | None = None
    build_id: str | None = None
    """CodeBuild's."""
    log_group: str | None = None
    log_stream: str | None = None
    input_hash: str | None = None
    items: int | None = None
    source_digest: str | None = None
    wait_seconds: float | None = None
    """From the first change that it holds to its start."""
    snapshot_seconds: float | None = None
    queue_seconds: float | None = None
    build_seconds: float | None = None
    flip_seconds: float | None = None
    """From CodeBuild's end to the pointer's move."""


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """A RELEASE row (`kind`=RELEASE, `id`=the attempt that made it)."""

    id: str
    covers: int
    created_at: str
    input_hash: str
    source_digest: str
    items: int
    """Of the feed: what a shrinking one is compared with."""
    files: int
    bytes: int
    expiring: bool = False
    """Its files are going; nobody may point to it."""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """An AUDIT row: what a person ordered. Kept for 90 days."""

    id: str
    at: str
    action: str
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Watch:
    """A WATCH row (`kind`=WATCH, `id`=the provider): does its vendor show what never came in?"""

    next_at: float
    """When to look again, Unix seconds."""
    looked_at: str = ""
    """When its listing was last compared; empty: never, or it lists nothing."""
    missed: int = 0
    """Items that were not here then as the vendor had them."""

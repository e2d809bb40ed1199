"""The rows beside the SITE row: builds, releases, audit records and watches.

The builder writes them and the command line reads them. Ids sort by time; times are ISO-8601 UTC.

Every record has a codec: `to_row` returns the attributes of its row, `from_row` reads them back. A
None is stored as an absent attribute. `from_row` reads the rows of older and newer deploys: it
ignores unknown attributes, uses the default of an absent one, and keeps an unknown status as it is
stored (`status.OpenEnum`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from platform_core import contract
from platform_core.contract.status import BuildStatus

Row = dict[str, Any]


class _Record:
    """A record whose row has its fields as attributes."""

    __slots__ = ()

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Return the record of a row with plain numbers (`int` and `float`, no `Decimal`)."""
        names = (field.name for field in fields(cls))  # type: ignore[arg-type]
        return cls(**{name: row[name] for name in names if name in row})


@dataclass(frozen=True, slots=True)
class BuildRecord(_Record):
    """A BUILD row (`kind`=BUILD, `id`=the attempt): cause and result of a build.

    Seconds are None until they are known.
    """

    id: str
    cause: str
    """`content`, `retry`, `scheduled`, or a command's cause (`asked`, `deploy`)."""
    covers: int
    """The count of changes that the build contains."""
    status: BuildStatus
    started_at: str
    finished_at: str | None = None
    release: str | None = None
    """The release that the build made. For a skipped build: the release with the same content."""
    reason: str | None = None
    build_id: str | None = None
    """The id at CodeBuild."""
    log_group: str | None = None
    log_stream: str | None = None
    input_hash: str | None = None
    items: int | None = None
    source_digest: str | None = None
    commit: str | None = None
    """The commit of the source, for a site that renders its own repository."""
    wait_seconds: float | None = None
    """From the first change that the build contains to its start."""
    snapshot_seconds: float | None = None
    queue_seconds: float | None = None
    build_seconds: float | None = None
    flip_seconds: float | None = None
    """From the end at CodeBuild to the move of the pointer."""

    def to_row(self, expires_at: int) -> Row:
        """Return the attributes of the row, which expires at this Unix time."""
        return {
            **asdict(self),
            contract.EXPIRES_AT: expires_at,
            contract.SITE_KEY: contract.BUILD_ROW,
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        known = {field.name for field in fields(cls)} & row.keys()
        required = {"cause": "", "covers": 0, "started_at": ""}
        values = {name: row[name] for name in known}
        return cls(**{**required, **values, "status": BuildStatus(row.get("status", ""))})


@dataclass(frozen=True, slots=True)
class ReleaseRecord(_Record):
    """A RELEASE row (`kind`=RELEASE, `id`=the attempt that made it)."""

    id: str
    covers: int = 0
    created_at: str = ""
    input_hash: str = ""
    source_digest: str = ""
    items: int = 0
    """Number of items in the feed. A later feed with far fewer items is held."""
    files: int = 0
    bytes: int = 0
    expiring: bool = False
    """Its files are being deleted, so it can never be live again."""
    assets_checked: bool = False
    """Whether the bytes of its assets were compared with their names."""
    commit: str | None = None
    """The commit of the source, for a site that renders its own repository."""
    folder: str = ""
    """The folder of its files. Empty in releases of older deploys, whose folder is their id."""
    rules: str | None = None
    """Name of its set of redirects and headers at the edge."""

    @property
    def files_folder(self) -> str:
        """The folder of its files below `releases/`."""
        return self.folder or self.id

    @property
    def prefix(self) -> str:
        """The key prefix of its files."""
        return contract.release_prefix(self.files_folder)

    def to_row(self) -> Row:
        """Return the attributes of the row."""
        return {**asdict(self), contract.SITE_KEY: contract.RELEASE_ROW}


@dataclass(frozen=True, slots=True)
class AuditRecord(_Record):
    """An AUDIT row: an action of a person. Kept for 90 days."""

    id: str
    at: str = ""
    action: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)

    def to_row(self, expires_at: int) -> Row:
        """Return the attributes of the row, which expires at this Unix time."""
        return {
            **asdict(self),
            contract.EXPIRES_AT: expires_at,
            contract.SITE_KEY: contract.AUDIT_ROW,
        }


@dataclass(frozen=True, slots=True)
class Watch(_Record):
    """A WATCH row (`kind`=WATCH, `id`=the provider): the last check of its vendor's listing."""

    next_at: float
    """Time of the next check, Unix seconds."""
    looked_at: str = ""
    """Time of the last comparison; empty if there was none, or the vendor lists nothing."""
    missed: int = 0
    """Number of listed items that we did not have as the vendor has them."""

    def to_row(self) -> Row:
        """Return the attributes without the key."""
        return asdict(self)

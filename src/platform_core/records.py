"""The rows beside a site's own: its builds, its releases, its watches, and what people ordered.

The builder writes them, the command line reads them. Ids sort by time; times are ISO-8601 UTC.
Every record has a codec: `to_row` gives the attributes of its row, `from_row` reads them back.
`from_row` ignores attributes that it does not know, takes the default for one that is absent, and
keeps a status that it does not know as it is stored (`status.OpenEnum`), so that a newer deploy's
rows can be read. A row's None is an absent attribute.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from platform_core import contract
from platform_core.status import BuildStatus

Row = dict[str, Any]


class _Record:
    """A record whose attributes are its fields."""

    __slots__ = ()

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """The record of a row with plain numbers (`int` and `float`, no `Decimal`)."""
        names = (each.name for each in fields(cls))  # type: ignore[arg-type]
        return cls(**{name: row[name] for name in names if name in row})


@dataclass(frozen=True, slots=True)
class BuildRecord(_Record):
    """A BUILD row (`kind`=BUILD, `id`=the attempt): what caused it, and what became of it.

    Ids sort by time. Seconds are None until they are known.
    """

    id: str
    cause: str
    """`content`, `retry`, `scheduled`, or what a person's command says (`asked`, `deploy`)."""
    covers: int
    """The count of changes that it holds."""
    status: BuildStatus
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

    def to_row(self, expires_at: int) -> Row:
        return {
            **asdict(self),
            contract.EXPIRES_AT: expires_at,
            contract.SITE_KEY: contract.BUILD_ROW,
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        known = {each.name for each in fields(cls)} & row.keys()
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
    """Of the feed: what a shrinking one is compared with."""
    files: int = 0
    bytes: int = 0
    expiring: bool = False
    """Its files are going; nobody may point to it."""

    def to_row(self) -> Row:
        return {**asdict(self), contract.SITE_KEY: contract.RELEASE_ROW}


@dataclass(frozen=True, slots=True)
class AuditRecord(_Record):
    """An AUDIT row: what a person ordered. Kept for 90 days."""

    id: str
    at: str = ""
    action: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)

    def to_row(self, expires_at: int) -> Row:
        return {
            **asdict(self),
            contract.EXPIRES_AT: expires_at,
            contract.SITE_KEY: contract.AUDIT_ROW,
        }


@dataclass(frozen=True, slots=True)
class Watch(_Record):
    """A WATCH row (`kind`=WATCH, `id`=the provider): does its vendor show what never came in?"""

    next_at: float
    """When to look again, Unix seconds."""
    looked_at: str = ""
    """When its listing was last compared; empty: never, or it lists nothing."""
    missed: int = 0
    """Items that were not here then as the vendor had them."""

    def to_row(self) -> Row:
        """All but the key, which is the provider's."""
        return asdict(self)

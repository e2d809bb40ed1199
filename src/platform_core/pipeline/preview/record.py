"""The row of a preview. It is no release, so no code that takes a release can take it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from platform_core import contract
from platform_core.contract.status import PreviewStatus


@dataclass(frozen=True, slots=True)
class PreviewRecord:
    """A PREVIEW row (`kind`=PREVIEW, `id` sorts by time)."""

    id: str
    status: PreviewStatus
    created_at: str = ""
    ends_at: float = 0.0
    """Unix seconds after which its address is closed."""
    token_hash: str = ""
    """SHA-256 of the token in its address."""
    source_key: str = ""
    """Key of the zipped source in the data bucket."""
    label: str = ""
    drafts: bool = False
    """Whether it shows unpublished content."""
    revision: int = 0
    """Grows with each write, so that of two writers one loses."""
    tries: int = 0
    attempt: str | None = None
    """Id of the current try to build it."""
    build_id: str | None = None
    """The id at CodeBuild."""
    lease: float | None = None
    """Unix seconds until which the start of the build may take."""
    folders: tuple[str, ...] = ()
    """Folders below `previews/` that its builds can write; the last one is the current one."""
    log_group: str | None = None
    log_stream: str | None = None
    reason: str | None = None
    items: int = 0
    files: int = 0
    bytes: int = 0

    @property
    def folder(self) -> str:
        return self.folders[-1] if self.folders else ""

    @property
    def prefix(self) -> str:
        """The key prefix of its files."""
        return contract.preview_prefix(self.folder)

    @property
    def entry(self) -> tuple[str, str]:
        """The key and the value that open it at the edge."""
        return contract.preview_entry(self.token_hash), f"{int(self.ends_at)} {self.folder}"

    def to_row(self) -> dict[str, Any]:
        """Return the attributes of the row."""
        values = {**asdict(self), "folders": list(self.folders)}
        return {**values, contract.SITE_KEY: contract.PREVIEW_ROW}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Return the record of a row with plain numbers."""
        values = {field.name: row[field.name] for field in fields(cls) if field.name in row}
        status = PreviewStatus(row.get("status", ""))
        return cls(**{**values, "status": status, "folders": tuple(row.get("folders") or ())})

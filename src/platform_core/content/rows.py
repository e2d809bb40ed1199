"""Rows of the content table besides the item itself: keys, tombstones, and what a list shows.

The codec of an item is `content.to_row` and `content.from_row`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from platform_core import contract
from platform_core.content.ids import is_content_id
from platform_core.content.model import ContentStatus, format_timestamp, sort_key
from platform_core.content.versions import TOMBSTONE_SECONDS
from platform_core.errors import Malformed


@dataclass(frozen=True, slots=True)
class ItemKey:
    """Key of an item. Raises `Malformed` for an id that no table takes."""

    content_id: str
    content_type: str
    provider: str

    def __post_init__(self) -> None:
        if not is_content_id(self.content_id):
            raise Malformed("an item's id is empty, or longer than a table takes")

    def to_row(self) -> dict[str, str]:
        """The key attributes of the item's row."""
        return {
            contract.CONTENT_KEY: self.content_id,
            contract.CONTENT_SORT: sort_key(self.content_type, self.provider),
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "ItemKey":
        content_type, _, provider = str(row[contract.CONTENT_SORT]).partition("#")
        return cls(row[contract.CONTENT_KEY], content_type, provider)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Marks an item as removed, and the version that it was removed at."""

    version: int
    ranked_by_us: bool
    """Whether the version is ours, because the vendor named none."""
    at: float

    def to_row(self, key: ItemKey, client_id: str) -> dict[str, Any]:
        """The row that replaces the item's; it expires after `TOMBSTONE_SECONDS`."""
        return {
            **key.to_row(),
            "client_id": client_id,
            "content_type": key.content_type,
            "provider_name": key.provider,
            "status": ContentStatus.DELETED.value,
            "updated_at": format_timestamp(datetime.fromtimestamp(self.at, UTC)),
            "version": self.version,
            "deleted": True,
            "ranked_by_us": self.ranked_by_us,
            contract.EXPIRES_AT: int(self.at) + TOMBSTONE_SECONDS,
        }


@dataclass(frozen=True, slots=True)
class ContentSummary:
    """Fields that an index has of an item or a tombstone; None: the row has no such field."""

    content_id: str
    content_type: str | None = None
    provider_name: str | None = None
    slug: str | None = None
    title: str | None = None
    status: str | None = None
    """A `ContentStatus`, or what a newer deploy wrote."""
    updated_at: str | None = None
    version: int | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "ContentSummary":
        return cls(
            content_id=row[contract.CONTENT_KEY],
            content_type=row.get("content_type"),
            provider_name=row.get("provider_name"),
            slug=row.get("slug"),
            title=row.get("title"),
            status=row.get("status"),
            updated_at=row.get("updated_at"),
            version=row.get("version"),
        )

    @property
    def is_deleted(self) -> bool:
        return self.status == ContentStatus.DELETED


def row_size(value: Any) -> int:
    """Return the size of a value in a table in bytes, rounded up. Numbers count as digits."""
    match value:
        case str():
            return len(value.encode("utf-8", "surrogatepass"))
        case bytes():
            return len(value)
        case Mapping():
            # DynamoDB counts 3 bytes for each list or map and 1 byte for each of its elements.
            return 3 + sum(1 + row_size(name) + row_size(item) for name, item in value.items())
        case list() | tuple():
            return 3 + sum(1 + row_size(item) for item in value)
        case _:
            return len(str(value)) + 2

"""Tables in memory: the content, the site's row and the records beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from platform_core.content.model import UnifiedContent, content_digest, format_timestamp
from platform_core.content.versions import TOMBSTONE_SECONDS, StoredVersion
from platform_core.pipeline.build.batching import SiteState
from platform_core.pipeline.ports import ChangeBump, ItemKey, Tombstone
from platform_core.pipeline.records import AuditRecord, BuildRecord, ReleaseRecord, Watch
from tests.fakes.pipeline.index import Index
from tests.fakes.pipeline.steps import Clock, Steps

_DEFAULTS = {field.name: field.default for field in fields(SiteState)}


@dataclass
class StoredItem:
    stored: StoredVersion
    item: UnifiedContent | None
    at: str
    """Date of the version: the vendor's, or the time of the removal."""
    end: float | None = None
    """The time after which a tombstone can be deleted."""


class MemoryContent:
    def __init__(self, step: Steps, clock: Clock | None = None) -> None:
        self.step = step
        self.stored_items: dict[ItemKey, StoredItem] = {}
        self.history: list[tuple[ItemKey, StoredVersion]] = []
        self.dates: dict[str, tuple[ItemKey, str]] = {}
        self.index = Index(clock or Clock())

    def find(self, key: ItemKey) -> StoredVersion | None:
        self.step("content.find")
        stored_item = self.stored_items.get(key)
        return stored_item.stored if stored_item else None

    def put(self, item: UnifiedContent, replacing: StoredVersion | None) -> bool:
        key = ItemKey(item.id, item.content_type, item.provider_name)
        stored_item = StoredItem(
            StoredVersion(item.version, content_digest(item), slug=item.slug),
            item,
            format_timestamp(item.updated_at),
        )
        return self._replace(key, stored_item, replacing)

    def put_tombstone(
        self, key: ItemKey, tombstone: Tombstone, replacing: StoredVersion | None
    ) -> bool:
        stored = StoredVersion(
            tombstone.version, "", deleted=True, ranked_by_us=tombstone.ranked_by_us
        )
        at = format_timestamp(datetime.fromtimestamp(tombstone.at, UTC))
        end = tombstone.at + TOMBSTONE_SECONDS
        return self._replace(key, StoredItem(stored, None, at, end), replacing)

    def scan(self) -> Iterator[UnifiedContent]:
        for key in sorted(self.stored_items, key=str):
            self.step("content.scan part")
            item = self.stored_items[key].item
            if item is not None:
                yield item

    def list_keys(self, provider: str) -> Iterator[ItemKey]:
        yield from [key for key, _ in self.list_dated_keys(provider)]

    def list_dated_keys(self, provider: str) -> Iterator[tuple[ItemKey, str]]:
        self.step("content.dated")
        for name in self.index.names():
            key, at = self.dates[name]
            if key.provider == provider:
                yield key, at

    def expire(self, now: float) -> None:
        """Delete expired rows, as the table's TTL does some days after their end."""
        for key, stored_item in list(self.stored_items.items()):
            if stored_item.end is not None and stored_item.end <= now:
                del self.stored_items[key]
                self.index.update(str(key), None)

    def _replace(
        self, key: ItemKey, stored_item: StoredItem, replacing: StoredVersion | None
    ) -> bool:
        self.step("content.put")
        current = self.stored_items.get(key)
        version = None if current is None else (current.stored.version, current.stored.digest)
        expected = None if replacing is None else (replacing.version, replacing.digest)
        if version != expected:
            return False
        self.stored_items[key] = stored_item
        self.history.append((key, stored_item.stored))
        self.dates[str(key)] = (key, stored_item.at)
        self.index.update(str(key), float(len(self.history)))
        self.step("content.stored")
        return True


class MemorySite:
    def __init__(self, step: Steps) -> None:
        self.step = step
        self.row: dict[str, Any] = {}
        self.history: list[SiteState] = []

    @property
    def state(self) -> SiteState:
        return SiteState(**self.row)

    def read(self) -> SiteState:
        self.step("site.read")
        return self.state

    def add_changes(self, bump: ChangeBump) -> SiteState:
        self.step("site.bump")
        row = self.row
        row["changed"] = row.get("changed", 0) + bump.changes
        row["window_count"] = row.get("window_count", 0) + bump.changes
        row["last_changed_at"] = bump.now
        row.setdefault("first_wanted_at", bump.now)
        row.setdefault("window_start", bump.now)
        if bump.cause is not None:
            row |= {"asked": row["changed"], "asked_cause": bump.cause}
            row.pop("retry_at", None)
        row |= {"forced": row["changed"]} if bump.force else {}
        row |= {"shrink_allowed": row["changed"]} if bump.allow_shrink else {}
        if bump.passed_over is not None:
            row["passed_over"] = dict(bump.passed_over)
        self.history.append(self.state)
        self.step("site.bumped")
        return self.history[-1]

    def compare_and_set(self, expected: Mapping[str, object], values: Mapping[str, object]) -> bool:
        self.step("site.change")
        for name, value in expected.items():
            there = self.row.get(name, _DEFAULTS[name] if value is not None else None)
            if there != value:
                return False
        for name, value in values.items():
            assert name in _DEFAULTS
            self.row.pop(name, None)
            if value is not None:
                self.row[name] = value
        self.history.append(self.state)
        self.step("site.changed")
        return True


class MemoryRecords:
    def __init__(self, step: Steps) -> None:
        self.step = step
        self.builds: dict[str, BuildRecord] = {}
        self.kept: dict[str, ReleaseRecord] = {}
        self.audit: list[AuditRecord] = []

    def save_build(self, record: BuildRecord) -> None:
        self.step("records.build")
        current = self.builds.get(record.id)
        if current is None or current.status == "building":
            self.builds[record.id] = record
        self.step("records.build saved")

    def find_build(self, attempt: str) -> BuildRecord | None:
        self.step("records.build read")
        return self.builds.get(attempt)

    def save_release(self, record: ReleaseRecord) -> None:
        self.step("records.release")
        self.kept.setdefault(record.id, record)
        self.step("records.release saved")

    def find_release(self, release_id: str) -> ReleaseRecord | None:
        self.step("records.release read")
        return self.kept.get(release_id)

    def releases(self) -> Iterator[ReleaseRecord]:
        yield from sorted(self.kept.values(), key=lambda one: one.id, reverse=True)

    def set_expiring(self, release_id: str, *, expiring: bool) -> None:
        self.step("records.expiring")
        if release_id in self.kept:
            self.kept[release_id] = replace(self.kept[release_id], expiring=expiring)
        self.step("records.expiring set")

    def delete_release(self, release_id: str) -> None:
        self.step("records.forget")
        self.kept.pop(release_id, None)

    def save_audit(self, record: AuditRecord) -> None:
        self.audit.append(record)


class MemoryWatches:
    def __init__(self, step: Steps) -> None:
        self.step = step
        self.rows: dict[str, Watch] = {}

    def read(self, provider: str) -> Watch | None:
        self.step("watches.read")
        return self.rows.get(provider)

    def replace(self, provider: str, seen: Watch | None, now: Watch) -> bool:
        self.step("watches.replace")
        there = self.rows.get(provider)
        if (there and there.next_at) != (seen and seen.next_at):
            return False
        self.rows[provider] = now
        self.step("watches.replaced")
        return True

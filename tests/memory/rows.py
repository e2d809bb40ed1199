"""Tables in memory: the inbox, the content, the site's row and those beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from platform_core.batching import SiteState
from platform_core.content import UnifiedContent, digest, iso
from platform_core.deliveries import REPLAYABLE_SECONDS
from platform_core.ordering import Stored
from platform_core.ports import Applied, Bump, ItemKey, Revival, Setback, Tombstone, Waiting
from platform_core.records import AuditRecord, BuildRecord, ReleaseRecord, Watch
from platform_core.webhook import Delivery
from tests.memory.steps import Steps

_DEFAULTS = {each.name: each.default for each in fields(SiteState)}


class MemoryDeliveries:
    def __init__(self, step: Steps) -> None:
        self.step = step
        self.rows: dict[str, Waiting] = {}
        self.event_ids: dict[str, tuple[str, ...]] = {}
        self.reasons: dict[str, str] = {}
        self.ends: dict[str, float] = {}
        """When a row may expire."""

    def keep(self, delivery: Delivery) -> None:
        """What the door does: one conditional put."""
        self.rows.setdefault(delivery.id, Waiting(delivery))

    def put(self, delivery: Delivery, *, quarantine_reason: str | None = None) -> bool:
        """The port `Inbox`."""
        self.step("inbox.put")
        new = delivery.id not in self.rows
        self.keep(delivery)
        if new and quarantine_reason:
            self.reasons[delivery.id] = quarantine_reason
        self.step("inbox.kept")
        return new

    def status(self, delivery_id: str) -> str:
        return self.rows[delivery_id].delivery.status

    def read(self, delivery_id: str) -> Waiting | None:
        self.step("inbox.read")
        return self.rows.get(delivery_id)

    def pending(self) -> Iterator[str]:
        self.step("inbox.pending")
        waiting = [row.delivery for row in self.rows.values()]
        oldest = sorted(waiting, key=lambda delivery: delivery.request.received_at)
        yield from [delivery.id for delivery in oldest if delivery.status == "pending"]

    def settle(self, delivery_id: str, end: Applied) -> None:
        self.step("inbox.settle")
        row = self.rows[delivery_id]
        if row.delivery.status == "pending":
            delivery = replace(row.delivery, status=end.status)
            self.rows[delivery_id] = replace(
                row, delivery=delivery, next_attempt_at=0.0, told=end.event_ids, was="",
                reason=end.reason,
            )  # fmt: skip
            self.event_ids[delivery_id] = end.event_ids
            self.ends[delivery_id] = end.at + REPLAYABLE_SECONDS
        self.step("inbox.settled")

    def put_off(self, delivery_id: str, setback: Setback) -> None:
        self.step("inbox.put_off")
        row = self.rows[delivery_id]
        if row.delivery.status == "pending":
            status = "failed" if setback.failed else "pending"
            delivery = replace(row.delivery, status=status, attempts=setback.attempts)
            was = "" if setback.failed else row.was
            self.rows[delivery_id] = replace(
                row, delivery=delivery, next_attempt_at=setback.next_attempt_at, was=was,
                reason=setback.reason,
            )  # fmt: skip
            self.reasons[delivery_id] = setback.reason
        self.step("inbox.noted")

    def revive(self, delivery_id: str, revival: Revival) -> bool:
        self.step("inbox.revive")
        row = self.rows[delivery_id]
        seen = (row.delivery.status, row.replays + 1)
        if seen != (revival.was, revival.number) or self._ended(delivery_id, revival.at):
            return False
        delivery = replace(row.delivery, status="pending", attempts=0)
        self.rows[delivery_id] = replace(
            row, delivery=delivery, next_attempt_at=0.0, replays=revival.number,
            replayed_at=revival.at, was=revival.was, reason="",
        )  # fmt: skip
        self.ends.pop(delivery_id, None)
        self.step("inbox.revived")
        return True

    def discard(self, delivery_id: str, was: str, at: float) -> bool:
        if self.rows[delivery_id].delivery.status != was:
            return False
        self.ends[delivery_id] = at + REPLAYABLE_SECONDS
        return True

    def _ended(self, delivery_id: str, now: float) -> bool:
        return self.ends.get(delivery_id, now + 1) <= now


class MemoryDeadLetters:
    def __init__(self, step: Steps) -> None:
        self.step = step
        self.letters: list[tuple[str, str]] = []

    def give_up(self, delivery_id: str, reason: str) -> None:
        self.step("letters.send")
        self.letters.append((delivery_id, reason))
        self.step("letters.sent")


@dataclass
class Shelf:
    stored: Stored
    item: UnifiedContent | None
    at: str
    """Since when it is so: the vendor's date, or the time of the burial."""


class MemoryContent:
    def __init__(self, step: Steps) -> None:
        self.step = step
        self.shelves: dict[ItemKey, Shelf] = {}
        self.history: list[tuple[ItemKey, Stored]] = []

    def find(self, key: ItemKey) -> Stored | None:
        self.step("content.find")
        shelf = self.shelves.get(key)
        return shelf.stored if shelf else None

    def put(self, item: UnifiedContent, replacing: Stored | None) -> bool:
        key = ItemKey(item.id, item.content_type, item.provider_name)
        shelf = Shelf(Stored(item.version, digest(item)), item, iso(item.updated_at))
        return self._replace(key, shelf, replacing)

    def bury(self, key: ItemKey, tombstone: Tombstone, replacing: Stored | None) -> bool:
        stored = Stored(tombstone.version, "", deleted=True, ranked_by_us=tombstone.ranked_by_us)
        at = iso(datetime.fromtimestamp(tombstone.at, UTC))
        return self._replace(key, Shelf(stored, None, at), replacing)

    def scan(self) -> Iterator[UnifiedContent]:
        for key in sorted(self.shelves, key=str):
            self.step("content.scan")
            item = self.shelves[key].item
            if item is not None:
                yield item

    def of_provider(self, provider: str) -> Iterator[ItemKey]:
        yield from [key for key, _ in self.dated(provider)]

    def dated(self, provider: str) -> Iterator[tuple[ItemKey, str]]:
        self.step("content.dated")
        found = [(key, shelf.at) for key, shelf in self.shelves.items()]
        yield from [(key, at) for key, at in found if key.provider == provider]

    def _replace(self, key: ItemKey, shelf: Shelf, replacing: Stored | None) -> bool:
        self.step("content.put")
        known = self.shelves.get(key)
        seen = None if known is None else (known.stored.version, known.stored.digest)
        expected = None if replacing is None else (replacing.version, replacing.digest)
        if seen != expected:
            return False
        self.shelves[key] = shelf
        self.history.append((key, shelf.stored))
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

    def bump(self, bump: Bump) -> SiteState:
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
        self.history.append(self.state)
        self.step("site.bumped")
        return self.history[-1]

    def change(self, expected: Mapping[str, object], values: Mapping[str, object]) -> bool:
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
        known = self.builds.get(record.id)
        if known is None or known.status == "building":
            self.builds[record.id] = record
        self.step("records.build saved")

    def build(self, attempt: str) -> BuildRecord | None:
        self.step("records.build read")
        return self.builds.get(attempt)

    def save_release(self, record: ReleaseRecord) -> None:
        self.step("records.release")
        self.kept.setdefault(record.id, record)
        self.step("records.release saved")

    def release(self, release_id: str) -> ReleaseRecord | None:
        self.step("records.release read")
        return self.kept.get(release_id)

    def releases(self) -> Iterator[ReleaseRecord]:
        yield from sorted(self.kept.values(), key=lambda one: one.id, reverse=True)

    def set_expiring(self, release_id: str, *, expiring: bool) -> None:
        self.step("records.expiring")
        if release_id in self.kept:
            self.kept[release_id] = replace(self.kept[release_id], expiring=expiring)
        self.step("records.expiring set")

    def forget_release(self, release_id: str) -> None:
        self.step("records.forget")
        self.kept.pop(release_id, None)

    def note(self, record: AuditRecord) -> None:
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

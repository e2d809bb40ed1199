"""The pipeline's ports in memory: real stores with the same conditions, and a clock that we move.

Every call of a port passes `World.step`, where a test can crash the caller, before the effect or
after it, or let another worker run in between.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from platform_core import contract
from platform_core.batching import Policy, SiteState
from platform_core.content import UnifiedContent, digest
from platform_core.errors import Malformed, NotYetVisible
from platform_core.events import Event
from platform_core.feed import SiteFacts
from platform_core.ordering import Stored
from platform_core.pipeline.builder import Builder
from platform_core.pipeline.desk import Desk, files_of
from platform_core.pipeline.ingest import Ground, Ingest
from platform_core.pipeline.library import Shelves
from platform_core.pipeline.vendors import Vendor, Vendors
from platform_core.ports import (
    Applied,
    AuditRecord,
    BuildOrder,
    BuildRecord,
    BuildStatus,
    Bump,
    ItemKey,
    ObjectFact,
    ReleaseRecord,
    Setback,
    Tombstone,
    Waiting,
)
from platform_core.provider import Change, Context, HttpResponse, Removal, Signal, Upsert
from platform_core.webhook import Delivery, Request

T0 = 1_800_000_000.0
_DEFAULTS = {each.name: each.default for each in fields(SiteState)}


class Crash(BaseException):
    """The worker dies here. Nothing of ours may catch it."""


class Steps:
    """Counts the calls of all ports; a test may hook in at each."""

    def __init__(self) -> None:
        self.count = 0
        self.crash_at: int | None = None
        self.log: list[str] = []
        self.between: Callable[[], object] | None = None
        self.between_at = 0
        """At which step another worker does something, once."""

    def __call__(self, name: str) -> None:
        """Before an effect, and again after it."""
        self.count += 1
        self.log.append(name)
        if self.crash_at is not None and self.count == self.crash_at:
            self.crash_at = None
            raise Crash(name)
        if self.between is not None and self.count >= self.between_at:
            hook, self.between = self.between, None
            hook()


class MemoryDeliveries:
    def __init__(self, step: Steps) -> None:
        self.step = step
        self.rows: dict[str, Waiting] = {}
        self.event_ids: dict[str, tuple[str, ...]] = {}
        self.reasons: dict[str, str] = {}

    def keep(self, delivery: Delivery) -> None:
        """What the door does: one conditional put."""
        self.rows.setdefault(delivery.id, Waiting(delivery))

    def status(self, delivery_id: str) -> str:
        return self.rows[delivery_id].delivery.status

    def read(self, delivery_id: str) -> Waiting | None:
        self.step("inbox.read")
        return self.rows.get(delivery_id)

    def pending(self) -> Iterator[str]:
        waiting = [row.delivery for row in self.rows.values()]
        oldest = sorted(waiting, key=lambda delivery: delivery.request.received_at)
        yield from [delivery.id for delivery in oldest if delivery.status == "pending"]

    def settle(self, delivery_id: str, end: Applied) -> None:
        self.step("inbox.settle")
        row = self.rows[delivery_id]
        if row.delivery.status == "pending":
            self.rows[delivery_id] = Waiting(replace(row.delivery, status=end.status))
            self.event_ids[delivery_id] = end.event_ids
        self.step("inbox.settled")

    def put_off(self, delivery_id: str, setback: Setback) -> None:
        row = self.rows[delivery_id]
        if row.delivery.status == "pending":
            status = "failed" if setback.failed else "pending"
            delivery = replace(row.delivery, status=status, attempts=setback.attempts)
            self.rows[delivery_id] = Waiting(delivery, setback.next_attempt_at)
            self.reasons[delivery_id] = setback.reason


class MemoryDeadLetters:
    def __init__(self) -> None:
        self.letters: list[tuple[str, str]] = []

    def give_up(self, delivery_id: str, reason: str) -> None:
        self.letters.append((delivery_id, reason))


@dataclass
class Shelf:
    stored: Stored
    item: UnifiedContent | None


class MemoryContent:
    def __init__(self, step: Steps) -> None:
        self.step = step
        self.shelves: dict[ItemKey, Shelf] = {}

    def find(self, key: ItemKey) -> Stored | None:
        self.step("content.find")
        shelf = self.shelves.get(key)
        return shelf.stored if shelf else None

    def put(self, item: UnifiedContent, replacing: Stored | None) -> bool:
        key = ItemKey(item.id, item.content_type, item.provider_name)
        return self._replace(key, Shelf(Stored(item.version, digest(item)), item), replacing)

    def bury(self, key: ItemKey, tombstone: Tombstone, replacing: Stored | None) -> bool:
        stored = Stored(tombstone.version, "", deleted=True, ranked_by_us=tombstone.ranked_by_us)
        return self._replace(key, Shelf(stored, None), replacing)

    def scan(self) -> Iterator[UnifiedContent]:
        for key in sorted(self.shelves, key=str):
            self.step("content.scan")
            item = self.shelves[key].item
            if item is not None:
                yield item

    def of_provider(self, provider: str) -> Iterator[ItemKey]:
        yield from [key for key in self.shelves if key.provider == provider]

    def _replace(self, key: ItemKey, shelf: Shelf, replacing: Stored | None) -> bool:
        self.step("content.put")
        known = self.shelves.get(key)
        seen = None if known is None else (known.stored.version, known.stored.digest)
        expected = None if replacing is None else (replacing.version, replacing.digest)
        if seen != expected:
            return False
        self.shelves[key] = shelf
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


class MemoryObjects:
    def __init__(self, step: Steps, clock: "Clock") -> None:
        self.step = step
        self.clock = clock
        self.files: dict[str, tuple[bytes, float]] = {}

    def put(self, key: str, chunks: Iterable[bytes], content_type: str) -> None:
        body = b"".join(chunks)
        self.step("objects.put")
        self.files[key] = (body, self.clock())
        self.step("objects.stored")

    def get(self, key: str) -> bytes | None:
        found = self.files.get(key)
        return found[0] if found else None

    def list(self, prefix: str) -> Iterator[ObjectFact]:
        found = sorted(key for key in self.files if key.startswith(prefix))
        for key in found:
            if key in self.files:
                body, at = self.files[key]
                yield ObjectFact(key, len(body), at)

    def copy(self, source: str, target: str) -> bool:
        self.step("objects.copy")
        if source not in self.files:
            return False
        self.files[target] = self.files[source]
        self.step("objects.copied")
        return True

    def delete(self, keys: Sequence[str]) -> None:
        self.step("objects.delete")
        for key in keys:
            self.files.pop(key, None)


@dataclass
class Job:
    status: BuildStatus
    order: BuildOrder


class MemoryBuilds:
    """Builds run until a test ends them."""

    def __init__(self, step: Steps, world: "World") -> None:
        self.step = step
        self.world = world
        self.jobs: dict[str, Job] = {}
        self.refusals: list[Exception] = []
        self.lost_replies: list[Exception] = []

    @property
    def running(self) -> list[Job]:
        return [job for job in self.jobs.values() if job.status.outcome == "running"]

    def start(self, order: BuildOrder) -> BuildStatus:
        self.step("builds.start")
        if self.refusals:
            raise self.refusals.pop()
        build_id = f"project:{order.attempt}"
        self.jobs.setdefault(build_id, Job(BuildStatus(build_id, "running"), order))
        self.step("builds.started")
        if self.lost_replies:
            raise self.lost_replies.pop()
        return self.jobs[build_id].status

    def status(self, build_id: str) -> BuildStatus | None:
        job = self.jobs.get(build_id)
        return job.status if job else None

    def find(self, attempt: str) -> BuildStatus | None:
        return self.status(f"project:{attempt}")

    def stop(self, build_id: str) -> None:
        self.end(build_id, "failed", "STOPPED")

    def end(self, build_id: str, outcome: Any, reason: str = "") -> None:
        job = self.jobs[build_id]
        if job.status.outcome == "running":
            now = self.world.clock()
            job.status = replace(
                job.status, outcome=outcome, reason=reason, ended_at=now, build_seconds=20.0
            )

    def succeed(self, job: Job) -> None:
        """The build makes a site of its snapshot and publishes it, the manifest last."""
        self.world.publish(job.order.attempt)
        self.end(job.status.build_id, "succeeded")


class MemoryPointer:
    def __init__(self, step: Steps) -> None:
        self.step = step
        self.value: str | None = None
        self.writes = 0

    def version(self) -> str:
        self.step("pointer.version")
        return f"E{self.writes}"

    def write(self, release: str, version: str) -> bool:
        self.step("pointer.write")
        if version != f"E{self.writes}":
            return False
        self.value, self.writes = release, self.writes + 1
        self.step("pointer.written")
        return True


class MemoryTimers:
    def __init__(self) -> None:
        self.at: list[float] = []

    def wake(self, at: float, now: float) -> None:
        self.at.append(at)

    def due(self, now: float) -> int:
        count = sum(at <= now for at in self.at)
        self.at = [at for at in self.at if at > now]
        return count


class MemoryBus:
    def __init__(self, step: Steps) -> None:
        self.step = step
        self.events: list[Event] = []
        self.failures: list[Exception] = []

    def publish(self, events: Sequence[Event]) -> None:
        self.step("bus.publish")
        if self.failures:
            raise self.failures.pop()
        self.events += events
        self.step("bus.published")

    @property
    def hints(self) -> list[Event]:
        return [event for event in self.events if event.build_hint]


class Clock:
    """Stands still until somebody moves it."""

    def __init__(self) -> None:
        self.now = T0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class NoSettings(BaseModel):
    """The shop below has none."""


@dataclass
class ShopVendor:
    """A vendor with an API: what it holds, and what its webhooks mean."""

    items: dict[str, UnifiedContent] = field(default_factory=dict)
    shown: dict[str, UnifiedContent] | None = None
    """What the API shows, where it lags behind; None: the truth."""
    errors: list[Exception] = field(default_factory=list)

    def changes(self, context: Context, delivery: Delivery) -> Sequence[Change]:
        if self.errors:
            raise self.errors.pop()
        said = json.loads(delivery.request.body)
        match said["kind"]:
            case "upsert":
                return [Upsert(UnifiedContent.model_validate(one)) for one in said["items"]]
            case "removal":
                return [Removal(said["id"], "article", said.get("version"))]
            case "reference":
                current = self.current(context, said["id"], "article")
                if current is None or current.version < said["version"]:
                    raise NotYetVisible("the API still shows an older version")
                return [Upsert(current, authoritative=True)]
            case "order":
                return [Signal("order.placed", said["id"])]
            case "poison":
                raise KeyError("nobody thought of this")
            case _:
                raise Malformed("not understood")

    def list_all(self, context: Context) -> Iterator[UnifiedContent]:
        yield from list(self._shown().values())

    def current(
        self, context: Context, content_id: str, content_type: str
    ) -> UnifiedContent | None:
        return self._shown().get(content_id)

    def _shown(self) -> dict[str, UnifiedContent]:
        return self.items if self.shown is None else self.shown


class World:
    """A client: its vendor, its stores, its workers."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.clock = Clock()
        self.step = Steps()
        self.vendor = ShopVendor()
        self.deliveries = MemoryDeliveries(self.step)
        self.dead_letters = MemoryDeadLetters()
        self.content = MemoryContent(self.step)
        self.site = MemorySite(self.step)
        self.records = MemoryRecords(self.step)
        self.data = MemoryObjects(self.step, self.clock)
        self.pages = MemoryObjects(self.step, self.clock)
        self.builds = MemoryBuilds(self.step, self)
        self.pointer = MemoryPointer(self.step)
        self.timers = MemoryTimers()
        self.bus = MemoryBus(self.step)
        self.lines: list[tuple[str, dict[str, object]]] = []
        self.tokens = 0
        self.vendors = Vendors(
            client_id="acme",
            environment="dev",
            known={"shop": Vendor("shop", self.vendor, NoSettings())},
            secret=lambda provider, name: "a secret",
            http=_no_network,
            clock=self.clock,
        )
        self.ground = Ground(
            deliveries=self.deliveries,
            dead_letters=self.dead_letters,
            library=Shelves(self.content, self.clock),
            site=self.site,
            bus=self.bus,
            vendors=self.vendors,
            clock=self.clock,
            sleep=self.clock.sleep,
            tell=self._tell,
        )
        self.desk = Desk(
            client_id="acme",
            environment="dev",
            policy=policy or Policy(),
            site=self.site,
            records=self.records,
            data=self.data,
            pages=self.pages,
            builds=self.builds,
            pointer=self.pointer,
            timers=self.timers,
            bus=self.bus,
            content=self.content.scan,
            shop=self.vendors.shop,
            clock=self.clock,
            token=self._token,
            tell=self._tell,
        )
        self.ingest = Ingest(self.ground)
        self.builder = Builder(self.desk)
        self.deploy()

    # --- what happens outside --------------------------------------------------------------------

    def deploy(self, source: str = "s1") -> None:
        facts = SiteFacts(
            client_id="acme", environment="dev", name="Acme", domain="acme.example",
            url="https://acme.example", contact_email="web@acme.example",
            source_key=f"source/{source}.zip", source_digest=source,
        )  # fmt: skip
        body = json.dumps(facts.as_dict()).encode()
        self.data.files[contract.SITE_FACTS] = (body, self.clock())

    def deliver(self, said: Mapping[str, Any], key: str) -> str:
        """A vendor's delivery, kept by the door."""
        body = json.dumps(said).encode()
        request = Request("POST", "/webhooks/shop", {}, body, self.clock())
        delivery = Delivery("shop", key, request)
        self.deliveries.keep(delivery)
        return delivery.id

    def edit(self, name: str, version: int, title: str = "", **more: Any) -> str:
        """An editor publishes; the vendor tells of it."""
        item = article(name, version, title or f"{name} {version}", **more)
        self.vendor.items[name] = item
        said = {"kind": "upsert", "items": [item.model_dump(mode="json")]}
        return self.deliver(said, f"{name}-{version}-{title}")

    def publish(self, attempt: str) -> None:
        """What the publisher does at the end of a build."""
        home = files_of(attempt)
        snapshot = self.data.files[f"snapshots/{attempt}.json"][0]
        files = {
            f"{home}index.html": snapshot,
            f"{home}404.html": b"lost in " + attempt.encode(),
            f"assets/style.{len(snapshot)}.css": b"css",
        }
        for key, body in files.items():
            self.pages.files.setdefault(key, (body, self.clock()))
        manifest = {
            "version": 1,
            "attempt": attempt,
            "files": {key: {"key": key, "size": len(body)} for key, body in files.items()},
        }
        manifest_key = f"{home}release.json"
        self.pages.files[manifest_key] = (json.dumps(manifest).encode(), self.clock())

    def run(self, worker: Callable[[], object]) -> None:
        """One run of a worker, which may die on the way."""
        with suppress(Crash):
            worker()

    # --- time ---------------------------------------------------------------------------------

    def pass_time(self, seconds: float) -> None:
        """Timers fire when they are due; nothing else happens."""
        end = self.clock.now + seconds
        while self.timers.at and min(self.timers.at) <= end:
            self.clock.now = max(min(self.timers.at), self.clock.now)
            for _ in range(self.timers.due(self.clock.now)):
                self.run(self.builder.look)
        self.clock.now = end

    def finish_builds(self) -> None:
        """Every running build succeeds, and the service says so."""
        for job in self.builds.running:
            self.builds.succeed(job)
            self.run(lambda: self.builder.look(news=True))

    def fail_builds(self) -> None:
        for job in self.builds.running:
            self.builds.end(job.status.build_id, "failed", "BUILD: exit status 1")
            self.builder.look(news=True)

    def sweep(self) -> None:
        until = self.clock.now + 100
        self.run(lambda: self.ingest.sweep(until))
        self.run(lambda: self.builder.sweep(until))

    def settle(self, rounds: int = 12) -> None:
        """Nobody does anything; only sweepers run and builds end. Then all must be done."""
        for _ in range(rounds):
            self.sweep()
            for job in self.builds.running:
                self.builds.succeed(job)
            self.pass_time(400)

    # --- what can be seen ------------------------------------------------------------------------

    @property
    def visible(self) -> dict[str, str]:
        """Titles on the live site, by slug: what a visitor gets through the pointer."""
        if self.pointer.value is None:
            return {}
        page = json.loads(self.pages.files[f"{files_of(self.pointer.value)}index.html"][0])
        return {one["slug"]: one["title"] for one in page["articles"]}

    @property
    def stored(self) -> dict[str, tuple[int, str]]:
        """Live items of the content table: version and title, by id."""
        return {
            shelf.item.id: (shelf.item.version, shelf.item.title)
            for shelf in self.content.shelves.values()
            if shelf.item is not None
        }

    def said(self, message: str) -> list[dict[str, object]]:
        return [facts for line, facts in self.lines if line == message]

    def _tell(self, message: str, **facts: object) -> None:
        self.lines.append((message, facts))

    def _token(self) -> str:
        self.tokens += 1
        return f"{self.tokens:06x}"


def article(name: str, version: int, title: str, **more: Any) -> UnifiedContent:
    moment = datetime.fromtimestamp(T0, UTC)
    fields_of_it: dict[str, Any] = {
        "id": name,
        "title": title,
        "slug": name,
        "content_type": "article",
        "provider_type": "cms",
        "provider_name": "shop",
        "version": version,
        "created_at": moment,
        "updated_at": moment,
        "synced_at": moment,
    }
    return UnifiedContent.model_validate(fields_of_it | more)


def _no_network(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> HttpResponse:
    raise AssertionError("the shop needs no network")

"""A client in memory: its vendor, its stores and its workers, with events from outside."""

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from platform_core import contract
from platform_core.errors import Refused, StoreUnavailable
from platform_core.feed.content_feed import SiteFacts
from platform_core.ingress.receive import Inbox
from platform_core.pipeline.build.batching import Policy
from platform_core.pipeline.build.builder import Builder
from platform_core.pipeline.build.deps import BuilderDeps
from platform_core.pipeline.ingest.content_applier import StoredContent
from platform_core.pipeline.ingest.deps import IngestDeps
from platform_core.pipeline.ingest.worker import Ingest
from platform_core.pipeline.ports import ContentStore
from platform_core.pipeline.vendors import ClientProviders, Vendor
from platform_core.webhooks.request import Delivery, Request
from tests.fakes.pipeline.inbox import MemoryDeadLetters, MemoryDeliveries, MemoryStoredDeliveries
from tests.fakes.pipeline.rows import MemoryContent, MemoryRecords, MemorySite, MemoryWatches
from tests.fakes.pipeline.services import (
    MemoryBuilds,
    MemoryBus,
    MemoryObjects,
    MemoryPointer,
    MemoryTimers,
)
from tests.fakes.pipeline.steps import Clock, Crash, Steps
from tests.fakes.pipeline.vendor import NoSettings, ShopVendor, article, no_network


class World:
    """A client with its vendor, its stores and its workers."""

    def __init__(
        self, policy: Policy | None = None, step: Steps | None = None, client_id: str = "acme"
    ) -> None:
        self.clock = Clock()
        self.step = step or Steps()
        self.vendor = ShopVendor(step=self.step)
        self.deliveries = MemoryDeliveries(self.step, self.clock)
        self.dead_letters = MemoryDeadLetters(self.step)
        self.content = MemoryContent(self.step, self.clock)
        self.site = MemorySite(self.step)
        self.records = MemoryRecords(self.step)
        self.watches = MemoryWatches(self.step)
        self.data = MemoryObjects(self.step, self.clock)
        self.pages = MemoryObjects(self.step, self.clock)
        self.builds = MemoryBuilds(self.step, self.clock, self.publish)
        self.pointer = MemoryPointer(self.step)
        self.timers = MemoryTimers(self.step)
        self.bus = MemoryBus(self.step)
        self.inbox: Inbox = self.deliveries
        self.store: ContentStore = self.content
        self.lines: list[tuple[str, dict[str, object]]] = []
        self.tokens = 0
        self.vendors = ClientProviders(
            client_id=client_id,
            environment="dev",
            known={"shop": Vendor("shop", self.vendor, NoSettings())},
            secret=lambda provider, name: "a secret",
            http=no_network,
            clock=self.clock,
        )
        self.ingest_deps = IngestDeps(
            deliveries=self.deliveries,
            stored_deliveries=MemoryStoredDeliveries(self.deliveries),
            dead_letters=self.dead_letters,
            applier=StoredContent(self.content, self.clock),
            site=self.site,
            bus=self.bus,
            vendors=self.vendors,
            clock=self.clock,
            sleep=self.clock.sleep,
            log=self._log,
        )
        self.desk = BuilderDeps(
            client_id=client_id,
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
            resize_image=self.vendors.resize_image,
            clock=self.clock,
            token=self._token,
            log=self._log,
        )
        self.ingest = Ingest(self.ingest_deps)
        self.builder = Builder(self.desk)
        self.deploy()

    # --- events from outside ---------------------------------------------------------------------

    def deploy(self, source: str = "s1") -> None:
        facts = SiteFacts(
            client_id="acme", environment="dev", name="Acme", domain="acme.example",
            url="https://acme.example", contact_email="web@acme.example",
            source_key=f"source/{source}.zip", source_digest=source,
        )  # fmt: skip
        body = json.dumps(facts.as_dict()).encode()
        self.data.files[contract.SITE_FACTS] = (body, self.clock())

    def deliver(self, body: Mapping[str, Any], key: str) -> str:
        """Store a vendor's delivery, as the webhook endpoint does."""
        encoded = json.dumps(body).encode()
        request = Request("POST", "/webhooks/shop", {}, encoded, self.clock())
        delivery = Delivery("shop", key, request)
        self.deliveries.keep(delivery)
        return delivery.id

    def edit(self, name: str, version: int, title: str = "", **more: Any) -> str:
        """Publish an item at the vendor, which delivers the change."""
        item = article(name, version, title or f"{name} {version}", **more)
        self.vendor.items[name] = item
        body = {"kind": "upsert", "items": [item.model_dump(mode="json")]}
        return self.deliver(body, f"{name}-{version}-{title}")

    def publish(self, attempt: str) -> None:
        """Publish the manifest as the publisher does at the end of a build."""
        home = contract.release_prefix(self.builds.folder_of(attempt) or attempt)
        snapshot = self.data.files[f"snapshots/{attempt}.json"][0]
        style = b"css for %d bytes" % len(snapshot)
        files = {
            f"{home}index.html": snapshot,
            f"{home}404.html": b"lost in " + attempt.encode(),
            f"assets/style.{hashlib.sha256(style).hexdigest()}.css": style,
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
        """Run a worker once. It may crash, or find a store unavailable."""
        with suppress(Crash, StoreUnavailable):
            worker()

    def attempt(self, order: Callable[[], object]) -> None:
        """Run an order of a person, which may be refused."""
        with suppress(Refused):
            self.run(order)

    # --- time ---------------------------------------------------------------------------------

    def pass_time(self, seconds: float) -> None:
        """Let time pass. Only due timers run."""
        end = self.clock.now + seconds
        while self.timers.at and min(self.timers.at) <= end:
            self.clock.now = max(min(self.timers.at), self.clock.now)
            for _ in range(self.timers.due(self.clock.now)):
                self.run(self.builder.reconcile)
        self.clock.now = end

    def finish_builds(self) -> None:
        """Let every running build succeed and report its end."""
        for job in self.builds.running:
            self.builds.succeed(job)
            self.run(lambda: self.builder.reconcile(news=True))

    def fail_builds(self) -> None:
        for job in self.builds.running:
            self.builds.end(job.status.build_id, "failed", "BUILD: exit status 1")
            self.builder.reconcile(news=True)

    def sweep(self) -> None:
        until = self.clock.now + 100
        self.run(lambda: self.ingest.sweep(until))
        self.run(lambda: self.builder.sweep(until))

    def settle(self, rounds: int = 12) -> None:
        """Run only sweepers and builds. Afterwards all work must be done."""
        for _ in range(rounds):
            self.sweep()
            for job in self.builds.running:
                self.builds.succeed(job)
            self.pass_time(400)

    # --- observation ------------------------------------------------------------------------------

    @property
    def visible(self) -> dict[str, str]:
        """Titles on the live site by slug, as visitors get them through the pointer."""
        if self.pointer.value is None:
            return {}
        page = json.loads(
            self.pages.files[f"{contract.release_prefix(self.pointer.value)}index.html"][0]
        )
        return {article["slug"]: article["title"] for article in page["articles"]}

    @property
    def stored(self) -> dict[str, tuple[int, str]]:
        """Live items of the content table: version and title, by id."""
        return {
            row.item.id: (row.item.version, row.item.title)
            for row in self.content.stored_items.values()
            if row.item is not None
        }

    def logged(self, message: str) -> list[dict[str, object]]:
        return [facts for line, facts in self.lines if line == message]

    def _log(self, message: str, **facts: object) -> None:
        self.lines.append((message, facts))

    def _token(self) -> str:
        self.tokens += 1
        return f"{self.tokens:06x}"

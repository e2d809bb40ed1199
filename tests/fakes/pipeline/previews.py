"""Previews in memory: their rows, their builds and their entries at the edge."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from platform_core import contract
from platform_core.contract.status import BuildOutcome
from platform_core.pipeline.ports import BuildJob
from platform_core.pipeline.preview.ports import PreviewOrder, PreviewPorts
from platform_core.pipeline.preview.previews import Previews
from platform_core.pipeline.preview.record import PreviewRecord
from tests.fakes.pipeline.world import World


@dataclass
class MemoryPreviewStore:
    world: World
    rows: dict[str, PreviewRecord] = field(default_factory=dict)

    def add(self, record: PreviewRecord) -> None:
        self.world.step("previews.add")
        self.rows[record.id] = record

    def list(self) -> Iterator[PreviewRecord]:
        self.world.step("previews.list")
        yield from [self.rows[key] for key in sorted(self.rows)]

    def find(self, preview_id: str) -> PreviewRecord | None:
        self.world.step("previews.find")
        return self.rows.get(preview_id)

    def replace(self, seen: PreviewRecord, now: PreviewRecord) -> PreviewRecord | None:
        self.world.step("previews.replace")
        stored = self.rows.get(seen.id)
        if stored is None or stored.revision != seen.revision:
            return None
        written = self.rows[seen.id] = replace(now, revision=seen.revision + 1)
        self.world.step("previews.replaced")
        return written

    def delete(self, preview_id: str) -> None:
        self.world.step("previews.delete")
        self.rows.pop(preview_id, None)


@dataclass
class MemoryPreviewBuilds:
    world: World
    jobs: dict[str, BuildJob] = field(default_factory=dict)

    @property
    def running(self) -> list[BuildJob]:
        return [job for job in self.jobs.values() if job.outcome is BuildOutcome.RUNNING]

    def start_preview(self, order: PreviewOrder) -> BuildJob:
        self.world.step("previews.start")
        folder = contract.build_folder("APRE", f"p:{order.attempt}")
        job = BuildJob(f"p:{order.attempt}", BuildOutcome.RUNNING, folder=folder)
        job = self.jobs.setdefault(job.build_id, job)
        self.world.step("previews.started")
        return job

    def status(self, build_id: str) -> BuildJob | None:
        self.world.step("previews.status")
        return self.jobs.get(build_id)

    def find(self, attempt: str) -> BuildJob | None:
        return self.status(f"p:{attempt}")

    def stop(self, build_id: str) -> None:
        self.world.step("previews.stop")
        if self.jobs[build_id].outcome is BuildOutcome.RUNNING:
            self.jobs[build_id] = replace(self.jobs[build_id], outcome=BuildOutcome.FAILED)

    def end_all(self, outcome: BuildOutcome) -> None:
        """End every running build, with one file of it."""
        for job in self.running:
            key = f"{contract.preview_prefix(job.folder)}index.html"
            self.world.pages.files[key] = (b"a part", self.world.clock())
            self.jobs[job.build_id] = replace(job, outcome=outcome)

    def succeed(self, *, also: str = "") -> None:
        """Publish and end every running build. `also`: one more key of the manifest."""
        for job in self.running:
            attempt = job.build_id.partition(":")[2]
            home = contract.preview_prefix(job.folder)
            keys = [f"{home}index.html", f"{home}404.html", f"{home}assets/a.css"]
            for key in keys:
                self.world.pages.files[key] = (b"a draft", self.world.clock())
            named = [*keys, *([also] if also else [])]
            files = {key: {"key": key, "size": 7} for key in named}
            manifest = json.dumps({"version": 1, "attempt": attempt, "files": files}).encode()
            self.world.pages.files[f"{home}release.json"] = (manifest, self.world.clock())
            self.jobs[job.build_id] = replace(job, outcome=BuildOutcome.SUCCEEDED)


@dataclass
class MemoryEntries:
    world: World
    entries: dict[str, str] = field(default_factory=dict)

    def put(self, entries: Mapping[str, str]) -> None:
        self.world.step("entries.put")
        self.entries |= entries

    def delete(self, keys: Iterable[str]) -> None:
        self.world.step("entries.delete")
        for key in keys:
            self.entries.pop(key, None)


class PreviewWorld(World):
    """A client with previews."""

    def __init__(self) -> None:
        super().__init__()
        self.preview_store = MemoryPreviewStore(self)
        self.preview_builds = MemoryPreviewBuilds(self)
        self.entries = MemoryEntries(self)
        ports = PreviewPorts(self.preview_store, self.preview_builds, self.entries)
        self.desk = replace(self.desk, previews=ports)
        self.builder = type(self.builder)(self.desk)
        self.previews = Previews(self.desk, ports)

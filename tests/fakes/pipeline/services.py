"""Services in memory: buckets, builds, the pointer, timers and topics."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from platform_core import contract
from platform_core.contract.status import BuildOutcome
from platform_core.pipeline.events import Event
from platform_core.pipeline.ports import BuildJob, BuildOrder, ObjectInfo
from tests.fakes.pipeline.steps import Clock, Steps


class MemoryObjects:
    def __init__(self, step: Steps, clock: Clock) -> None:
        self.step = step
        self.clock = clock
        self.files: dict[str, tuple[bytes, float]] = {}
        self.headers: dict[str, tuple[str, str]] = {}
        """Content type and cache control of a copy."""

    def put(self, key: str, chunks: Iterable[bytes], content_type: str) -> None:
        body = b"".join(chunks)
        self.step("objects.put")
        self.files[key] = (body, self.clock())
        self.step("objects.stored")

    def get(self, key: str) -> bytes | None:
        self.step("objects.get")
        stored = self.files.get(key)
        return stored[0] if stored else None

    def checksums(self, keys: Sequence[str]) -> Mapping[str, str]:
        self.step("objects.checksums")
        stored = ((key, self.files[key][0]) for key in keys if key in self.files)
        return {key: hashlib.sha256(body).hexdigest() for key, body in stored}

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        self.step("objects.list")
        keys = sorted(key for key in self.files if key.startswith(prefix))
        for key in keys:
            if key in self.files:
                body, at = self.files[key]
                yield ObjectInfo(key, len(body), at)

    def copy(self, source: str, target: str, *, content_type: str, cache_control: str) -> bool:
        self.step("objects.copy")
        if source not in self.files:
            return False
        self.files[target] = self.files[source]
        self.headers[target] = (content_type, cache_control)
        self.step("objects.copied")
        return True

    def delete(self, keys: Sequence[str]) -> None:
        self.step("objects.delete")
        for key in keys:
            self.files.pop(key, None)
            self.step("objects.delete part")


TOKEN_SECONDS = 300.0
"""Seconds for which the service recognizes a repeated start."""


@dataclass
class Job:
    status: BuildJob
    order: BuildOrder
    at: float


class MemoryBuilds:
    """Builds run until a test ends them. A start that is repeated too late makes another build."""

    def __init__(
        self, step: Steps, clock: Clock, publish: Callable[[str], None], project: str = "project"
    ) -> None:
        self.step = step
        self.clock = clock
        self.publish = publish
        self.project = project
        self.jobs: dict[str, Job] = {}
        self.refusals: list[Exception] = []
        self.lost_replies: list[Exception] = []
        self.own_folders = False
        """Whether each build publishes into a folder of its own, as on AWS."""

    @property
    def running(self) -> list[Job]:
        return [job for job in self.jobs.values() if job.status.outcome == BuildOutcome.RUNNING]

    def start(self, order: BuildOrder) -> BuildJob:
        self.step("builds.start")
        if self.refusals:
            raise self.refusals.pop()
        job = self._of(order.attempt)
        if job is None or self.clock() - job.at > TOKEN_SECONDS:
            build_id = f"{self.project}:{order.attempt}" + (f":{len(self.jobs)}" if job else "")
            status = BuildJob(build_id, BuildOutcome.RUNNING, folder=self.folder_of(order.attempt))
            job = Job(status, order, self.clock())
            self.jobs[build_id] = job
        self.step("builds.started")
        if self.lost_replies:
            raise self.lost_replies.pop()
        return job.status

    def status(self, build_id: str) -> BuildJob | None:
        self.step("builds.status")
        job = self.jobs.get(build_id)
        return job.status if job else None

    def find(self, attempt: str) -> BuildJob | None:
        self.step("builds.find")
        job = self._of(attempt)
        return job.status if job else None

    def folder_of(self, attempt: str) -> str:
        """Return the folder of releases that only this build can write."""
        return contract.build_folder("AROA", attempt) if self.own_folders else ""

    def stop(self, build_id: str) -> None:
        self.end(build_id, "failed", "STOPPED")

    def end(self, build_id: str, outcome: Any, reason: str = "") -> None:
        job = self.jobs[build_id]
        if job.status.outcome == BuildOutcome.RUNNING:
            now = self.clock()
            job.status = replace(
                job.status, outcome=outcome, reason=reason, ended_at=now, build_seconds=20.0
            )

    def _of(self, attempt: str) -> Job | None:
        """Return the newest job of an attempt."""
        mine = [job for job in self.jobs.values() if job.order.attempt == attempt]
        return mine[-1] if mine else None

    def succeed(self, job: Job) -> None:
        """Build a site of the snapshot and publish it, with the manifest last."""
        self.publish(job.order.attempt)
        self.end(job.status.build_id, "succeeded")


class MemoryPointer:
    def __init__(self, step: Steps) -> None:
        self.step = step
        self.value: str | None = None
        self.writes = 0

    def version(self) -> str:
        self.step("pointer.version")
        return f"E{self.writes}"

    def move_if_unchanged(self, folder: str, version: str) -> bool:
        self.step("pointer.write")
        if version != f"E{self.writes}":
            return False
        self.value, self.writes = folder, self.writes + 1
        self.step("pointer.written")
        return True


class MemoryRuleStore:
    def __init__(self, step: Steps) -> None:
        self.step = step
        self.entries: dict[str, str] = {}
        self.writes = 0

    def put(self, entries: Mapping[str, str]) -> None:
        self.step("rules.put")
        self.entries |= entries
        self.writes += 1

    def keep_only(self, prefixes: AbstractSet[str]) -> None:
        self.step("rules.keep only")
        kept = tuple(prefixes)
        self.entries = {k: v for k, v in self.entries.items() if k.startswith(kept)}


class MemoryTimers:
    def __init__(self, step: Steps) -> None:
        self.step = step
        self.at: list[float] = []

    def schedule_wakeup(self, at: float, now: float) -> None:
        self.step("timers.wake")
        self.at.append(at)
        self.step("timers.set")

    def due(self, now: float) -> int:
        count = sum(at <= now for at in self.at)
        self.at = [at for at in self.at if at > now]
        return count


class MemoryBus:
    def __init__(self, step: Steps) -> None:
        self.step = step
        self.events: list[Event] = []
        self.failures: list[Exception] = []

    def publish(self, events: Sequence[Event]) -> bool:
        self.step("bus.publish")
        if self.failures:
            raise self.failures.pop()
        for event in events:
            self.events.append(event)
            self.step("bus.publish part")
        self.step("bus.published")
        return True

    @property
    def hints(self) -> list[Event]:
        return [event for event in self.events if event.build_hint]

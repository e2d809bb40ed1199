"""Dependencies of the builder, and helpers that all of its steps share."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from platform_core import contract
from platform_core.content.model import UnifiedContent
from platform_core.errors import NotDeployed
from platform_core.feed.content_feed import Shop, SiteFacts
from platform_core.feed.images import ResizeImage
from platform_core.pipeline.build.batching import Policy
from platform_core.pipeline.events import Event, EventType, Priority
from platform_core.pipeline.ports import (
    BuildJob,
    BuildService,
    Bus,
    Clock,
    Log,
    Objects,
    Pointer,
    Records,
    SiteStore,
    Timers,
)
from platform_core.pipeline.preview.ports import PreviewPorts
from platform_core.pipeline.records import BuildRecord
from platform_core.pipeline.rule_store import RuleStore
from platform_core.pipeline.source.keeper import SourceKeeper

MAX_TRIES: Final = 10
"""Attempts of a conditional write that loses to other writers."""
CLEARED_WAIT: Final[Mapping[str, object]] = {
    "first_wanted_at": None,
    "window_start": None,
    "window_count": 0,
    "due_at": None,
    "retry_at": None,
}
"""Fields of the SITE row after a wait."""
CLEARED_ATTEMPT: Final[Mapping[str, object]] = {
    "attempt": None,
    "building": None,
    "build_id": None,
    "lease": None,
    "end_tries": 0,
}
"""Fields of the SITE row after a build attempt."""
CLEARED_FAILURES: Final[Mapping[str, object]] = {"failures": 0, "put_off_since": None}
"""Fields of the SITE row without a failed attempt or one that was put off."""
CLEARED_HOLD: Final[Mapping[str, object]] = {
    "held_reason": None,
    "held_at": None,
    "held_changed": None,
}
"""Fields of the SITE row of a site that is not held."""


@dataclass(frozen=True, slots=True)
class BuilderDeps:
    """The builder's ports, and the facts of its client."""

    client_id: str
    environment: str
    policy: Policy
    site: SiteStore
    records: Records
    data: Objects
    """The data bucket: snapshots, sources and site facts."""
    pages: Objects
    """The site bucket: releases and assets."""
    builds: BuildService
    pointer: Pointer
    timers: Timers
    bus: Bus
    content: Callable[[], Iterator[UnifiedContent]]
    shop: Callable[[], Shop]
    resize_image: ResizeImage
    clock: Clock
    token: Callable[[], str]
    """Returns a few random characters."""
    log: Log
    preview: bool = False
    reads_listings: bool = False
    """Whether `content` asks the vendors (direct mode), and not the content table."""
    rules: RuleStore | None = None
    """None for a client whose edge function applies no rules."""
    builds_each_event: bool = False
    """Whether equal content is no reason to skip a build: the site's build asks a vendor whose
    content we cannot list."""
    previews: PreviewPorts | None = None
    """None for a client without previews."""
    source: SourceKeeper | None = None
    """For a site that renders its own repository."""

    def site_facts(self) -> SiteFacts:
        """Return the facts that the last deploy uploaded. Raises `NotDeployed`."""
        text = self.data.get(contract.SITE_FACTS)
        if text is None:
            raise NotDeployed("no deploy has uploaded the site's source yet")
        return SiteFacts.from_dict(json.loads(text))

    def publish_event(
        self, event_type: EventType, subject: str, data: Mapping[str, object], occasion: int = 0
    ) -> None:
        """Publish an event about a build or a release.

        The same type, subject and occasion give the same event id, so a repeated step does not
        look like a second event. `occasion` separates events that may happen to one release more
        than once.
        """
        identity = f"{event_type}\n{subject}\n{occasion}"
        event = Event(
            event_id=hashlib.sha256(identity.encode()).hexdigest()[:32],
            event_type=event_type,
            provider_name="platform",
            content_id=subject,
            content_type=event_type.partition(".")[0],
            timestamp=format_time(self.clock()),
            client_id=self.client_id,
            environment=self.environment,
            requires_build=False,
            priority=Priority.NORMAL,
            data=data,
        )
        self.bus.publish([event])


def new_attempt_id(now: float, token: str) -> str:
    """Return an id that sorts by time: `20261121-101502123-7f3a2c`."""
    moment = datetime.fromtimestamp(now, UTC)
    return f"{moment:%Y%m%d-%H%M%S}{moment.microsecond // 1000:03}-{token}"


def attempt_started_at(attempt: str) -> float:
    """Return the time in an attempt's id as Unix seconds."""
    date, time, _ = attempt.split("-", 2)
    moment = datetime.strptime(f"{date}{time[:6]}", "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return moment.timestamp() + int(time[6:]) / 1000


def format_time(seconds: float) -> str:
    """Return Unix seconds as ISO-8601 UTC with milliseconds."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def snapshot_key(attempt: str) -> str:
    """Return the key of an attempt's content snapshot."""
    return f"{contract.SNAPSHOTS}{attempt}.json"


def with_job_details(record: BuildRecord, job: BuildJob) -> BuildRecord:
    """Return the record with the details that the build service knows."""
    return replace(
        record,
        build_id=job.build_id,
        log_group=job.log_group or record.log_group,
        log_stream=job.log_stream or record.log_stream,
        queue_seconds=job.queue_seconds,
        build_seconds=job.build_seconds,
    )

"""What the builder works with, and the small things that all of its steps share."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from platform_core import contract
from platform_core.batching import Policy
from platform_core.content import UnifiedContent
from platform_core.errors import NotDeployed
from platform_core.events import Event, EventType, Priority
from platform_core.feed import Shop, SiteFacts
from platform_core.ports import (
    BuildService,
    Bus,
    Clock,
    Objects,
    Pointer,
    Records,
    SiteStore,
    Tell,
    Timers,
)

TRIES: Final = 10
"""How often a step looks again after somebody else was first."""
NO_WAIT: Final[Mapping[str, object]] = {
    "first_wanted_at": None,
    "window_start": None,
    "window_count": 0,
    "due_at": None,
    "retry_at": None,
}
"""The fields of a wait, cleared."""
NO_ATTEMPT: Final[Mapping[str, object]] = {
    "attempt": None,
    "building": None,
    "build_id": None,
    "lease": None,
}
NOT_HELD: Final[Mapping[str, object]] = {
    "held_reason": None,
    "held_at": None,
    "held_changed": None,
}


@dataclass(frozen=True, slots=True)
class Desk:
    """The builder's ports, and the facts of its client."""

    client_id: str
    environment: str
    policy: Policy
    site: SiteStore
    records: Records
    data: Objects
    pages: Objects
    """The site bucket."""
    builds: BuildService
    pointer: Pointer
    timers: Timers
    bus: Bus
    content: Callable[[], Iterator[UnifiedContent]]
    shop: Callable[[], Shop]
    clock: Clock
    token: Callable[[], str]
    """A few random letters."""
    tell: Tell
    preview: bool = False

    def facts(self) -> SiteFacts:
        """What the last deploy knew of the site. Raises `NotDeployed`."""
        found = self.data.get(contract.SITE_FACTS)
        if found is None:
            raise NotDeployed("no deploy has uploaded the site's source yet")
        return SiteFacts.from_dict(json.loads(found))

    def announce(
        self, event_type: EventType, subject: str, data: Mapping[str, object], occasion: int = 0
    ) -> None:
        """Tell subscribers of a build or a release; again under the same id, if told again.
        `occasion` tells apart what may happen to one of them more than once."""
        named = f"{event_type}\n{subject}\n{occasion}"
        event = Event(
            event_id=hashlib.sha256(named.encode()).hexdigest()[:32],
            event_type=event_type,
            provider_name="platform",
            content_id=subject,
            content_type=event_type.partition(".")[0],
            timestamp=iso(self.clock()),
            client_id=self.client_id,
            environment=self.environment,
            requires_build=False,
            priority=Priority.NORMAL,
            data=data,
        )
        self.bus.publish([event])


def new_attempt(now: float, token: str) -> str:
    """An id that sorts by time and says it: `20261121-101502123-7f3a2c`."""
    moment = datetime.fromtimestamp(now, UTC)
    return f"{moment:%Y%m%d-%H%M%S}{moment.microsecond // 1000:03}-{token}"


def started_at(attempt: str) -> float:
    """When an attempt began, from its id."""
    date, time, _ = attempt.split("-", 2)
    moment = datetime.strptime(f"{date}{time[:6]}", "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return moment.timestamp() + int(time[6:]) / 1000


def iso(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def files_of(release: str) -> str:
    """The prefix of a release's objects."""
    return f"{contract.RELEASES}{release}/"


def snapshot_key(attempt: str) -> str:
    return f"{contract.SNAPSHOTS}{attempt}.json"

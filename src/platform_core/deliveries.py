"""The inbox, as those see it who apply what it keeps: two of the ports of `platform_core.ports`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from platform_core.webhook import Delivery

REPLAYABLE_SECONDS: Final = 30 * 24 * 3600
"""How long an applied delivery is kept: as long as a repeat is recognized."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A kept delivery, when it may be tried, and what came of it before."""

    delivery: Delivery
    next_attempt_at: float = 0.0
    whole: bool = True
    """False: its body lay beside the row, and is gone."""
    told: tuple[str, ...] = ()
    """Ids of the events that subscribers were told of."""
    replays: int = 0
    replayed_at: float = 0.0
    was: str = ""
    """What it was before the replay that it waits for."""
    reason: str = ""
    """What hindered it last."""


@dataclass(frozen=True, slots=True)
class Applied:
    """The end of a delivery. `duplicate`: all that it says was there already."""

    status: Literal["applied", "duplicate"]
    event_ids: tuple[str, ...]
    at: float
    changed: int | None = None
    """The site's count of changes once it was applied: a build that covers it shows it."""
    reason: str = ""
    """Why its replay did not work out, where it stays what it was."""


@dataclass(frozen=True, slots=True)
class Setback:
    """A try that did not work out; `failed`: the last one, until a person asks again."""

    attempts: int
    reason: str
    next_attempt_at: float
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Revival:
    """A delivery is to be driven again."""

    was: str
    """What it is until now: anything but `pending`."""
    number: int
    """Which replay of it this is, from 1."""
    at: float


class Deliveries(Protocol):
    """The inbox's reading side."""

    def read(self, delivery_id: str) -> Waiting | None:
        """The row as it is now (consistent), its body with it."""
        ...

    def pending(self) -> Iterator[str]:
        """Ids that wait, oldest first. A hint: read each again."""
        ...

    def settle(self, delivery_id: str, end: Applied) -> None:
        """Mark it applied: only now may it expire."""
        ...

    def put_off(self, delivery_id: str, setback: Setback) -> None:
        """Note the try. A row that is not pending any more stays as it is."""
        ...

    def revive(self, delivery_id: str, revival: Revival) -> bool:
        """Make it wait again, without an end, if it is what `revival` says; else False."""
        ...

    def discard(self, delivery_id: str, was: str, at: float) -> bool:
        """Give a failed or quarantined row the end that an applied one has; else False."""
        ...


class DeadLetters(Protocol):
    """Where what was given up waits for a person; a pointer, never the body."""

    def give_up(self, delivery_id: str, reason: str) -> None: ...

"""What can go wrong: a storm is how much of it, the weather is where it strikes."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from platform_core.errors import StoreUnavailable
from tests.memory import Clock, Crash, Steps

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Storm:
    """Chances of each fault: per step of a port, per message, or per delivery; times in seconds."""

    name: str
    kill: float = 0.0
    """Per step: the worker dies before the effect, or after it and before the reply."""
    away: float = 0.0
    """Per step: the store refuses, or has done it and its reply is lost."""
    race: float = 0.0
    """Per step: another worker runs in between."""
    drop: float = 0.0
    """Per message (stream, hint, timer, the build's end): it never comes."""
    double: float = 0.0
    """Per message: it comes twice. Per delivery: the vendor sends it again, up to 8 days later."""
    late: tuple[float, ...] = (0.0,)
    """By how much a delivery or a message may be late: enough to overtake others."""
    outage: tuple[float, ...] = ()
    """How long one of our stores may be down, once."""
    skew: tuple[float, ...] = (0.0,)
    """How wrong the clock of a worker may be."""
    failing: float = 0.0
    """Per build: it fails, or the service does."""
    poison: float = 0.0
    """Per delivery: it breaks our code."""
    forged: float = 0.0
    """Per delivery: somebody else sends one, too."""
    lag: float = 0.0
    """By how much the index of what is pending, and the vendor's API, may be behind."""
    people: float = 0.0
    """Per delivery: somebody orders a build, a rollback or a resume."""


CALM = Storm("calm")
EVERYTHING = Storm(
    "everything", kill=0.004, away=0.01, race=0.004, drop=0.1, double=0.1, late=(0, 1, 30, 400),
    outage=(60, 3_600), skew=(0, 1, -1, 299, -301), failing=0.15, poison=0.02, forged=0.05,
    lag=5, people=0.02,
)  # fmt: skip
STORMS = (
    CALM,
    Storm("killed", kill=0.02),
    Storm("reply lost or throttled", away=0.04),
    Storm("raced", race=0.02),
    Storm("messages lost", drop=0.4),
    Storm("doubled, up to 8 days later", double=0.5),
    Storm("reordered and delayed", late=(0, 1, 30, 400, 4_000)),
    Storm("a store down, 1 min to 26 h", outage=(60, 3_600, 26 * 3_600)),
    Storm("clocks wrong, up to a day", skew=(0, 1, -1, 299, -301, DAY, -DAY)),
    Storm("builds fail", failing=0.5),
    Storm("poisoned", poison=0.1),
    Storm("forged", forged=1.0),
    Storm("indexes behind", lag=60),
    Storm("people", people=0.1),
    EVERYTHING,
)
STORES = ("inbox", "content", "site", "records", "objects", "builds", "pointer", "bus", "timers")


class Weather(Steps):
    """At each step of each port, by chance: nothing, a death, a refusal, or somebody else's turn.

    A test that wants one certain fault sets `strike`: which step, and what happens there.
    """

    def __init__(self, random: Random, storm: Storm, race: Callable[[], None]) -> None:
        super().__init__()
        self.random = random
        self.storm = storm
        self.race = race
        self.clock: Clock | None = None
        self.strike: tuple[int, Exception | Crash] | None = None
        self.down: tuple[str, float, float] | None = None
        """Which store is down, from when, and until when."""
        self.struck = 0

    def fall_ill(self, start: float, end: float) -> None:
        self.down = (self.random.choice(STORES), start, end)

    def clear_up(self) -> None:
        """From now on nothing goes wrong."""
        self.storm, self.strike, self.down = CALM, None, None

    def __call__(self, name: str) -> None:
        self.count += 1
        if self.strike and self.strike[0] == self.count:
            raise self.strike[1]
        if self.down and self.clock and name.startswith(self.down[0]):
            _, start, end = self.down
            if start <= self.clock() < end:
                raise StoreUnavailable(f"{name}: down")
        storm = self.storm
        if not (storm.kill or storm.away or storm.race):
            return
        chance = self.random.random()
        if chance < storm.kill:
            self.struck += 1
            raise Crash(name)
        if chance < storm.kill + storm.away:
            self.struck += 1
            raise StoreUnavailable(name)
        if chance < storm.kill + storm.away + storm.race:
            self.race()

"""The faults of a run and their time. `storms` defines the probabilities."""

from collections.abc import Callable
from random import Random

from platform_core.errors import BuildRefused, StoreUnavailable
from tests.assurance.simulation.storms import CALM, Storm
from tests.fakes.pipeline import Clock, Crash, Steps

STALLS = (2.0, 40.0, 200.0)
"""Longest time that a worker may hang in one call."""
STORES = (
    "inbox", "content", "site", "records", "objects", "builds", "pointer", "bus", "timers",
    "letters", "secrets", "vendor",
)  # fmt: skip


class FaultInjector(Steps):
    """Causes faults at the steps of the ports at random.

    A step gets no fault, a crash, a refusal, or a run of another worker. A test that wants one
    certain fault sets `strike` to the step and the fault.
    """

    def __init__(self, random: Random, storm: Storm, race: Callable[[], None]) -> None:
        super().__init__()
        self.random = random
        self.storm = storm
        self.race = race
        self.clock = Clock()
        self.strike: tuple[int, Exception | Crash] | None = None
        self.down: tuple[str, float, float] | None = None
        """The store that is down, and the start and end of its outage."""
        self.ends_by = float("inf")
        """The time at which the platform ends the current function."""
        self.takes = 0.0
        """Seconds of each step."""
        self.struck = 0
        self.refused = 0
        """Number of failed calls of our own stores, the only valid reason for a 503."""
        self._throttled: dict[str, int] = {}

    def start_outage(self, start: float, end: float) -> None:
        self.down = (self.random.choice(STORES), start, end)

    def end_all_faults(self) -> None:
        """End all faults."""
        self.storm, self.strike, self.down = CALM, None, None
        self._throttled.clear()

    def behind(self) -> float:
        """Return the current delay of an index."""
        return self.random.uniform(0, self.storm.lag) if self.storm.lag else 0.0

    def __call__(self, name: str) -> None:
        self.count += 1
        if self.takes:
            self.clock.sleep(self.takes)
        if self.strike and self.strike[0] == self.count:
            self.refused += 1
            raise self.strike[1]
        if self.down and name.startswith(self.down[0]):
            _, start, end = self.down
            if start <= self.clock() < end:
                self._refuse(f"{name}: down")
        storm = self.storm
        if storm.partial and name.endswith(" part") and self.random.random() < storm.partial:
            self.struck += 1
            self._refuse(f"{name}: the rest was not taken")
        if name == "builds.start" and storm.refused and self.random.random() < storm.refused:
            self.struck += 1
            raise BuildRefused("AccountLimitExceededException")
        if storm.kill or storm.away or storm.race or storm.stall:
            self._by_chance(name, storm)

    def _by_chance(self, name: str, storm: Storm) -> None:
        store = name.partition(".")[0]
        if self._throttled.get(store):
            self._throttled[store] -= 1
            self._refuse(f"{name}: throttled")
        chance = self.random.random()
        if chance < storm.kill:
            self.struck += 1
            raise Crash(name)
        if chance < storm.kill + storm.away:
            self.struck += 1
            self._throttled[store] = self.random.choice((0, 0, 0, 1, 2, 5))
            self._refuse(name)
        if chance < storm.kill + storm.away + storm.race:
            self.race()
        elif chance < storm.kill + storm.away + storm.race + storm.stall:
            self._stall(name)

    def _stall(self, name: str) -> None:
        """Let the call hang while other workers run. A function that hangs too long is ended."""
        self.struck += 1
        self.clock.sleep(self.random.choice(STALLS))
        self.race()
        if self.clock() > self.ends_by:
            raise Crash(f"{name}: out of time")

    def _refuse(self, why: str) -> None:
        self.refused += 1
        raise StoreUnavailable(why)

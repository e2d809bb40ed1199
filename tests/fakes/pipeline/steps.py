"""Points where a test can crash a worker or run another one, and the tests' clock."""

from collections.abc import Callable

T0 = 1_800_000_000.0


class Crash(BaseException):
    """A crash of the worker. No code of the product may catch it."""


class Died(Exception):
    """The same for a library between the product and the worker that only passes exceptions on."""


DEATHS = (Crash, Died)


class Steps:
    """Counts the calls of all ports; a test can act at each."""

    def __init__(self) -> None:
        self.count = 0
        self.crash_at: int | None = None
        self.log: list[str] = []
        self.between: Callable[[], object] | None = None
        self.between_at = 0
        """The step at which another worker runs, once."""

    def __call__(self, name: str) -> None:
        """Count one step. Called before an effect, and again after it."""
        self.count += 1
        self.log.append(name)
        if self.crash_at is not None and self.count == self.crash_at:
            self.crash_at = None
            raise Crash(name)
        if self.between is not None and self.count >= self.between_at:
            hook, self.between = self.between, None
            hook()


class Clock:
    """A clock that moves only when a test moves it, or code under test sleeps."""

    def __init__(self, now: float = T0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

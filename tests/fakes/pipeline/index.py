"""A secondary index in memory, which lags behind its table for additions and removals."""

from collections.abc import Callable

from tests.fakes.pipeline.steps import Clock


def never_behind() -> float:
    return 0.0


class Index:
    """Lists names by a sort key, `lag()` seconds late; changes of one name keep their order."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lag: Callable[[], float] = never_behind
        self._listed: dict[str, float] = {}
        self._coming: list[tuple[float, str, float | None]] = []
        self._seen_at: dict[str, float] = {}
        """The time at which the last change of a name becomes visible."""

    def update(self, name: str, sort: float | None) -> None:
        """Change the name's entry to `sort`; None removes it."""
        seen_at = max(self.clock() + self.lag(), self._seen_at.get(name, 0.0))
        self._seen_at[name] = seen_at
        self._coming.append((seen_at, name, sort))

    def names(self) -> list[str]:
        """Return the visible names in the order of the index."""
        now = self.clock()
        for at, name, sort in self._coming:
            if at > now:
                continue
            self._listed.pop(name, None)
            if sort is not None:
                self._listed[name] = sort
        self._coming = [one for one in self._coming if one[0] > now]
        return sorted(self._listed, key=lambda name: self._listed[name])

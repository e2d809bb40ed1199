"""A secondary index in memory: what it lists is behind its table, both ways."""

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
        """When the last change of a name comes to be seen."""

    def tell(self, name: str, sort: float | None) -> None:
        """From some time on the name is listed under `sort`; None: no more."""
        seen_at = max(self.clock() + self.lag(), self._seen_at.get(name, 0.0))
        self._seen_at[name] = seen_at
        self._coming.append((seen_at, name, sort))

    def names(self) -> list[str]:
        """As the index has them now, in its order."""
        now = self.clock()
        for at, name, sort in self._coming:
            if at > now:
                continue
            self._listed.pop(name, None)
            if sort is not None:
                self._listed[name] = sort
        self._coming = [one for one in self._coming if one[0] > now]
        return sorted(self._listed, key=lambda name: self._listed[name])

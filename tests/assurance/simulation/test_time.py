"""Where the clock stands, and what it is called there, changes nothing."""

import time
from collections.abc import Iterator

import pytest

from tests.assurance.simulation import invariants
from tests.assurance.simulation.simulation import Simulation
from tests.assurance.simulation.storms import EVERYTHING

SPRING = 1_805_007_000.0
"""2027-03-14, 06:50 UTC: within the day's edits New York's clocks go forward."""
AUTUMN = 1_825_566_000.0
"""2027-11-07, 05:40 UTC: they go back."""


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Chatham"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("begin", [SPRING, AUTUMN])
def test_no_zone_and_no_summer_time_makes_a_difference(zone: str, begin: float) -> None:
    simulation = Simulation(9, EVERYTHING)
    simulation.world.clock.now = begin
    simulation.day(60)
    simulation.run()
    simulation.settle()
    invariants.check(simulation)
    known = simulation.world.records.builds
    assert [known[one].started_at for one in sorted(known)] == sorted(
        one.started_at for one in known.values()
    )
    first = min(known)
    assert first.startswith("20270314-06" if begin == SPRING else "20271107-05")

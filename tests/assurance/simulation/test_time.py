"""The time and the time zone of the machine do not change the result."""

import time
from collections.abc import Iterator

import pytest

from tests.assurance.simulation import invariants
from tests.assurance.simulation.simulation import Simulation
from tests.assurance.simulation.storms import EVERYTHING

SPRING = 1_805_007_000.0
"""2027-03-14, 06:50 UTC: New York's clocks go forward within the day's edits."""
AUTUMN = 1_825_566_000.0
"""2027-11-07, 05:40 UTC: the clocks go back."""


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Chatham"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("begin", [SPRING, AUTUMN])
def test_time_zones_and_daylight_saving_do_not_matter(zone: str, begin: float) -> None:
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

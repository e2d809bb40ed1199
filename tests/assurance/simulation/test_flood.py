"""A thousand deliveries within a minute, where each call of a store takes its time."""

from tests.assurance.simulation import invariants
from tests.assurance.simulation.simulation import Simulation
from tests.assurance.simulation.storms import Storm

FLOOD = Storm("a thousand in a minute", gaps=(0.03, 0.06, 0.09), waits=5)
CALL = 0.004
"""Seconds; one worker after the other, so this is slower than the real thing."""


def test_of_a_thousand_none_waits_for_more_than_seconds() -> None:
    simulation = Simulation(11, FLOOD)
    simulation.weather.takes = CALL
    simulation.day(1_000)
    simulation.run()
    world = simulation.world
    assert len(world.records.builds) <= 4
    assert len(world.bus.hints) < 50, "a thousand changes are not a thousand calls"
    simulation.weather.takes = 0.0
    simulation.settle()
    invariants.check(simulation)


def test_a_site_that_is_quiet_waits_for_seconds_only() -> None:
    simulation = Simulation(11, Storm("quiet", gaps=(20.0, 200.0), waits=2))
    simulation.weather.takes = CALL
    simulation.day(30)
    simulation.run()
    invariants.i8_nobody_waits_long(simulation)

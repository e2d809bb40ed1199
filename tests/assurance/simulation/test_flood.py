"""A thousand deliveries within a minute, with a realistic duration of each call."""

from tests.assurance.simulation import invariants
from tests.assurance.simulation.simulation import Simulation
from tests.assurance.simulation.storms import Storm

FLOOD = Storm("a thousand in a minute", gaps=(0.03, 0.06, 0.09), waits=5)
CALL = 0.004
"""Seconds of a call. Workers run one after the other, so this is slower than reality."""


def test_a_flood_of_a_thousand_deliveries_is_applied_within_seconds() -> None:
    simulation = Simulation(11, FLOOD)
    simulation.injector.takes = CALL
    simulation.day(1_000)
    simulation.run()
    world = simulation.world
    assert len(world.records.builds) <= 4
    assert len(world.bus.hints) < 50, "a thousand changes are not a thousand calls"
    simulation.injector.takes = 0.0
    simulation.settle()
    invariants.check(simulation)


def test_a_quiet_site_applies_a_delivery_within_seconds() -> None:
    simulation = Simulation(11, Storm("quiet", gaps=(20.0, 200.0), waits=2))
    simulation.injector.takes = CALL
    simulation.day(30)
    simulation.run()
    invariants.i8_nobody_waits_long(simulation)

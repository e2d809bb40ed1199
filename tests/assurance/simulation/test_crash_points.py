"""Crashes and lost responses at every step of every flow, before the step's effect and after it."""

import pytest

from platform_core.errors import StoreUnavailable
from tests.assurance.simulation import invariants
from tests.assurance.simulation.flows import FLOWS, Flow, resumed
from tests.fakes.pipeline import Crash

FAULTS: dict[str, Exception | Crash] = {
    "dies": Crash("struck"),
    "hears nothing": StoreUnavailable("struck"),
}


def steps(flow: Flow) -> range:
    probe = flow.begun()
    first = probe.injector.count + 1
    flow.part(probe)
    return range(first, probe.injector.count + 1)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_a_fault_at_any_step_loses_and_doubles_nothing(flow: Flow, fault: str) -> None:
    points = steps(flow)
    assert len(points) > 5
    for point in points:
        simulation = flow.begun()
        simulation.injector.strike = (point, FAULTS[fault])
        flow.part(simulation)
        simulation.run()
        simulation.injector.end_all_faults()
        resumed(simulation)
        simulation.settle()
        invariants.check(simulation)

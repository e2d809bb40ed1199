"""Every step of every flow, before its effect and after it: a death, and a reply that is lost."""

import pytest

from platform_core.errors import StoreUnavailable
from tests.assurance.simulation import invariants
from tests.assurance.simulation.flows import (
    FLOWS,
    Flow,
    resumed,
)
from tests.fakes.pipeline import Crash

FAULTS: dict[str, Exception | Crash] = {
    "dies": Crash("struck"),
    "hears nothing": StoreUnavailable("struck"),
}


def steps(flow: Flow) -> range:
    probe = flow.begun()
    first = probe.weather.count + 1
    flow.part(probe)
    return range(first, probe.weather.count + 1)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_no_step_is_one_too_many(flow: Flow, fault: str) -> None:
    points = steps(flow)
    assert len(points) > 5
    for point in points:
        simulation = flow.begun()
        simulation.weather.strike = (point, FAULTS[fault])
        flow.part(simulation)
        simulation.run()
        simulation.weather.clear_up()
        resumed(simulation)
        simulation.settle()
        invariants.check(simulation)

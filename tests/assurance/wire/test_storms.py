"""The real adapters in every storm, with faults at every request of every flow."""

import pytest

from tests.assurance.simulation import invariants
from tests.assurance.simulation.flows import FLOWS, Flow
from tests.assurance.simulation.seeds import WIRE_SEEDS
from tests.assurance.simulation.storms import CALM, STORMS, Storm
from tests.assurance.wire.simulation import (
    FAULTS,
    WireSimulation,
    lived_through,
    requests_of,
    struck,
)

BY_NAME = {storm.name: storm for storm in STORMS}
BUDGET = 4
"""Tries of one call, at most."""


@pytest.mark.parametrize("storm", STORMS, ids=BY_NAME)
def test_a_client_survives_the_storm(storm: Storm) -> None:
    simulation = lived_through(2_000, storm, 25)
    invariants.check(simulation)
    assert max(simulation.wire.cloud.tries.values()) <= BUDGET


@pytest.mark.parametrize(("name", "seed", "edits"), WIRE_SEEDS)
def test_seeds_that_once_failed_pass(name: str, seed: int, edits: int) -> None:
    invariants.check(lived_through(seed, BY_NAME[name], edits))


def test_requests_lost_on_the_wire_are_sent_again() -> None:
    """This proves that the simulation loses the responses of successful writes."""
    cloud = lived_through(2_001, BY_NAME["reply lost or throttled"], 40).wire.cloud
    assert cloud.unheard > 5
    assert cloud.tries["UpdateItem"] == BUDGET


LONG_FLOWS = {"D", "X"}
"""Flows of a second for each request: they begin with 14 releases."""
CASES = [
    pytest.param(flow, marks=pytest.mark.slow if flow.name[0] in LONG_FLOWS else (), id=flow.name)
    for flow in FLOWS
]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("flow", CASES)
def test_a_fault_at_any_request_loses_and_doubles_nothing(flow: Flow, fault: str) -> None:
    """Of the long flows some: all of them by `python -m tests.assurance.wire`."""
    points = requests_of(flow)
    for point in points[:: max(1, len(points) // 6)]:
        invariants.check(struck(flow, point, FAULTS[fault]))


def test_two_clients_of_one_account_use_only_their_own_resources() -> None:
    """The same vendor, deliveries and ids at both, and every storm at one of them."""
    loud = WireSimulation(2_002, BY_NAME["everything"], client_id="acme")
    quiet = WireSimulation(2_002, CALM, client_id="zeta")
    loud.wire.move_in_with(quiet.wire)
    loud.day(40)
    loud.run()
    assert not any(table.rows for table in quiet.wire.tables.values())
    quiet.day(10)
    quiet.run()
    for one in (loud, quiet):
        one.settle()
        invariants.check(one)
    for mine, theirs in ((loud.wire, quiet.wire), (quiet.wire, loud.wire)):
        assert len(mine.cloud.touched) > 10
        foreign = {name for name in mine.cloud.touched if mine.client_id not in name}
        assert not foreign
        assert not any(theirs.client_id in name for name in mine.cloud.touched)

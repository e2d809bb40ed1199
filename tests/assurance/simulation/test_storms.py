"""Every storm with some seeds: no acknowledged delivery is lost and no effect is doubled.

`python -m tests.assurance.simulation` runs it with millions of deliveries.
"""

import pytest

from tests.assurance.simulation import direct, invariants
from tests.assurance.simulation.seeds import DIRECT_SEEDS, SEEDS
from tests.assurance.simulation.simulation import lived_through
from tests.assurance.simulation.storms import STORMS, Storm
from tests.assurance.simulation.variants import AckFirst, ClaimFirst

BY_NAME = {storm.name: storm for storm in STORMS}
KILLED = BY_NAME["killed"]


@pytest.mark.parametrize("storm", STORMS, ids=BY_NAME)
def test_a_client_survives_the_storm(storm: Storm) -> None:
    for seed in range(1_000, 1_006):
        invariants.check(lived_through(seed, storm, 100))


@pytest.mark.parametrize("storm", STORMS, ids=BY_NAME)
def test_a_client_in_direct_mode_survives_the_storm(storm: Storm) -> None:
    for seed in range(1_000, 1_003):
        direct.check(direct.lived_through(seed, storm, 60))


@pytest.mark.parametrize(("name", "seed", "edits"), SEEDS)
def test_seeds_that_once_failed_pass(name: str, seed: int, edits: int) -> None:
    invariants.check(lived_through(seed, BY_NAME[name], edits))


@pytest.mark.parametrize(("name", "seed", "edits"), DIRECT_SEEDS)
def test_seeds_that_once_failed_in_direct_mode_pass(name: str, seed: int, edits: int) -> None:
    direct.check(direct.lived_through(seed, BY_NAME[name], edits))


def test_a_seed_always_gives_the_same_day() -> None:
    one, other = (lived_through(7, BY_NAME["everything"], 60) for _ in range(2))
    assert one.world.site.history == other.world.site.history
    assert one.world.lines == other.world.lines


def test_storms_cause_faults() -> None:
    simulation = lived_through(2, BY_NAME["everything"], 100)
    assert simulation.injector.struck > 10
    assert any(offer.tries for offer in simulation.post.offers)


def test_deadly_deliveries_kill_workers_and_hostile_builds_leave_their_lists() -> None:
    deadly = lived_through(1, BY_NAME["workers killed by deliveries"], 100)
    assert any(offer.kind == "deadly" for offer in deadly.post.offers)
    lying = lived_through(1, BY_NAME["builds lie"], 100)
    reasons = [str(build.reason) for build in lying.world.records.builds.values()]
    assert any("files" in reason for reason in reasons)
    refused = lived_through(1, BY_NAME["starts refused"], 100)
    assert refused.world.logged("build put off")


@pytest.mark.parametrize("inbox", [ClaimFirst, AckFirst])
def test_the_simulation_detects_the_losses_of_faulty_entry_points(
    inbox: type[ClaimFirst | AckFirst],
) -> None:
    theirs, ours = 0, 0
    for seed in range(5):
        theirs += len(invariants.lost(lived_through(seed, KILLED, 100, inbox)))
        ours += len(invariants.lost(lived_through(seed, KILLED, 100)))
    assert theirs > 0
    assert ours == 0

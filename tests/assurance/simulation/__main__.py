"""Simulate a million deliveries in every storm and print the outcomes.

    python -m tests.assurance.simulation --deliveries 1000000 [--first-seed 0] [--workers 2]

Prints a line for each storm: deliveries offered, acknowledged, lost (acknowledged without an
effect) and doubled (an effect that is visible twice). Two lines for faulty entry points follow,
which do not count. A seed that breaks an invariant is printed; add it to `seeds.py`.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, dataclass
from itertools import count, islice

from platform_core.ingress.receive import Inbox
from tests.assurance.simulation import invariants
from tests.assurance.simulation.simulation import lived_through
from tests.assurance.simulation.storms import STORMS, Storm
from tests.assurance.simulation.variants import AckFirst, ClaimFirst
from tests.fakes.pipeline import World

EDITS = 120
"""Edits for each client: few enough that every build is quick."""
KILLED = next(storm for storm in STORMS if storm.name == "killed")
OTHER_DOORS = (("killed, claim first", ClaimFirst), ("killed, answer first", AckFirst))


@dataclass(frozen=True, slots=True)
class Tally:
    """The totals of some storms."""

    clients: int = 0
    offered: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    broken: tuple[str, ...] = ()

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(one + more for one, more in zip(astuple(self), astuple(other), strict=True)))


def outcome(seed: int, storm: Storm, inbox: Callable[[World], Inbox] | None = None) -> Tally:
    """Return the totals of one client."""
    simulation = lived_through(seed, storm, EDITS, inbox)
    counts = (
        1,
        len(simulation.post.offers),
        sum(offer.acked for offer in simulation.post.offers),
        len(invariants.lost(simulation)),
        len(invariants.doubled(simulation)),
    )
    try:
        invariants.check(simulation)
    except AssertionError as error:
        return Tally(*counts, (f"{storm.name}, seed {seed}: {str(error)[:200]}",))
    return Tally(*counts)


def one_round(seed: int) -> list[Tally]:
    """Simulate a client in each storm, and two with faulty entry points."""
    ours = [outcome(seed, storm) for storm in STORMS]
    return ours + [outcome(seed, KILLED, inbox) for _, inbox in OTHER_DOORS]


def report(tallies: Sequence[Tally]) -> str:
    ours = tallies[: len(STORMS)]
    names = [*(storm.name for storm in STORMS), "all", *(name for name, _ in OTHER_DOORS)]
    rows = [*ours, sum(ours, Tally()), *tallies[len(STORMS) :]]
    head = ("clients", "offered", "acknowledged", "lost", "doubled")
    lines = [f"{'storm':34}" + "".join(f"{word:>14}" for word in head)]
    lines += [
        f"{name:34}" + "".join(f"{number:>14,}" for number in astuple(row)[:5])
        for name, row in zip(names, rows, strict=True)
    ]
    return "\n".join([*lines, *(f"BROKEN: {line}" for line in sum(ours, Tally()).broken)])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.assurance.simulation")
    parser.add_argument("--deliveries", type=int, default=1_000_000)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    tallies = [Tally()] * (len(STORMS) + len(OTHER_DOORS))
    seeds = count(options.first_seed)
    with ProcessPoolExecutor(options.workers) as pool:
        while sum(tally.offered for tally in tallies[: len(STORMS)]) < options.deliveries:
            for found in pool.map(one_round, islice(seeds, 10 * options.workers)):
                tallies = [one + more for one, more in zip(tallies, found, strict=True)]
    sys.stdout.write(report(tallies) + "\n")
    return 1 if sum(tallies[: len(STORMS)], Tally()).broken else 0


if __name__ == "__main__":
    sys.exit(main())

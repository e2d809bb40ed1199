"""Run the adapters with faults at every request of every flow, and in every storm.

    python -m tests.assurance.wire [--seeds 10] [--first-seed 0] [--workers 2]

Prints a line for each flow and storm: clients, acknowledged deliveries, requests, effects whose
response was lost, lost deliveries and doubled effects. Runs that break an invariant are printed.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from tests.assurance.simulation import invariants
from tests.assurance.simulation.flows import FLOWS
from tests.assurance.simulation.storms import STORMS
from tests.assurance.wire.simulation import (
    FAULTS,
    WireSimulation,
    lived_through,
    requests_of,
    struck,
)

EDITS = 60
COLUMNS = ("acknowledged", "requests", "unheard", "lost", "doubled")


@dataclass(frozen=True, slots=True)
class Found:
    """The totals of one simulation."""

    acknowledged: int
    requests: int
    unheard: int
    lost: int
    doubled: int
    broken: str = ""


def judged(simulation: WireSimulation, what: str) -> Found:
    cloud = simulation.wire.cloud
    counts = (
        sum(offer.acked for offer in simulation.post.offers), cloud.requests, cloud.unheard,
        len(invariants.lost(simulation)), len(invariants.doubled(simulation)),
    )  # fmt: skip
    try:
        invariants.check(simulation)
    except AssertionError as error:
        return Found(*counts, f"{what}: {str(error)[:200]}")
    return Found(*counts)


def of_flow(place: tuple[int, int, str]) -> Found:
    number, point, fault = place
    flow = FLOWS[number]
    return judged(struck(flow, point, FAULTS[fault]), f"{flow.name}, step {point}, {fault}")


def of_storm(place: tuple[int, int]) -> Found:
    number, seed = place
    storm = STORMS[number]
    return judged(lived_through(seed, storm, EDITS), f"{storm.name}, seed {seed}")


def row(name: str, found: Sequence[Found]) -> str:
    sums = [sum(getattr(one, column) for one in found) for column in COLUMNS]
    return f"{name:42}{len(found):>8,}" + "".join(f"{number:>14,}" for number in sums)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.assurance.wire")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    say = sys.stdout.write
    say(f"{'':42}{'tries':>8}" + "".join(f"{word:>14}" for word in COLUMNS) + "\n")
    whole: list[Found] = []

    def tell(name: str, judge: Callable[..., Found], places: Sequence[object]) -> None:
        results = list(pool.map(judge, places))
        whole.extend(results)
        say(row(name, results) + "\n")

    with ProcessPoolExecutor(options.workers) as pool:
        for number, flow in enumerate(FLOWS):
            points = [(number, at, fault) for at in requests_of(flow) for fault in FAULTS]
            tell(flow.name, of_flow, points)
        for number, storm in enumerate(STORMS):
            tell(storm.name, of_storm, [(number, seed) for seed in seeds])
    say(row("all", whole) + "\n")
    broken = [one.broken for one in whole if one.broken]
    say("".join(f"BROKEN: {line}\n" for line in broken))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

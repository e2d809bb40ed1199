"""Compare our build policy with a fixed window: builds per 1,000 events, and staleness of pages.

    python -m benchmarks.batching

The workloads are five kinds of simulated days, with builds of 120 to 300 seconds, one at a time.
Ours is `decide` itself. The fixed window collects for 30 seconds (60 once it has ten events), at
most 50 events, and builds each batch in turn. Its second time assumes that all batches build in
parallel. The simulation uses no clock, so the figures are the same everywhere.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from platform_core.contract.status import SiteBuildStatus
from platform_core.pipeline.build.batching import (
    BuildNow,
    Policy,
    SiteState,
    WaitUntil,
    decide,
    estimate_next_build_seconds,
)

SEEDS = range(10)
EVENTS = 3_000
"""Number of events of a workload."""
WINDOW, BULK_WINDOW = 30.0, 60.0
"""Seconds of the fixed window, and of the one for many events."""
BULK, BATCH_LIMIT = 10, 50
"""Events that make a window a long one, and events that end it."""
BuildsAndLags = tuple[int, list[float]]
"""The number of builds, and for each event the seconds until a page showed it."""
Simulate = Callable[[Sequence[float], Iterator[float]], BuildsAndLags]
"""Simulates a policy for the times of events and the durations of builds."""
TARGETS = {"editor bursts": 0.35, "bulk imports": 0.1, "mixed day": 0.65}
"""Limits of the ratio of our builds to those of the fixed window."""


# --- the workloads: seconds between events -------------------------------------------------------


def single_edits(random: Random) -> Iterator[float]:
    """Change one thing every quarter of an hour."""
    while True:
        yield random.expovariate(1 / 900)


def publish_pairs(random: Random) -> Iterator[float]:
    """Publish a document and its page within two seconds."""
    while True:
        yield random.expovariate(1 / 420)
        yield random.uniform(0.2, 2)


def editor_bursts(random: Random) -> Iterator[float]:
    """Save every half minute for a few minutes, and come back hours later."""
    while True:
        yield random.expovariate(1 / 10_800)
        for _ in range(random.randint(10, 30)):
            yield random.uniform(10, 45)


def bulk_imports(random: Random) -> Iterator[float]:
    """Write some hundred documents by script, several a second."""
    while True:
        yield random.expovariate(1 / 7_200)
        for _ in range(random.randint(500, 1_500)):
            yield random.uniform(0.05, 0.2)


def mixed_day(random: Random) -> Iterator[float]:
    """Mix a period of each workload."""
    kinds = [kind(random) for kind in (single_edits, publish_pairs, editor_bursts)]
    while True:
        for kind, length in zip(kinds, (20, 40, 60), strict=True):
            for _ in range(length):
                yield next(kind)
        yield random.expovariate(1 / 3_600)
        for _ in range(100):
            yield random.uniform(0.1, 0.4)


WORKLOADS: tuple[Callable[[Random], Iterator[float]], ...] = (
    single_edits, publish_pairs, editor_bursts, bulk_imports, mixed_day,
)  # fmt: skip


# --- the policies --------------------------------------------------------------------------------


def simulate_our_policy(
    events: Sequence[float], durations: Iterator[float], policy: Policy
) -> BuildsAndLags:
    """Simulate the builder: `decide` alone determines its actions."""
    state, now, builds, build_end, build_seconds = SiteState(), 0.0, 0, float("inf"), 0.0
    lags: list[float] = []
    remaining_events = iter([*events, float("inf")])
    event = next(remaining_events)
    while event < float("inf") or state.changed > state.built:
        decision = decide(state, now, policy)
        if isinstance(decision, BuildNow):
            build_seconds = next(durations)
            builds, build_end = builds + 1, now + build_seconds
            state = replace(
                state, state=SiteBuildStatus.BUILDING, building=state.changed, first_wanted_at=None,
                window_start=None, window_count=0,
            )  # fmt: skip
            continue
        decided = decision.until if isinstance(decision, WaitUntil) else float("inf")
        now = min(event, build_end, decided)
        if now == event:
            state, event = add_change(state, now), next(remaining_events)
        elif now == build_end:
            covered = state.building or 0
            lags += [build_end - at for at in events[state.built : covered]]
            allowance = estimate_next_build_seconds(state, build_seconds)
            state = replace(state, state=SiteBuildStatus.IDLE, built=covered, allowance=allowance)
            build_end = float("inf")
    return builds, lags


def add_change(state: SiteState, now: float) -> SiteState:
    """Return the row after one change."""
    return replace(
        state,
        changed=state.changed + 1,
        window_count=state.window_count + 1,
        last_changed_at=now,
        first_wanted_at=now if state.first_wanted_at is None else state.first_wanted_at,
        window_start=now if state.window_start is None else state.window_start,
    )


def simulate_fixed_window(
    events: Sequence[float], durations: Iterator[float], *, in_parallel: bool = False
) -> BuildsAndLags:
    """Build the batch of each window, one after the other or all in parallel."""
    builder_free_at, lags, builds = 0.0, list[float](), 0
    batch: list[float] = []
    for event in [*events, float("inf")]:
        window_end = batch[0] + (BULK_WINDOW if len(batch) >= BULK else WINDOW) if batch else None
        if window_end is not None and event > window_end:
            closed_at = window_end
        elif len(batch) == BATCH_LIMIT:
            closed_at = batch[-1]
        else:
            batch.append(event)
            continue
        started_at = closed_at if in_parallel else max(builder_free_at, closed_at)
        builder_free_at, builds = started_at + next(durations), builds + 1
        lags += [builder_free_at - at for at in batch]
        batch = [event]
    return builds, lags


# --- the table -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """Builds per 1,000 events, and the 95th percentile of the staleness in seconds."""

    builds: float
    p95: float


def measure_policy(simulate: Simulate, workload: str) -> Figure:
    """Simulate a policy with every seed of a workload."""
    builds, lags = 0, list[float]()
    for seed in SEEDS:
        new_builds, new_lags = simulate(
            make_event_times(workload, seed), random_build_seconds(seed)
        )
        builds, lags = builds + new_builds, lags + new_lags
    return Figure(1_000 * builds / len(lags), sorted(lags)[int(0.95 * len(lags))])


def make_event_times(workload: str, seed: int) -> list[float]:
    """Return the times of a workload's events in seconds."""
    make_gaps = next(function for function in WORKLOADS if function.__name__ == workload)
    gaps = make_gaps(Random(seed))  # noqa: S311 - a workload, no key
    return list(itertools.accumulate(itertools.islice(gaps, EVENTS)))


def random_build_seconds(seed: int) -> Iterator[float]:
    """Yield durations of builds without end."""
    random = Random(seed + 1_000_000)  # noqa: S311 - a workload, no key
    while True:
        yield random.uniform(120, 300)


def main() -> None:
    """Print the table."""
    print(f"{'':15}{'window of 30 s':>24}{'ours':>16}{'limit of 600 s':>18}   ours / window")
    for workload in WORKLOADS:
        print_row(workload.__name__)


def print_row(workload: str) -> None:
    """Simulate the policies on one workload and print their figures."""
    fixed_window = measure_policy(simulate_fixed_window, workload)
    parallel_window = measure_policy(partial(simulate_fixed_window, in_parallel=True), workload)
    our_policy = measure_policy(partial(simulate_our_policy, policy=Policy()), workload)
    relaxed = Policy(staleness_slo_seconds=600)
    relaxed_policy = measure_policy(partial(simulate_our_policy, policy=relaxed), workload)
    title = workload.replace("_", " ")
    target = f" (at most {TARGETS[title]})" if title in TARGETS else ""
    window_text = (
        f"{fixed_window.builds:,.1f} / {fixed_window.p95:.0f} / {parallel_window.p95:.0f} s"
    )
    print(
        f"{title:15}{window_text:>24}"
        f"{f'{our_policy.builds:,.1f} / {our_policy.p95:.0f} s':>16}"
        f"{f'{relaxed_policy.builds:,.1f} / {relaxed_policy.p95:.0f} s':>18}"
        f"   builds {our_policy.builds / fixed_window.builds:.2f}{target},"
        f" p95 {our_policy.p95 / fixed_window.p95:.2f} (at most 1.1)"
    )


if __name__ == "__main__":
    main()

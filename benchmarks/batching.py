"""Compare our build policy with a fixed window: builds per 1,000 events, and staleness of pages.

    python -m benchmarks.batching

The workloads are five kinds of simulated days, with builds of 120 to 300 seconds, one at a time.
Ours is `decide` itself. The fixed window collects for 30 seconds (60 once it has ten events), at
most 50 events, and builds each batch in turn. Its second time assumes that all batches build in
parallel. The simulation uses no clock, so the figures are the same everywhere.
"""

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
"""Returns the events of a workload for a seed."""
WINDOW, BULK_WINDOW, BULK, LOT = 30.0, 60.0, 10, 50
Lag = tuple[int, list[float]]
"""The number of builds, and for each event the seconds until a page showed it."""
TARGETS = {"editor bursts": 0.35, "bulk imports": 0.1, "mixed day": 0.65}
"""Limits of the ratios to the fixed window: of the builds, and 1.1 of the p95 everywhere."""


# --- what happens --------------------------------------------------------------------------------


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


# --- who builds when -----------------------------------------------------------------------------


def ours(events: Sequence[float], lengths: Iterator[float], policy: Policy) -> Lag:
    """Simulate the builder: `decide` alone determines its actions."""
    state, now, builds, end, took = SiteState(), 0.0, 0, float("inf"), 0.0
    lags: list[float] = []
    ahead = iter([*events, float("inf")])
    event = next(ahead)
    while event < float("inf") or state.changed > state.built:
        decision = decide(state, now, policy)
        if isinstance(decision, BuildNow):
            took = next(lengths)
            builds, end = builds + 1, now + took
            state = replace(
                state, state=SiteBuildStatus.BUILDING, building=state.changed, first_wanted_at=None,
                window_start=None, window_count=0,
            )  # fmt: skip
            continue
        now = min(event, end, decision.until if isinstance(decision, WaitUntil) else float("inf"))
        if now == event:
            state, event = bumped(state, now), next(ahead)
        elif now == end:
            covered = state.building or 0
            lags += [end - at for at in events[state.built : covered]]
            given = estimate_next_build_seconds(state, took)
            state = replace(state, state=SiteBuildStatus.IDLE, built=covered, allowance=given)
            end = float("inf")
    return builds, lags


def bumped(state: SiteState, now: float) -> SiteState:
    """Return the row after one change."""
    return replace(
        state,
        changed=state.changed + 1,
        window_count=state.window_count + 1,
        last_changed_at=now,
        first_wanted_at=now if state.first_wanted_at is None else state.first_wanted_at,
        window_start=now if state.window_start is None else state.window_start,
    )


def window(events: Sequence[float], lengths: Iterator[float], *, at_once: bool = False) -> Lag:
    """Build batches of 30 seconds, one after the other or in parallel."""
    free, lags, builds = 0.0, list[float](), 0
    lot: list[float] = []
    for event in [*events, float("inf")]:
        if lot and (event > lot[0] + (BULK_WINDOW if len(lot) >= BULK else WINDOW)):
            closed = lot[0] + (BULK_WINDOW if len(lot) >= BULK else WINDOW)
        elif len(lot) == LOT:
            closed = lot[-1]
        else:
            lot.append(event)
            continue
        start = closed if at_once else max(free, closed)
        free, builds = start + next(lengths), builds + 1
        lags += [free - at for at in lot]
        lot = [event]
    return builds, lags


# --- the table -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """Builds per 1,000 events, and the 95th percentile of the staleness in seconds."""

    builds: float
    p95: float


def figure(build: Callable[[Sequence[float], Iterator[float]], Lag], workload: str) -> Figure:
    builds, lags = 0, list[float]()
    for seed in SEEDS:
        count, more = build(day(workload, seed), random_build_seconds(seed))
        builds, lags = builds + count, lags + more
    return Figure(1_000 * builds / len(lags), sorted(lags)[int(0.95 * len(lags))])


def day(workload: str, seed: int) -> list[float]:
    gaps = next(one for one in WORKLOADS if one.__name__ == workload)(Random(seed))  # noqa: S311 - a workload, no key
    moment, events = 0.0, []
    for _ in range(EVENTS):
        moment += next(gaps)
        events.append(moment)
    return events


def random_build_seconds(seed: int) -> Iterator[float]:
    random = Random(seed + 1_000_000)  # noqa: S311 - a workload, no key
    while True:
        yield random.uniform(120, 300)


def main() -> None:
    promise = Policy(staleness_slo_seconds=600)
    print(f"{'':15}{'window of 30 s':>24}{'ours':>16}{'promise of 600 s':>18}   ours / window")
    for workload in WORKLOADS:
        name = workload.__name__
        words = name.replace("_", " ")
        theirs, wide = figure(window, name), figure(partial(window, at_once=True), name)
        mine = figure(partial(ours, policy=Policy()), name)
        late = figure(partial(ours, policy=promise), name)
        target = f" (at most {TARGETS[words]})" if words in TARGETS else ""
        print(
            f"{words:15}{f'{theirs.builds:,.1f} / {theirs.p95:.0f} / {wide.p95:.0f} s':>24}"
            f"{f'{mine.builds:,.1f} / {mine.p95:.0f} s':>16}"
            f"{f'{late.builds:,.1f} / {late.p95:.0f} s':>18}"
            f"   builds {mine.builds / theirs.builds:.2f}{target},"
            f" p95 {mine.p95 / theirs.p95:.2f} (at most 1.1)"
        )


if __name__ == "__main__":
    main()

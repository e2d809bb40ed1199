"""Run kills, load, an outage and a full disk. The exit code is 1 if anything is lost.

python -m benchmarks.chaos
python -m benchmarks.chaos kills --runs 3 --deliveries 300 --seed 7 --json
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from benchmarks.chaos.full_disk import run_full_disk
from benchmarks.chaos.runs import ChaosRunner, RunResult
from benchmarks.chaos.vendor_outage import run_vendor_outage
from benchmarks.site import Site, deploy_site

LOAD_SECONDS = 60
LOAD_PER_SECOND = 20.0
SCENARIOS = ("kills", "load", "outage", "disk")
COLUMNS = (
    "name", "seed", "fault", "offered", "acknowledged", "sent_again", "given_up", "distinct",
    "applied", "lost", "doubled", "wrong_pages", "same_hash", "drain_seconds", "ack_p50",
    "ack_p95", "builds",
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Run the named scenarios, or all."""
    options = _parse(arguments)
    with tempfile.TemporaryDirectory() as folder:
        site = deploy_site(Path(folder).resolve() / "workspace")
        try:
            _make_two_releases(site)
            results = list(
                _run_scenarios(ChaosRunner(site, Path(folder), options.connections), options)
            )
        finally:
            site.run_command("local", "stop")
    if options.json:
        print(json.dumps([asdict(result) for result in results], indent=2))
    else:
        print(_format_table(results))
    return 0 if all(result.is_sound for result in results) else 1


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    parser.add_argument("--runs", type=int, default=10, help="number of kills, one a run")
    parser.add_argument(
        "--deliveries", type=int, default=1000, help="of a run with a kill, and of the burst"
    )
    parser.add_argument(
        "--connections", type=int, default=8, help="of the vendor; fewer for a busy machine"
    )
    parser.add_argument("--seed", type=int, default=14, help="seed of every random choice")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    options = parser.parse_args(arguments)
    if unknown := set(options.scenarios) - set(SCENARIOS):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    return options


def _make_two_releases(site: Site) -> None:
    """Make two releases, so that a rollback has a target."""
    for number in range(2):
        site.deliver("prepared", f"Release {number}")
        site.wait_until_idle()


def _run_scenarios(runner: ChaosRunner, options: argparse.Namespace) -> Iterator[RunResult]:
    """Run the scenarios and print each result as soon as it is there."""
    for scenario in options.scenarios or SCENARIOS:
        for run in _list_runs(runner, scenario, options):
            result = run()
            if result is None:
                print(f"{scenario}: skipped, because it needs root and Linux", file=sys.stderr)
                continue
            print(_format_result(result), file=sys.stderr, flush=True)
            yield result


def _list_runs(
    runner: ChaosRunner, scenario: str, options: argparse.Namespace
) -> Iterator[Callable[[], RunResult | None]]:
    seed, deliveries = options.seed, options.deliveries
    match scenario:
        case "kills":
            for number in range(1, options.runs + 1):
                yield partial(runner.run_with_kill, number, deliveries, seed)
        case "load":
            steady = int(LOAD_SECONDS * LOAD_PER_SECOND)
            yield partial(runner.run, "20 a second", seed, steady, per_second=LOAD_PER_SECOND)
            yield partial(runner.run, "all at once", seed, deliveries)
        case "outage":
            yield partial(run_vendor_outage, runner, seed)
        case "disk":
            yield partial(run_full_disk, runner, seed)


def _format_result(result: RunResult) -> str:
    """Format a result as one line."""
    return "  ".join(f"{name} {value}" for name, value in asdict(result).items() if value != [])


def _format_table(results: list[RunResult]) -> str:
    """Format the results as plain text with aligned columns."""
    table = [[name.replace("_", " ") for name in COLUMNS]]
    table += [[_format_cell(getattr(result, name)) for name in COLUMNS] for result in results]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ["  ".join(map(str.ljust, cells, widths)).rstrip() for cells in table]
    details = [f"{result.name}: {detail}" for result in results for detail in result.details]
    return "\n".join([*lines, *details])


def _format_cell(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "NO"
        case None:
            return "never"
    return str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

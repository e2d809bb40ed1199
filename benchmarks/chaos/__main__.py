"""Run kills, floods, an outage and a full disk. The exit code is 1 if anything is lost.

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

from benchmarks.chaos.outage import outage
from benchmarks.chaos.room import run_full_disk
from benchmarks.chaos.runs import Bench, Row
from benchmarks.site import Site, deployed

SUSTAINED = 20.0
SCENES = ("kills", "load", "outage", "disk")
COLUMNS = (
    "name", "seed", "happened", "offered", "acknowledged", "sent_again", "given_up", "ids",
    "applied", "lost", "doubled", "wrong_pages", "equal", "drain_seconds", "ack_p50", "ack_p95",
    "builds",
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Run the named scenarios, or all."""
    options = _parse(arguments)
    with tempfile.TemporaryDirectory() as folder:
        site = deployed(Path(folder).resolve() / "workspace")
        try:
            _prepare(site)
            rows = list(_rows(Bench(site, Path(folder)), options))
        finally:
            site.platform("local", "stop")
    print(json.dumps([asdict(row) for row in rows], indent=2) if options.json else _table(rows))
    return 0 if all(row.sound for row in rows) else 1


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos")
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help=f"of {', '.join(SCENES)}")
    parser.add_argument("--runs", type=int, default=10, help="with one kill each")
    parser.add_argument("--deliveries", type=int, default=1000, help="in a run, and in a flood")
    parser.add_argument("--seed", type=int, default=14, help="decides everything")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if unknown := set(options.scenes) - set(SCENES):
        parser.error(f"no such scene: {', '.join(unknown)}")
    return options


def _prepare(site: Site) -> None:
    """Make two releases, so that a rollback has a target."""
    for number in range(2):
        site.deliver("prepared", f"Release {number}")
        site.settle()


def _rows(bench: Bench, asked: argparse.Namespace) -> Iterator[Row]:
    for scene in asked.scenes or SCENES:
        for play in _list_runs(bench, scene, asked):
            row = play()
            if row is None:
                print(f"{scene}: left out, it takes root and Linux", file=sys.stderr)
                continue
            print(_format_row(row), file=sys.stderr, flush=True)
            yield row


def _list_runs(
    bench: Bench, scene: str, asked: argparse.Namespace
) -> Iterator[Callable[[], Row | None]]:
    seed, total = asked.seed, asked.deliveries
    match scene:
        case "kills":
            for number in range(1, asked.runs + 1):
                yield partial(bench.killed, number, total, seed)
        case "load":
            steady = int(60 * SUSTAINED)
            yield partial(bench.run, "20 a second", seed, steady, per_second=SUSTAINED)
            yield partial(bench.run, "all at once", seed, total)
        case "outage":
            yield partial(outage, bench, seed)
        case "disk":
            yield partial(run_full_disk, bench, seed)


def _format_row(row: Row) -> str:
    return "  ".join(f"{name} {value}" for name, value in asdict(row).items() if value != [])


def _table(rows: list[Row]) -> str:
    """Format the rows as plain text with aligned columns."""
    table = [[name.replace("_", " ") for name in COLUMNS]]
    table += [[_shown(getattr(row, name)) for name in COLUMNS] for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ["  ".join(map(str.ljust, cells, widths)).rstrip() for cells in table]
    faults = [f"{row.name}: {fault}" for row in rows for fault in row.details]
    return "\n".join([*lines, *faults])


def _shown(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "NO"
        case None:
            return "never"
    return str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

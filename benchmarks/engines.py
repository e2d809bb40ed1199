"""Measure the install and build of each site generator, and the files that an edit changes.

    python -m benchmarks.engines hugo eleventy

Builds as the platform does: with a fresh copy of the source and cached packages. The feeds are
those of `tests/engines`; "1000" has 500 articles and 500 products. Memory is the largest PSS of all
build processes together, sampled ten times a second, so a shorter peak is missed. Times are the
best of three, because other work on the machine only adds to them.
"""

import itertools
import math
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from platform_cli import engines
from tests.engines import feeds
from tests.engines.sites import Site, build, present

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one engine, in seconds, megabytes and numbers of files."""

    install: float
    build_10: float
    build_1000: float
    build_edit: float
    peak_mb: int
    files: int
    rebuild_changes: int
    edit_changes: int


class Memory:
    """Samples the memory of all child processes while the context lasts."""

    def __init__(self) -> None:
        self.megabytes = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._sample_until_stopped, daemon=True)

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _sample_until_stopped(self) -> None:
        while not self._stopped.wait(0.1):
            kilobytes = sum(
                _read_pss_kilobytes(process)
                for process in _list_descendants(Path("/proc/self").resolve())
            )
            self.megabytes = max(self.megabytes, kilobytes // 1024)


def measure(name: str, folder: Path) -> Figures:
    """Build the engine's starter repeatedly below the empty folder."""
    engine = engines.load_engine(name)
    numbers = itertools.count()

    def build_repeatedly(feed: feeds.Feed, rounds: int = ROUNDS) -> tuple[float, Site]:
        """Return the shortest time, and the site."""
        best = math.inf
        for _ in range(rounds):
            start = time.perf_counter()
            site = build(engine, feed, folder / str(next(numbers)), folder / "packages")
            best = min(best, time.perf_counter() - start)
        return best, site

    (folder / "packages").mkdir()
    with_packages, _ = build_repeatedly(feeds.complete(feeds.many(5)), rounds=1)
    build_10, _ = build_repeatedly(feeds.complete(feeds.many(5)))
    thousand = feeds.complete(feeds.many(500))
    with Memory() as memory:
        build_1000, before = build_repeatedly(thousand)
    later = thousand | {"revision": 2, "generated_at": "2026-11-22T10:00:00Z"}
    _, rebuilt = build_repeatedly(later, rounds=1)
    edited = deepcopy(later)
    edited["articles"][250]["html"] = "<p>y</p>"
    build_edit, after = build_repeatedly(edited)
    return Figures(
        install=round(max(with_packages - build_10, 0.0), 1),
        build_10=round(build_10, 1),
        build_1000=round(build_1000, 1),
        build_edit=round(build_edit, 1),
        peak_mb=memory.megabytes,
        files=len(before.files),
        rebuild_changes=_count_changed_files(before, rebuilt),
        edit_changes=_count_changed_files(before, after),
    )


def _count_changed_files(before: Site, after: Site) -> int:
    """Return the number of files that differ or exist on one side only."""
    common = before.files & after.files
    differ = sum(
        (before.root / name).read_bytes() != (after.root / name).read_bytes() for name in common
    )
    return differ + len(before.files ^ after.files)


def _list_descendants(process: Path) -> Iterator[Path]:
    """Yield all descendants of this process, except those that end in the meantime."""
    for children_file in process.glob("task/*/children"):
        try:
            numbers = children_file.read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        for number in numbers:
            yield Path("/proc") / number
            yield from _list_descendants(Path("/proc") / number)


def _read_pss_kilobytes(process: Path) -> int:
    try:
        rollup = (process / "smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    match = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(match[1]) if match else 0


def main(names: list[str]) -> None:
    """Print a table with a line for each engine; by default of all engines that can build here."""
    print(
        " ".join(f"{title:>16}" for title in ("engine", *(field.name for field in fields(Figures))))
    )
    for name in names or present():
        with tempfile.TemporaryDirectory() as folder:
            figures = astuple(measure(name, Path(folder)))
        print(" ".join(f"{value:>16}" for value in (name, *figures)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

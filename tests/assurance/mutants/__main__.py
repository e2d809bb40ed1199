"""Runs every mutant and prints the table.

    python -m tests.assurance.mutants [--workers 2] [FAILURE ...]

A copy of the project is patched, the mutant's tests run in it until one fails, and the patch is
taken back. Ends with 1 where a mutant survives, and with the failures that no mutant stands for.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from tests.assurance.mutants import (
    builds,
    ingress,
    pipeline,
)
from tests.assurance.mutants.exempt import EXEMPT
from tests.assurance.mutants.mutant import Mutant

ROOT = Path(__file__).parents[3]
COPIED = (
    "src", "lambdas", "tests", "templates", "clients", "benchmarks", "docs", "requirements",
    "pyproject.toml", "README.md", "CONTRIBUTING.md", "LICENSE", "CHANGELOG.md", "Makefile",
)  # fmt: skip
MUTANTS = (*ingress.MUTANTS, *pipeline.MUTANTS, *builds.MUTANTS)
LONGEST = 600.0
"""Seconds; a mutant that makes its tests hang is dead."""


def copied(folder: Path) -> Path:
    """The project as it is now, without what tools left in it."""
    junk = shutil.ignore_patterns("__pycache__", "node_modules", ".*", "_site")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=junk)
        else:
            shutil.copy(source, folder / name)
    return folder


@contextmanager
def patched(copy: Path, mutant: Mutant) -> Iterator[None]:
    file = copy / mutant.file
    text = file.read_text()
    if text.count(mutant.old) != 1:
        raise SystemExit(f"{mutant.file} does not hold this once: {mutant.old}")
    file.write_text(text.replace(mutant.old, mutant.new))
    try:
        yield
    finally:
        file.write_text(text)


def killer(copy: Path, mutant: Mutant) -> str | None:
    """The first test that fails for it; None: it survives."""
    environment = os.environ | {
        "PYTHONPATH": f"{copy / 'src'}{os.pathsep}{copy}", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *mutant.tests]
    with patched(copy, mutant):
        try:
            done = subprocess.run(
                command, cwd=copy, env=environment, capture_output=True, text=True, check=False,
                timeout=LONGEST,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return "its tests never end"
    if done.returncode == 0:
        return None
    if done.returncode != 1:
        raise SystemExit(f"{mutant.what}: the tests did not run\n{done.stdout}{done.stderr}")
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return failed[1] if failed else "a test"


def table(found: dict[Mutant, str | None]) -> str:
    rows = [
        (mutant.failure, mutant.what, by.rpartition("/")[2] if by else "SURVIVES")
        for mutant, by in found.items()
    ]
    rows += [(failure, "does not apply", reason) for failure, reason in EXEMPT.items()]
    lines = [f"{failure:>3}  {what:68} {by}" for failure, what, by in sorted(rows)]
    killed = sum(by is not None for by in found.values())
    return "\n".join([*lines, f"{killed} of {len(found)} mutants are killed"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.assurance.mutants")
    parser.add_argument("failures", nargs="*", type=int)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    chosen = [one for one in MUTANTS if not options.failures or one.failure in options.failures]
    with tempfile.TemporaryDirectory() as home, ThreadPoolExecutor(options.workers) as pool:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(options.workers):
            folder = Path(home) / str(number)
            folder.mkdir()
            copies.put(copied(folder))

        def judged(mutant: Mutant) -> str | None:
            copy = copies.get()
            try:
                return killer(copy, mutant)
            finally:
                copies.put(copy)

        found = dict(zip(chosen, pool.map(judged, chosen), strict=True))
    sys.stdout.write(table(found) + "\n")
    return 0 if all(found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

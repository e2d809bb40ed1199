"""Run the mutants and print a table.

    python -m tests.assurance.mutants [--workers 2] [FAILURE ...]

Each mutant is applied to a copy of the project, its tests run there until one fails, and the patch
is undone. The exit code is 1 if a mutant survives. The table also lists the exempt failures.
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

from tests.assurance.mutants import builds, ingress, personal_data, pipeline, shop, sources
from tests.assurance.mutants.exempt import EXEMPT
from tests.assurance.mutants.mutant import Mutant

ROOT = Path(__file__).parents[3]
COPIED = (
    "src", "lambdas", "tests", "templates", "clients", "benchmarks", "docs", "requirements",
    "pyproject.toml", "README.md", "CONTRIBUTING.md", "LICENSE", "CHANGELOG.md", "Makefile",
)  # fmt: skip
MUTANTS = (
    *ingress.MUTANTS, *pipeline.MUTANTS, *builds.MUTANTS, *personal_data.MUTANTS,
    *shop.MUTANTS, *sources.MUTANTS,
)  # fmt: skip
TIMEOUT_SECONDS = 600.0
"""A mutant whose tests run longer counts as killed."""


def copy_project(folder: Path) -> Path:
    """Copy the project without caches and installed packages."""
    ignored = shutil.ignore_patterns("__pycache__", "node_modules", ".*", "_site")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy(source, folder / name)
    return folder


@contextmanager
def apply_patch(copy: Path, mutant: Mutant) -> Iterator[None]:
    """Apply the mutant to the copy, and undo it at the end."""
    file = copy / mutant.file
    text = file.read_text()
    if text.count(mutant.old) != 1:
        raise SystemExit(f"{mutant.file} does not contain this exactly once: {mutant.old}")
    file.write_text(text.replace(mutant.old, mutant.new))
    try:
        yield
    finally:
        file.write_text(text)


def find_failing_test(copy: Path, mutant: Mutant) -> str | None:
    """Return the first test that fails with the mutant. None if the mutant survives."""
    environment = os.environ | {
        "PYTHONPATH": f"{copy / 'src'}{os.pathsep}{copy}", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *mutant.tests]
    with apply_patch(copy, mutant):
        try:
            result = subprocess.run(
                command, cwd=copy, env=environment, capture_output=True, text=True, check=False,
                timeout=TIMEOUT_SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return "its tests time out"
    if result.returncode == 0:
        return None
    if result.returncode != 1:
        output = f"{result.stdout}{result.stderr}"
        raise SystemExit(f"{mutant.description}: the tests did not run\n{output}")
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", result.stdout, re.MULTILINE)
    return failed[1] if failed else "a test"


def format_table(results: dict[Mutant, str | None]) -> str:
    """Return the table of mutants, each with the test that detected it."""
    rows = [
        (mutant.failure, mutant.description, test.rpartition("/")[2] if test else "SURVIVES")
        for mutant, test in results.items()
    ]
    rows += [(failure, "does not apply", reason) for failure, reason in EXEMPT.items()]
    lines = [f"{failure:>3}  {text:72} {test}" for failure, text, test in sorted(rows)]
    killed = sum(test is not None for test in results.values())
    return "\n".join([*lines, f"{killed} of {len(results)} mutants are killed"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.assurance.mutants")
    parser.add_argument("failures", nargs="*", type=int)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    chosen = [
        mutant for mutant in MUTANTS if not options.failures or mutant.failure in options.failures
    ]
    with tempfile.TemporaryDirectory() as home, ThreadPoolExecutor(options.workers) as pool:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(options.workers):
            folder = Path(home) / str(number)
            folder.mkdir()
            copies.put(copy_project(folder))

        def run_mutant(mutant: Mutant) -> str | None:
            copy = copies.get()
            try:
                return find_failing_test(copy, mutant)
            finally:
                copies.put(copy)

        results = dict(zip(chosen, pool.map(run_mutant, chosen), strict=True))
    sys.stdout.write(format_table(results) + "\n")
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

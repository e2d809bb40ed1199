"""Measure `make demo` in a fresh clone with empty caches: `python -m benchmarks.first_minute`.

Prints the seconds of each step as rows of the table in `docs/measured.md`. The clone holds the
last commit, and is removed with its embedded cloud afterwards.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
STEP: Final = re.compile(r"(?P<mark>ok|failed)  (?P<step>.*) \((?P<seconds>[\d.]+) s\)")


def empty_cache_environment(folder: Path) -> dict[str, str]:
    """Return an environment in which no installer finds a package of an earlier run."""
    return os.environ | {
        "XDG_CACHE_HOME": str(folder),
        "UV_CACHE_DIR": str(folder / "uv"),
        "PIP_NO_CACHE_DIR": "1",
        "npm_config_cache": str(folder / "npm"),
    }


def read_steps(output: str) -> Iterator[tuple[str, float]]:
    """Yield the steps of the command line's progress and their seconds."""
    for match in STEP.finditer(output):
        yield match["step"], float(match["seconds"])


def measure(folder: Path) -> bool:
    """Run the demo in a clone below the folder and print its steps. Returns whether it worked."""
    clone = folder / "clone"
    environment = empty_cache_environment(folder / "cache")
    subprocess.run(["git", "clone", "-q", "--no-local", ROOT, clone], check=True)
    try:
        started = time.monotonic()
        subprocess.run(["make", "setup"], cwd=clone, env=environment, check=True)
        setup_seconds = time.monotonic() - started
        demo = subprocess.run(
            ["make", "demo"],
            cwd=clone,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        total_seconds = time.monotonic() - started
    finally:
        subprocess.run(["make", "clean"], cwd=clone, env=environment, check=False)
    steps = [("Installing the packages", setup_seconds), *read_steps(demo.stderr)]
    other_seconds = total_seconds - sum(seconds for _, seconds in steps)
    for step, seconds in (*steps, ("everything else", other_seconds), ("all", total_seconds)):
        print(f"| {step} | {seconds:.1f} |")
    if demo.returncode != 0:
        print(demo.stderr, file=sys.stderr)
    return demo.returncode == 0


def main() -> int:
    """Measure once. Returns the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        return 0 if measure(Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())

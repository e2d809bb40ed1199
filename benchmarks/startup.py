"""CPU of starting `platform`, against a Typer hello world in the same interpreter.

Runs the two by turns, so that a busy machine slows both, and reports the medians and their ratio.
"""

import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
HELLO = """
import typer
app = typer.Typer()
@app.command()
def hello(name: str = "world") -> None:
    typer.echo(f"hello {name}")
app()
"""
ROUNDS = 15


def cpu_seconds(arguments: list[str]) -> float:
    """User and system time of one finished process, its children included."""
    before = os.times()
    subprocess.run(arguments, cwd=ROOT, capture_output=True, check=True)
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )


def measure() -> dict[str, float]:
    """Medians in milliseconds, and the ratios `--help` to `--help` and `validate` to a run."""
    platform = [sys.executable, "-m", "platform_cli"]
    commands = {
        "hello_help": [sys.executable, "-c", HELLO, "--help"],
        "hello_run": [sys.executable, "-c", HELLO],
        "help": [*platform, "--help"],
        "validate": [*platform, "validate", "acme"],
    }
    for command in commands.values():  # the first run compiles
        cpu_seconds(command)
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            taken[name].append(cpu_seconds(command))
    median = {name: statistics.median(values) for name, values in taken.items()}
    result = {f"{name}_cpu_ms": round(value * 1000, 1) for name, value in median.items()}
    result["help_ratio"] = round(median["help"] / median["hello_help"], 2)
    result["validate_ratio"] = round(median["validate"] / median["hello_run"], 2)
    return result


if __name__ == "__main__":
    for figure, value in measure().items():
        print(f"{figure:20} {value}")

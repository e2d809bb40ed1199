"""Compare the CPU time of starting `platform` with a minimal Typer program.

Both run in turn, so that other work on the machine slows both. Reports the medians and their ratio.
"""

import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

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
CLIENTS = 1000


def measure_cpu_seconds(arguments: list[str]) -> float:
    """Return the user and system time of a finished process, its children included."""
    before = os.times()
    subprocess.run(arguments, cwd=ROOT, capture_output=True, check=True)
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )


def measure() -> dict[str, float]:
    """Return medians in milliseconds and ratios: `--help` to `--help`, and commands to a run.

    Also measures `cost --all` over a thousand clients in seconds, and `sam` if it is on the path.
    """
    platform = [sys.executable, "-m", "platform_cli"]
    sam = shutil.which("sam")
    commands = {
        "hello_help": [sys.executable, "-c", HELLO, "--help"],
        "hello_run": [sys.executable, "-c", HELLO],
        "help": [*platform, "--help"],
        "validate": [*platform, "validate", "acme"],
        "cost": [*platform, "cost", "acme"],
        "recommend": [*platform, "recommend", "--need", "performance_critical"],
        **({"sam_validate_help": [sam, "validate", "--help"]} if sam else {}),
    }
    for command in commands.values():  # the first run compiles the modules
        measure_cpu_seconds(command)
    cpu_times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            cpu_times[name].append(measure_cpu_seconds(command))
    median = {name: statistics.median(values) for name, values in cpu_times.items()}
    result = {f"{name}_cpu_ms": round(value * 1000, 1) for name, value in median.items()}
    result["help_ratio"] = round(median["help"] / median["hello_help"], 2)
    for verb in ("validate", "cost"):
        result[f"{verb}_ratio"] = round(median[verb] / median["hello_run"], 2)
    if sam:
        result["cost_to_sam_ratio"] = round(median["cost"] / median["sam_validate_help"], 2)
    return result | measure_fleet_commands(platform)


def measure_fleet_commands(platform: list[str]) -> dict[str, float]:
    """Return the best CPU seconds of three runs of commands over a thousand clients."""
    with TemporaryDirectory() as folder:
        clients = Path(folder, "clients")
        clients.mkdir()
        template_text = (ROOT / "clients" / "acme.yaml").read_text(encoding="utf-8")
        for number in range(CLIENTS):
            name = f"client-{number:04d}"
            usage_text = f"usage: {{content_edits: {number}, page_views: {number * 100}}}\n"
            text = template_text.replace("client_id: acme", f"client_id: {name}") + usage_text
            (clients / f"{name}.yaml").write_text(text, encoding="utf-8")
        verbs = {"list": ["list"], "cost_all": ["cost", "--all"]}
        return {
            f"{name}_{CLIENTS}_cpu_s": round(
                min(
                    measure_cpu_seconds([*platform, *verb, "--workspace", folder]) for _ in range(3)
                ),
                2,
            )
            for name, verb in verbs.items()
        }


if __name__ == "__main__":
    for figure, value in measure().items():
        print(f"{figure:20} {value}")

"""Kill a process at a random moment, and then do what a person would: run any command."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from random import Random

from benchmarks.site import CLIENT, Site

COMMANDS = ("deploy", "build", "rollback", "sync", "replay")
ARGUMENTS = {
    "deploy": ("--local", "--yes"),
    "build": (),
    "rollback": ("--yes",),
    "sync": (),
    "replay": ("--since", "1h", "--yes", "--rate", "100"),
}
MAX_DELAYS = {"deploy": 15.0, "build": 10.0, "rollback": 3.0, "sync": 5.0, "replay": 8.0}
"""Seconds after the start of a command within which the kill comes."""
BUILD_START_TIMEOUT = 300.0

Kill = Callable[[Site, Random, float], str]
"""Kills during `seconds` of sending, and returns a description of the target."""


def kill_cloud(site: Site, random: Random, seconds: float) -> str:
    """Kill the embedded cloud; the next command starts it again."""
    pid = site.run_command("local", "status")["pid"]
    delay = random.uniform(0.0, seconds)
    time.sleep(delay)
    os.kill(pid, signal.SIGKILL)
    time.sleep(random.uniform(0.0, 3.0))
    site.run_command("status", CLIENT)
    return f"cloud after {delay:.1f} s"


def kill_build(site: Site, random: Random, seconds: float) -> str:
    """Kill a running build: all its processes except the agent, or the agent alone."""
    target = random.choice(("build", "agent"))
    timeout = seconds + BUILD_START_TIMEOUT
    pid = _wait_for_build_process(site, agent=target == "agent", within=timeout)
    delay = random.uniform(0.0, 1.0)
    time.sleep(delay)
    try:
        if target == "build":
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return f"{target}, too late"
    return f"{target}, {delay:.1f} s after its start"


def kill_command(site: Site, random: Random, seconds: float) -> str:
    """Kill a running command, but not its child processes; then run it again to the end."""
    name = random.choice(COMMANDS)
    time.sleep(random.uniform(0.0, seconds))
    if name == "deploy":
        _change_client_config(site, random)
    arguments = (name, CLIENT, *ARGUMENTS[name])
    process = subprocess.Popen(
        site.command_line(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    delay = random.uniform(0.3, MAX_DELAYS[name])
    time.sleep(delay)
    process.kill()
    code = process.wait()
    time.sleep(random.uniform(0.0, 1.0))
    site.run_command(*arguments)
    if name == "rollback":
        site.run_command("releases", "resume", CLIENT, "--yes")
    return f"{name} after {delay:.1f} s" + (", too late" if code != -signal.SIGKILL else "")


def _change_client_config(site: Site, random: Random) -> None:
    """Change the grace period in the client's file: the functions change, so a deploy has work."""
    file = site.workspace / "clients" / f"{CLIENT}.yaml"
    text = re.sub(r"\nbuilds:\n  grace_seconds: [\d.]+\n", "\n", file.read_text())
    file.write_text(f"{text}\nbuilds:\n  grace_seconds: {random.uniform(2, 4):.2f}\n")


def _wait_for_build_process(site: Site, *, agent: bool, within: float) -> int:
    """Return the id of the process that leads a running build's group, or of its agent."""
    script = re.compile(rf"{re.escape(str(site.workspace))}\S*/build\.sh")
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        processes = subprocess.run(
            ["ps", "-axwwo", "pid=,args="], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        for process in filter(script.search, processes):
            pid, _, command_line = process.strip().partition(" ")
            if ("builds/agent.py" in command_line) == agent:
                return int(pid)
        time.sleep(0.05)
    raise SystemExit(f"no build within {within:.0f} s")


KILLS: dict[str, Kill] = {"cloud": kill_cloud, "build": kill_build, "command": kill_command}
TARGETS = (
    "cloud",
    "command",
    "cloud",
    "build",
    "cloud",
    "command",
    "cloud",
    "build",
    "cloud",
    "command",
)
"""Targets of ten runs."""

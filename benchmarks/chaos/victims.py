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
LASTS = {"deploy": 15.0, "build": 10.0, "rollback": 3.0, "sync": 5.0, "replay": 8.0}
"""Seconds within which a kill comes, approximately."""
BUILD_WITHIN = 300.0

Kill = Callable[[Site, Random, float], str]
"""Kills during `seconds` of sending, and returns a description of the target."""


def cloud(site: Site, chance: Random, seconds: float) -> str:
    """Kill the embedded cloud; the next command starts it again."""
    pid = site.platform("local", "status")["pid"]
    after = chance.uniform(0.0, seconds)
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    time.sleep(chance.uniform(0.0, 3.0))
    site.platform("status", CLIENT)
    return f"cloud after {after:.1f} s"


def build(site: Site, chance: Random, seconds: float) -> str:
    """Kill a running build: all its processes except the agent, or the agent alone."""
    whom = chance.choice(("build", "agent"))
    pid = _wait_for_build_process(site, agent=whom == "agent", within=seconds + BUILD_WITHIN)
    after = chance.uniform(0.0, 1.0)
    time.sleep(after)
    try:
        if whom == "build":
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return f"{whom}, too late"
    return f"{whom} {after:.1f} s into it"


def command(site: Site, chance: Random, seconds: float) -> str:
    """Kill a running command, but not its child processes; then run it again to the end."""
    name = chance.choice(COMMANDS)
    time.sleep(chance.uniform(0.0, seconds))
    if name == "deploy":
        _change(site, chance)
    words = (name, CLIENT, *ARGUMENTS[name])
    silent = subprocess.DEVNULL
    running = subprocess.Popen(site.words(*words), stdout=silent, stderr=silent)
    after = chance.uniform(0.3, LASTS[name])
    time.sleep(after)
    running.kill()
    code = running.wait()
    time.sleep(chance.uniform(0.0, 1.0))
    site.platform(*words)
    if name == "rollback":
        site.platform("releases", "resume", CLIENT, "--yes")
    return f"{name} after {after:.1f} s" + (", too late" if code != -signal.SIGKILL else "")


def _change(site: Site, chance: Random) -> None:
    """Change the client, so that a deploy has work: the grace period changes the functions."""
    file = site.workspace / "clients" / f"{CLIENT}.yaml"
    text = re.sub(r"\nbuilds:\n  grace_seconds: [\d.]+\n", "\n", file.read_text())
    file.write_text(f"{text}\nbuilds:\n  grace_seconds: {chance.uniform(2, 4):.2f}\n")


def _wait_for_build_process(site: Site, *, agent: bool, within: float) -> int:
    """Return the process that leads a running build's group, or its agent."""
    script = re.compile(rf"{re.escape(str(site.workspace))}\S*/build\.sh")
    end = time.monotonic() + within
    while time.monotonic() < end:
        listed = subprocess.run(
            ["ps", "-axwwo", "pid=,args="], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        for line in filter(script.search, listed):
            pid, _, told = line.strip().partition(" ")
            if ("builds/agent.py" in told) == agent:
                return int(pid)
        time.sleep(0.05)
    raise SystemExit(f"no build within {within:.0f} s")


KILLS: dict[str, Kill] = {"cloud": cloud, "build": build, "command": command}
DECK = (
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

"""Measure from a signed delivery to the changed page on the embedded cloud, and under load.

    python -m benchmarks.pipeline edits burst load kill rollback

Deploys a client into a temporary workspace and uses it as a vendor and a visitor do: over HTTP, and
with the CLI's `--json` for the rest. Names of figures select some of them.
"""

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.site import CLIENT, Site, deployed, quantile, wait_for

PHASES = ("wait", "snapshot", "queue", "build", "flip")


def edits(site: Site, rounds: int = 20) -> dict[str, object]:
    """Measure from delivery to changed page, by stage."""
    totals: list[float] = []
    acks: list[float] = []
    parts: dict[str, list[float]] = {name: [] for name in ("ingest", *PHASES)}
    for number in range(rounds):
        title = f"Edit {number} of {rounds}"
        began = time.monotonic()
        if site.deliver("measured", title) != 200:
            raise SystemExit("a good delivery was refused")
        acks.append(time.monotonic() - began)
        wait_for(partial(site.shows, "/articles/measured/", title), 60)
        totals.append(time.monotonic() - began)
        site.settle()
        build = site.platform("builds", CLIENT)["builds"][0]
        known = {name: build.get(f"{name}_seconds") or 0.0 for name in PHASES}
        for name, value in known.items():
            parts[name].append(value)
        parts["ingest"].append(totals[-1] - acks[-1] - sum(known.values()))
    rows = {"total": totals, "ack": acks, **parts}
    return {
        name: {"p50": quantile(values, 50), "p95": quantile(values, 95)}
        for name, values in rows.items()
    }


def burst(site: Site) -> dict[str, object]:
    """Send 180 deliveries in 30 seconds; count the builds and check the final page."""
    before = len(built(site))
    began = time.monotonic()
    for number in range(180):
        time.sleep(max(0.0, began + number / 6 - time.monotonic()))
        if site.deliver(f"burst-{number % 20}", f"Burst {number}") != 200:
            raise SystemExit("a good delivery was refused")
    sent = time.monotonic() - began
    wait_for(
        lambda: all(
            site.shows(f"/articles/burst-{n % 20}/", f"Burst {n}") for n in range(160, 180)
        ),
        300,
        0.5,
    )
    right = time.monotonic() - began - sent
    site.settle()
    return {"deliveries": 180, "in_seconds": round(sent, 1), "builds": len(built(site)) - before,
            "right_after_seconds": round(right, 1)}  # fmt: skip


def built(site: Site) -> list[dict[str, Any]]:
    """Return the number of builds that ran."""
    rows = site.platform("builds", CLIENT, "--limit", "500")["builds"]
    return [row for row in rows if row["status"] in {"succeeded", "failed", "building"}]


def load(site: Site, total: int = 1000, connections: int = 8) -> dict[str, object]:
    """Send over several connections; every acknowledged delivery must be stored at the end."""
    acknowledged, taken, seconds = flood(site, "load", total, connections)
    missing = wait_for_missing_ids(site, acknowledged)
    return {"deliveries": total, "connections": connections, "acknowledged": len(acknowledged),
            "missing": len(missing), "seconds": round(seconds, 1),
            "per_second": round(total / seconds, 1), "ack_p50": quantile(taken, 50),
            "ack_p95": quantile(taken, 95)}  # fmt: skip


def flood(
    site: Site, prefix: str, total: int, connections: int
) -> tuple[set[str], list[float], float]:
    """Return the acknowledged ids, the response times and the total time."""

    def some(start: int) -> tuple[set[str], list[float]]:
        done, taken = set(), []
        with httpx2.Client(timeout=30) as http:
            for number in range(start, total, connections):
                began = time.monotonic()
                try:
                    status = site.deliver(f"{prefix}-{number}", f"{prefix} {number}", http)
                except httpx2.HTTPError:
                    continue
                if status == 200:
                    done.add(f"{prefix}-{number}")
                    taken.append(time.monotonic() - began)
        return done, taken

    began = time.monotonic()
    with ThreadPoolExecutor(connections) as pool:
        parts = list(pool.map(some, range(connections)))
    seconds = time.monotonic() - began
    return {i for done, _ in parts for i in done}, [t for _, times in parts for t in times], seconds


def wait_for_missing_ids(site: Site, wanted: set[str], within: float = 300) -> set[str]:
    """Return the ids that the content table does not have once all work is done."""

    def missing() -> set[str]:
        rows = site.platform("content", CLIENT, "--limit", "5000")["items"]
        return wanted - {row["slug"] for row in rows}

    end = time.monotonic() + within
    while (left := missing()) and time.monotonic() < end:
        time.sleep(1)
    return left


def kill(site: Site) -> dict[str, object]:
    """Kill the embedded cloud in the middle of 200 deliveries, and start it again."""
    pid = site.platform("local", "status")["pid"]
    with ThreadPoolExecutor(1) as pool:
        flooding = pool.submit(flood, site, "kill", 200, 4)
        time.sleep(1.0)
        os.kill(pid, signal.SIGKILL)
        acknowledged, _, _ = flooding.result()
    began = time.monotonic()
    site.platform("status", CLIENT)
    missing = wait_for_missing_ids(site, acknowledged)
    return {"deliveries": 200, "acknowledged": len(acknowledged), "missing": len(missing),
            "whole_after_seconds": round(time.monotonic() - began, 1)}  # fmt: skip


def rollback(site: Site) -> dict[str, object]:
    """Measure a rollback: the command's time, and the time until a visitor sees the older page."""
    site.deliver("undone", "Before the mistake")
    wait_for(lambda: site.shows("/articles/undone/", "Before the mistake"), 60)
    site.settle()
    site.deliver("undone", "The mistake")
    wait_for(lambda: site.shows("/articles/undone/", "The mistake"), 60)
    site.settle()
    before = len(built(site))
    began = time.monotonic()
    site.platform("rollback", CLIENT, "--yes")
    command = time.monotonic() - began
    wait_for(lambda: site.shows("/articles/undone/", "Before the mistake"), 10)
    seen = time.monotonic() - began
    builds = len(built(site)) - before
    site.platform("releases", "resume", CLIENT, "--yes")
    return {
        "command_seconds": round(command, 2),
        "visible_seconds": round(seen, 2),
        "builds": builds,
    }


FIGURES: dict[str, Callable[[Site], dict[str, object]]] = {
    "edits": edits, "burst": burst, "load": load, "kill": kill, "rollback": rollback,
}  # fmt: skip


def main(names: list[str]) -> None:
    """Measure the named figures, or all."""
    with tempfile.TemporaryDirectory() as folder:
        site = deployed(Path(folder) / "workspace")
        try:
            for name in names or FIGURES:
                print(json.dumps({name: FIGURES[name](site)}, indent=2), flush=True)
        finally:
            site.platform("local", "stop")


if __name__ == "__main__":
    main(sys.argv[1:])

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

import httpx2

from benchmarks.site import CLIENT, Site, deploy_site, quantile, wait_for

PHASES = ("wait", "snapshot", "queue", "build", "flip")


def measure_edits(site: Site, rounds: int = 20) -> dict[str, object]:
    """Measure from delivery to changed page, by stage."""
    totals: list[float] = []
    acks: list[float] = []
    stages: dict[str, list[float]] = {name: [] for name in ("ingest", *PHASES)}
    for number in range(rounds):
        title = f"Edit {number} of {rounds}"
        started_at = time.monotonic()
        require_acknowledgement(site.deliver("measured", title))
        acks.append(time.monotonic() - started_at)
        wait_for(partial(site.page_contains, "/articles/measured/", title), 60)
        totals.append(time.monotonic() - started_at)
        site.wait_until_idle()
        build = site.run_command("builds", CLIENT)["builds"][0]
        phase_seconds = {name: build.get(f"{name}_seconds") or 0.0 for name in PHASES}
        for name, seconds in phase_seconds.items():
            stages[name].append(seconds)
        stages["ingest"].append(totals[-1] - acks[-1] - sum(phase_seconds.values()))
    rows = {"total": totals, "ack": acks, **stages}
    return {
        name: {"p50": quantile(values, 50), "p95": quantile(values, 95)}
        for name, values in rows.items()
    }


def require_acknowledgement(status: int) -> None:
    """End the benchmark if a valid delivery is refused."""
    if status != 200:
        raise SystemExit(f"a valid delivery was answered with {status}")


def measure_burst(site: Site) -> dict[str, object]:
    """Send 180 deliveries in 30 seconds; count the builds and check the final page."""
    builds_before = len(site.list_started_builds())
    started_at = time.monotonic()
    for number in range(180):
        time.sleep(max(0.0, started_at + number / 6 - time.monotonic()))
        require_acknowledgement(site.deliver(f"burst-{number % 20}", f"Burst {number}"))
    sending_seconds = time.monotonic() - started_at
    wait_for(
        lambda: all(
            site.page_contains(f"/articles/burst-{number % 20}/", f"Burst {number}")
            for number in range(160, 180)
        ),
        300,
        0.5,
    )
    seconds_until_correct = time.monotonic() - started_at - sending_seconds
    site.wait_until_idle()
    return {
        "deliveries": 180,
        "in_seconds": round(sending_seconds, 1),
        "builds": len(site.list_started_builds()) - builds_before,
        "seconds_until_correct": round(seconds_until_correct, 1),
    }


def measure_load(site: Site, total: int = 1000, connections: int = 8) -> dict[str, object]:
    """Send over several connections; every acknowledged delivery must be stored at the end."""
    acknowledged, response_times, seconds = send_in_parallel(site, "load", total, connections)
    missing_ids = wait_for_missing_ids(site, acknowledged)
    return {
        "deliveries": total,
        "connections": connections,
        "acknowledged": len(acknowledged),
        "missing": len(missing_ids),
        "seconds": round(seconds, 1),
        "per_second": round(total / seconds, 1),
        "ack_p50": quantile(response_times, 50),
        "ack_p95": quantile(response_times, 95),
    }


def send_in_parallel(
    site: Site, prefix: str, total: int, connections: int
) -> tuple[set[str], list[float], float]:
    """Return the acknowledged ids, the response times and the total time."""

    def send_share(start: int) -> tuple[set[str], list[float]]:
        acknowledged, response_times = set(), []
        with httpx2.Client(timeout=30) as http:
            for number in range(start, total, connections):
                sent_at = time.monotonic()
                try:
                    status = site.deliver(f"{prefix}-{number}", f"{prefix} {number}", http)
                except httpx2.HTTPError:
                    continue
                if status == 200:
                    acknowledged.add(f"{prefix}-{number}")
                    response_times.append(time.monotonic() - sent_at)
        return acknowledged, response_times

    started_at = time.monotonic()
    with ThreadPoolExecutor(connections) as pool:
        shares = list(pool.map(send_share, range(connections)))
    seconds = time.monotonic() - started_at
    all_acknowledged = {identifier for acknowledged, _ in shares for identifier in acknowledged}
    all_times = [response_time for _, times in shares for response_time in times]
    return all_acknowledged, all_times, seconds


def wait_for_missing_ids(site: Site, expected: set[str], within: float = 300) -> set[str]:
    """Wait until all ids are in the content table. Returns those that are missing at the limit."""

    def list_missing_ids() -> set[str]:
        items = site.run_command("content", CLIENT, "--limit", "5000")["items"]
        return expected - {item["slug"] for item in items}

    deadline = time.monotonic() + within
    while (missing_ids := list_missing_ids()) and time.monotonic() < deadline:
        time.sleep(1)
    return missing_ids


def measure_recovery_after_kill(site: Site) -> dict[str, object]:
    """Kill the embedded cloud in the middle of 200 deliveries, and start it again."""
    pid = site.run_command("local", "status")["pid"]
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(send_in_parallel, site, "kill", 200, 4)
        time.sleep(1.0)
        os.kill(pid, signal.SIGKILL)
        acknowledged, _, _ = sending.result()
    started_at = time.monotonic()
    site.run_command("status", CLIENT)
    missing_ids = wait_for_missing_ids(site, acknowledged)
    return {
        "deliveries": 200,
        "acknowledged": len(acknowledged),
        "missing": len(missing_ids),
        "recovery_seconds": round(time.monotonic() - started_at, 1),
    }


def measure_rollback(site: Site) -> dict[str, object]:
    """Measure a rollback: the command's time, and the time until a visitor sees the older page."""
    for title in ("Before the mistake", "The mistake"):
        require_acknowledgement(site.deliver("undone", title))
        wait_for(partial(site.page_contains, "/articles/undone/", title), 60)
        site.wait_until_idle()
    builds_before = len(site.list_started_builds())
    started_at = time.monotonic()
    site.run_command("rollback", CLIENT, "--yes")
    command_seconds = time.monotonic() - started_at
    wait_for(lambda: site.page_contains("/articles/undone/", "Before the mistake"), 10)
    visible_seconds = time.monotonic() - started_at
    builds = len(site.list_started_builds()) - builds_before
    site.run_command("releases", "resume", CLIENT, "--yes")
    return {
        "command_seconds": round(command_seconds, 2),
        "visible_seconds": round(visible_seconds, 2),
        "builds": builds,
    }


FIGURES: dict[str, Callable[[Site], dict[str, object]]] = {
    "edits": measure_edits,
    "burst": measure_burst,
    "load": measure_load,
    "kill": measure_recovery_after_kill,
    "rollback": measure_rollback,
}


def main(names: list[str]) -> None:
    """Measure the named figures, or all."""
    with tempfile.TemporaryDirectory() as folder:
        site = deploy_site(Path(folder) / "workspace")
        try:
            for name in names or FIGURES:
                print(json.dumps({name: FIGURES[name](site)}, indent=2), flush=True)
        finally:
            site.run_command("local", "stop")


if __name__ == "__main__":
    main(sys.argv[1:])

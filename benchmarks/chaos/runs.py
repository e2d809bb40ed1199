"""One run: a vendor sends, a fault occurs, the system recovers, and the result is checked."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.chaos.content_check import check_content, wait_until_settled
from benchmarks.chaos.deliveries import make_random
from benchmarks.chaos.kills import KILLS, TARGETS
from benchmarks.chaos.record import read_records
from benchmarks.chaos.vendor_process import SenderOptions
from benchmarks.site import Site, quantile

PER_SECOND = 40.0
UNLIMITED = 0.0
"""Send without pauses."""

RECOVERY_SECONDS = 900.0
"""A sweeper finds a build whose start crashed only after the end of its lease."""

CauseFault = Callable[[], str]
"""Causes a fault while the vendor sends, and returns a description of it."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of one run. Counts of content include all earlier runs."""

    name: str
    seed: int
    fault: str
    offered: int
    acknowledged: int
    sent_again: int
    """Extra attempts that the acknowledged deliveries took."""
    given_up: int
    distinct: int
    """Acknowledged deliveries. Repeats of a delivery count once."""
    applied: int
    lost: int
    doubled: int
    wrong_pages: int
    hashes: tuple[str, str]
    """Digests of the expected content and of the content table."""
    drain_seconds: float | None
    """Seconds from the last acknowledgement until every page is correct; None after the time limit.
    """
    ack_p50: float
    ack_p95: float
    builds: int
    details: list[str] = field(default_factory=list)
    """Commands that failed, and the first few items that are wrong."""

    @property
    def same_hash(self) -> bool:
        return self.hashes[0] == self.hashes[1]

    @property
    def is_sound(self) -> bool:
        return self.same_hash and not (
            self.lost or self.doubled or self.wrong_pages or self.details
        )


@dataclass(slots=True)
class ChaosRunner:
    """Runs faults at one site, and checks each run against all deliveries ever sent to it."""

    site: Site
    folder: Path
    connections: int = 8
    records: list[Path] = field(default_factory=list)

    def run_with_kill(self, number: int, deliveries: int, seed: int) -> RunResult:
        """Run and kill a process at a random moment."""
        run_seed = seed * 1000 + number
        random = make_random(run_seed)
        target = TARGETS[(number - 1) % len(TARGETS)]
        seconds = deliveries / PER_SECOND

        def kill() -> str:
            return KILLS[target](self.site, random, seconds)

        return self.run(f"run {number}", run_seed, deliveries, kill, per_second=PER_SECOND)

    def run(
        self, name: str, seed: int, deliveries: int, cause_fault: CauseFault | None = None,
        *, per_second: float = UNLIMITED, vendor_state: str = "",
    ) -> RunResult:  # fmt: skip
        """Send, cause the fault, wait for the recovery and check."""
        builds_before = len(self.site.list_started_builds())
        record_file = self.folder / f"{name.replace(' ', '-')}.jsonl"
        self.records.append(record_file)
        webhooks = self.site.webhook_url.rpartition("/")[0]
        options = SenderOptions(
            webhooks, str(record_file), seed, deliveries, f"chaos-{len(self.records)}",
            per_second, self.connections, vendor_state=vendor_state,
        )  # fmt: skip
        fault, details = self._send(options, cause_fault)
        run_record, all_records = read_records(record_file), read_records(*self.records)
        settled = wait_until_settled(self.site, all_records, run_record, RECOVERY_SECONDS)
        drained = round(time.time() - run_record.last_at, 1) if settled else None
        check = check_content(self.site, all_records)
        wrong_items = [*check.lost, *check.doubled, *check.wrong_pages]
        return RunResult(
            name=name,
            seed=seed,
            fault=fault,
            offered=run_record.offers,
            acknowledged=len(run_record.seconds),
            sent_again=run_record.sent_again,
            given_up=len(run_record.given_up),
            distinct=len(run_record.acknowledged),
            applied=len(run_record.acknowledged & check.finished),
            lost=len(check.lost),
            doubled=len(check.doubled),
            wrong_pages=len(check.wrong_pages),
            hashes=check.hashes,
            drain_seconds=drained,
            ack_p50=quantile(run_record.seconds, 50),
            ack_p95=quantile(run_record.seconds, 95),
            builds=len(self.site.list_started_builds()) - builds_before,
            details=[*details, *wrong_items[:5]],
        )

    def _send(
        self, options: SenderOptions, cause_fault: CauseFault | None
    ) -> tuple[str, list[str]]:
        """Run the vendor's process and cause the fault. Returns the fault and failed commands."""
        fault, details = "", []
        arguments = [sys.executable, "-m", "benchmarks.chaos.vendor_process"]
        with subprocess.Popen([*arguments, json.dumps(asdict(options))]) as sender:
            try:
                fault = cause_fault() if cause_fault else ""
            except SystemExit as reason:
                fault = "a command failed"
                details.append(str(reason))
            sender.wait()
        return fault, details

"""One run: a vendor sends, a process is killed, the system recovers, and the result is checked."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.chaos import judge
from benchmarks.chaos.record import read
from benchmarks.chaos.script import make_random
from benchmarks.chaos.sender import Order
from benchmarks.chaos.victims import DECK, KILLS
from benchmarks.site import CLIENT, Site, quantile

PER_SECOND = 40.0
CALM = 0.0
"""Send without pauses."""

WITHIN = 900.0
"""Seconds to recover in. A sweeper finds a build whose start died once its lease is over."""

Meanwhile = Callable[[], str]
"""Runs the fault while the vendor sends, and returns a description of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """The result of one run."""

    name: str
    seed: int
    happened: str
    offered: int
    acknowledged: int
    ids: int
    """Acknowledged deliveries. Repeats of a delivery count once."""
    sent_again: int
    """Extra attempts that the acknowledged deliveries took."""
    given_up: int
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

    @property
    def equal(self) -> bool:
        return self.hashes[0] == self.hashes[1]

    @property
    def sound(self) -> bool:
        return self.equal and not (self.lost or self.doubled or self.wrong_pages or self.details)


@dataclass(slots=True)
class Bench:
    """A site, and all deliveries that were ever sent to it. Each run is checked against all of
    them."""

    site: Site
    folder: Path
    records: list[Path] = field(default_factory=list)

    def killed(self, number: int, deliveries: int, seed: int) -> Row:
        """Run with a process that is killed at a random moment."""
        mine = seed * 1000 + number
        chance = make_random(mine)
        what = DECK[(number - 1) % len(DECK)]
        seconds = deliveries / PER_SECOND

        def kill() -> str:
            return KILLS[what](self.site, chance, seconds)

        return self.run(f"run {number}", mine, deliveries, kill, per_second=PER_SECOND)

    def run(
        self, name: str, seed: int, deliveries: int, meanwhile: Meanwhile | None = None,
        *, per_second: float = CALM, vendor: str = "",
    ) -> Row:  # fmt: skip
        """Send, cause the fault, wait and check."""
        builds = _builds(self.site)
        record = self.folder / f"{name.replace(' ', '-')}.jsonl"
        self.records.append(record)
        order = Order(
            _door(self.site), str(record), seed, deliveries, f"chaos-{len(self.records)}",
            per_second, vendor=vendor,
        )  # fmt: skip
        details = []
        with subprocess.Popen(
            [sys.executable, "-m", "benchmarks.chaos.sender", json.dumps(asdict(order))]
        ) as sender:
            try:
                happened = meanwhile() if meanwhile else ""
            except SystemExit as reason:
                happened = "a command failed"
                details.append(str(reason))
            sender.wait()
        told, whole = read(record), read(*self.records)
        settled = judge.settled(self.site, whole, told, WITHIN)
        drained = round(time.time() - told.last_at, 1) if settled else None
        verdict = judge.judge(self.site, whole)
        faults = [*verdict.lost, *verdict.doubled, *verdict.wrong_pages]
        return Row(
            name=name,
            seed=seed,
            happened=happened,
            offered=told.offers,
            acknowledged=len(told.seconds),
            ids=len(told.acknowledged),
            sent_again=told.sent_again,
            given_up=len(told.given_up),
            applied=len(told.acknowledged & verdict.ended),
            lost=len(verdict.lost),
            doubled=len(verdict.doubled),
            wrong_pages=len(verdict.wrong_pages),
            hashes=verdict.hashes,
            drain_seconds=drained,
            ack_p50=quantile(told.seconds, 50),
            ack_p95=quantile(told.seconds, 95),
            builds=_builds(self.site) - builds,
            details=[*details, *faults[:5]],
        )


def _builds(site: Site) -> int:
    rows = site.platform("builds", CLIENT, "--limit", "100000")["builds"]
    return sum(1 for row in rows if row["status"] in {"succeeded", "failed", "building"})


def _door(site: Site) -> str:
    return site.webhook_url.rpartition("/")[0]

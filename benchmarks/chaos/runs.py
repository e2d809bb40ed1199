"""One run: a vendor sends, something is killed, everything settles by itself, and is judged."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.chaos import judge
from benchmarks.chaos.record import read
from benchmarks.chaos.script import dice
from benchmarks.chaos.sender import Order
from benchmarks.chaos.victims import DECK, KILLS
from benchmarks.site import CLIENT, Site, quantile

PER_SECOND = 40.0
CALM = 0.0
"""As fast as it goes."""

WITHIN = 900.0
"""Seconds to settle in: a build whose start died is looked for after its lease, by a sweeper."""

Meanwhile = Callable[[], str]
"""What happens while the vendor sends; says what it was."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one run showed."""

    name: str
    seed: int
    happened: str
    offered: int
    acknowledged: int
    ids: int
    """Of what was acknowledged: repeats of a delivery share one."""
    sent_again: int
    """Tries beyond the first, of what was acknowledged."""
    given_up: int
    applied: int
    lost: int
    doubled: int
    wrong_pages: int
    hashes: tuple[str, str]
    """Of the fold of what was acknowledged, and of the content table."""
    drain_seconds: float | None
    """From the last acknowledgement until all was on its page; None: not within the time."""
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
    """A site, and all that was ever sent to it: each run is judged on the whole."""

    site: Site
    folder: Path
    records: list[Path] = field(default_factory=list)

    def killed(self, number: int, deliveries: int, seed: int) -> Row:
        """A run in which chance kills something."""
        mine = seed * 1000 + number
        chance = dice(mine)
        what = DECK[(number - 1) % len(DECK)]
        seconds = deliveries / PER_SECOND

        def kill() -> str:
            return KILLS[what](self.site, chance, seconds)

        return self.run(f"run {number}", mine, deliveries, kill, per_second=PER_SECOND)

    def run(
        self, name: str, seed: int, deliveries: int, meanwhile: Meanwhile | None = None,
        *, per_second: float = CALM, vendor: str = "",
    ) -> Row:  # fmt: skip
        """Send, let it happen, wait, judge."""
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
        found = judge.judge(self.site, whole)
        faults = [*found.lost, *found.doubled, *found.wrong_pages]
        return Row(
            name=name,
            seed=seed,
            happened=happened,
            offered=told.offers,
            acknowledged=len(told.seconds),
            ids=len(told.acknowledged),
            sent_again=told.sent_again,
            given_up=len(told.given_up),
            applied=len(told.acknowledged & found.ended),
            lost=len(found.lost),
            doubled=len(found.doubled),
            wrong_pages=len(found.wrong_pages),
            hashes=found.hashes,
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

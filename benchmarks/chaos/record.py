"""The vendor's own record on disk: each delivery that it sent, and each acknowledgement.

The record has one JSON object a line. A line is on disk before the delivery is sent, or before its
acknowledgement counts.
"""

import json
import os
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.chaos.deliveries import DeliveryKind, TimedDelivery


@dataclass(frozen=True, slots=True)
class Offer:
    """A delivery, and the version of its item."""

    key: str
    """The id of the delivery in the inbox."""
    kind: DeliveryKind
    item: str
    title: str
    version: int

    @classmethod
    def from_delivery(cls, key: str, delivery: TimedDelivery) -> "Offer":
        planned = delivery.planned
        return cls(key, planned.kind, planned.item, delivery.title, delivery.version)


class Record:
    """Appends to the record. Several threads may use it at once."""

    def __init__(self, file: Path) -> None:
        self._stream = file.open("a")
        self._lock = threading.Lock()

    def write_offer(self, offer: Offer) -> None:
        self._write({"offered": asdict(offer)})

    def write_acknowledgement(self, key: str, at: float, seconds: float, attempts: int) -> None:
        """Write an acknowledgement: the seconds of the successful attempt, and its number."""
        self._write({"acknowledged": key, "at": at, "seconds": seconds, "attempts": attempts})

    def write_given_up(self, key: str, reason: str) -> None:
        self._write({"given_up": key, "reason": reason})

    def _write(self, line: dict[str, object]) -> None:
        with self._lock:
            self._stream.write(json.dumps(line) + "\n")
            self._stream.flush()
            os.fsync(self._stream.fileno())


@dataclass(slots=True)
class RecordSummary:
    """The content of one or more complete records."""

    offers: int = 0
    """Number of offers. A repeated delivery has two, with the same id."""
    offered: dict[str, Offer] = field(default_factory=dict)
    """Offers by the id of their delivery."""
    acknowledged: set[str] = field(default_factory=set)
    given_up: dict[str, str] = field(default_factory=dict)
    """Reasons by the id of the delivery."""
    sent_again: int = 0
    """Attempts after the first that acknowledged deliveries took."""
    seconds: list[float] = field(default_factory=list)
    """Seconds until each acknowledgement."""
    last_at: float = 0.0
    """Unix time of the last acknowledgement."""

    def newest_acknowledged_content(self) -> dict[str, tuple[int, str | None]]:
        """Return the newest acknowledged version and title of each item; None if it was deleted."""
        newest: dict[str, tuple[int, str | None]] = {}
        for offer in (self.offered[key] for key in self.acknowledged):
            if offer.kind == "order" or newest.get(offer.item, (0, None))[0] >= offer.version:
                continue
            newest[offer.item] = (offer.version, None if offer.kind == "delete" else offer.title)
        return newest


def read_records(*files: Path) -> RecordSummary:
    """Read one or more records and summarize them."""
    summary = RecordSummary()
    for file in files:
        for line in map(json.loads, file.read_text().splitlines()):
            match line:
                case {"offered": dict(offer)}:
                    summary.offers += 1
                    summary.offered[offer["key"]] = Offer(**offer)
                case {"acknowledged": str(key)}:
                    summary.acknowledged.add(key)
                    summary.sent_again += line["attempts"] - 1
                    summary.seconds.append(line["seconds"])
                    summary.last_at = max(summary.last_at, line["at"])
                case {"given_up": str(key)}:
                    summary.given_up[key] = line["reason"]
    return summary

"""The vendor's own record on disk: each delivery that was sent, and each acknowledgement.

The record has one JSON object a line. A line is on disk before the delivery is sent, or before its
acknowledgement counts.
"""

import json
import os
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.chaos.script import Kind, Words


@dataclass(frozen=True, slots=True)
class Offer:
    """A delivery, and the version of its item."""

    key: str
    """The id of the delivery in the inbox."""
    kind: Kind
    item: str
    title: str
    version: int

    @classmethod
    def of(cls, key: str, words: Words) -> "Offer":
        return cls(key, words.planned.kind, words.planned.item, words.title, words.version)


class Record:
    """Appends to the record. Several threads may use it at once."""

    def __init__(self, file: Path) -> None:
        self._stream = file.open("a")
        self._one = threading.Lock()

    def offered(self, offer: Offer) -> None:
        self._write({"offered": asdict(offer)})

    def acknowledged(self, key: str, at: float, seconds: float, tries: int) -> None:
        """Record an acknowledgement: the seconds of the successful attempt, and its number."""
        self._write({"acknowledged": key, "at": at, "seconds": seconds, "tries": tries})

    def given_up(self, key: str, why: str) -> None:
        self._write({"given_up": key, "why": why})

    def _write(self, line: dict[str, object]) -> None:
        with self._one:
            self._stream.write(json.dumps(line) + "\n")
            self._stream.flush()
            os.fsync(self._stream.fileno())


@dataclass(slots=True)
class Told:
    """A complete record."""

    offers: int = 0
    """Offers in order. A repeated delivery has the same id twice."""
    offered: dict[str, Offer] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    given_up: dict[str, str] = field(default_factory=dict)
    sent_again: int = 0
    seconds: list[float] = field(default_factory=list)
    """Seconds until each acknowledgement."""
    last_at: float = 0.0
    """Unix time of the last acknowledgement."""

    def state(self) -> dict[str, tuple[int, str | None]]:
        """Return the newest acknowledged version and title of each item; None if it was deleted."""
        newest: dict[str, tuple[int, str | None]] = {}
        for offer in (self.offered[key] for key in self.acknowledged):
            if offer.kind == "order" or newest.get(offer.item, (0, None))[0] >= offer.version:
                continue
            newest[offer.item] = (offer.version, None if offer.kind == "delete" else offer.title)
        return newest


def read(*files: Path) -> Told:
    """Read one or more records."""
    record = Told()
    for file in files:
        for line in map(json.loads, file.read_text().splitlines()):
            match line:
                case {"offered": dict(offer)}:
                    record.offers += 1
                    record.offered[offer["key"]] = Offer(**offer)
                case {"acknowledged": str(key)}:
                    record.acknowledged.add(key)
                    record.sent_again += line["tries"] - 1
                    record.seconds.append(line["seconds"])
                    record.last_at = max(record.last_at, line["at"])
                case {"given_up": str(key)}:
                    record.given_up[key] = line["why"]
    return record

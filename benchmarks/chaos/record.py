"""What the vendor knows, on its own disk: each delivery that it offered, and each that was taken.

One JSON object a line, on disk before the delivery leaves and before its answer counts.
"""

import json
import os
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.chaos.script import Kind, Words


@dataclass(frozen=True, slots=True)
class Offer:
    """A delivery, and the version of the item that it stands for."""

    key: str
    """As the inbox names it."""
    kind: Kind
    item: str
    title: str
    version: int

    @classmethod
    def of(cls, key: str, words: Words) -> "Offer":
        return cls(key, words.planned.kind, words.planned.item, words.title, words.version)


class Record:
    """Appends; several threads write to one."""

    def __init__(self, file: Path) -> None:
        self._stream = file.open("a")
        self._one = threading.Lock()

    def offered(self, offer: Offer) -> None:
        self._write({"offered": asdict(offer)})

    def acknowledged(self, key: str, at: float, seconds: float, tries: int) -> None:
        """`seconds` took the try that was answered 200; `tries` says which one it was."""
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
    """A whole record."""

    offers: int = 0
    """Repeats among them: the same id twice."""
    offered: dict[str, Offer] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    given_up: dict[str, str] = field(default_factory=dict)
    sent_again: int = 0
    seconds: list[float] = field(default_factory=list)
    """How long each answer took."""
    last_at: float = 0.0
    """When the last one was acknowledged, in Unix seconds."""

    def state(self) -> dict[str, tuple[int, str | None]]:
        """The fold of what was acknowledged: item -> its newest version and title; None: gone."""
        newest: dict[str, tuple[int, str | None]] = {}
        for offer in (self.offered[key] for key in self.acknowledged):
            if offer.kind == "order" or newest.get(offer.item, (0, None))[0] >= offer.version:
                continue
            newest[offer.item] = (offer.version, None if offer.kind == "delete" else offer.title)
        return newest


def read(*files: Path) -> Told:
    """What stands in one or more records."""
    told = Told()
    for file in files:
        for line in map(json.loads, file.read_text().splitlines()):
            match line:
                case {"offered": dict(offer)}:
                    told.offers += 1
                    told.offered[offer["key"]] = Offer(**offer)
                case {"acknowledged": str(key)}:
                    told.acknowledged.add(key)
                    told.sent_again += line["tries"] - 1
                    told.seconds.append(line["seconds"])
                    told.last_at = max(told.last_at, line["at"])
                case {"given_up": str(key)}:
                    told.given_up[key] = line["why"]
    return told

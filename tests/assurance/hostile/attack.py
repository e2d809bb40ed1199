"""The requests of one provider, and a line of a table about them."""

import resource
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.assurance.hostile.clients import Client
from tests.assurance.hostile.verdict import (
    FalseAccept,
    ServerError,
    judged,
)
from tests.fakes import vendors

HEAD = (
    "offered", "refused", "accepted", "greeted", "put off", "false", "5xx", "broken", "slowest",
    "peak",
)  # fmt: skip
BROKEN = ("false", "5xx", "broken")
PER_INBOX = 2_000
"""Requests before a client begins with an empty table again."""


@dataclass(slots=True)
class Tally:
    """What became of the requests of one provider."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    peak: float = 0.0
    seeds: list[str] = field(default_factory=list)

    def row(self) -> str:
        shown = [f"{self.counts[word]:,}" for word in HEAD[:-2]]
        shown += [f"{self.slowest * 1000:.0f} ms", f"{self.peak:.0f} MB"]
        return f"{self.name:18}" + "".join(f"{each:>11}" for each in shown)


def attacked(name: str, requests: int, first_seed: int) -> Tally:
    """All the requests of one provider, in turn to a client of each recorded delivery."""
    tally = Tally(name)
    events = sorted(vendors.recordings(name))
    clients = [Client(name, event) for event in events]
    for number in range(first_seed, first_seed + requests):
        which = number % len(clients)
        try:
            became = judged(clients[which], Random(f"{name} {number}"))
        except AssertionError as error:
            became = _fault(error)
            tally.seeds.append(f"{became}: {name} {number} ({events[which]}): {str(error)[:200]}")
        tally.slowest = max(tally.slowest, clients[which].seconds)
        tally.counts.update((became, "offered"))
        if number % PER_INBOX == 0:
            for client in clients:
                client.inbox.kept.clear()
    tally.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return tally


def _fault(error: AssertionError) -> str:
    match error:
        case FalseAccept():
            return "false"
        case ServerError():
            return "5xx"
        case _:
            return "broken"

"""The requests against one provider, and their row in the table."""

import resource
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.assurance.hostile.clients import Client
from tests.assurance.hostile.verdict import FalseAccept, ServerError, judged
from tests.fakes import vendors

HEAD = (
    "offered", "refused", "accepted", "greeted", "put off", "false", "5xx", "broken", "slowest",
    "peak",
)  # fmt: skip
BROKEN = ("false", "5xx", "broken")
PER_INBOX = 2_000
"""Requests after which a client starts with an empty table again."""


@dataclass(slots=True)
class Tally:
    """The outcomes of one provider's requests."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    peak: float = 0.0
    seeds: list[str] = field(default_factory=list)

    def row(self) -> str:
        cells = [f"{self.counts[word]:,}" for word in HEAD[:-2]]
        cells += [f"{self.slowest * 1000:.0f} ms", f"{self.peak:.0f} MB"]
        return f"{self.name:18}" + "".join(f"{cell:>11}" for cell in cells)


def attacked(name: str, requests: int, first_seed: int) -> Tally:
    """Send all requests of one provider, in turn to a client of each recorded delivery."""
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

"""The vendor as a separate process: `python -m benchmarks.chaos.sender '{"webhooks": ...}'`.

Sends over several connections and records each delivery and acknowledgement. It repeats the same
bytes until it gets a 200, and gives up after `patience` seconds.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2

from benchmarks.chaos.record import Offer, Record
from benchmarks.chaos.script import Planned, Words, filter_edits, plan, shuffle_sending_order
from benchmarks.site import CLIENT
from platform_cli.local.cloud import EmbeddedCloud
from platform_core import providers
from platform_core.webhooks.request import Request

VISIBILITY_PAUSES = (0.1, 0.3, 1.0)
"""Seconds between attempts. The last value repeats. Real vendors wait longer."""


@dataclass(frozen=True, slots=True)
class Order:
    """The instructions of one sender."""

    webhooks: str
    """URL of the webhooks. Deliveries go to `{webhooks}/{provider}`."""
    record: str
    seed: int
    deliveries: int
    prefix: str
    """Prefix of the items' names. No two senders use the same one."""
    per_second: float = 0.0
    """Deliveries per second; 0 for no limit."""
    connections: int = 8
    patience: float = 240.0
    vendor: str = ""
    """State folder of the embedded cloud. Its simulated vendor is edited first, and the deliveries
    are then references."""


class Sender:
    """Distributes the deliveries over its connections."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.record = Record(Path(order.record))
        self.began = time.time()
        self._one = threading.Lock()
        self._waiting = enumerate(self._plan_deliveries())

    def run(self) -> None:
        """Send until every delivery is acknowledged or given up."""
        workers = [
            threading.Thread(target=self._send_until_done) for _ in range(self.order.connections)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def _plan_deliveries(self) -> Iterator[Planned]:
        planned = plan(self.order.seed, self.order.deliveries, self.order.prefix)
        sent = shuffle_sending_order(self.order.seed, planned)
        return filter_edits(sent) if self.order.vendor else iter(sent)

    def _send_until_done(self) -> None:
        with httpx2.Client(timeout=30, trust_env=False) as http:
            while words := self._next():
                self._send(words, http)

    def _next(self) -> Words | None:
        with self._one:
            turn, planned = next(self._waiting, (0, None))
            if planned is None:
                return None
            if self.order.per_second:
                due = self.began + turn / self.order.per_second
                time.sleep(max(0.0, due - time.time()))
            return Words.of(planned, self.began)

    def _send(self, words: Words, http: httpx2.Client) -> None:
        request = words.request()
        if self.order.vendor:
            self._edit_at_vendor(words.provider, request)
            request = words.reference()
        key = f"{words.provider}#{providers.load_webhook(words.provider).delivery_key(request)}"
        self.record.offered(Offer.of(key, words))
        tries = 0
        while True:
            tries += 1
            started = time.time()
            heard = self._post(words.provider, request, http)
            if heard == "200":
                self.record.acknowledged(key, time.time(), time.time() - started, tries)
                return
            if time.time() > self.began + self.order.patience:
                self.record.given_up(key, heard)
                return
            time.sleep(VISIBILITY_PAUSES[min(tries, len(VISIBILITY_PAUSES)) - 1])

    def _post(self, provider: str, request: Request, http: httpx2.Client) -> str:
        """Return the status, or the reason why there is none."""
        address, headers = f"{self.order.webhooks}/{provider}", dict(request.headers)
        try:
            return str(http.post(address, content=request.body, headers=headers).status_code)
        except httpx2.HTTPError as error:
            return type(error).__name__

    def _edit_at_vendor(self, provider: str, request: Request) -> None:
        """Make the edit at the vendor, before any webhook of it."""
        cloud = EmbeddedCloud(Path(self.order.vendor))
        cloud.record_simulated_delivery(CLIENT, provider, request)


if __name__ == "__main__":
    Sender(Order(**json.loads(sys.argv[1]))).run()

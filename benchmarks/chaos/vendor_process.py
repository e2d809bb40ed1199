"""The vendor as a process: `python -m benchmarks.chaos.vendor_process '{"webhooks": ...}'`.

Sends over several connections and records each delivery and acknowledgement. It repeats the same
bytes until it gets a 200, and gives up after `patience_seconds`.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2

from benchmarks.chaos.deliveries import (
    PlannedDelivery,
    TimedDelivery,
    filter_edits,
    plan_deliveries,
    shuffle_sending_order,
)
from benchmarks.chaos.record import Offer, Record
from benchmarks.site import CLIENT
from platform_cli.local.cloud import EmbeddedCloud
from platform_core import providers
from platform_core.webhooks.request import Request

RETRY_PAUSES = (0.1, 0.3, 1.0)
"""Seconds between attempts. The last value repeats. Real vendors wait longer."""


@dataclass(frozen=True, slots=True)
class SenderOptions:
    """The instructions of one sender."""

    webhooks: str
    """URL of the webhooks. Deliveries go to `{webhooks}/{provider}`."""
    record: str
    """File of the record."""
    seed: int
    deliveries: int
    prefix: str
    """Prefix of the items' names. No two senders use the same one."""
    per_second: float = 0.0
    """Deliveries per second; 0 for no limit."""
    connections: int = 8
    patience_seconds: float = 240.0
    vendor_state: str = ""
    """State folder of the embedded cloud. With it, each edit is made at the simulated vendor first,
    and the deliveries are references."""


class Sender:
    """Distributes the deliveries over its connections."""

    def __init__(self, options: SenderOptions) -> None:
        self.options = options
        self.record = Record(Path(options.record))
        self.started_at = time.time()
        self._lock = threading.Lock()
        self._remaining = enumerate(self._plan_deliveries())

    def run(self) -> None:
        """Send until every delivery is acknowledged or given up."""
        threads = [
            threading.Thread(target=self._send_until_done) for _ in range(self.options.connections)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _plan_deliveries(self) -> Iterator[PlannedDelivery]:
        planned = plan_deliveries(self.options.seed, self.options.deliveries, self.options.prefix)
        in_sending_order = shuffle_sending_order(self.options.seed, planned)
        if self.options.vendor_state:
            return filter_edits(in_sending_order)
        return iter(in_sending_order)

    def _send_until_done(self) -> None:
        with httpx2.Client(timeout=30, trust_env=False) as http:
            while delivery := self._wait_for_next_delivery():
                self._send(delivery, http)

    def _wait_for_next_delivery(self) -> TimedDelivery | None:
        """Return the next delivery when it is due, or None at the end."""
        with self._lock:
            index, planned = next(self._remaining, (0, None))
            if planned is None:
                return None
            if self.options.per_second:
                due = self.started_at + index / self.options.per_second
                time.sleep(max(0.0, due - time.time()))
            return TimedDelivery.from_plan(planned, self.started_at)

    def _send(self, delivery: TimedDelivery, http: httpx2.Client) -> None:
        """Send until the delivery is acknowledged or given up, and record it."""
        request, provider = delivery.request(), delivery.provider
        if self.options.vendor_state:
            self._edit_at_vendor(provider, request)
            request = delivery.reference_request()
        key = f"{provider}#{providers.load_webhook(provider).delivery_key(request)}"
        self.record.write_offer(Offer.from_delivery(key, delivery))
        attempts = 0
        while True:
            attempts += 1
            started_at = time.time()
            answer = self._post(provider, request, http)
            now = time.time()
            if answer == "200":
                self.record.write_acknowledgement(key, now, now - started_at, attempts)
                return
            if now > self.started_at + self.options.patience_seconds:
                self.record.write_given_up(key, answer)
                return
            time.sleep(RETRY_PAUSES[min(attempts, len(RETRY_PAUSES)) - 1])

    def _post(self, provider: str, request: Request, http: httpx2.Client) -> str:
        """Send the request once. Returns the status, or the kind of the error."""
        url, headers = f"{self.options.webhooks}/{provider}", dict(request.headers)
        try:
            return str(http.post(url, content=request.body, headers=headers).status_code)
        except httpx2.HTTPError as error:
            return type(error).__name__

    def _edit_at_vendor(self, provider: str, request: Request) -> None:
        """Change the document at the simulated vendor, before its webhook is sent."""
        cloud = EmbeddedCloud(Path(self.options.vendor_state))
        cloud.record_simulated_delivery(CLIENT, provider, request)


if __name__ == "__main__":
    Sender(SenderOptions(**json.loads(sys.argv[1]))).run()

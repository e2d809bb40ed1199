"""The deliveries that a vendor sends, by seed: edits, new items, deletions, orders and repeats.

Each has a version of its own, a millisecond apart, so the result does not depend on the order in
which they arrive.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Literal

from benchmarks.site import make_article_body, sign_request
from platform_core.webhooks.request import Request

DeliveryKind = Literal["edit", "delete", "order"]
EDITED_ITEMS = 20
"""Number of items that are edited repeatedly."""
_OPERATIONS = {"edit": "update", "delete": "delete"}


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """A delivery without a time."""

    number: int
    kind: DeliveryKind
    item: str
    is_repeat: bool = False
    """Whether it has the same bytes as an earlier delivery."""


def make_random(seed: int | str) -> Random:
    """Return the random generator that decides everything here."""
    return Random(seed)  # noqa: S311 - no key depends on it


def plan_deliveries(seed: int, total: int, prefix: str) -> list[PlannedDelivery]:
    """Return the deliveries in the vendor's order."""
    random = make_random(f"{seed} {prefix}")
    planned: list[PlannedDelivery] = []
    while len(planned) < total:
        number = len(planned)
        edited_item = f"{prefix}-{random.randrange(EDITED_ITEMS)}"
        match random.random():
            case draw if draw < 0.08 and planned:
                earlier = random.choice(planned)
                planned.append(
                    PlannedDelivery(earlier.number, earlier.kind, earlier.item, is_repeat=True)
                )
            case draw if draw < 0.18:
                planned.append(PlannedDelivery(number, "order", f"{number + 1}"))
            case draw if draw < 0.24:
                planned.append(PlannedDelivery(number, "delete", edited_item))
            case draw if draw < 0.30:
                planned.append(PlannedDelivery(number, "edit", f"{prefix}-new-{number}"))
            case _:
                planned.append(PlannedDelivery(number, "edit", edited_item))
    return planned


def shuffle_sending_order(seed: int, planned: list[PlannedDelivery]) -> list[PlannedDelivery]:
    """Return the order of sending: one in ten is overtaken by up to forty others."""
    random = make_random(seed)
    delays = [random.randrange(40) if random.random() < 0.1 else 0 for _ in planned]
    order = sorted(range(len(planned)), key=lambda index: index + delays[index])
    return [planned[index] for index in order]


def filter_edits(planned: Iterable[PlannedDelivery]) -> Iterator[PlannedDelivery]:
    """Yield the edits that are no repeats."""
    yield from (
        delivery for delivery in planned if delivery.kind == "edit" and not delivery.is_repeat
    )


@dataclass(frozen=True, slots=True)
class TimedDelivery:
    """A planned delivery with its time, body and signature."""

    planned: PlannedDelivery
    at: datetime

    @classmethod
    def from_plan(cls, planned: PlannedDelivery, started_at: float) -> "TimedDelivery":
        """Add the time. `started_at`: Unix seconds at the start of all deliveries."""
        seconds = round(started_at, 3) + planned.number / 1000
        return cls(planned, datetime.fromtimestamp(seconds, UTC))

    @property
    def provider(self) -> str:
        return "shopify_basic" if self.planned.kind == "order" else "sanity"

    @property
    def title(self) -> str:
        return f"{self.planned.item} as of {self.planned.number}."

    @property
    def version(self) -> int:
        """The version in the content table, in microseconds."""
        return round(self.at.timestamp() * 1_000_000)

    def request(self) -> Request:
        """Return the request. Its bytes are the same for every attempt."""
        if self.planned.kind == "order":
            headers = {"x-shopify-topic": "orders/create"}
            return self._sign(headers, _make_order_body(int(self.planned.item), self.at))
        body = make_article_body(self.planned.item, self.title, self.at)
        return self._sign({"sanity-operation": _OPERATIONS[self.planned.kind]}, body)

    def reference_request(self) -> Request:
        """Return a delivery that names the document and leaves its content to be fetched."""
        document = json.loads(make_article_body(self.planned.item, self.title, self.at))
        body = {name: document[name] for name in ("_id", "_type", "_updatedAt")}
        return self._sign({"sanity-operation": "update"}, json.dumps(body).encode())

    def _sign(self, headers: dict[str, str], body: bytes) -> Request:
        # Signatures contain whole milliseconds. The middle of one cannot be rounded to another.
        at = self.at.timestamp() + 0.0005
        all_headers = {"content-type": "application/json", **headers}
        return sign_request(self.provider, Request("POST", "", all_headers, body, at), at)


def _make_order_body(number: int, at: datetime) -> bytes:
    line = {"id": number, "product_id": 7, "variant_id": 8, "quantity": 1, "price": "24.00"}
    times = {"created_at": at.isoformat(), "updated_at": at.isoformat()}
    order = {"id": number, "total_price": "24.00", "currency": "EUR", "line_items": [line]}
    return json.dumps(order | times).encode()

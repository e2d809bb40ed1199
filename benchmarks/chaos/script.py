"""The deliveries that a vendor sends, by seed: edits, new items, deletions, orders and repeats.

Each has a version of its own, a millisecond apart, so the result does not depend on the order in
which they arrive.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Literal

from benchmarks.site import article, signed
from platform_core.webhooks.request import Request

Kind = Literal["edit", "delete", "order"]
FEW = 20
"""Items that are edited repeatedly."""
_OPERATIONS = {"edit": "update", "delete": "delete"}


@dataclass(frozen=True, slots=True)
class Planned:
    """A delivery without a time. `again`: an exact repeat of an earlier one."""

    number: int
    kind: Kind
    item: str
    again: bool = False


def make_random(seed: int | str) -> Random:
    """Return the random generator that decides everything here."""
    return Random(seed)  # noqa: S311 - chance, no key


def plan(seed: int, total: int, prefix: str) -> list[Planned]:
    """Return the deliveries in the vendor's order."""
    chance = make_random(f"{seed} {prefix}")
    found: list[Planned] = []
    while len(found) < total:
        number = len(found)
        few = f"{prefix}-{chance.randrange(FEW)}"
        match chance.random():
            case luck if luck < 0.08 and found:
                same = chance.choice(found)
                found.append(Planned(same.number, same.kind, same.item, again=True))
            case luck if luck < 0.18:
                found.append(Planned(number, "order", f"{number + 1}"))
            case luck if luck < 0.24:
                found.append(Planned(number, "delete", few))
            case luck if luck < 0.30:
                found.append(Planned(number, "edit", f"{prefix}-new-{number}"))
            case _:
                found.append(Planned(number, "edit", few))
    return found


def shuffle_sending_order(seed: int, planned: list[Planned]) -> list[Planned]:
    """Return the order of sending: one in ten is overtaken by up to forty others."""
    chance = make_random(seed)
    late = [chance.randrange(40) if chance.random() < 0.1 else 0 for _ in planned]
    order = sorted(range(len(planned)), key=lambda place: place + late[place])
    return [planned[place] for place in order]


def filter_edits(planned: list[Planned]) -> Iterator[Planned]:
    """Plan for a vendor whose webhooks carry references only."""
    yield from (each for each in planned if each.kind == "edit" and not each.again)


@dataclass(frozen=True, slots=True)
class Words:
    """A planned delivery with its time, body and signature."""

    planned: Planned
    at: datetime

    @classmethod
    def of(cls, planned: Planned, began: float) -> "Words":
        """Add the time. `began`: Unix seconds of the whole script."""
        return cls(planned, datetime.fromtimestamp(round(began, 3) + planned.number / 1000, UTC))

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
            return self._signed(headers, _order(int(self.planned.item), self.at))
        body = article(self.planned.item, self.title, self.at)
        return self._signed({"sanity-operation": _OPERATIONS[self.planned.kind]}, body)

    def reference(self) -> Request:
        """Return a delivery that names the document and leaves its content to be fetched."""
        whole = json.loads(article(self.planned.item, self.title, self.at))
        body = {name: whole[name] for name in ("_id", "_type", "_updatedAt")}
        return self._signed({"sanity-operation": "update"}, json.dumps(body).encode())

    def _signed(self, headers: dict[str, str], body: bytes) -> Request:
        at = (
            self.at.timestamp() + 0.0005
        )  # well inside the millisecond, because signatures use whole ones
        whole = {"content-type": "application/json", **headers}
        return signed(self.provider, Request("POST", "", whole, body, at), at)


def _order(number: int, at: datetime) -> bytes:
    line = {"id": number, "product_id": 7, "variant_id": 8, "quantity": 1, "price": "24.00"}
    times = {"created_at": at.isoformat(), "updated_at": at.isoformat()}
    order = {"id": number, "total_price": "24.00", "currency": "EUR", "line_items": [line]}
    return json.dumps(order | times).encode()

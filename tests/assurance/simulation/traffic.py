"""Edits at the vendor and the deliveries that they cause: repeats and forgeries included."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from platform_core.content.model import UnifiedContent
from tests.assurance.simulation.storms import Storm
from tests.fakes.pipeline import World, article

KEPT = ("tea", "pot", "cup", "jug")
"""Items that are never removed, so that a webhook with a reference always finds them."""
COMING_AND_GOING = ("flyer", "offer", "event")
CANARY = "canary.7f3a@example.org"
"""A marker in every body. It may appear where content is stored and shown, and nowhere else."""
RETRIES = (10.0, 30.0, 120.0, 600.0, 1_800.0, 3_600.0, 7_200.0)
"""Seconds between a vendor's attempts: 8 attempts in less than 4 hours."""


@dataclass(slots=True)
class Offer:
    """A delivery that a vendor sends until it is acknowledged."""

    body: bytes
    kind: str
    says: tuple[tuple[str, int], ...] = ()
    """Names and versions of the items in the delivery."""
    order: str | None = None
    tries: int = 0
    acked: bool = False
    delivery_id: str = ""


@dataclass(slots=True)
class Editors:
    """Changes the vendor's content and returns the deliveries."""

    random: Random
    world: World
    version: int = 0
    known: dict[tuple[str, int], set[str | None]] = field(default_factory=dict)
    """Every state that the vendor had: titles; None if the item was removed."""

    def gaps(self, count: int, storm: Storm) -> Iterator[float]:
        """Yield the seconds before each of the edits."""
        for _ in range(count):
            yield self.random.choice(storm.gaps)

    def edit(self, storm: Storm) -> list[Offer]:
        """Make one edit or order, and return the deliveries that it causes."""
        self.version += 1
        chance = self.random.random()
        if chance < storm.poison:
            return [self._poison()]
        if chance < storm.poison + storm.deadly:
            return [self._offer("deadly", {"kind": "deadly"})]
        match self.random.choices(
            ["edit", "pair", "twins", "reference", "order", "gone"], [40, 10, 5, 15, 15, 15]
        )[0]:
            case "edit":
                return [self._upsert([self.random.choice(KEPT + COMING_AND_GOING)])]
            case "pair":
                return [self._upsert(self.random.sample(KEPT, 2))]
            case "twins":
                return self._twins()
            case "reference":
                return [self._reference()]
            case "order":
                return [self.order()]
            case _:
                return [self._removal()]

    def order(self) -> Offer:
        """Return the delivery of a new order."""
        order = f"order-{self.version}"
        return self._offer("order", {"kind": "order", "id": order}, order=order)

    def erasure(self, order: Offer) -> Offer:
        """Return the vendor's request to erase an order."""
        self.version += 1
        return self._offer("erasure", {"kind": "erasure", "orders": [order.order]})

    def _poison(self) -> Offer:
        """Create an item and remove it at once, so that no page shows it."""
        item = article("draft", self.version, f"draft {self.version}")
        self.known.setdefault(("draft", self.version), set()).add(item.title)
        return self._offer("poison", {"kind": "poison", "item": item.model_dump(mode="json")})

    def _upsert(self, names: list[str], title: str = "") -> Offer:
        said = []
        for name in names:
            item = article(name, self.version, title or f"{name} {self.version}", body=CANARY)
            self._publish(name, item)
            said.append(item.model_dump(mode="json"))
        says = tuple((name, self.version) for name in names)
        return self._offer("upsert", {"kind": "upsert", "items": said}, says)

    def _publish(self, name: str, item: UnifiedContent) -> None:
        self.world.vendor.items[name] = item
        self.known.setdefault((name, self.version), set()).add(item.title)

    def _twins(self) -> list[Offer]:
        """Make two edits within one tick of the vendor's version. The second one is current."""
        name = self.random.choice(KEPT)
        return [self._upsert([name], "a first word"), self._upsert([name], "the last word")]

    def _reference(self) -> Offer:
        name = self.random.choice(KEPT)
        self._publish(name, article(name, self.version, f"{name} {self.version}", body=CANARY))
        said = {"kind": "reference", "id": name, "version": self.version}
        return self._offer("reference", said, ((name, self.version),))

    def _removal(self) -> Offer:
        name = self.random.choice(COMING_AND_GOING)
        self.world.vendor.items.pop(name, None)
        self.known[name, self.version] = {None}
        said: dict[str, Any] = {"kind": "removal", "id": name}
        if self.random.random() < 0.5:
            said["version"] = self.version
        return self._offer("removal", said, ((name, self.version),))

    def _offer(
        self,
        kind: str,
        said: dict[str, Any],
        says: tuple[tuple[str, int], ...] = (),
        order: str | None = None,
    ) -> Offer:
        more = {"number": self.version, "of": len(self.known)}
        body = json.dumps({"customer": CANARY} | said | more).encode()
        return Offer(body, kind, says, order)

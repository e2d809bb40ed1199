"""Two faulty entry points that lose deliveries, to prove that the simulation detects losses.

Both faults are common. Our entry point has neither: it answers after one conditional put.
"""

from platform_core.webhooks.request import Delivery
from tests.fakes.pipeline import World


class ClaimFirst:
    """Marks the delivery as seen before it stores it. A crash in between loses the delivery,
    because the vendor's next attempt counts as a duplicate."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.claims: set[str] = set()

    def put(self, delivery: Delivery, *, quarantine_reason: str | None = None) -> bool:
        self.world.step("claims.put")
        if delivery.id in self.claims:
            return False
        self.claims.add(delivery.id)
        self.world.step("claims.kept")
        return self.world.deliveries.put(delivery, quarantine_reason=quarantine_reason)


class AckFirst:
    """Answers before it stores the delivery. A crash in between loses the delivery."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.answered: list[Delivery] = []

    def put(self, delivery: Delivery, *, quarantine_reason: str | None = None) -> bool:
        self.answered.append(delivery)
        return True

    def finish(self) -> None:
        """Store the delivery after the sender has its response."""
        while self.answered:
            self.world.deliveries.put(self.answered.pop())

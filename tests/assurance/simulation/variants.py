"""Two doors that lose what they acknowledge, so that we know the simulation can see it.

Both are common. Ours does neither: one conditional put, and only then the answer.
"""

from platform_core.webhooks.request import Delivery
from tests.fakes.pipeline import World


class ClaimFirst:
    """Marks the delivery as seen, then keeps it: who dies in between has claimed it for nothing,
    and the vendor's next try is a duplicate."""

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
    """Answers, then keeps what it answered for: who dies in between has nothing."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.answered: list[Delivery] = []

    def put(self, delivery: Delivery, *, quarantine_reason: str | None = None) -> bool:
        self.answered.append(delivery)
        return True

    def finish(self) -> None:
        """What the function does after the sender has its answer."""
        while self.answered:
            self.world.deliveries.put(self.answered.pop())

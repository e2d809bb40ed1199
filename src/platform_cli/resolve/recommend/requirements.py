"""What is wished for."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from platform_cli import engines
from platform_cli.resolve.cost.month import Usage

OWN: Final = ("budget", "team", "products", "languages")
USED: Final = ("editors", "orders", "average_order_usd", "content_edits", "page_views", "pages")
"""Numbers of the month, which the cost follows from."""


@dataclass(frozen=True, slots=True)
class Requirements:
    """A wish. None: nothing was said."""

    usage: Usage
    needs: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    budget: Decimal | None = None
    """Of a month, at the expected cost."""
    team: Decimal | None = None
    """People who build and look after the site."""
    products: Decimal | None = None
    """0: nothing is sold."""
    languages: Decimal | None = None

    @property
    def asked(self) -> frozenset[str]:
        """All that rules are looked up by, but numbers."""
        return self.needs | self.skills

    def number(self, name: str) -> Decimal | None:
        found: Decimal | None = getattr(self.usage if name in USED else self, name)
        return found

    def with_number(self, name: str, value: Decimal) -> "Requirements":
        changed: dict[str, Any] = {name: value}
        if name in USED:
            return replace(self, usage=replace(self.usage, **changed))
        return replace(self, **changed)

    def with_need(self, need: str, *, needed: bool) -> "Requirements":
        return replace(self, needs=self.needs | {need} if needed else self.needs - {need})


def skills() -> list[str]:
    """What a team can know: all that engines ask of a developer."""
    return sorted({word for name in engines.names() for word in engines.engine(name).traits.asks})

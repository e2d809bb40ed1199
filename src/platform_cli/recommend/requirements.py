"""The requirements that a recommendation is made for."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from platform_cli import engines
from platform_cli.cost.monthly_usage import Usage

USAGE_FIELDS: Final = (
    "editors", "orders", "average_order_usd", "content_edits", "page_views", "pages",
)  # fmt: skip
"""Numbers of the month, from which the cost is computed."""


@dataclass(frozen=True, slots=True)
class Requirements:
    """Needs, skills and numbers of a site. None means that a number was not stated."""

    usage: Usage
    needs: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    budget: Decimal | None = None
    """Maximum expected dollars per month."""
    team: Decimal | None = None
    """People who build and maintain the site."""
    products: Decimal | None = None
    """0 if the site sells nothing."""
    languages: Decimal | None = None

    @property
    def needs_and_skills(self) -> frozenset[str]:
        """The needs and skills, by which rules apply."""
        return self.needs | self.skills

    def number(self, name: str) -> Decimal | None:
        value: Decimal | None = getattr(self.usage if name in USAGE_FIELDS else self, name)
        return value

    def with_number(self, name: str, value: Decimal) -> "Requirements":
        changes: dict[str, Any] = {name: value}
        if name in USAGE_FIELDS:
            return replace(self, usage=replace(self.usage, **changes))
        return replace(self, **changes)

    def with_need(self, need: str, *, needed: bool) -> "Requirements":
        return replace(self, needs=self.needs | {need} if needed else self.needs - {need})


def known_skills() -> list[str]:
    """List the skills of a team that matter: everything that an engine asks of a developer."""
    generators = map(engines.load_engine, engines.starter_engine_names())
    return sorted({word for generator in generators for word in generator.traits.asks})

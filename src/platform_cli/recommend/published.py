"""Published recommendations and figures of the source documents (G-02..G-08)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

Combination = tuple[str | None, str | None, str]
"""CMS, shop and engine, by name."""

FILE: Final = Path(__file__).with_name("published.yaml")


@dataclass(frozen=True, slots=True)
class Published:
    """A published recommendation with its figures, which are never mixed with our own."""

    needs: frozenset[str]
    cms: str
    shop: str
    engine: str
    monthly_usd: tuple[int, int]
    setup_usd: tuple[int, int]
    complexity: str
    compatibility_score: int
    reason: str
    source: str

    @property
    def combination(self) -> Combination:
        return self.cms, self.shop, self.engine


def find_recommendations_for_needs(needs: frozenset[str]) -> Iterator[Published]:
    """Yield the recommendations whose needs are all required; several may match."""
    return (entry for entry in all_published() if entry.needs <= needs)


def published_figures(combination: Combination) -> dict[str, Any]:
    """Return the published monthly figures for comparison with an estimate, JSON-ready.

    `monthly_cost` is None if nothing was published for this combination.
    """
    raw = _load_document()
    entries = (entry for entry in all_published() if entry.combination == combination)
    own = next(entries, None)
    return {
        "monthly_cost": list(own.monthly_usd) if own else None,
        "source": raw["source"],
        "all_clients": raw["all_clients"],
        "integration_overhead": raw["integration_overhead"],
    }


@cache
def all_published() -> tuple[Published, ...]:
    """Load all published recommendations."""
    raw = _load_document()
    return tuple(
        Published(
            needs=frozenset(row["needs"]),
            cms=row["cms_provider"],
            shop=row["ecommerce_provider"],
            engine=row["ssg_engine"],
            monthly_usd=tuple(row["monthly_cost"]),
            setup_usd=tuple(row["setup_cost"]),
            complexity=row["complexity"],
            compatibility_score=row["compatibility_score"],
            reason=row["reason"],
            source=raw["source"],
        )
        for row in raw["recommendations"]
    )


@cache
def _load_document() -> Any:
    return yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)

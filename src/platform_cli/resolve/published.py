"""Recommendations and figures of the documents that this project started from (G-02..G-08)."""

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
    """One of them, with their figures: never ours."""

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


def fired(needs: frozenset[str]) -> Iterator[Published]:
    """Those whose needs are all asked for; several may be."""
    return (each for each in every() if each.needs <= needs)


def beside(combination: Combination) -> dict[str, Any]:
    """The figures of a month to show beside ours: of this combination, None where there are none,
    of all clients together, and of what composing providers costs; JSON-ready."""
    raw = _raw()
    own = next((each for each in every() if each.combination == combination), None)
    return {
        "monthly_cost": list(own.monthly_usd) if own else None,
        "source": raw["source"],
        "all_clients": raw["all_clients"],
        "integration_overhead": raw["integration_overhead"],
    }


@cache
def every() -> tuple[Published, ...]:
    raw = _raw()
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
def _raw() -> Any:
    return yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)

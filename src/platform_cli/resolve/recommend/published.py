"""The recommendations of the documents that this project started from (G-02..G-06)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from platform_cli.resolve.recommend.choice import Choice

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

    def means(self, choice: Choice) -> bool:
        return (self.cms, self.shop, self.engine) == (choice.cms, choice.shop, choice.engine)


def fired(needs: frozenset[str]) -> Iterator[Published]:
    """Those whose needs are all asked for; several may be."""
    return (each for each in every() if each.needs <= needs)


@cache
def every() -> tuple[Published, ...]:
    raw = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
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

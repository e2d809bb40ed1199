"""One month of a client: what it says of itself, what is guessed, and what follows from both."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import yaml

from platform_cli.engines import engine
from platform_cli.resolve.blueprint import Blueprint, Builds
from platform_cli.resolve.cost.amounts import ZERO, Range
from platform_core import providers
from platform_core.provider import Kind

if TYPE_CHECKING:
    from platform_cli.config.usage import UsageConfig

FILE: Final = Path(__file__).with_name("assumptions.yaml")
FEW_PAGES: Final = Decimal(10)
MANY_PAGES: Final = Decimal(1000)
"""The sizes of site that each engine was measured with."""
MINUTE: Final = 60
KILOBYTES_PER_GB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Usage:
    """What a client says of its month: the fields of `config.usage.UsageConfig`."""

    content_edits: Decimal
    page_views: Decimal
    orders: Decimal
    average_order_usd: Decimal
    editors: Decimal
    pages: Decimal
    agency_usd: Decimal | None = None
    known: tuple[tuple[str, Decimal], ...] = ()
    """Figures that somebody knows in place of a guess: name of the assumption, value."""

    @classmethod
    def of(cls, config: "UsageConfig") -> Self:
        said = config.model_dump(exclude_none=True)
        known = said.pop("known")
        return cls(
            **{name: Decimal(str(value)) for name, value in said.items()},
            known=tuple((name, Decimal(str(value))) for name, value in known.items()),
        )

    @property
    def sales_usd(self) -> Decimal:
        return self.orders * self.average_order_usd


@dataclass(frozen=True, slots=True)
class Assumptions:
    """One guess at each thing that nobody knows before a site runs; see `assumptions.yaml`."""

    requests_per_view: Decimal
    megabytes_per_view: Decimal
    pages_per_view: Decimal
    cache_misses: Decimal
    webhooks_per_edit: Decimal
    webhooks_per_order: Decimal
    repeats: Decimal
    changes_per_edit: Decimal
    changes_per_order: Decimal
    builds_per_change: Decimal
    build_overhead_seconds: Decimal
    build_slowness: Decimal
    kilobytes_per_page: Decimal
    waits_per_build: Decimal
    calls_per_build: Decimal
    seconds_to_receive: Decimal
    seconds_to_apply: Decimal
    seconds_to_decide: Decimal
    seconds_to_sweep: Decimal
    kilobytes_per_webhook: Decimal
    kilobytes_per_item: Decimal
    log_kilobytes_per_call: Decimal
    log_kilobytes_per_build: Decimal
    active_hours: Decimal
    alarming_hours: Decimal
    hosting_usd: Decimal


@dataclass(frozen=True, slots=True)
class Assumption:
    """Three guesses at one of them, and what stands behind them."""

    guess: Range
    why: str


@cache
def assumptions() -> Mapping[str, Assumption]:
    """All of them by name."""
    rows = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    guesses = ("low", "expected", "high")
    return {
        name: Assumption(Range(*(Decimal(row[guess]) for guess in guesses)), row["why"])
        for name, row in rows.items()
    }


def guesses(usage: Usage) -> tuple[Assumptions, Assumptions, Assumptions]:
    """The low, the expected and the high one, with what this client knows in their place."""
    return _guesses(usage.known)


@cache
def _guesses(
    known: tuple[tuple[str, Decimal], ...],
) -> tuple[Assumptions, Assumptions, Assumptions]:
    ranges = {name: each.guess for name, each in assumptions().items()}
    ranges |= {name: Range.exactly(value) for name, value in known}
    return (
        Assumptions(**{name: each.low for name, each in ranges.items()}),
        Assumptions(**{name: each.expected for name, each in ranges.items()}),
        Assumptions(**{name: each.high for name, each in ranges.items()}),
    )


@dataclass(frozen=True, slots=True)
class Site:
    """What of a client's blueprint its month depends on."""

    engine: str
    kinds: frozenset[Kind]

    @classmethod
    def of(cls, blueprint: Blueprint) -> Self:
        builds = next(part for part in blueprint.parts if isinstance(part, Builds))
        bound = (providers.load_manifest(each.provider).kind for each in builds.bindings)
        return cls(builds.engine, frozenset(bound))


class Month:
    """What happens in a month under one guess: the meters of `meters.py` are formulas of it."""

    def __init__(self, usage: Usage, guess: Assumptions, site: Site) -> None:
        self.usage = usage
        self.guess = guess
        cms, shop = Kind.CMS in site.kinds, Kind.COMMERCE in site.kinds
        edits = usage.content_edits if cms or shop else ZERO
        orders = usage.orders if shop else ZERO
        self.deliveries = (edits * guess.webhooks_per_edit + orders * guess.webhooks_per_order) * (
            1 + guess.repeats
        )
        """Webhooks, those included that a vendor sends again."""
        self.changes = edits * guess.changes_per_edit + orders * guess.changes_per_order
        """What wants a build."""
        self.delivering_hours = min(self.deliveries, guess.active_hours)
        self.builds = self.changes * guess.builds_per_change if site.kinds else usage.content_edits
        """Without a provider, each edit of the source is deployed, and so built."""
        self.building_hours = min(self.builds, guess.active_hours)
        self.build_minutes = self.builds * _minutes(site.engine, usage.pages, guess)
        self.requests = usage.page_views * guess.requests_per_view
        self.release_gb = usage.pages * guess.kilobytes_per_page / KILOBYTES_PER_GB
        self.items = usage.pages
        """Each item of content is a page, near enough."""
        self.table_gb = (
            self.items * guess.kilobytes_per_item + self.deliveries * guess.kilobytes_per_webhook
        ) / KILOBYTES_PER_GB


def _minutes(name: str, pages: Decimal, guess: Assumptions) -> Decimal:
    """Whole minutes of one build: CodeBuild rounds up. Packages come from the cache."""
    traits = engine(name).traits
    few, many = (
        Decimal(str(seconds))
        for seconds in (traits.build_seconds_10_pages, traits.build_seconds_1000_pages)
    )
    per_page = (many - few) / (MANY_PAGES - FEW_PAGES)
    own = few + max(ZERO, pages - FEW_PAGES) * max(ZERO, per_page)
    seconds = guess.build_overhead_seconds + own * guess.build_slowness
    return (seconds / MINUTE).to_integral_value(ROUND_CEILING)

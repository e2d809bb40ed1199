"""One month of a client: its stated usage, the assumptions, and the quantities that follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import yaml

from platform_cli.blueprint.model import Blueprint, Builds
from platform_cli.cost.amounts import ZERO, Range
from platform_cli.engines import load_engine
from platform_core import providers
from platform_core.provider import Kind

if TYPE_CHECKING:
    from platform_cli.config.usage import UsageConfig

FILE: Final = Path(__file__).with_name("assumptions.yaml")
FEW_PAGES: Final = Decimal(10)
MANY_PAGES: Final = Decimal(1000)
"""Site sizes at which each engine was measured."""
MINUTE: Final = 60
KILOBYTES_PER_GB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Usage:
    """The stated usage of a client's month: the fields of `config.usage.UsageConfig`."""

    content_edits: Decimal
    page_views: Decimal
    orders: Decimal
    average_order_usd: Decimal
    editors: Decimal
    pages: Decimal
    agency_usd: Decimal | None = None
    known: tuple[tuple[str, Decimal], ...] = ()
    """Known figures that replace an assumption: (name of the assumption, value)."""

    @classmethod
    def from_config(cls, config: "UsageConfig") -> Self:
        fields = config.model_dump(exclude_none=True)
        known = fields.pop("known")
        return cls(
            **{name: Decimal(str(value)) for name, value in fields.items()},
            known=tuple((name, Decimal(str(value))) for name, value in known.items()),
        )

    @property
    def sales_usd(self) -> Decimal:
        return self.orders * self.average_order_usd


@dataclass(frozen=True, slots=True)
class Assumptions:
    """One value for each quantity that is unknown before a site runs; see `assumptions.yaml`."""

    requests_per_view: Decimal
    megabytes_per_view: Decimal
    pages_per_view: Decimal
    entries_per_view: Decimal
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
    previews: Decimal
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
    """The low, expected and high value of one assumption, and the reason for them."""

    values: Range
    why: str


@cache
def load_assumptions() -> Mapping[str, Assumption]:
    """Load all assumptions by name."""
    rows = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    columns = ("low", "expected", "high")
    return {
        name: Assumption(Range(*(Decimal(row[column]) for column in columns)), row["why"])
        for name, row in rows.items()
    }


def assumption_sets(usage: Usage) -> tuple[Assumptions, Assumptions, Assumptions]:
    """Return the low, expected and high set, with the client's known figures applied."""
    return _assumption_sets(usage.known)


@cache
def _assumption_sets(
    known: tuple[tuple[str, Decimal], ...],
) -> tuple[Assumptions, Assumptions, Assumptions]:
    ranges = {name: assumption.values for name, assumption in load_assumptions().items()}
    ranges |= {name: Range.exactly(value) for name, value in known}
    return (
        Assumptions(**{name: values.low for name, values in ranges.items()}),
        Assumptions(**{name: values.expected for name, values in ranges.items()}),
        Assumptions(**{name: values.high for name, values in ranges.items()}),
    )


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """The properties of a blueprint that the monthly quantities depend on."""

    engine: str
    kinds: frozenset[Kind]

    @classmethod
    def from_blueprint(cls, blueprint: Blueprint) -> Self:
        builds = next(part for part in blueprint.parts if isinstance(part, Builds))
        kinds = (providers.load_manifest(binding.provider).kind for binding in builds.bindings)
        return cls(builds.engine, frozenset(kinds))


class Month:
    """The quantities of a month under one set of assumptions; meters are formulas of them."""

    def __init__(self, usage: Usage, guess: Assumptions, site: SiteProfile) -> None:
        self.usage = usage
        self.guess = guess
        cms, shop = Kind.CMS in site.kinds, Kind.COMMERCE in site.kinds
        edits = usage.content_edits if cms or shop else ZERO
        orders = usage.orders if shop else ZERO
        self.deliveries = (edits * guess.webhooks_per_edit + orders * guess.webhooks_per_order) * (
            1 + guess.repeats
        )
        """Received webhooks, including the vendor's retries."""
        self.changes = edits * guess.changes_per_edit + orders * guess.changes_per_order
        """Content changes that request a build."""
        self.delivering_hours = min(self.deliveries, guess.active_hours)
        self.builds = self.changes * guess.builds_per_change if site.kinds else usage.content_edits
        """A site without a provider is built once per edit of its source."""
        self.building_hours = min(self.builds, guess.active_hours)
        minutes = _minutes_per_build(site.engine, usage.pages, guess)
        self.build_minutes = self.builds * minutes
        self.preview_minutes = guess.previews * minutes
        """For a client with previews."""
        self.requests = usage.page_views * guess.requests_per_view
        self.release_gb = usage.pages * guess.kilobytes_per_page / KILOBYTES_PER_GB
        self.items = usage.pages
        """Approximation: each content item is one page."""
        self.table_gb = (
            self.items * guess.kilobytes_per_item + self.deliveries * guess.kilobytes_per_webhook
        ) / KILOBYTES_PER_GB


def _minutes_per_build(name: str, pages: Decimal, guess: Assumptions) -> Decimal:
    """Compute the minutes of one build, rounded up as CodeBuild bills them."""
    traits = load_engine(name).traits
    few, many = (
        Decimal(str(seconds))
        for seconds in (traits.build_seconds_10_pages, traits.build_seconds_1000_pages)
    )
    per_page = (many - few) / (MANY_PAGES - FEW_PAGES)
    # Measured on a developer's machine with cached packages; CodeBuild is slower by a factor.
    local_seconds = few + max(ZERO, pages - FEW_PAGES) * max(ZERO, per_page)
    seconds = guess.build_overhead_seconds + local_seconds * guess.build_slowness
    return (seconds / MINUTE).to_integral_value(ROUND_CEILING)

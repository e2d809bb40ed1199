"""The catalog: providers, engines, and the compatibility of their combinations."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from platform_cli import engines
from platform_cli.blueprint.compatibility import assess_compatibility
from platform_cli.config.model import IntegrationMode, providers_of_kind
from platform_cli.errors import UsageError
from platform_cli.suggest import did_you_mean
from platform_core import providers
from platform_core.provider import Kind


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A plan of a provider."""

    name: str
    usd_month: str
    fee_percent: str
    source: str
    as_of: str
    verified: bool


@dataclass(frozen=True, slots=True)
class ProviderEntry:
    """A provider of the catalog."""

    name: str
    label: str
    kind: str
    tier: str
    engines: list[str]
    """Engines that are a usual choice with it."""
    aliases: list[str]
    prices_as_of: str
    """Date of its newest price; empty if it has no plan."""
    summary: str
    traits: list[str]
    holds_content: bool
    """Whether its content can be listed, and so synchronized."""
    plans: list[PlanEntry]


@dataclass(frozen=True, slots=True)
class EngineEntry:
    """A site generator of the catalog."""

    name: str
    label: str
    version: str
    skill: str
    performance: str
    build_seconds_1000_pages: float
    as_of: str


@dataclass(frozen=True, slots=True)
class CombinationEntry:
    """A CMS, a shop and a site generator, with their compatibility."""

    cms_provider: str | None
    ecommerce_provider: str | None
    ssg_engine: str
    level: str
    score: int
    recommended: bool
    complexity: str
    reason: str
    hint: str


def list_providers() -> list[ProviderEntry]:
    """List all providers."""
    return [
        ProviderEntry(
            name=manifest.name,
            label=manifest.label,
            kind=manifest.kind,
            tier=manifest.tier,
            engines=list(manifest.engines),
            aliases=list(manifest.aliases),
            prices_as_of=max((plan.as_of for plan in manifest.plans), default=""),
            summary=manifest.summary,
            traits=sorted(manifest.traits),
            holds_content=manifest.needs.listing,
            plans=[
                PlanEntry(
                    name=plan.name,
                    usd_month=plan.usd_month,
                    fee_percent=plan.fee_percent,
                    source=plan.source,
                    as_of=plan.as_of,
                    verified=plan.verified,
                )
                for plan in manifest.plans
            ],
        )
        for manifest in map(providers.load_manifest, providers.provider_names())
    ]


def list_engines() -> list[EngineEntry]:
    """List all site generators."""
    return [
        EngineEntry(
            name=engine.name,
            label=engine.label,
            version=engine.version,
            skill=engine.traits.skill,
            performance=engine.traits.performance,
            build_seconds_1000_pages=engine.traits.build_seconds_1000_pages,
            as_of=engine.traits.as_of,
        )
        for engine in map(engines.load_engine, engines.engine_names())
    ]


def list_combinations(
    cms: str | None = None,
    commerce: str | None = None,
    engine: str | None = None,
    mode: str | None = None,
) -> Iterator[CombinationEntry]:
    """Yield all combinations with these components.

    An unknown name yields rejected combinations, whose reason says so. Raises `UsageError` for an
    unknown mode.
    """
    if mode and mode not in set(IntegrationMode):
        raise UsageError(f"there is no mode {mode!r}", hint=did_you_mean(mode, IntegrationMode))
    systems = [providers.resolve_name(cms) or cms] if cms else [*providers_of_kind(Kind.CMS), None]
    shops = (
        [providers.resolve_name(commerce) or commerce]
        if commerce
        else [*providers_of_kind(Kind.COMMERCE), None]
    )
    generators = [engine] if engine else engines.starter_engine_names()
    for system, shop, generator in product(systems, shops, generators):
        if system is None and shop is None:
            continue
        compatibility = assess_compatibility(generator, cms=system, ecommerce=shop, mode=mode)
        yield CombinationEntry(
            cms_provider=system,
            ecommerce_provider=shop,
            ssg_engine=generator,
            level=compatibility.level,
            score=compatibility.score,
            recommended=compatibility.recommended,
            complexity=compatibility.complexity,
            reason=compatibility.reason,
            hint=compatibility.hint,
        )

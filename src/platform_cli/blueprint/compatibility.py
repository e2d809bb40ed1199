"""Rate combinations of an engine and providers (C-R01..C-R17, decision C-07).

Native: every provider of the site lists the engine. Bridged: a provider does not list the engine;
the site still works, since every engine reads the same feed; or the site has a build of its own,
without a generator that is known here. Rejected: the engine or a provider is
unknown, a provider is of the wrong kind, or the mode allows only one provider.

A native combination has its published score (`scores.yaml`), else a score that is estimated from
the traits of its engine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from platform_cli import engines
from platform_cli.config.model import IntegrationMode, providers_of_kind
from platform_cli.suggest import did_you_mean
from platform_core import providers
from platform_core.provider import Kind, Provider, Tier

RECOMMENDED = 8
"""Lowest score of a recommended combination (C-R15)."""

BRIDGED_SCORE = 6

COMPLEXITY = {
    Tier.BUDGET: "low",
    Tier.BUDGET_PLUS: "low",
    Tier.PROFESSIONAL: "medium",
    Tier.ENTERPRISE: "high",
}
ROLES = {Kind.CMS: "CMS", Kind.COMMERCE: "E-commerce"}
PUBLISHED: Final = Path(__file__).with_name("scores.yaml")


class Level(StrEnum):
    NATIVE = "native"
    BRIDGED = "bridged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Compatibility:
    """Rating of a combination; `score` is 0 (rejected) to 10."""

    level: Level
    score: int
    reason: str
    complexity: str = "unknown"
    hint: str = ""
    """The nearest valid choice if rejected, else advice if a product catalog is missing."""

    @property
    def recommended(self) -> bool:
        return self.score >= RECOMMENDED


def assess_compatibility(
    engine: str, *, cms: str | None, ecommerce: str | None, mode: str | None = None
) -> Compatibility:
    """Rate a combination by names or aliases.

    None means that the site has no such provider, or that the mode does not matter.
    """
    if engine not in engines.engine_names():
        return _reject(
            f"Unsupported site generator: {engine}", did_you_mean(engine, engines.engine_names())
        )
    members = []
    for kind, name in ((Kind.CMS, cms), (Kind.COMMERCE, ecommerce)):
        if name is None:
            continue
        manifest = providers.load_manifest(name) if providers.resolve_name(name) else None
        if manifest is None or manifest.kind is not kind:
            hint = f"{manifest.label} belongs under {manifest.kind}_config" if manifest else ""
            return _reject(
                f"Unsupported {ROLES[kind]} provider: {name}",
                hint or did_you_mean(name, providers_of_kind(kind)),
            )
        members.append(manifest)
    if mode == IntegrationMode.DIRECT and len(members) > 1:
        return _reject(
            "direct mode serves one provider, and this site has two",
            f"set integration_mode: {IntegrationMode.EVENT_DRIVEN}",
        )
    return rate_combination(engines.load_engine(engine), members)


def rate_combination(engine: engines.Engine, members: Sequence[Provider]) -> Compatibility:
    """Rate an engine with the providers of one site, the CMS first."""
    if not engine.starters:
        return Compatibility(
            Level.BRIDGED,
            BRIDGED_SCORE,
            f"{engine.label}: your own command builds the site, and nothing here has tested it",
            hint=_missing_products_hint(members),
        )
    unlisted = [member.label for member in members if engine.name not in member.engines]
    if unlisted:
        return Compatibility(
            Level.BRIDGED,
            BRIDGED_SCORE,
            f"{engine.label} is not a usual choice with {' and '.join(unlisted)}; it works "
            "through the unified feed. This combination hasn't been fully tested.",
            hint=_missing_products_hint(members),
        )
    chosen = {member.kind: member.name for member in members}
    combination = (chosen.get(Kind.CMS), chosen.get(Kind.COMMERCE), engine.name)
    score, complexity = load_published_scores().get(combination) or _estimate_score(engine, members)
    labels = " and ".join(member.label for member in members)
    return Compatibility(
        Level.NATIVE,
        score,
        f"{engine.label} is a usual choice with {labels}" if labels else f"{engine.label} alone",
        complexity,
        _missing_products_hint(members),
    )


@cache
def load_published_scores() -> Mapping[tuple[str | None, str | None, str], tuple[int, str]]:
    """Load score and complexity by CMS, shop and engine."""
    return {
        (row["cms"], row["ecommerce"], row["engine"]): (row["score"], row["complexity"])
        for row in yaml.safe_load(PUBLISHED.read_text("utf-8"))
    }


def _estimate_score(engine: engines.Engine, members: Sequence[Provider]) -> tuple[int, str]:
    easy = engine.traits.skill == "intermediate"
    fast = engine.traits.performance == "excellent"
    return RECOMMENDED + easy + fast, COMPLEXITY[members[0].tier] if members else "low"


def _missing_products_hint(members: Sequence[Provider]) -> str:
    """Return a hint if a shop lists no products and no CMS holds them."""
    match members:
        case [only] if only.kind is Kind.COMMERCE and not only.needs.listing:
            return (
                f"{only.label} has no product catalog: add a CMS for the products, or put them "
                "into the pages yourself"
            )
    return ""


def _reject(reason: str, hint: str) -> Compatibility:
    return Compatibility(Level.REJECTED, 0, reason, hint=hint)

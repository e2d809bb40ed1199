"""Which engine goes with which providers, and why (C-R01..C-R17, decision C-07).

Native: every provider of the site names the engine. Bridged: all are known, but one of them does
not name it; the site still works, since every engine reads the same feed. Rejected: there is no
such engine or provider, a provider cannot play the part, or the mode cannot compose two.

A native combination has its published score (`scores.yaml`) or, where none was published, one
that is reckoned from its engine's traits.
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
"""A combination is recommended from this score on (C-R15)."""

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
    """How well a combination fits; `score` is 0 (rejected) to 10."""

    level: Level
    score: int
    reason: str
    complexity: str = "unknown"
    hint: str = ""
    """The nearest valid choice if rejected, else an advice if something is missing."""

    @property
    def recommended(self) -> bool:
        return self.score >= RECOMMENDED


def assess_compatibility(
    engine: str, *, cms: str | None, ecommerce: str | None, mode: str | None = None
) -> Compatibility:
    """Any names or aliases; None where the site has no such provider, or any mode will do."""
    if engine not in engines.engine_names():
        return _rejected(
            f"Unsupported site generator: {engine}", did_you_mean(engine, engines.engine_names())
        )
    members = []
    for kind, given in ((Kind.CMS, cms), (Kind.COMMERCE, ecommerce)):
        if given is None:
            continue
        found = providers.load_manifest(given) if providers.resolve_name(given) else None
        if found is None or found.kind is not kind:
            hint = f"{found.label} belongs under {found.kind}_config" if found else ""
            return _rejected(
                f"Unsupported {ROLES[kind]} provider: {given}",
                hint or did_you_mean(given, providers_of_kind(kind)),
            )
        members.append(found)
    if mode == IntegrationMode.DIRECT and len(members) > 1:
        return _rejected(
            "direct mode serves one provider, and this site has two",
            f"set integration_mode: {IntegrationMode.EVENT_DRIVEN}",
        )
    return rate_combination(engines.load_engine(engine), members)


def rate_combination(engine: engines.Engine, members: Sequence[Provider]) -> Compatibility:
    """An engine and the providers of one site, the CMS first."""
    strangers = [member.label for member in members if engine.name not in member.engines]
    if strangers:
        return Compatibility(
            Level.BRIDGED,
            BRIDGED_SCORE,
            f"{engine.label} is not a usual choice with {' and '.join(strangers)}; it works "
            "through the unified feed. This combination hasn't been fully tested.",
            hint=_lack(members),
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
        _lack(members),
    )


@cache
def load_published_scores() -> Mapping[tuple[str | None, str | None, str], tuple[int, str]]:
    """Score and complexity, by CMS, shop and engine."""
    return {
        (each["cms"], each["ecommerce"], each["engine"]): (each["score"], each["complexity"])
        for each in yaml.safe_load(PUBLISHED.read_text("utf-8"))
    }


def _estimate_score(engine: engines.Engine, members: Sequence[Provider]) -> tuple[int, str]:
    easy = engine.traits.skill == "intermediate"
    fast = engine.traits.performance == "excellent"
    return RECOMMENDED + easy + fast, COMPLEXITY[members[0].tier] if members else "low"


def _lack(members: Sequence[Provider]) -> str:
    """Return a hint if a shop lists no products and no CMS holds them."""
    match members:
        case [only] if only.kind is Kind.COMMERCE and not only.needs.listing:
            return (
                f"{only.label} lists no products: add a CMS that holds them, or write them into "
                "the pages"
            )
    return ""


def _rejected(reason: str, hint: str) -> Compatibility:
    return Compatibility(Level.REJECTED, 0, reason, hint=hint)

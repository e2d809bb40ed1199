"""Which engine goes with which providers, and why (C-R01..C-R17, decision C-07).

Native: every provider of the site names the engine. Bridged: all are known, but one of them does
not name it; the site still works, since every engine reads the same feed. Rejected: there is no
such engine or provider, or a provider cannot play the part.
"""

from dataclasses import dataclass
from enum import StrEnum

from platform_cli import engines
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

    @property
    def recommended(self) -> bool:
        return self.score >= RECOMMENDED


def assess(engine: str, *, cms: str | None, ecommerce: str | None) -> Compatibility:
    """Any three names; None where the site has no such provider."""
    if engine not in engines.names():
        return _rejected(f"Unsupported site generator: {engine}")
    members = []
    for kind, name in ((Kind.CMS, cms), (Kind.COMMERCE, ecommerce)):
        if name is None:
            continue
        if name not in providers.names() or (found := providers.manifest(name)).kind is not kind:
            return _rejected(f"Unsupported {ROLES[kind]} provider: {name}")
        members.append(found)
    return rate(engines.engine(engine), members)


def rate(engine: engines.Engine, members: list[Provider]) -> Compatibility:
    """An engine and the providers of one site, the CMS first."""
    strangers = [member.label for member in members if engine.name not in member.engines]
    if strangers:
        return Compatibility(
            Level.BRIDGED,
            BRIDGED_SCORE,
            f"{engine.label} is not a usual choice with {' and '.join(strangers)}; it works "
            "through the unified feed. This combination hasn't been fully tested.",
        )
    easy = engine.traits.skill == "intermediate"
    fast = engine.traits.performance == "excellent"
    labels = " and ".join(member.label for member in members)
    return Compatibility(
        Level.NATIVE,
        RECOMMENDED + easy + fast,
        f"{engine.label} is a usual choice with {labels}" if labels else f"{engine.label} alone",
        COMPLEXITY[members[0].tier] if members else "low",
    )


def _rejected(reason: str) -> Compatibility:
    return Compatibility(Level.REJECTED, 0, reason)

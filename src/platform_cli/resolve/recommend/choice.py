"""One way to make a site, and the traits of what it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from itertools import product

from platform_cli import engines
from platform_cli.config.model import IntegrationMode, of_kind
from platform_cli.resolve.compatibility import Compatibility, assess
from platform_cli.resolve.published import Combination
from platform_core import providers
from platform_core.provider import Kind

COMPOSED, SINGLE = "composed", "single"
"""Shapes of a site: of a CMS and a shop, or of one provider at most."""


class Of(StrEnum):
    """Whom a rule looks at."""

    CMS = "cms"
    SHOP = "ecommerce"
    ENGINE = "engine"
    SITE = "site"


@dataclass(frozen=True)
class Choice:
    """A combination of the catalogue in one mode; None where it has no such provider."""

    cms: str | None
    shop: str | None
    engine: str
    mode: IntegrationMode

    @property
    def combination(self) -> Combination:
        """Whatever its mode."""
        return self.cms, self.shop, self.engine

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Its providers, the CMS first."""
        return tuple(name for name in (self.cms, self.shop) if name)

    @cached_property
    def parts(self) -> Mapping[Of, str | None]:
        """The names of what rules look at; the site as a whole is called by its shape."""
        shape = COMPOSED if len(self.members) > 1 else SINGLE
        return {Of.CMS: self.cms, Of.SHOP: self.shop, Of.ENGINE: self.engine, Of.SITE: shape}

    @property
    def label(self) -> str:
        """As a person reads it."""
        names = [providers.load_manifest(name).label for name in self.members]
        return " + ".join([*names, engines.engine(self.engine).label])

    def differs_from(self, other: "Choice") -> str:
        """What of it is not in the other: enough to tell the two apart."""
        own = [name for name in self.members if name not in other.members]
        labels = [providers.load_manifest(name).label for name in own]
        if self.engine != other.engine:
            labels.append(engines.engine(self.engine).label)
        if not labels:
            return self.label if self.members != other.members else f"{self.label} ({self.mode})"
        return " + ".join(labels)


@cache
def every() -> tuple[Choice, ...]:
    """All combinations in all modes that they allow; two providers are composed by events."""
    pairs = product((*of_kind(Kind.CMS), None), (*of_kind(Kind.COMMERCE), None))
    return tuple(
        Choice(cms, shop, engine, mode)
        for cms, shop in pairs
        for engine in engines.names()
        for mode in _modes(cms, shop)
    )


@cache
def fit(choice: Choice) -> Compatibility:
    """How well its parts go together."""
    return assess(choice.engine, cms=choice.cms, ecommerce=choice.shop)


@cache
def traits(of: Of, name: str) -> frozenset[str]:
    """What rules may ask of a part."""
    match of:
        case Of.CMS | Of.SHOP:
            manifest = providers.load_manifest(name)
            return manifest.traits | {f"{manifest.tier}_tier"}
        case Of.ENGINE:
            return engines.engine(name).traits.words
        case Of.SITE:
            return frozenset({name})


def label(of: Of, name: str) -> str:
    match of:
        case Of.CMS | Of.SHOP:
            return providers.load_manifest(name).label
        case Of.ENGINE:
            return engines.engine(name).label
        case Of.SITE:
            return "The site"


def _modes(cms: str | None, shop: str | None) -> tuple[IntegrationMode, ...]:
    match (cms, shop):
        case (None, None):
            return (IntegrationMode.DIRECT,)
        case (None, _) | (_, None):
            return (IntegrationMode.DIRECT, IntegrationMode.EVENT_DRIVEN)
        case _:
            return (IntegrationMode.EVENT_DRIVEN,)

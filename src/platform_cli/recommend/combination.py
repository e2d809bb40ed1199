"""The combinations that a site can be built from, and the traits of their components."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from itertools import product

from platform_cli import engines
from platform_cli.blueprint.compatibility import Compatibility, assess_compatibility
from platform_cli.config.model import IntegrationMode, providers_of_kind
from platform_cli.recommend.published import Combination
from platform_core import providers
from platform_core.provider import Kind

COMPOSED, SINGLE = "composed", "single"
"""Shapes of a site: a CMS with a shop, or at most one provider."""


class Component(StrEnum):
    """The component of a site that a rule applies to."""

    CMS = "cms"
    SHOP = "ecommerce"
    ENGINE = "engine"
    SITE = "site"


@dataclass(frozen=True)
class Choice:
    """A combination of the catalog in one mode; None for a provider that it does not use."""

    cms: str | None
    shop: str | None
    engine: str
    mode: IntegrationMode

    @property
    def combination(self) -> Combination:
        """The choice without its mode."""
        return self.cms, self.shop, self.engine

    @cached_property
    def provider_names(self) -> tuple[str, ...]:
        """Its providers, the CMS first."""
        return tuple(name for name in (self.cms, self.shop) if name)

    @cached_property
    def components(self) -> Mapping[Component, str | None]:
        """The name of each component; the site as a whole is named by its shape."""
        shape = COMPOSED if len(self.provider_names) > 1 else SINGLE
        return {
            Component.CMS: self.cms,
            Component.SHOP: self.shop,
            Component.ENGINE: self.engine,
            Component.SITE: shape,
        }

    @property
    def label(self) -> str:
        """The display name."""
        labels = [providers.load_manifest(name).label for name in self.provider_names]
        return " + ".join([*labels, engines.load_engine(self.engine).label])

    def label_difference_from(self, other: "Choice") -> str:
        """Return the components that the other choice does not have, enough to tell them apart."""
        own_members = [name for name in self.provider_names if name not in other.provider_names]
        labels = [providers.load_manifest(name).label for name in own_members]
        if self.engine != other.engine:
            labels.append(engines.load_engine(self.engine).label)
        if not labels:
            return (
                self.label
                if self.provider_names != other.provider_names
                else f"{self.label} ({self.mode})"
            )
        return " + ".join(labels)


@cache
def all_choices() -> tuple[Choice, ...]:
    """List all combinations in every mode that they support."""
    pairs = product((*providers_of_kind(Kind.CMS), None), (*providers_of_kind(Kind.COMMERCE), None))
    return tuple(
        Choice(cms, shop, engine, mode)
        for cms, shop in pairs
        for engine in engines.starter_engine_names()
        for mode in _supported_modes(cms, shop)
    )


@cache
def assess_choice(choice: Choice) -> Compatibility:
    """Rate the compatibility of a choice's components."""
    return assess_compatibility(choice.engine, cms=choice.cms, ecommerce=choice.shop)


@cache
def get_traits(component: Component, name: str) -> frozenset[str]:
    """Return the traits of a component that rules can refer to."""
    match component:
        case Component.CMS | Component.SHOP:
            manifest = providers.load_manifest(name)
            return manifest.traits | {f"{manifest.tier}_tier"}
        case Component.ENGINE:
            return engines.load_engine(name).traits.keywords
        case Component.SITE:
            return frozenset({name})


def get_label(component: Component, name: str) -> str:
    """Return the display name of a component."""
    match component:
        case Component.CMS | Component.SHOP:
            return providers.load_manifest(name).label
        case Component.ENGINE:
            return engines.load_engine(name).label
        case Component.SITE:
            return "The site"


def _supported_modes(cms: str | None, shop: str | None) -> tuple[IntegrationMode, ...]:
    match (cms, shop):
        case (None, None):
            return (IntegrationMode.DIRECT,)
        case (None, _) | (_, None):
            return (IntegrationMode.DIRECT, IntegrationMode.EVENT_DRIVEN)
        case _:
            # Direct mode builds from one provider's listing, so a pair needs events.
            return (IntegrationMode.EVENT_DRIVEN,)

"""The kinds of stack that can be asked for by name (B-06..B-12, C-09, C-10, C-45)."""

from dataclasses import dataclass
from itertools import product

from platform_cli import engines
from platform_cli.blueprint import naming
from platform_cli.config.model import providers_of_kind
from platform_cli.errors import UsageError
from platform_cli.suggest import did_you_mean
from platform_core import providers
from platform_core.provider import Kind, Provider

COMPOSED = "cms_ecommerce_composed"
"""Stands for every pair of a CMS and a shop; which two, its name does not say."""


@dataclass(frozen=True, slots=True)
class StackType:
    """Providers of a stack, and its engine where the type fixes one."""

    cms: str | None = None
    ecommerce: str | None = None
    engine: str | None = None

    @property
    def members(self) -> tuple[Provider, ...]:
        """The manifests of its providers, the CMS first."""
        return tuple(providers.load_manifest(name) for name in (self.cms, self.ecommerce) if name)


def list_stack_types() -> dict[str, StackType]:
    """By name: the fixed services, the tier of each provider, and all composed stacks as one."""
    services = {
        each.service[0].replace("-", "_"): StackType(engine=each.name)
        for each in map(engines.load_engine, engines.engine_names())
        if each.service
    }
    tiers = {f"{name}_cms_tier": StackType(cms=name) for name in providers_of_kind(Kind.CMS)}
    shops = {
        f"{name}_ecommerce": StackType(ecommerce=name) for name in providers_of_kind(Kind.COMMERCE)
    }
    return {**services, **tiers, **shops, COMPOSED: StackType()}


def find_stack_type(name: str) -> StackType | None:
    """By a registered name, or by the label that a client's config computes (D-R04)."""
    return (list_stack_types() | _labelled()).get(name)


def require_stack_type(name: str) -> StackType:
    """Return the stack type with this name. Raises `UsageError` if there is none."""
    found = find_stack_type(name)
    if found is None:
        raise UsageError(
            f"there is no stack type {name!r}", hint=did_you_mean(name, list_stack_types())
        )
    return found


def _labelled() -> dict[str, StackType]:
    choices = [
        *(StackType(engine=name) for name in engines.engine_names()),
        *(
            StackType(cms=cms, ecommerce=shop)
            for cms, shop in product(
                (None, *providers_of_kind(Kind.CMS)), (None, *providers_of_kind(Kind.COMMERCE))
            )
            if cms or shop
        ),
    ]
    return {
        naming.stack_type(each.cms, each.ecommerce, each.engine or ""): each for each in choices
    }

"""Stack types that a user can choose by name (B-06..B-12, C-09, C-10, C-45)."""

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
"""Type of every pair of a CMS and a shop. The name does not contain the providers."""


@dataclass(frozen=True, slots=True)
class StackType:
    """Providers of a stack, and its engine if the type requires one."""

    cms: str | None = None
    ecommerce: str | None = None
    engine: str | None = None

    @property
    def members(self) -> tuple[Provider, ...]:
        """The manifests of its providers, the CMS first."""
        return tuple(providers.load_manifest(name) for name in (self.cms, self.ecommerce) if name)


def list_stack_types() -> dict[str, StackType]:
    """Return the types by name: services, one tier of each provider, and one composed type."""
    services = {
        engine.service[0].replace("-", "_"): StackType(engine=engine.name)
        for engine in map(engines.load_engine, engines.engine_names())
        if engine.service
    }
    tiers = {f"{name}_cms_tier": StackType(cms=name) for name in providers_of_kind(Kind.CMS)}
    shops = {
        f"{name}_ecommerce": StackType(ecommerce=name) for name in providers_of_kind(Kind.COMMERCE)
    }
    return {**services, **tiers, **shops, COMPOSED: StackType()}


def find_stack_type(name: str) -> StackType | None:
    """Find a type by its registered name or by the label of a client's config (D-R04)."""
    return (list_stack_types() | _types_by_label()).get(name)


def require_stack_type(name: str) -> StackType:
    """Return the stack type with this name. Raises `UsageError` if there is none."""
    stack_type = find_stack_type(name)
    if stack_type is None:
        raise UsageError(
            f"there is no stack type {name!r}", hint=did_you_mean(name, list_stack_types())
        )
    return stack_type


def _types_by_label() -> dict[str, StackType]:
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
        naming.stack_type(choice.cms, choice.ecommerce, choice.engine or ""): choice
        for choice in choices
    }

"""Stack types: look them up by name, and check which engines fit."""

from typing import Any

from platform_cli import engines
from platform_cli.blueprint.compatibility import Level, rate_combination
from platform_cli.blueprint.integration_mode import choose_integration_mode
from platform_cli.blueprint.stack_types import (
    StackType,
    find_stack_type,
    list_stack_types,
    require_stack_type,
)
from platform_cli.errors import Incompatible, UsageError

__all__ = [
    "choose_integration_mode",
    "compatible_engines",
    "metadata",
    "select_engine",
    "stack_types",
    "validate_stack_type",
]


def stack_types() -> list[str]:
    """List the stack types: fixed services, one tier per provider, and `cms_ecommerce_composed`.

    The last one stands for every `<cms>_<shop>_composed_stack`.
    """
    return list(list_stack_types())


def validate_stack_type(stack_type: str) -> bool:
    """Return whether a stack type has this name, or this label in a client's config."""
    return find_stack_type(stack_type) is not None


def compatible_engines(stack_type: str) -> list[str]:
    """List the engines that are a usual choice for a stack type.

    Any other engine works as well, with a warning. Raises `UsageError`.
    """
    kind = require_stack_type(stack_type)
    members = list(kind.members)
    return [
        name
        for name in ([kind.engine] if kind.engine else engines.starter_engine_names())
        if rate_combination(engines.load_engine(name), members).level is Level.NATIVE
    ]


def metadata(stack_type: str) -> dict[str, Any]:
    """Describe a stack type, including its `tier_name` and the tiers of its providers.

    Raises `UsageError`.
    """
    kind = require_stack_type(stack_type)
    labels = [manifest.label for manifest in kind.members]
    return {
        "stack_type": stack_type,
        "tier_name": " and ".join(labels) or stack_type.replace("_", " "),
        "cms_provider": kind.cms,
        "ecommerce_provider": kind.ecommerce,
        "ssg_engine": kind.engine,
        "tiers": [str(manifest.tier) for manifest in kind.members],
        "compatible_engines": compatible_engines(stack_type),
    }


def select_engine(stack_type: str, kind: StackType, requested: str | None) -> str:
    """Return the engine of a stack. Raises `UsageError` if it is missing or does not fit."""
    if kind.engine and requested in {None, kind.engine}:
        return kind.engine
    if kind.engine:
        raise Incompatible(f"{stack_type} is built with {kind.engine}, not with {requested}")
    if requested is None:
        usual_engines = ", ".join(compatible_engines(stack_type))
        raise UsageError(
            f"{stack_type} needs an ssg_engine", hint=f"usually one of: {usual_engines}"
        )
    return requested

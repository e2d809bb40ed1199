"""The public Python API: every use case of the command line as a function.

    from platform_cli import api

Importing it loads neither CDK nor boto3: each name loads its module when it is first used. The use
cases take plain values, return values, report through a `Progress`, and raise `PlatformError`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from platform_cli.api.catalog.stacks import (
        choose_integration_mode,
        compatible_engines,
        create_composed_stack,
        create_stack,
        estimate_total_cost,
        metadata,
        recommendations,
        stack_types,
        validate_stack_type,
    )
    from platform_cli.api.progress import NO_PROGRESS, Progress

__all__ = [
    "NO_PROGRESS",
    "Progress",
    "choose_integration_mode",
    "compatible_engines",
    "create_composed_stack",
    "create_stack",
    "estimate_total_cost",
    "metadata",
    "recommendations",
    "stack_types",
    "validate_stack_type",
]

_NAMES_BY_MODULE: Final = {
    "catalog.stacks": (
        "choose_integration_mode",
        "compatible_engines",
        "create_composed_stack",
        "create_stack",
        "estimate_total_cost",
        "metadata",
        "recommendations",
        "stack_types",
        "validate_stack_type",
    ),
    "progress": ("NO_PROGRESS", "Progress"),
}
_MODULES: Final = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load the module of a public name on first use."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value

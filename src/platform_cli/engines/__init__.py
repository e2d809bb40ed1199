"""The site generators, one module each. To add an engine, add a module.

Every module without a leading underscore defines an engine in the constant `ENGINE`. Modules are
imported on first use.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from platform_cli.engines._engine import Engine, Traits, copy_files
from platform_cli.engines._unsupported import UnsupportedFeature
from platform_cli.errors import UsageError

__all__ = ["Engine", "Traits", "UnsupportedFeature", "copy_files", "engine_names", "load_engine"]


@cache
def engine_names() -> tuple[str, ...]:
    """Return the sorted names of all engines without importing them."""
    return tuple(sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_")))


@cache
def load_engine(name: str) -> Engine:
    """Load the engine with this name; raises `UsageError` if there is none."""
    if name not in engine_names():
        choices = ", ".join(engine_names())
        raise UsageError(f"unknown site generator {name!r}", hint=f"choose one of: {choices}")
    value = import_module(f"{__name__}.{name}").ENGINE
    if not isinstance(value, Engine):
        raise TypeError(f"{__name__}.{name}.ENGINE is not an Engine")
    return value

"""The site generators, one file each: adding an engine adds a file and edits none.

A module here that does not start with an underscore is an engine, holds one value `ENGINE`, and
is loaded only when asked for.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from platform_cli.engines._engine import Engine, Traits, lay
from platform_cli.errors import UsageError

__all__ = ["Engine", "Traits", "engine", "lay", "names"]


@cache
def names() -> tuple[str, ...]:
    """Every engine there is, sorted; loads none of them."""
    return tuple(sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_")))


@cache
def engine(name: str) -> Engine:
    """The engine of this name; raises `UsageError` for any other text."""
    if name not in names():
        known = ", ".join(names())
        raise UsageError(f"there is no site generator {name!r}", hint=f"choose one of: {known}")
    found = import_module(f"{__name__}.{name}").ENGINE
    if not isinstance(found, Engine):
        raise TypeError(f"{__name__}.{name}.ENGINE is no Engine")
    return found

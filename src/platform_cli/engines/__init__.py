"""The site generators, one module each. To add an engine, add a module.

Every module without a leading underscore defines an engine in the constant `ENGINE`. Modules are
imported on first use.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from platform_cli.engines._conventions import (
    DEFAULT_NODE_VERSION,
    NODE_VERSIONS,
    STARTER,
    STARTER_MARKER,
    DetectedSite,
    Fact,
    UrlMethod,
)
from platform_cli.engines._engine import (
    CONTENT_FILE,
    NODE,
    TOOLS_FOLDER,
    UNDERLAY_FOLDER,
    Engine,
    copy_files,
)
from platform_cli.engines._package_managers import MODERN_YARN, PACKAGE_MANAGERS
from platform_cli.engines._tailoring import BuildSettings, choose_base_url, tailor_engine
from platform_cli.engines._traits import Traits
from platform_cli.engines._unsupported import UnsupportedFeature
from platform_cli.errors import UsageError

__all__ = [
    "CONTENT_FILE",
    "DEFAULT_NODE_VERSION",
    "MODERN_YARN",
    "NODE",
    "NODE_VERSIONS",
    "PACKAGE_MANAGERS",
    "STARTER",
    "STARTER_MARKER",
    "TOOLS_FOLDER",
    "UNDERLAY_FOLDER",
    "BuildSettings",
    "DetectedSite",
    "Engine",
    "Fact",
    "Traits",
    "UnsupportedFeature",
    "UrlMethod",
    "choose_base_url",
    "copy_files",
    "engine_names",
    "load_engine",
    "starter_engine_names",
    "tailor_engine",
]


@cache
def engine_names() -> tuple[str, ...]:
    """Return the sorted names of all engines without importing them."""
    return tuple(sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_")))


@cache
def starter_engine_names() -> tuple[str, ...]:
    """Return the sorted names of the site generators that have a starter."""
    return tuple(name for name in engine_names() if load_engine(name).starters)


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

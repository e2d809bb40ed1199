"""The unified content model, and the rules for its text, money and versions."""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    """Return `slugify` or a name of `content.model`, which third parties' providers import here.

    Both are loaded on demand: they need packages that a webhook's answer must not wait for.
    """
    if name.startswith("_"):
        raise AttributeError(name)
    if name == "slugify":
        return import_module("platform_core.content.slugs").slugify
    # `from platform_core.content import model` would ask this function for `model`, without end.
    model = import_module("platform_core.content.model")
    return model if name == "model" else getattr(model, name)

"""The unified content model, and the rules for its text, money and versions."""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    """Return a name of `content.model`, which providers of third parties import from here.

    The model is loaded on demand: it needs pydantic, and a webhook's answer must not wait for that.
    """
    if name.startswith("_"):
        raise AttributeError(name)
    # `from platform_core.content import model` would ask this function for `model`, without end.
    model = import_module("platform_core.content.model")
    return model if name == "model" else getattr(model, name)

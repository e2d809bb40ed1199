"""The unified content model, and the rules for its text, money and versions."""

from typing import Any


def __getattr__(name: str) -> Any:
    """Return a name of `content.model`: the former path of the model, for third parties.

    It is imported on demand, because the way of a webhook to its answer loads no pydantic.
    """
    from platform_core.content import model

    if name.startswith("_") or not hasattr(model, name):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(model, name)

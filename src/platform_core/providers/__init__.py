"""The providers: one folder each, found by looking, loaded by part.

`webhook("x")` imports `x.webhook` alone, so that the acknowledgement path stays light. `known` is
the one guard for names that come from a YAML file or an address: nothing is imported for a name
that no folder and no manifest bears. Other packages add providers through the entry point group
`platform.providers` (name = the provider's, value = the package that holds its modules); a folder
of our own always wins over such a name.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from platform_core.provider import (
        CommerceModule,
        ContentModule,
        ManagedRegistration,
        Provider,
        RegistrationModule,
        SettingsModule,
        WebhookModule,
    )

GROUP: Final = "platform.providers"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


def names() -> tuple[str, ...]:
    """Every provider there is, sorted."""
    return tuple(sorted(_packages()))


def known(name: str) -> str | None:
    """The provider's own name for a name or an alias; None where there is none."""
    if not _NAME.fullmatch(name):
        return None
    if name in _folders():
        return name
    return name if name in _packages() else _aliases().get(name)


def has(name: str, part: str) -> bool:
    """Whether a provider has a module of this name (`webhook`, `registration`, ...)."""
    found = known(name)
    return bool(found and _NAME.fullmatch(part) and find_spec(f"{package(found)}.{part}"))


def manifest(name: str) -> "Provider":
    return cast("Provider", _load(name, "manifest").PROVIDER)


def webhook(name: str) -> "WebhookModule":
    return cast("WebhookModule", _load(name, "webhook"))


def content(name: str) -> "ContentModule":
    return cast("ContentModule", _load(name, "content"))


def commerce(name: str) -> "CommerceModule | None":
    """The content module of a provider that sells; None for one that does not."""
    module = _load(name, "content")
    return cast("CommerceModule", module) if hasattr(module, "buy") else None


def registration(name: str) -> "RegistrationModule":
    return cast("RegistrationModule", _load(name, "registration"))


def managed(name: str) -> "ManagedRegistration | None":
    """The registration of a vendor that has an API for it; None where a person does it by hand."""
    module = _load(name, "registration")
    return cast("ManagedRegistration", module) if hasattr(module, "register") else None


def settings(name: str) -> "SettingsModule":
    return cast("SettingsModule", _load(name, "settings"))


def simulated(name: str) -> Any:
    """The double of the vendor's read API: a module with `HOSTS` and `Simulated`."""
    return _load(name, "simulated")


def editor(name: str) -> Any:
    """The files of a provider's editor: a module with `overlay`, see `providers/editing.py`."""
    return _load(name, "editor")


@cache
def _load(name: str, part: str) -> ModuleType:
    """One module of a provider. Raises `LookupError` for a name that nobody bears."""
    found = known(name)
    if found is None:
        raise LookupError(f"there is no provider {name!r}")
    return import_module(f"{package(found)}.{part}")


def package(name: str) -> str:
    """The package that holds the modules of a provider, by its own name."""
    return _folders().get(name) or _packages()[name]


@cache
def _folders() -> Mapping[str, str]:
    """Our own: name -> package."""
    own = [found.name for found in iter_modules(__path__) if found.ispkg]
    return MappingProxyType({name: f"{__name__}.{name}" for name in own if _NAME.fullmatch(name)})


@cache
def _packages() -> Mapping[str, str]:
    """All of them: name -> package. The one spot that knows of other packages' providers."""
    from importlib.metadata import entry_points  # it loads much, and the door needs none of it

    others = {
        entry.name: entry.value
        for entry in entry_points(group=GROUP)
        if _NAME.fullmatch(entry.name)
    }
    return MappingProxyType({**others, **_folders()})


@cache
def _aliases() -> Mapping[str, str]:
    """Other spellings: alias -> name."""
    return MappingProxyType({alias: name for name in names() for alias in manifest(name).aliases})

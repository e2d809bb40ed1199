"""Discover and load the providers: one folder each, one module at a time.

`load_webhook("x")` imports only `x.webhook`, so that acknowledging a webhook stays fast.
`resolve_name` guards names from a YAML file or a URL: nothing is imported for an unknown name.
Other packages add providers with the entry point group `platform.providers` (the name is the
provider's, the value is the package with its modules). A built-in provider always wins over an
entry point of the same name.
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
        EditedModule,
        ImageModule,
        ManagedRegistration,
        Provider,
        RegistrationModule,
        SettingsModule,
        SourceModule,
        WebhookModule,
    )
    from platform_core.provider.site_usage import SiteUsageModule

ENTRY_POINT_GROUP: Final = "platform.providers"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


def provider_names() -> tuple[str, ...]:
    """Return the names of all providers, sorted."""
    return tuple(sorted(_all_packages()))


def resolve_name(name: str) -> str | None:
    """Return the provider's name for a name or an alias, or None if it is unknown."""
    # The name can come from a URL. Without this check, `..` or a dot could import other modules.
    if not _NAME.fullmatch(name):
        return None
    # Look at the folders first: the entry points are slow to load.
    if name in _builtin_packages():
        return name
    return name if name in _all_packages() else _names_by_alias().get(name)


def has_module(name: str, part: str) -> bool:
    """Check whether a provider has a module, for example `webhook` or `registration`."""
    provider = resolve_name(name)
    return bool(provider and _NAME.fullmatch(part) and find_spec(f"{package_of(provider)}.{part}"))


def load_manifest(name: str) -> "Provider":
    """Load the facts of a provider."""
    return cast("Provider", _load_module(name, "manifest").PROVIDER)


def load_webhook(name: str) -> "WebhookModule":
    """Load the module that verifies a provider's deliveries."""
    return cast("WebhookModule", _load_module(name, "webhook"))


def load_content(name: str) -> "ContentModule":
    """Load the module that converts a provider's deliveries to content."""
    return cast("ContentModule", _load_module(name, "content"))


def load_commerce(name: str) -> "CommerceModule | None":
    """Load the content module of a provider that sells products. Returns None for the others."""
    module = _load_module(name, "content")
    return cast("CommerceModule", module) if hasattr(module, "buy") else None


def load_images(name: str) -> "ImageModule | None":
    """Load the addresses of resized images. Returns None for a vendor that resizes none."""
    if not has_module(name, "images"):
        return None
    return cast("ImageModule", _load_module(name, "images"))


def load_source(name: str) -> "SourceModule | None":
    """Load the commits of a CMS that edits the site's repository. Returns None for the others."""
    if not has_module(name, "source"):
        return None
    return cast("SourceModule", _load_module(name, "source"))


def load_registration(name: str) -> "RegistrationModule":
    """Load the module that registers a provider's webhook."""
    return cast("RegistrationModule", _load_module(name, "registration"))


def load_managed_registration(name: str) -> "ManagedRegistration | None":
    """Load the registration of a vendor with an API for it. Returns None for manual ones."""
    module = _load_module(name, "registration")
    return cast("ManagedRegistration", module) if hasattr(module, "register") else None


def load_settings(name: str) -> "SettingsModule":
    """Load the module with a provider's settings."""
    return cast("SettingsModule", _load_module(name, "settings"))


def load_edited_settings(name: str) -> "EditedModule | None":
    """Load the settings of a CMS with a page for editors. Returns None for the others."""
    module = _load_module(name, "settings")
    return cast("EditedModule", module) if hasattr(module, "editor_page") else None


def load_simulated(name: str) -> Any:
    """Load the simulation of the vendor's API: a module with `HOSTS` and `Simulated`."""
    return _load_module(name, "simulated")


def load_editor(name: str) -> Any:
    """Load the editor files of a provider: a module with `overlay`, see `providers/editing.py`."""
    return _load_module(name, "editor")


def load_site_usage(name: str) -> "SiteUsageModule | None":
    """Load the module that recognizes a provider in a site. Returns None if it has none."""
    if not has_module(name, "site_usage"):
        return None
    return cast("SiteUsageModule", _load_module(name, "site_usage"))


@cache
def _load_module(name: str, part: str) -> ModuleType:
    """Import one module of a provider. Raises `LookupError` if there is no such provider."""
    provider = resolve_name(name)
    if provider is None:
        raise LookupError(f"there is no provider {name!r}")
    return import_module(f"{package_of(provider)}.{part}")


def package_of(name: str) -> str:
    """Return the package with the modules of a provider."""
    return _builtin_packages().get(name) or _all_packages()[name]


@cache
def _builtin_packages() -> Mapping[str, str]:
    """Map the names of built-in providers to their packages."""
    folder_names = [module.name for module in iter_modules(__path__) if module.ispkg]
    return MappingProxyType(
        {name: f"{__name__}.{name}" for name in folder_names if _NAME.fullmatch(name)}
    )


@cache
def _all_packages() -> Mapping[str, str]:
    """Map the names of all providers to their packages, including those of other packages."""
    # A slow import that the acknowledgement of a webhook for a built-in provider does not need.
    from importlib.metadata import entry_points

    third_party = {
        entry.name: entry.value
        for entry in entry_points(group=ENTRY_POINT_GROUP)
        if _NAME.fullmatch(entry.name)
    }
    # Built-in packages come last, so that no entry point can replace one of them.
    return MappingProxyType({**third_party, **_builtin_packages()})


@cache
def _names_by_alias() -> Mapping[str, str]:
    """Map aliases to provider names."""
    return MappingProxyType(
        {alias: name for name in provider_names() for alias in load_manifest(name).aliases}
    )

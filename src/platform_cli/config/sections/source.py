"""The CMS of a site that renders the files of its own repository: `site.content: source`."""

from collections.abc import Mapping
from typing import Any, Protocol

from platform_cli.config.fields import invalid_value
from platform_core import providers


class SiteRepository(Protocol):
    """The settings of the `site` section about its repository."""

    @property
    def repository(self) -> str | None: ...
    @property
    def branch(self) -> str: ...


class ChosenProvider(Protocol):
    """A provider and its settings."""

    @property
    def provider(self) -> str: ...
    @property
    def settings(self) -> Mapping[str, Any]: ...


def check_source(site: SiteRepository, cms: ChosenProvider | None) -> None:
    """Check that the CMS commits to the repository of the site."""
    if cms is None or not providers.has_module(cms.provider, "source"):
        names = [name for name in providers.provider_names() if _commits(name)]
        has = f"{cms.provider} does not commit" if cms else "this client has none"
        raise invalid_value(
            f"content: source requires a CMS that commits to the site's repository, and {has}",
            f"use one of {', '.join(names)}, or content: feed",
            field="site",
        )
    settings = providers.load_settings(cms.provider).Settings.model_validate(cms.settings)
    if site.repository is None:
        return
    used = (getattr(settings, "repository", None), getattr(settings, "branch", None))
    if used != (site.repository, site.branch):
        raise invalid_value(
            f"the site is in {site.repository} ({site.branch}), and {cms.provider} commits to "
            f"{used[0]} ({used[1]})",
            "name the same repository and branch in both sections",
            field="site",
        )


def _commits(provider: str) -> bool:
    return providers.has_module(provider, "source")

"""The use of a provider in an existing site, read from the site's files. Nothing of it runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class SiteTexts:
    """The texts of a site that can show its providers. All come from a stranger."""

    sources: Mapping[str, str]
    """Configuration files, scripts and templates by path, without lock files and content."""
    packages: Mapping[str, str] = field(default_factory=dict)
    """Places of the npm packages that the site depends on, by their names."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that its `.env` files set. Values can be secret."""
    repository: str = ""
    """The site's own repository, as github:OWNER/NAME. Empty if it is unknown."""


@dataclass(frozen=True, slots=True)
class UsageProblem:
    """A use of the provider that does not work after a move, and a way out."""

    message: str
    way_out: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class SiteUsage:
    """The use of one provider in a site."""

    evidence: tuple[str, ...]
    """Places that show the use."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Values for the provider's settings. Not validated."""
    problems: tuple[UsageProblem, ...] = ()


class SiteUsageModule(Protocol):
    """`site_usage.py` of a provider that can recognize itself in a site. Optional."""

    def find_usage(self, site: SiteTexts) -> SiteUsage | None:
        """Return the use of the provider, or None if the site does not use it. Never raises."""
        ...

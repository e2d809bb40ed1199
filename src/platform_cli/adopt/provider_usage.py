"""Find the providers that a site uses, with the settings that its files show."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from platform_cli.errors import Finding
from platform_core import providers
from platform_core.provider import Kind
from platform_core.provider.site_usage import SiteTexts


@dataclass(frozen=True, slots=True)
class UsedProvider:
    """A provider in a site, with the settings that are valid."""

    name: str
    kind: Kind
    evidence: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    obstacles: tuple[Finding, ...] = ()


def find_providers(site: SiteTexts) -> Iterator[UsedProvider]:
    """Yield the providers of a site, those with more evidence first."""
    usages = [
        (name, usage)
        for name in providers.provider_names()
        if (module := providers.load_site_usage(name)) is not None
        if (usage := module.find_usage(site)) is not None
    ]
    for name, usage in sorted(usages, key=lambda pair: -len(pair[1].evidence)):
        manifest = providers.load_manifest(name)
        obstacles = [
            Finding(problem.message, problem.where, problem.way_out) for problem in usage.problems
        ]
        yield UsedProvider(
            manifest.name,
            manifest.kind,
            usage.evidence,
            keep_valid_settings(name, usage.settings),
            tuple(obstacles),
        )


def keep_valid_settings(provider: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that the provider accepts. A stranger's file can hold any text."""
    model = providers.load_settings(provider).Settings
    valid = {name: value for name, value in settings.items() if name in model.model_fields}
    try:
        model.model_validate(valid)
    except ValidationError as error:
        refused = {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}
        valid = {name: value for name, value in valid.items() if name not in refused}
    return valid

"""Find a provider in a site by its packages, its texts, and the values of its settings."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from platform_core.provider.site_usage import SiteTexts, SiteUsage

MAX_EVIDENCE: Final = 5
_GAP: Final = r"\s{0,20}"
"""White space. Without a limit, a long gap would take quadratic time."""


@dataclass(frozen=True, slots=True)
class SettingTrace:
    """The places of a setting's value in a site."""

    keys: tuple[str, ...] = ()
    """Names before a literal value: `projectId: "k3f9ab"`, `data-api-key="..."`."""
    variables: str = ""
    """Pattern of environment variables with the value."""
    patterns: tuple[str, ...] = ()
    """Patterns of texts with the value as their first group."""
    form: str = "{}"
    """The setting, made of the value."""


@dataclass(frozen=True, slots=True)
class SiteTraces:
    """The traces that a provider leaves in the files of a site."""

    mention: tuple[str, ...]
    """Words of files that can hold its settings. The same key means another thing elsewhere."""
    packages: str = r"(?!)"
    """Pattern of the npm packages that only users of the provider install."""
    texts: str = r"(?!)"
    """Pattern of a text in scripts and templates that only users of the provider have."""
    settings: Mapping[str, SettingTrace] = field(default_factory=dict)


def find_traces(site: SiteTexts, traces: SiteTraces) -> SiteUsage | None:
    """Return the evidence of a provider and the settings that the site shows."""
    evidence = [
        place for name, place in site.packages.items() if re.fullmatch(traces.packages, name)
    ]
    mentioning = dict(files_that_mention(site, traces.mention))
    for path, text in mentioning.items():
        if match := re.search(traces.texts, text):
            evidence.append(place_of(path, text, match.start()))
    if not evidence:
        return None
    settings = {
        name: trace.form.format(value)
        for name, trace in traces.settings.items()
        if (value := _find_value(trace, mentioning, site.variables))
    }
    return SiteUsage(tuple(dict.fromkeys(evidence))[:MAX_EVIDENCE], settings)


def files_that_mention(site: SiteTexts, words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the path and text of each file with one of the words."""
    return (
        (path, text) for path, text in site.sources.items() if any(word in text for word in words)
    )


def place_of(path: str, text: str, position: int) -> str:
    """Return a place for messages.

    >>> place_of("a.js", "one\\ntwo", 4)
    'a.js:2'
    """
    return f"{path}:{text.count(chr(10), 0, position) + 1}"


def _find_value(trace: SettingTrace, files: Mapping[str, str], variables: Mapping[str, str]) -> str:
    """Return the first value: literals of the code, then texts, then environment variables."""
    # The opening quote is the closing one, and a value in a template literal is no literal.
    literals = [
        rf"""(?<![\w-]){re.escape(key)}["']?{_GAP}[:=]{_GAP}\{{?{_GAP}"""
        rf"""(?:[\w.]{{1,100}}{_GAP}(?:\|\||\?\?){_GAP})?"""
        rf"""["']([^"'\s{{}}<>$`]{{1,300}})["']"""
        for key in trace.keys
    ]
    for pattern in (*literals, *trace.patterns):
        for text in files.values():
            if match := re.search(pattern, text):
                return match[1]
    if not trace.variables:
        return ""
    return next(
        (
            value
            for name, value in variables.items()
            if re.fullmatch(trace.variables, name) and value
        ),
        "",
    )

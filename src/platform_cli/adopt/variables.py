"""Find the environment variables that the build of a site reads."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from platform_core.provider.site_traces import place_of

NAME: Final = r"([A-Za-z_][A-Za-z0-9_]{0,99})"
READS: Final = re.compile(
    rf"\bprocess\.env(?:\.|\[\s*[\"'])(?P<node>{NAME})"
    rf"|\bimport\.meta\.env(?:\.|\[\s*[\"'])(?P<vite>{NAME})"
    rf"|\bgetenv\s+[\"'](?P<go>{NAME})[\"']"
    rf"|\bENV(?:\.fetch\(|\[)\s*[\"'](?P<ruby>{NAME})[\"']",
    re.IGNORECASE,
)
LISTS: Final = re.compile(
    r"\{([^{}]{1,2000})\}\s*=\s*(?:process|import\.meta)\.env\b"
    r"|\bimport\s*\{([^{}]{1,2000})\}\s*from\s*[\"'](?:\w+:env/(?:server|client)|\$env/static/\w+)"
)
"""Several names at once: `const { A, B } = process.env`."""

BUILT_IN: Final = frozenset(
    {
        "BASE_URL", "CI", "DEBUG", "DEV", "HOME", "HOST", "HOSTNAME", "LANG", "MODE", "NODE_ENV",
        "PATH", "PORT", "PROD", "PWD", "SITE", "SSR", "TZ", "npm_lifecycle_event",
        "npm_package_version",
    }
)  # fmt: skip
"""Variables that generators and systems set themselves."""
OF_HOSTS: Final = re.compile(
    r"(NETLIFY|VERCEL|NEXT_PUBLIC_VERCEL|CF_PAGES|AWS_AMPLIFY|RENDER)(_\w+)?"
    r"|URL|DEPLOY_URL|DEPLOY_PRIME_URL|CONTEXT|COMMIT_REF|CACHED_COMMIT_REF|HEAD|BRANCH|DEPLOY_ID"
    r"|BUILD_ID|REVIEW_ID|PULL_REQUEST|REPOSITORY_URL|SITE_ID|SITE_NAME"
)
PUBLIC_PREFIXES: Final = re.compile(r"(NEXT_|NUXT_|REACT_APP_|VITE_)?PUBLIC_|VITE_|[A-Z]+_PUBLIC_")
SECRET_WORDS: Final = re.compile(
    r"SECRET|TOKEN|PASSW|PRIVATE|CREDENTIAL|API_?KEY|ACCESS_?KEY|AUTH(?!OR)"
)


class VariableKind(StrEnum):
    PLAIN = "plain"
    SECRET = "secret"  # noqa: S105 - a kind of variable
    OF_HOST = "set by the former host"


@dataclass(frozen=True, slots=True)
class BuildVariable:
    """An environment variable that the build reads, and the first place that reads it."""

    name: str
    kind: VariableKind
    where: str


def find_variables(sources: Mapping[str, str]) -> list[BuildVariable]:
    """Return the variables that the sources of a site read, sorted by name."""
    places: dict[str, str] = {}
    for path, text in sources.items():
        for name, position in _find_reads(text):
            if name not in BUILT_IN and name not in places:
                places[name] = place_of(path, text, position)
    return [BuildVariable(name, classify_variable(name), places[name]) for name in sorted(places)]


def classify_variable(name: str) -> VariableKind:
    """Return the kind of a variable, by its name.

    >>> [str(classify_variable(name)) for name in ("API_TOKEN", "PUBLIC_API_KEY", "DEPLOY_URL")]
    ['secret', 'plain', 'set by the former host']
    """
    if OF_HOSTS.fullmatch(name):
        return VariableKind.OF_HOST
    # Generators put variables with these prefixes into pages: they are no secrets.
    if SECRET_WORDS.search(name.upper()) and not PUBLIC_PREFIXES.match(name):
        return VariableKind.SECRET
    return VariableKind.PLAIN


def _find_reads(text: str) -> Iterable[tuple[str, int]]:
    for match in READS.finditer(text):
        name = next(filter(None, match.group("node", "vite", "go", "ruby")))
        yield name, match.start()
    for match in LISTS.finditer(text):
        for part in (match[1] or match[2]).split(","):
            # `A`, `A: renamed`, `A = "default"` and `A as renamed` all read A.
            if name := re.match(rf"\s*{NAME}", part):
                yield name[1], match.start()

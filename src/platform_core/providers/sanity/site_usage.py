"""Recognize Sanity in a site by its clients and the project that they read."""

import re
from dataclasses import replace
from typing import Final

from platform_core.provider.site_traces import (
    SettingTrace,
    SiteTraces,
    files_that_mention,
    find_traces,
    place_of,
)
from platform_core.provider.site_usage import SiteTexts, SiteUsage, UsageProblem

MENTION: Final = ("sanity", "SANITY")
TRACES: Final = SiteTraces(
    mention=MENTION,
    packages=r"sanity|groq|@sanity/.+|next-sanity|@nuxtjs/sanity|[\w-]+-source-sanity",
    texts=r"\bapi(cdn)?\.sanity\.io\b",
    settings={
        "project_id": SettingTrace(
            keys=("projectId",),
            variables=r"\w*SANITY\w*PROJECT(_ID)?",
            patterns=(r"https://([a-z0-9-]+)\.api(?:cdn)?\.sanity\.io",),
        ),
        "dataset": SettingTrace(keys=("dataset",), variables=r"\w*SANITY\w*DATASET"),
        "api_version": SettingTrace(keys=("apiVersion",), variables=r"\w*SANITY\w*API_VERSION"),
    },
)
CACHED_READ: Final = re.compile(r"\buseCdn[\"']?\s*:\s*true\b|\bapicdn\.sanity\.io\b")


def find_usage(site: SiteTexts) -> SiteUsage | None:
    """Return the project that the site reads."""
    usage = find_traces(site, TRACES)
    if usage is None:
        return None
    return replace(usage, problems=tuple(_find_cached_reads(site)))


def _find_cached_reads(site: SiteTexts) -> list[UsageProblem]:
    return [
        UsageProblem(
            "the site reads Sanity through its cache, which can be older than the webhook",
            "set useCdn: false for the client that the build uses",
            place_of(path, text, match.start()),
        )
        for path, text in files_that_mention(site, MENTION)
        if (match := CACHED_READ.search(text))
    ]

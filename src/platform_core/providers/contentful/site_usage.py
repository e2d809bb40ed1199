"""Recognize Contentful in a site by its clients and the space that they read."""

from typing import Final

from platform_core.provider.site_traces import SettingTrace, SiteTraces, find_traces
from platform_core.provider.site_usage import SiteTexts, SiteUsage

TRACES: Final = SiteTraces(
    mention=("contentful", "CONTENTFUL"),
    packages=r"contentful|@contentful/.+|[\w-]+-source-contentful",
    texts=r"\b(cdn|preview|graphql)(\.eu)?\.contentful\.com\b",
    settings={
        "space_id": SettingTrace(
            keys=("spaceId", "space"),
            variables=r"\w*CONTENTFUL\w*SPACE(_ID)?",
            patterns=(r"\.contentful\.com/(?:content/v1/)?spaces/([A-Za-z0-9-]+)",),
        ),
        "environment": SettingTrace(
            keys=("environmentId",), variables=r"\w*CONTENTFUL\w*ENV(IRONMENT)?(_ID)?"
        ),
        "region": SettingTrace(patterns=(r"\b(?:cdn|graphql)\.(eu)\.contentful\.com",)),
    },
)


def find_usage(site: SiteTexts) -> SiteUsage | None:
    """Return the space that the site reads."""
    return find_traces(site, TRACES)

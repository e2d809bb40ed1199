"""Recognize Strapi in a site by its clients and the server that they read."""

from typing import Final

from platform_core.provider.site_traces import SettingTrace, SiteTraces, find_traces
from platform_core.provider.site_usage import SiteTexts, SiteUsage

TRACES: Final = SiteTraces(
    mention=("strapi", "STRAPI"),
    packages=r"@strapi/(client|sdk-plugin|blocks-react-renderer)|strapi-sdk-js|@nuxtjs/strapi"
    r"|[\w-]+-source-strapi",
    texts=r"\b[A-Z0-9_]{0,40}STRAPI[A-Z0-9_]{0,40}_(URL|HOST|TOKEN)\b|\.strapiapp\.com\b",
    settings={
        "url": SettingTrace(
            keys=("strapiURL", "strapiUrl"),
            variables=r"\w*STRAPI\w*_(URL|HOST|ENDPOINT)",
            patterns=(
                r"(https://[\w-]+\.strapiapp\.com)",
                r"strapi[\s\S]{0,200}?(https://[\w.-]+)/api\b",
            ),
        )
    },
)


def find_usage(site: SiteTexts) -> SiteUsage | None:
    """Return the server that the site reads."""
    usage = find_traces(site, TRACES)
    if usage is None or "url" not in usage.settings:
        return usage
    url = str(usage.settings["url"]).rstrip("/").removesuffix("/api")
    return SiteUsage(usage.evidence, {"url": url}, usage.problems)

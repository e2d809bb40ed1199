"""Read the sitemap and headlines of a live site."""

import re
from html import unescape
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2

from platform_cli.targets.target import ServiceUnavailable

TIMEOUT_SECONDS: Final = 30.0
_LOCATION: Final = re.compile(r"<loc>\s*([^<\s]+)\s*</loc>")
_HEADLINE: Final = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]+>")


def read_titles(site_url: str) -> dict[str, str]:
    """Map the path of every page in the sitemap to its headline. Ignores proxy settings.

    Raises `ServiceUnavailable` if the site does not respond.
    """
    options: dict[str, Any] = {"trust_env": False, "follow_redirects": True}
    try:
        with httpx2.Client(base_url=site_url, timeout=TIMEOUT_SECONDS, **options) as visitor:
            sitemap = visitor.get("/sitemap.xml")
            sitemap.raise_for_status()
            addresses = _LOCATION.findall(sitemap.text)
            paths = [urlsplit(unescape(address)).path for address in addresses]
            return {path: parse_headline(visitor.get(path).text) for path in paths}
    except httpx2.HTTPError as error:
        raise ServiceUnavailable(
            f"{site_url} does not respond: {error or type(error).__name__}",
            hint="open it in a browser, or run the command again",
        ) from error


def parse_headline(page: str) -> str:
    """Return the text of the first heading."""
    match = _HEADLINE.search(page)
    return unescape(_TAG.sub("", match[1])).strip() if match else ""

"""Read the sitemap and headlines of a live site."""

import re
from html import unescape
from typing import Final
from urllib.parse import urlsplit

import httpx2

_LOCATION: Final = re.compile(r"<loc>\s*([^<\s]+)\s*</loc>")
_HEADLINE: Final = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]+>")


def read_titles(site_url: str) -> dict[str, str]:
    """Map the path of every page in the sitemap to its headline. Ignores proxy settings."""
    with httpx2.Client(base_url=site_url, trust_env=False, follow_redirects=True) as visitor:
        sitemap = visitor.get("/sitemap.xml")
        sitemap.raise_for_status()
        paths = [urlsplit(unescape(address)).path for address in _LOCATION.findall(sitemap.text)]
        return {path: parse_headline(visitor.get(path).text) for path in paths}


def parse_headline(page: str) -> str:
    """Return the text of the first heading."""
    match = _HEADLINE.search(page)
    return unescape(_TAG.sub("", match[1])).strip() if match else ""

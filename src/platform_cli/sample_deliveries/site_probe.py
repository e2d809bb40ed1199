"""Reads a live site like a visitor: its sitemap, and the headline of each page."""

import re
from html import unescape
from typing import Final
from urllib.parse import urlsplit

import httpx2

_LOCATION: Final = re.compile(r"<loc>\s*([^<\s]+)\s*</loc>")
_HEADLINE: Final = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]+>")


def read_titles(site_url: str) -> dict[str, str]:
    """Path of every page in the sitemap to its headline; never through a proxy."""
    with httpx2.Client(base_url=site_url, trust_env=False, follow_redirects=True) as visitor:
        listed = visitor.get("/sitemap.xml")
        listed.raise_for_status()
        paths = [urlsplit(unescape(each)).path for each in _LOCATION.findall(listed.text)]
        return {path: parse_headline(visitor.get(path).text) for path in paths}


def parse_headline(page: str) -> str:
    """The text of the first heading."""
    found = _HEADLINE.search(page)
    return unescape(_TAG.sub("", found[1])).strip() if found else ""

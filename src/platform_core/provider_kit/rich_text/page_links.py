"""Make the address of an item's page, for links from one text to another item."""

from typing import Final

_RESERVED: Final = frozenset({"assets", "404"})
"""Paths of a site that are not pages. The starters give such a slug another address, too."""


def page_path(slug: str) -> str:
    """Return the address of an item's page.

    >>> page_path("on-spoons"), page_path("assets")
    ('/on-spoons/', '/page-assets/')
    """
    return f"/page-{slug}/" if slug in _RESERVED else f"/{slug}/"

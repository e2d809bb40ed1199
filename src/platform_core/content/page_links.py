"""Link from the text of an item to the page of another one.

Only the feed knows the address of a page: two items can want one slug, and an item can keep an
earlier one. So a link in stored content has the address that the target's own slug gives, and the
target in its fragment. The feed replaces both by the final address.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from platform_core.content.model import ContentType, UnifiedContent

HOME: Final = "home"
"""The slug of the page whose text introduces a site. It stands at the site's root."""
_FOLDERS: Final = {
    ContentType.ARTICLE: "articles",
    ContentType.PRODUCT: "products",
    ContentType.COLLECTION: "collections",
}
_RESERVED: Final = frozenset({"assets", "404"})
"""Paths of a site that are not pages. The starters give such a slug another address, too."""
_LINK: Final = re.compile(
    rb'<a href=\\"[^"\\#]*#item=(?P<target>[^"\\]+)(?P<end>\\"[^>]*>)'
    rb"(?P<words>(?:(?!</?a\b).)*)</a>"
)
"""A link inside of JSON, where quotes are escaped. Sanitized links do not nest."""


def page_path(content_type: ContentType, slug: str) -> str:
    """Return the path of a page, as all starters have it.

    >>> page_path(ContentType.ARTICLE, "on-spoons"), page_path(ContentType.PAGE, "assets")
    ('/articles/on-spoons/', '/page-assets/')
    """
    if content_type in _FOLDERS:
        return f"/{_FOLDERS[content_type]}/{slug}/"
    if slug == HOME:
        return "/"
    return f"/page-{slug}/" if slug in _RESERVED else f"/{slug}/"


def page_link(item: UnifiedContent) -> str:
    """Return the link to an item's page for the text of another item."""
    path = page_path(item.content_type, item.slug)
    return f"{path}#item={link_target(item.provider_name, item.id)}"


def link_target(provider: str, content_id: str) -> str:
    """Return the name of an item in the fragment of a link."""
    return f"{quote(provider, safe='')}/{quote(content_id, safe='')}"


def resolve_links(entry: bytes, paths: Mapping[str, str]) -> bytes:
    """Set the final path of each link in an entry of the feed. A link without one keeps its words.

    `paths` maps targets to the paths of their pages.
    """

    def resolve(match: re.Match[bytes]) -> bytes:
        path = paths.get(match["target"].decode())
        if path is None:
            return match["words"]
        return b'<a href=\\"' + path.encode() + match["end"] + match["words"] + b"</a>"

    return _LINK.sub(resolve, entry) if b"#item=" in entry else entry

"""Choose the pages to which the menu and the footer of a site link."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from platform_core.content.model import ContentType
from platform_core.content.page_links import page_path

MENU_PAGES: Final = 4
"""Pages in the menu, besides the sections. The footer links to all."""
INTRODUCTIONS: Final = frozenset({"home", "articles", "products", "collections"})
"""Slugs of pages whose text stands at the address of a section."""

_LEGAL: Final = re.compile(
    r"(privacy|cookies?|refund|returns?|shipping|payment|legal|accessibility|terms|gdpr)"
    r"-(and-[a-z]+-)?(policy|policies|notice|statement|information|terms)"
    r"|privacy|legal|imprint|disclaimer|gdpr|terms|terms-(of|and|conditions)(-.*)?"
    r"|conditions-of-(use|sale)|cancellation(-policy|-right)?|right-of-withdrawal"
    r"|impressum|agb|datenschutz.*|widerruf(srecht|sbelehrung)?|nutzungsbedingungen|barrierefreiheit"
    r"|allgemeine-geschaftsbedingungen|cookie-richtlinie|versand(-und-zahlung|kosten)?"
    r"|mentions-legales|cgv|cgu|confidentialite|politique-de-.*|conditions-generales.*"
    r"|aviso-legal|privacidad|politica-de-.*|condiciones-.*|terminos-.*"
    r"|note-legali|informativa-.*|privacyverklaring|algemene-voorwaarden"
)
"""Slugs of legal pages in English, German, French, Spanish, Italian and Dutch. The whole slug has
to match: a bakery's page "cookies" is not legal."""

Link = dict[str, str]


def is_legal(slug: str) -> bool:
    """Return whether a page with this slug is a legal one, such as an imprint.

    >>> is_legal("privacy-policy"), is_legal("impressum"), is_legal("cookies")
    (True, True, False)
    """
    return _LEGAL.fullmatch(slug) is not None


def make_navigation(pages: Iterable[Mapping[str, str]]) -> dict[str, list[Link]]:
    """Return the links of the menu and of the footer. `pages` have a slug and a title."""
    legal: list[Link] = []
    other: list[Link] = []
    for page in pages:
        if page["slug"] not in INTRODUCTIONS:
            links = legal if is_legal(page["slug"]) else other
            links.append({"title": page["title"], "url": page_path(ContentType.PAGE, page["slug"])})
    return {"menu": other[:MENU_PAGES], "footer": other, "legal": legal}

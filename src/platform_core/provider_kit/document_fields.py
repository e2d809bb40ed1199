"""Find the fields of a document by their meaning.

A structured CMS and the front matter of a file have no fixed schema: one site names a field
`mainImage`, another one `cover`. This module has the only list of recognized names. The notation
(camelCase, snake_case, hyphens) does not matter.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from platform_core.content.visibility import field_name, is_empty, parse_flag
from platform_core.provider_kit.timestamps import parse_timestamp

FIELD_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title", "name", "heading"),
    "slug": ("slug", "handle"),
    "description": ("description", "excerpt", "summary", "subtitle", "intro"),
    "body": ("body", "content", "text", "descriptionhtml", "bodyhtml"),
    "image": (
        "featuredimage", "mainimage", "image", "coverimage", "cover", "thumbnail", "photo",
        "featureimage", "heroimage", "hero", "picture",
    ),
    "images": ("images", "gallery", "photos", "pictures", "slides"),
    "price": ("price", "amount"),
    "compare_at": ("compareatprice", "compareat", "oldprice"),
    "currency": ("currency", "currencycode"),
    "stock": ("inventory", "stock", "quantity", "inventoryquantity"),
    "backorder": ("continuesellingwhenoutofstock", "backorder"),
    "track": ("trackquantity", "trackinventory"),
    "sku": ("sku",),
    "variants": ("variants",),
    "options": ("options",),
    "tags": ("tags", "keywords", "labels"),
    "seo": ("seo",),
    "members": ("products", "members", "items"),
    "sections": ("pagebuilder", "sections", "modules", "blocks", "components", "pagesections"),
    "position": ("position", "order", "weight", "sortorder"),
    "updated_at": ("updatedat", "lastmod", "updated"),
}  # fmt: skip
_DATE_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "published_at": (
        "embargountil", "embargo", "golive", "goliveat", "publishedat", "publishdate", "publishat",
        "publishon", "publishedon", "publisheddate", "publicationdate", "datepublished", "pubdate",
        "postdate", "publishfrom", "publishup", "scheduledat", "scheduledfor", "scheduled",
        "published", "publish", "date",
    ),
    "expires_at": (
        "expiresat", "expirydate", "unpublishat", "unpublishdate", "unpublishedat", "unpublishon",
        "expirationdate", "expires", "expireson", "expiry", "expired", "publishuntil",
        "publishdown", "visibleuntil", "validuntil",
    ),
}  # fmt: skip
"""Dates that decide when an item is public. Under some of these names stands a flag or a date, so
only `read_date` reads them."""
_FILE_TIMES: Final = {"last modified", "git last modified", "created", "git created"}
"""Dates of Eleventy that stand for the file's own time, which is not known here."""


class DocumentFields:
    """The fields of a document by meaning, independent of their names."""

    def __init__(self, *documents: Mapping[str, Any]) -> None:
        self.documents = documents
        self.by_name: dict[str, object] = {}
        """The first value that is not empty, under each name without notation."""
        for document in documents:
            for name, value in document.items():
                # The first document wins, so callers pass the most specific one first. An empty
                # field counts as missing, so the next document or another name can apply.
                if not is_empty(value):
                    self.by_name.setdefault(field_name(name), value)

    def __getitem__(self, meaning: str) -> object:
        return next(self._values(FIELD_NAMES[meaning]), None)

    def read_flag(self, meaning: str) -> bool | None:
        """Return a yes or no, or None if the field is missing or says neither."""
        return parse_flag(self[meaning])

    def read_date(self, meaning: str) -> tuple[datetime | None, bool]:
        """Return a date, and whether it can be read. A missing date is None and can be read."""
        for value in self._values(_DATE_NAMES[meaning]):
            if str(value).lower() in _FILE_TIMES:
                continue
            # `published: false` is a flag, and `published: 2026-11-02` a date.
            if parse_flag(value) is None:
                timestamp = parse_timestamp(value)
                return timestamp, timestamp is not None
        return None, True

    def read_sections(self) -> list[Any]:
        """Return the blocks of a page that is built of sections. Empty if it has none."""
        values = self._values(FIELD_NAMES["sections"])
        return next((value for value in values if isinstance(value, list)), [])

    def _values(self, names: Iterable[str]) -> Iterator[object]:
        return (self.by_name[name] for name in names if name in self.by_name)

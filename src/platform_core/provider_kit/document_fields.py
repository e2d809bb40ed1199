"""Find the fields of a document by their meaning.

A structured CMS and the front matter of a file have no fixed schema: one site names a field
`mainImage`, another one `cover`. This module has the only list of recognized names. The notation
(camelCase, snake_case, hyphens) does not matter.
"""

from collections.abc import Iterator, Mapping
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
    "position": ("position", "order", "weight", "sortorder"),
    "published_at": (
        "embargountil", "embargo", "golive", "goliveat", "publishedat", "publishdate", "publishat",
        "publishon", "publishedon", "publisheddate", "publicationdate", "datepublished", "pubdate",
        "postdate", "publishfrom", "publishup", "scheduledat", "scheduledfor", "published",
        "publish", "date",
    ),
    "expires_at": (
        "expiresat", "expirydate", "unpublishat", "unpublishdate", "unpublishedat", "unpublishon",
        "expirationdate", "expires", "expireson", "expiry", "publishuntil", "publishdown",
        "visibleuntil", "validuntil",
    ),
    "updated_at": ("updatedat", "lastmod", "updated"),
}  # fmt: skip
_FILE_TIMES: Final = {"last modified", "git last modified", "created", "git created"}
"""Dates of Eleventy that stand for the file's own time, which is not known here."""


class DocumentFields:
    """The fields of a document by meaning, independent of their names."""

    def __init__(self, *documents: Mapping[str, Any]) -> None:
        self.by_name: dict[str, object] = {}
        """All values under their names without notation."""
        for document in documents:
            for name, value in document.items():
                # The first document wins, so callers pass the most specific one first.
                self.by_name.setdefault(field_name(name), value)

    def __getitem__(self, meaning: str) -> object:
        return next(self._values(meaning), None)

    def read_flag(self, meaning: str) -> bool | None:
        """Return a yes or no, or None if the field is missing or says neither."""
        return parse_flag(self[meaning])

    def read_date(self, meaning: str) -> tuple[datetime | None, bool]:
        """Return a date, and whether it can be read. A missing date is None and can be read."""
        for value in self._values(meaning):
            if str(value).lower() in _FILE_TIMES:
                continue
            # `published: false` is a flag, and `published: 2026-11-02` a date.
            if parse_flag(value) is None:
                timestamp = parse_timestamp(value)
                return timestamp, timestamp is not None
        return None, True

    def _values(self, meaning: str) -> Iterator[object]:
        # Empty values count as missing, so that another name of the same field can apply.
        values = (self.by_name.get(name) for name in FIELD_NAMES[meaning])
        return (value for value in values if not is_empty(value))

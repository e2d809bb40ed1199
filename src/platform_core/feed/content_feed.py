"""The content feed that a build reads: one immutable snapshot, `content.json`, version 1.

    {"version": 1, "revision": 42, "generated_at": "2026-11-21T10:00:00Z",
     "site": {"client_id", "name", "domain", "url", "language", "environment", "contact_email",
              "currency": "USD" | null,
              "storefront": {"scripts": [url], "styles": [url], "origins": [origin], "html": ""}},
     "articles":    [Entry + {"published_at", "tags"}],               newest first
     "pages":       [Entry],                                          by position, then title
     "products":    [Entry + {"tags", "price": Money|null, "available": bool,
                              "variants": [Variant]}],                by position, then title
     "collections": [Entry + {"products": [product slug, ...]}],      by position, then title
     "media":       [Media]}

    Entry   {"id", "slug", "title", "description": text|null, "html": sanitized HTML ("" if none),
             "updated_at", "draft": bool, "image": Media|null, "images": [Media],
             "seo": {"meta_title"?, "meta_description"?, "canonical_url"?, "og_title"?,
                     "og_description"?, "og_image"?}, "provider": name}
    Money   {"amount": integer minor units, "currency": "USD", "exponent": 2,
             "compare_at": integer minor units|null}
    Variant {"id", "sku": text|null, "title", "options": {name: value}, "price": Money,
             "available": bool, "buy": Buy|null}
    Buy     {"kind": "link",   "href"}
            {"kind": "form",   "href", "fields": {name: value}}      a form that posts to href
            {"kind": "button", "css_class", "attributes": {name: value}}
            (`buy` is null, or `available` false: the button is shown disabled)
    Media   {"id", "url", "alt": text, "width": int|null, "height": int|null,
             "mime_type": text|null}

A product without variants has one variant with its own id, title, price and availability.
Times are ISO 8601 UTC with a `Z`. Keys are always present. An unchanged site produces the same
bytes except for `revision` and `generated_at`.
"""

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final

from platform_core.content import page_links
from platform_core.content.model import ContentStatus, ContentType, UnifiedContent
from platform_core.feed import entries as feed_entries
from platform_core.feed.entries import BuyFor
from platform_core.feed.packed_entries import (
    PackedEntry,
    assign_slugs,
    encode_json,
    is_visible,
)
from platform_core.provider import PAGE, Storefront

VERSION: Final = 1
SECTIONS: Final = {
    "articles": ContentType.ARTICLE,
    "pages": ContentType.PAGE,
    "products": ContentType.PRODUCT,
    "collections": ContentType.COLLECTION,
    "media": ContentType.MEDIA,
}
"""In document order."""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """The facts of a site at deploy time, stored in the data bucket as `contract.SITE_FACTS`.

    They are a build input: a change of any field causes a build.
    """

    client_id: str
    environment: str
    name: str
    domain: str
    url: str
    """The URL that visitors use, without a trailing slash."""
    contact_email: str
    language: str = "en"
    source_key: str = ""
    """Object key of the zipped site source in the data bucket."""
    source_digest: str = ""
    engine: str = ""
    engine_version: str = ""
    buildspec_digest: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the fields as JSON-ready text."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, str]) -> "SiteFacts":
        """Read the facts of a deploy of any version. Unknown fields are ignored."""
        names = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in names})


@dataclass(frozen=True, slots=True)
class Shop:
    """The commerce provider's part of the feed. Empty if the client has no commerce provider."""

    buy: BuyFor = lambda product, variant: None
    storefronts: tuple[Storefront, ...] = ()


def build_feed(
    items: Iterable[UnifiedContent],
    facts: SiteFacts,
    *,
    now: datetime,
    shop: Shop | None = None,
    preview: bool = False,
) -> "Feed":
    """Build the feed of all items that are on the site now. Drafts appear in a preview only."""
    shop = shop or Shop()
    entries: dict[tuple[str, str, str], PackedEntry] = {}
    changes_ahead: list[datetime] = []
    visible_statuses = {ContentStatus.PUBLISHED} | ({ContentStatus.DRAFT} if preview else set())
    for item in items:
        if item.status not in visible_statuses:
            continue
        changes_ahead += [
            moment for moment in (item.published_at, item.expires_at) if moment and moment > now
        ]
        key = (item.content_type, item.provider_name, item.id)
        existing = entries.get(key)
        if is_visible(item, now) and (existing is None or existing.version < item.version):
            entry = feed_entries.make_entry(item, shop.buy)
            if entry is not None:
                entries[key] = PackedEntry.from_item(item, entry)
    return Feed(facts, shop, list(entries.values()), min(changes_ahead, default=None))


class Feed:
    """A feed that can be written any number of times, in chunks."""

    def __init__(
        self, facts: SiteFacts, shop: Shop, entries: "list[PackedEntry]", next_due: datetime | None
    ) -> None:
        self.facts = facts
        self.next_due = next_due
        """The earliest time at which an item appears on the site or leaves it."""
        self._site = _site_section(facts, shop, entries)
        self._sections = {
            section: sorted(
                (entry for entry in entries if entry.content_type == content_type),
                key=lambda entry: entry.order,
            )
            for section, content_type in SECTIONS.items()
        }
        self._slugs = {
            id(entry): slug
            for section in self._sections.values()
            for entry, slug in assign_slugs(section)
        }
        self._paths = {
            page_links.link_target(entry.provider, entry.id): page_links.page_path(
                entry.content_type, self._slugs[id(entry)]
            )
            for section in self._sections.values()
            for entry in section
            if entry.content_type is not ContentType.MEDIA
        }
        """The pages that a text can link to."""
        self._product_slugs = {
            entry.id: self._slugs[id(entry)] for entry in self._sections["products"]
        }

    @property
    def items(self) -> int:
        """The number of entries."""
        return sum(map(len, self._sections.values()))

    @property
    def has_a_title(self) -> bool:
        """True if at least one entry has a title of its own."""
        return any(entry.has_title for section in self._sections.values() for entry in section)

    def input_hash(self) -> str:
        """Hash the input of a build: everything except the revision and the time."""
        digest = hashlib.sha256(encode_json(self.facts.as_dict()))
        for chunk in self._encode_body():
            digest.update(chunk)
        return digest.hexdigest()

    def chunks(self, revision: int, generated_at: datetime) -> Iterator[bytes]:
        """Yield the bytes of `content.json`."""
        header = {
            "version": VERSION,
            "revision": revision,
            "generated_at": feed_entries.format_timestamp(generated_at),
        }
        yield encode_json(header)[:-1] + b","
        yield from self._encode_body()

    def _encode_body(self) -> Iterator[bytes]:
        yield b'"site":' + encode_json(self._site)
        for section, entries in self._sections.items():
            yield f',"{section}":['.encode()
            for index, entry in enumerate(entries):
                yield (b"," if index else b"") + self._encode_entry(entry)
            yield b"]"
        yield b"}\n"

    def _encode_entry(self, entry: "PackedEntry") -> bytes:
        """Encode an entry. The fields that depend on other entries come first."""
        rest = zlib.decompress(entry.packed)
        if entry.content_type is ContentType.MEDIA:
            return rest
        slug = self._slugs[id(entry)]
        site_fields: dict[str, Any] = {"slug": slug}
        rest = page_links.resolve_links(rest, self._paths)
        # An entry is packed before the slugs are known, so its page address is a placeholder.
        if entry.content_type is ContentType.PRODUCT:
            path = page_links.page_path(entry.content_type, slug)
            rest = rest.replace(encode_json(PAGE), encode_json(self.facts.url + path))
        if entry.content_type is ContentType.COLLECTION:
            slugs = (self._product_slugs.get(member) for member in entry.members)
            site_fields["products"] = [slug for slug in slugs if slug]
        return encode_json(site_fields)[:-1] + b"," + rest[1:]


def _site_section(facts: SiteFacts, shop: Shop, entries: list[PackedEntry]) -> dict[str, Any]:
    currencies = Counter(code for entry in entries for code in entry.currencies)
    # On a tie the code decides, so that the result does not depend on the order of the entries.
    most_common = max(currencies.items(), key=lambda item: (item[1], item[0]), default=(None, 0))
    fronts = shop.storefronts
    return {
        "client_id": facts.client_id,
        "name": facts.name,
        "domain": facts.domain,
        "url": facts.url,
        "language": facts.language,
        "environment": facts.environment,
        "contact_email": facts.contact_email,
        "currency": most_common[0],
        "storefront": {
            "scripts": _flatten_unique(front.scripts for front in fronts),
            "styles": _flatten_unique(front.styles for front in fronts),
            "origins": _flatten_unique(front.origins for front in fronts),
            "html": "".join(front.html for front in fronts),
        },
    }


def _flatten_unique(lists: Iterable[Iterable[str]]) -> list[str]:
    """Return all values once, in order."""
    return list(dict.fromkeys(value for values in lists for value in values))

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
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final

from platform_core.content.model import ContentStatus, ContentType, UnifiedContent
from platform_core.feed import entries as feed_entries
from platform_core.feed.entries import BuyFor
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
    entries: dict[tuple[str, str, str], _PackedEntry] = {}
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
        if _is_visible(item, now) and (existing is None or existing.version < item.version):
            entry = feed_entries.make_entry(item, shop.buy)
            if entry is not None:
                entries[key] = _PackedEntry.from_item(item, entry)
    return Feed(facts, shop, list(entries.values()), min(changes_ahead, default=None))


class Feed:
    """A feed that can be written any number of times, in chunks."""

    def __init__(
        self, facts: SiteFacts, shop: Shop, entries: "list[_PackedEntry]", next_due: datetime | None
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
            for entry, slug in _assign_slugs(section)
        }
        self._product_slugs = {
            entry.id: self._slugs[id(entry)] for entry in self._sections["products"]
        }

    @property
    def items(self) -> int:
        """The number of entries."""
        return sum(map(len, self._sections.values()))

    def input_hash(self) -> str:
        """Hash the input of a build: everything except the revision and the time."""
        digest = hashlib.sha256(_encode_json(self.facts.as_dict()))
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
        yield _encode_json(header)[:-1] + b","
        yield from self._encode_body()

    def _encode_body(self) -> Iterator[bytes]:
        yield b'"site":' + _encode_json(self._site)
        for section, entries in self._sections.items():
            yield f',"{section}":['.encode()
            for index, entry in enumerate(entries):
                yield (b"," if index else b"") + self._encode_entry(entry)
            yield b"]"
        yield b"}\n"

    def _encode_entry(self, entry: "_PackedEntry") -> bytes:
        """Encode an entry. The fields that depend on other entries come first."""
        rest = zlib.decompress(entry.packed)
        if entry.content_type is ContentType.MEDIA:
            return rest
        slug = self._slugs[id(entry)]
        site_fields: dict[str, Any] = {"slug": slug}
        # An entry is packed before the slugs are known, so its page address is a placeholder.
        if entry.content_type is ContentType.PRODUCT:
            rest = rest.replace(
                _encode_json(PAGE), _encode_json(f"{self.facts.url}/products/{slug}/")
            )
        if entry.content_type is ContentType.COLLECTION:
            slugs = (self._product_slugs.get(member) for member in entry.members)
            site_fields["products"] = [slug for slug in slugs if slug]
        return _encode_json(site_fields)[:-1] + b"," + rest[1:]


@dataclass(frozen=True, slots=True)
class _PackedEntry:
    """A compressed entry (ten thousand of them have to fit in memory) with its sort keys."""

    id: str
    provider: str
    content_type: ContentType
    version: int
    slug: str
    created_at: datetime
    order: tuple[Any, ...]
    members: tuple[str, ...]
    currencies: tuple[str, ...]
    packed: bytes

    @classmethod
    def from_item(cls, item: UnifiedContent, entry: dict[str, Any]) -> "_PackedEntry":
        prices = [item.price] if item.price else [variant.price for variant in item.variants]
        return cls(
            id=item.id,
            provider=item.provider_name,
            content_type=item.content_type,
            version=item.version,
            slug=item.slug,
            created_at=item.created_at,
            order=_sort_key(item),
            members=tuple(item.members),
            currencies=tuple(price.currency_code for price in prices),
            # Level 1 is the fastest and saves enough: the entries only have to fit into memory.
            packed=zlib.compress(_encode_json(entry), 1),
        )


def _is_visible(item: UnifiedContent, now: datetime) -> bool:
    is_published = item.published_at is None or item.published_at <= now
    return is_published and (item.expires_at is None or item.expires_at > now)


def _sort_key(item: UnifiedContent) -> tuple[Any, ...]:
    """Sort articles newest first, everything else by the vendor's order and then by title."""
    if item.content_type is ContentType.ARTICLE:
        return (-feed_entries.display_date(item).timestamp(), item.id)
    return (item.position is None, item.position or 0, item.title.casefold(), item.id)


def _assign_slugs(entries: list[_PackedEntry]) -> Iterator[tuple[_PackedEntry, str]]:
    """Yield each entry with a unique slug.

    If several entries want one slug, the oldest gets it. The others append a hash of their id, so
    that no slug depends on how many entries there are.
    """
    used_slugs: set[str] = set()
    preferred_slugs = {entry.slug for entry in entries}
    for entry in sorted(entries, key=lambda entry: (entry.created_at, entry.provider, entry.id)):
        slug = entry.slug
        id_hash = hashlib.sha256(f"{entry.provider}\n{entry.id}".encode()).hexdigest()
        length = 6
        # Also avoid slugs that other entries prefer. A longer part of the hash resolves the rare
        # case that two hashes start alike.
        while slug in used_slugs or (slug != entry.slug and slug in preferred_slugs):
            slug = f"{entry.slug[:130].rstrip('-')}-{id_hash[:length]}"
            length += 6
        used_slugs.add(slug)
        yield entry, slug


def _site_section(facts: SiteFacts, shop: Shop, entries: list[_PackedEntry]) -> dict[str, Any]:
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


def _encode_json(value: dict[str, Any] | str) -> bytes:
    # Escapes would multiply the size of text in other alphabets.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")

"""The content feed a site is built from: one immutable snapshot, `content.json`, version 1.

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

A product without variants has one variant, of its own id, title, price and availability.
Times are ISO-8601 UTC with a `Z`. Keys are always present. An unchanged site gives the same
bytes but for `revision` and `generated_at`.
"""

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final

from platform_core import feed_entries
from platform_core.content import ContentStatus, ContentType, UnifiedContent
from platform_core.feed_entries import BuyFor
from platform_core.provider import PAGE, Storefront

VERSION: Final = 1
SECTIONS: Final = {
    "articles": ContentType.ARTICLE,
    "pages": ContentType.PAGE,
    "products": ContentType.PRODUCT,
    "collections": ContentType.COLLECTION,
    "media": ContentType.MEDIA,
}
"""In the order of the document."""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What a deploy knows of a site; stands in the data bucket as `contract.SITE_FACTS`.

    It is a build input: a change of any field builds anew.
    """

    client_id: str
    environment: str
    name: str
    domain: str
    url: str
    """The address that visitors use, without a trailing slash."""
    contact_email: str
    language: str = "en"
    source_key: str = ""
    """Object key of the zipped site source in the data bucket."""
    source_digest: str = ""
    engine: str = ""
    engine_version: str = ""
    buildspec_digest: str = ""

    def as_dict(self) -> dict[str, str]:
        """As JSON-ready text fields."""
        return asdict(self)

    @classmethod
    def from_dict(cls, given: Mapping[str, str]) -> "SiteFacts":
        """Of a deploy of any version: a field that we do not know is passed over."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in given.items() if name in known})


@dataclass(frozen=True, slots=True)
class Shop:
    """What the client's commerce provider says; nothing where it has none."""

    buy: BuyFor = lambda product, variant: None
    storefronts: tuple[Storefront, ...] = ()


def build(
    items: Iterable[UnifiedContent],
    facts: SiteFacts,
    *,
    now: datetime,
    shop: Shop | None = None,
    preview: bool = False,
) -> "Feed":
    """The feed of all items that are on the site at this moment; drafts only for a preview."""
    shop = shop or Shop()
    kept: dict[tuple[str, str, str], _Kept] = {}
    ahead: list[datetime] = []
    shown = {ContentStatus.PUBLISHED} | ({ContentStatus.DRAFT} if preview else set())
    for item in items:
        if item.status not in shown:
            continue
        ahead += [at for at in (item.published_at, item.expires_at) if at and at > now]
        key = (item.content_type, item.provider_name, item.id)
        known = kept.get(key)
        if _visible(item, now) and (known is None or known.version < item.version):
            entry = feed_entries.entry(item, shop.buy)
            if entry is not None:
                kept[key] = _Kept.of(item, entry)
    return Feed(facts, shop, list(kept.values()), min(ahead, default=None))


class Feed:
    """A feed that is ready to be written, any number of times, piece by piece."""

    def __init__(
        self, facts: SiteFacts, shop: Shop, kept: "list[_Kept]", next_due: datetime | None
    ) -> None:
        self.facts = facts
        self.next_due = next_due
        """The earliest moment at which an item comes onto the site, or leaves it."""
        self._site = _site(facts, shop, kept)
        self._sections = {
            section: sorted((one for one in kept if one.kind == kind), key=lambda one: one.order)
            for section, kind in SECTIONS.items()
        }
        self._slugs = {
            id(one): slug for section in self._sections.values() for one, slug in _slugs(section)
        }
        self._product_slugs = {one.id: self._slugs[id(one)] for one in self._sections["products"]}

    @property
    def items(self) -> int:
        """How many entries it has."""
        return sum(map(len, self._sections.values()))

    def input_hash(self) -> str:
        """What tells one build's input from another's: all of it but the revision and the time."""
        digest = hashlib.sha256(_json(self.facts.as_dict()))
        for chunk in self._body():
            digest.update(chunk)
        return digest.hexdigest()

    def chunks(self, revision: int, generated_at: datetime) -> Iterator[bytes]:
        """The bytes of `content.json`."""
        head = {
            "version": VERSION,
            "revision": revision,
            "generated_at": feed_entries.iso(generated_at),
        }
        yield _json(head)[:-1] + b","
        yield from self._body()

    def _body(self) -> Iterator[bytes]:
        yield b'"site":' + _json(self._site)
        for section, entries in self._sections.items():
            yield f',"{section}":['.encode()
            for number, one in enumerate(entries):
                yield (b"," if number else b"") + self._entry(one)
            yield b"]"
        yield b"}\n"

    def _entry(self, one: "_Kept") -> bytes:
        """With what depends on the other entries put before the rest."""
        rest = zlib.decompress(one.packed)
        if one.kind is ContentType.MEDIA:
            return rest
        slug = self._slugs[id(one)]
        joined: dict[str, Any] = {"slug": slug}
        if one.kind is ContentType.PRODUCT:
            rest = rest.replace(_json(PAGE), _json(f"{self.facts.url}/products/{slug}/"))
        if one.kind is ContentType.COLLECTION:
            slugs = (self._product_slugs.get(member) for member in one.members)
            joined["products"] = [slug for slug in slugs if slug]
        return _json(joined)[:-1] + b"," + rest[1:]


@dataclass(frozen=True, slots=True)
class _Kept:
    """An entry, packed so that ten thousand of them fit, and what sorts and names it."""

    id: str
    provider: str
    kind: ContentType
    version: int
    slug: str
    created_at: datetime
    order: tuple[Any, ...]
    members: tuple[str, ...]
    currencies: tuple[str, ...]
    packed: bytes

    @classmethod
    def of(cls, item: UnifiedContent, entry: dict[str, Any]) -> "_Kept":
        prices = [item.price] if item.price else [variant.price for variant in item.variants]
        return cls(
            id=item.id,
            provider=item.provider_name,
            kind=item.content_type,
            version=item.version,
            slug=item.slug,
            created_at=item.created_at,
            order=_order(item),
            members=tuple(item.members),
            currencies=tuple(price.currency_code for price in prices),
            packed=zlib.compress(_json(entry), 1),
        )


def _visible(item: UnifiedContent, now: datetime) -> bool:
    begun = item.published_at is None or item.published_at <= now
    return begun and (item.expires_at is None or item.expires_at > now)


def _order(item: UnifiedContent) -> tuple[Any, ...]:
    """Articles newest first, the rest as the vendor orders it, then by title."""
    if item.content_type is ContentType.ARTICLE:
        return (-feed_entries.published(item).timestamp(), item.id)
    return (item.position is None, item.position or 0, item.title.casefold(), item.id)


def _slugs(entries: list[_Kept]) -> Iterator[tuple[_Kept, str]]:
    """Each entry's own slug. Of several that want one, the oldest has it; the others add a mark of
    their id, so that no slug depends on how many there are."""
    taken: set[str] = set()
    wanted = {one.slug for one in entries}
    for one in sorted(entries, key=lambda one: (one.created_at, one.provider, one.id)):
        slug = one.slug
        mark = hashlib.sha256(f"{one.provider}\n{one.id}".encode()).hexdigest()
        length = 6
        while slug in taken or (slug != one.slug and slug in wanted):
            slug = f"{one.slug[:130].rstrip('-')}-{mark[:length]}"
            length += 6
        taken.add(slug)
        yield one, slug


def _site(facts: SiteFacts, shop: Shop, kept: list[_Kept]) -> dict[str, Any]:
    currencies = Counter(code for one in kept for code in one.currencies)
    most = max(currencies.items(), key=lambda found: (found[1], found[0]), default=(None, 0))
    fronts = shop.storefronts
    return {
        "client_id": facts.client_id,
        "name": facts.name,
        "domain": facts.domain,
        "url": facts.url,
        "language": facts.language,
        "environment": facts.environment,
        "contact_email": facts.contact_email,
        "currency": most[0],
        "storefront": {
            "scripts": _each(front.scripts for front in fronts),
            "styles": _each(front.styles for front in fronts),
            "origins": _each(front.origins for front in fronts),
            "html": "".join(front.html for front in fronts),
        },
    }


def _each(lists: Iterable[Iterable[str]]) -> list[str]:
    """All of them, once, in their order."""
    return list(dict.fromkeys(text for texts in lists for text in texts))


def _json(value: dict[str, Any] | str) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")

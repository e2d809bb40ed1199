"""The content feed that a build reads: one immutable snapshot, `content.json`, version 1.

    {"version": 1, "revision": 42, "generated_at": "2026-11-21T10:00:00Z",
     "site": {"client_id", "name", "tagline", "domain", "url", "language", "environment",
              "contact_email", "currency": "USD" | null, "image": Media|null,
              "navigation": {"menu": [Link], "footer": [Link], "legal": [Link]},
              "forms": [{"name", "action": path, "honeypot": name, "html"}],
              "storefront": {"scripts": [url], "styles": [url], "origins": [origin], "html": ""},
              "content_security_policy"},
     "articles":    [Entry + {"published_at", "tags", "tag_links": [Link]}],     newest first
     "pages":       [Entry],                                          by position, then title
     "products":    [Entry + {"tags", "tag_links": [Link], "price": Money|null, "available": bool,
                              "variants": [Variant]}],                by position, then title
     "collections": [Entry + {"products": [product slug, ...]}],      by position, then title
     "media":       [Media],
     "tags":        [Link + {"slug", "articles": [slug], "products": [slug]}]}   by title

    Entry   {"id", "slug", "title", "description": text|null, "html": sanitized HTML ("" if none),
             "lede": text|null, "updated_at", "draft": bool, "image": Media|null, "images": [Media],
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
             "mime_type": text|null, "srcset": text, "share_url"}
    Link    {"title", "url": path}

`lede` is the description, or null if `html` says the same. `srcset` is empty if the vendor of an
image has no addresses of other sizes; `share_url` is the image at the size of a post that links
to a page. `site.image` stands for the whole site: the picture of the page `home`, or else of the
first product or article. `navigation` links to the pages that introduce no section: `menu` to the
first of them, `footer` to all but the legal ones, `legal` to those. Each page has
`content_security_policy`. In a starter, the page with the slug of a form ends with its `html`.

A product without variants has one variant with its own id, title, price and availability.
Times are ISO 8601 UTC with a `Z`. Keys are always present. An unchanged site produces the same
bytes except for `revision` and `generated_at`.
"""

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from platform_core.content import page_links
from platform_core.content.model import ContentStatus, ContentType, UnifiedContent
from platform_core.content.report import ContentReport
from platform_core.feed import entries as feed_entries
from platform_core.feed.entries import BuyFor
from platform_core.feed.forms import form_facts, form_html, is_own_page, make_form_pages
from platform_core.feed.images import ResizeImage, keep_size
from platform_core.feed.navigation import make_navigation
from platform_core.feed.packed_entries import (
    PackedEntry,
    append_html,
    assign_slugs,
    encode_json,
    is_visible,
)
from platform_core.feed.security_policy import make_policy
from platform_core.feed.site_facts import SiteFacts as SiteFacts
from platform_core.feed.tags import collect_tags, tag_links, tag_sections
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
TAGGED: Final = ("articles", "products")
"""Sections whose entries have tags."""


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
    resize: ResizeImage = keep_size,
    preview: bool = False,
) -> "Feed":
    """Build the feed of all items that are on the site now. Drafts appear in a preview only."""
    shop = shop or Shop()
    entries: dict[tuple[str, str, str], PackedEntry] = {}
    changes_ahead: list[datetime] = []
    visible_statuses = {ContentStatus.PUBLISHED} | ({ContentStatus.DRAFT} if preview else set())
    report = ContentReport()
    for item in items:
        report.note(item, now)
        if item.status not in visible_statuses:
            continue
        changes_ahead += [
            moment for moment in (item.published_at, item.expires_at) if moment and moment > now
        ]
        key = (item.content_type, item.provider_name, item.id)
        existing = entries.get(key)
        if is_visible(item, now) and (existing is None or existing.version < item.version):
            entry = feed_entries.make_entry(item, shop.buy, resize)
            if entry is not None:
                entries[key] = PackedEntry.from_item(item, entry)
    added = _pack_form_pages(facts, entries.values(), shop, resize)
    packed = [*entries.values(), *added]
    feed = Feed(facts, shop, packed, min(changes_ahead, default=None))
    feed.report = report
    return feed


def _pack_form_pages(
    facts: SiteFacts, entries: Iterable[PackedEntry], shop: Shop, resize: ResizeImage
) -> Iterator[PackedEntry]:
    """Yield a page for each form that no page of the client has the name of."""
    slugs = [entry.slug for entry in entries if entry.content_type is ContentType.PAGE]
    for page in make_form_pages(facts, slugs):
        entry = feed_entries.make_entry(page, shop.buy, resize)
        if entry is not None:
            yield PackedEntry.from_item(page, entry)


class Feed:
    """A feed that can be written any number of times, in chunks."""

    def __init__(
        self, facts: SiteFacts, shop: Shop, entries: "list[PackedEntry]", next_due: datetime | None
    ) -> None:
        self.facts = facts
        self.report = ContentReport()
        """The content that is not in the feed. It is not part of the written feed."""
        self.next_due = next_due
        """The earliest time at which an item appears on the site or leaves it."""
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
        self._tags = collect_tags(tag for entry in entries for tag in entry.tags)
        self._forms = form_html(facts)
        self._site = self._site_section(shop)

    @property
    def items(self) -> int:
        """The number of entries, without pages that the feed adds."""
        return sum(1 for _ in self._client_entries())

    @property
    def has_a_title(self) -> bool:
        """True if at least one entry has a title of its own."""
        return any(entry.has_title for entry in self._client_entries())

    def _client_entries(self) -> Iterator[PackedEntry]:
        """Yield the entries of the client's own content."""
        entries = (entry for section in self._sections.values() for entry in section)
        return (entry for entry in entries if not is_own_page(entry))

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
        tagged = {
            section: [(self._slugs[id(entry)], entry.tags) for entry in self._sections[section]]
            for section in TAGGED
        }
        yield b',"tags":' + encode_json(tag_sections(self._tags, tagged)) + b"}\n"

    def _encode_entry(self, entry: "PackedEntry") -> bytes:
        """Encode an entry. The fields that depend on other entries come first."""
        rest = zlib.decompress(entry.packed)
        if entry.content_type is ContentType.MEDIA:
            return rest
        slug = self._slugs[id(entry)]
        site_fields: dict[str, Any] = {"slug": slug}
        rest = page_links.resolve_links(rest, self._paths)
        if entry.content_type in (ContentType.ARTICLE, ContentType.PRODUCT):
            site_fields["tag_links"] = tag_links(entry.tags, self._tags)
        # An entry is packed before the slugs are known, so its page address is a placeholder.
        if entry.content_type is ContentType.PRODUCT:
            path = page_links.page_path(entry.content_type, slug)
            rest = rest.replace(encode_json(PAGE), encode_json(self.facts.url + path))
        if entry.content_type is ContentType.PAGE and slug in self._forms:
            rest = append_html(rest, self._forms[slug])
        if entry.content_type is ContentType.COLLECTION:
            slugs = (self._product_slugs.get(member) for member in entry.members)
            site_fields["products"] = [slug for slug in slugs if slug]
        return encode_json(site_fields)[:-1] + b"," + rest[1:]

    def _site_section(self, shop: Shop) -> dict[str, Any]:
        facts = self.facts
        pages = (
            {"slug": self._slugs[id(page)], "title": page.title} for page in self._sections["pages"]
        )
        storefront = _merge_storefronts(shop.storefronts)
        origins = facts.analytics_origins.split()
        return {
            "client_id": facts.client_id,
            "name": facts.name,
            "tagline": facts.tagline,
            "domain": facts.domain,
            "url": facts.url,
            "language": facts.language,
            "environment": facts.environment,
            "contact_email": facts.contact_email,
            "currency": self._currency(),
            "image": self._site_image(),
            "navigation": make_navigation(pages),
            "forms": form_facts(facts),
            "storefront": storefront,
            "content_security_policy": make_policy(facts.url, storefront, origins),
        }

    def _currency(self) -> str | None:
        """Return the currency of most prices."""
        entries = (entry for section in self._sections.values() for entry in section)
        counts = Counter(code for entry in entries for code in entry.currencies)
        # On a tie the code decides, so that the result does not depend on the order of the entries.
        return max(counts, key=lambda code: (counts[code], code), default=None)

    def _site_image(self) -> dict[str, Any] | None:
        """Return the picture that stands for the whole site."""
        home = [
            page for page in self._sections["pages"] if self._slugs[id(page)] == page_links.HOME
        ]
        entries = (*home, *self._sections["products"], *self._sections["articles"])
        first = next((entry for entry in entries if entry.has_image), None)
        image: dict[str, Any] | None = first.unpack()["image"] if first else None
        return image


def _merge_storefronts(fronts: Iterable[Storefront]) -> dict[str, Any]:
    fronts = tuple(fronts)
    return {
        "scripts": _flatten_unique(front.scripts for front in fronts),
        "styles": _flatten_unique(front.styles for front in fronts),
        "origins": _flatten_unique(front.origins for front in fronts),
        "html": "".join(front.html for front in fronts),
    }


def _flatten_unique(lists: Iterable[Iterable[str]]) -> list[str]:
    """Return all values once, in order."""
    return list(dict.fromkeys(value for values in lists for value in values))

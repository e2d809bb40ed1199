"""Entries of a feed before they are written: compressed, with their order and their slugs."""

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from platform_core.content.model import UNTITLED, ContentType, UnifiedContent
from platform_core.feed import entries as feed_entries


@dataclass(frozen=True, slots=True)
class PackedEntry:
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
    tags: tuple[str, ...]
    title: str
    has_title: bool
    has_image: bool
    packed: bytes

    @classmethod
    def from_item(cls, item: UnifiedContent, entry: dict[str, Any]) -> "PackedEntry":
        prices = [item.price] if item.price else [variant.price for variant in item.variants]
        return cls(
            id=item.id,
            provider=item.provider_name,
            content_type=item.content_type,
            version=item.version,
            slug=item.slug,
            created_at=item.created_at,
            order=_order_key(item),
            members=tuple(item.members),
            tags=tuple(entry.get("tags", ())),
            title=item.title,
            has_title=item.title != UNTITLED,
            has_image=bool(entry.get("image")),
            currencies=tuple(price.currency_code for price in prices),
            # Level 1 is the fastest and saves enough: the entries only have to fit into memory.
            packed=zlib.compress(encode_json(entry), 1),
        )

    def unpack(self) -> dict[str, Any]:
        """Return the entry."""
        entry: dict[str, Any] = json.loads(zlib.decompress(self.packed))
        return entry


def is_visible(item: UnifiedContent, now: datetime) -> bool:
    is_published = item.published_at is None or item.published_at <= now
    return is_published and (item.expires_at is None or item.expires_at > now)


def _order_key(item: UnifiedContent) -> tuple[Any, ...]:
    """Sort articles newest first, everything else by the vendor's order and then by title."""
    if item.content_type is ContentType.ARTICLE:
        return (-feed_entries.display_date(item).timestamp(), item.id)
    return (item.position is None, item.position or 0, item.title.casefold(), item.id)


def assign_slugs(entries: list[PackedEntry]) -> Iterator[tuple[PackedEntry, str]]:
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


def append_html(encoded: bytes, html: str) -> bytes:
    """Return an encoded entry with more markup at the end of its text."""
    entry = json.loads(encoded)
    return encode_json(entry | {"html": "\n".join(filter(None, (entry["html"], html)))})


def encode_json(value: dict[str, Any] | list[Any] | str) -> bytes:
    # Escapes would multiply the size of text in other alphabets.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")

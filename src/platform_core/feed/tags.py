"""Give each tag of a site a page of its own, which lists the items with this tag."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from platform_core.content.slugs import slugify

FOLDER: Final = "tags"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag in its most frequent spelling, with the slug of its page."""

    title: str
    slug: str

    @property
    def link(self) -> dict[str, str]:
        """The tag as an entry of the feed shows it."""
        return {"title": self.title, "url": f"/{FOLDER}/{self.slug}/"}


def collect_tags(tags: Iterable[str]) -> dict[str, Tag]:
    """Return the tags of all items by their key. Tags that differ in case only are one tag."""
    spellings: dict[str, Counter[str]] = {}
    for tag in tags:
        if key := tag_key(tag):
            spellings.setdefault(key, Counter())[tag] += 1
    slugs = _assign_slugs(spellings)
    return {
        # On a tie the text decides, so that the result does not depend on the order of the items.
        key: Tag(max(counts, key=lambda text: (counts[text], text)), slugs[key])
        for key, counts in spellings.items()
    }


def tag_key(tag: str) -> str:
    """Return a text that is equal for all spellings of a tag. Empty for a blank one."""
    return " ".join(tag.casefold().split())


def tag_links(tags: Iterable[str], known: Mapping[str, Tag]) -> list[dict[str, str]]:
    """Return the links of an item to the pages of its tags, each page once."""
    keys = dict.fromkeys(filter(None, map(tag_key, tags)))
    return [known[key].link for key in keys]


def tag_sections(
    known: Mapping[str, Tag], tagged: Mapping[str, Iterable[tuple[str, Iterable[str]]]]
) -> list[dict[str, Any]]:
    """Return the tags with the slugs of their items by section, sorted by title.

    `tagged` has the slug and the tags of each item, by section.
    """
    pages: dict[str, dict[str, Any]] = {
        key: {**tag.link, "slug": tag.slug, **{section: [] for section in tagged}}
        for key, tag in known.items()
    }
    for section, items in tagged.items():
        for slug, tags in items:
            for key in dict.fromkeys(filter(None, map(tag_key, tags))):
                pages[key][section].append(slug)
    return sorted(pages.values(), key=lambda page: (page["title"].casefold(), page["slug"]))


def _assign_slugs(keys: Iterable[str]) -> dict[str, str]:
    """Return a unique slug for each key. Of "c" and "c++", the one that loses nothing gets "c"."""
    slugs: dict[str, str] = {}
    used: set[str] = set()
    for key in sorted(keys, key=lambda key: (slugify(key, key) != key.replace(" ", "-"), key)):
        slug = slugify(key, key)
        if slug in used:
            slug = f"{slug[:130]}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
        used.add(slug)
        slugs[key] = slug
    return slugs

"""Keep the addresses of a site whose content is not stored (direct mode).

A build reads the vendor's listing, so the rules for slugs of the current release apply to every
item. The snapshot of the newest release has the slugs under which the items were published.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Final

from platform_core.content.model import ContentType, UnifiedContent
from platform_core.feed.content_feed import SECTIONS
from platform_core.pipeline.build.deps import BuilderDeps, snapshot_key

Slugs = dict[tuple[ContentType, str, str], str]
"""By content type, provider and content id."""
LOGGED_MOVES: Final = 50
"""Maximum number of moves in a log line."""


def keep_published_slugs(
    deps: BuilderDeps, items: Iterable[UnifiedContent], release: str | None
) -> Iterator[UnifiedContent]:
    """Yield the items, each under the slug that it has in a release if only the rules changed.

    Logs at the end how many items that holds for: it may be most of them, in every build.
    """
    slugs: Slugs | None = None
    moves: dict[str, str] = {}
    count = 0
    for item in items:
        if item.former_slug:
            # Read once, and only if a rule has changed: a snapshot can have many megabytes.
            slugs = _read_slugs(deps, release) if slugs is None else slugs
            kept = item.keep_slug(slugs.get((item.content_type, item.provider_name, item.id), ""))
            if kept.slug != item.slug:
                count += 1
                if len(moves) < LOGGED_MOVES:
                    moves[kept.slug] = item.slug
            yield kept
        else:
            yield item
    if count:
        deps.log("slugs kept", count=count, moves=moves)


def _read_slugs(deps: BuilderDeps, release: str | None) -> Slugs:
    """Return the slugs of a release. Empty if there is no release, or no snapshot of it."""
    snapshot = deps.data.get(snapshot_key(release)) if release else None
    feed = json.loads(snapshot) if snapshot else {}
    return {
        (content_type, entry["provider"], entry["id"]): entry["slug"]
        for section, content_type in SECTIONS.items()
        for entry in feed.get(section, ())
        if "slug" in entry
    }

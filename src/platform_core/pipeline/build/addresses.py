"""Keep the addresses of a site whose content is not stored (direct mode).

A build reads the vendor's listing, so the rules for slugs of the current release apply to every
item. The snapshot of the newest release has the slugs under which the items were published.
"""

import json
from collections.abc import Iterable, Iterator

from platform_core.content.model import UnifiedContent
from platform_core.feed.content_feed import SECTIONS
from platform_core.pipeline.build.deps import BuilderDeps, snapshot_key

Slugs = dict[tuple[str, str], str]
"""By provider and content id."""


def keep_published_slugs(
    deps: BuilderDeps, items: Iterable[UnifiedContent], release: str | None
) -> Iterator[UnifiedContent]:
    """Yield the items, each under the slug that it has in a release if only the rules changed."""
    slugs: Slugs | None = None
    for item in items:
        if item.former_slug:
            # Read once, and only if a rule has changed: a snapshot can have many megabytes.
            slugs = _read_slugs(deps, release) if slugs is None else slugs
            kept = item.keep_slug(slugs.get((item.provider_name, item.id), ""))
            if kept.slug != item.slug:
                deps.log("slug kept", content_id=item.id, slug=kept.slug, new_slug=item.slug)
            yield kept
        else:
            yield item


def _read_slugs(deps: BuilderDeps, release: str | None) -> Slugs:
    """Return the slugs of a release. Empty if there is no release, or no snapshot of it."""
    snapshot = deps.data.get(snapshot_key(release)) if release else None
    feed = json.loads(snapshot) if snapshot else {}
    return {
        (entry["provider"], entry["id"]): entry["slug"]
        for section in SECTIONS
        for entry in feed.get(section, ())
        if "slug" in entry
    }

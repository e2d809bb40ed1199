"""An immutable snapshot of the content, and the count of changes that it covers."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from platform_core import contract
from platform_core.content.model import UNTITLED, UnifiedContent
from platform_core.feed import content_feed as feed
from platform_core.feed.content_feed import Feed, SiteFacts
from platform_core.pipeline.build.addresses import keep_published_slugs
from platform_core.pipeline.build.batching import SiteState
from platform_core.pipeline.build.deps import BuilderDeps, snapshot_key
from platform_core.pipeline.records import ReleaseRecord
from platform_core.pipeline.reports import WrittenContent
from platform_core.pipeline.source.state import SourceState
from platform_core.provider_kit.left_out import count_left_out

ReadContent = Callable[[], Iterator[UnifiedContent]]
SNAPSHOT_ATTEMPTS: Final = 3
"""Attempts at a snapshot during which no change comes in."""
SHRINK_ITEMS: Final = 10
SHRINK_PART: Final = 0.2
"""A build is held if it loses more than `SHRINK_ITEMS` items and more than this part of them."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The input of a build."""

    state: SiteState
    """The SITE row as it was before the content was read."""
    facts: SiteFacts
    feed: Feed
    input_hash: str
    taken_at: float
    passed_over: Mapping[str, int] | None = None
    """Documents and parts that were not used, by reason; None if no vendor was asked."""
    source: SourceState | None = None
    """The commit of a site that renders its own repository."""

    @property
    def covers(self) -> int:
        """The count of changes that the snapshot certainly contains."""
        return self.state.changed

    @property
    def next_due(self) -> float | None:
        """The earliest future publication or expiry in the content."""
        return self.feed.next_due.timestamp() if self.feed.next_due else None

    @property
    def report(self) -> Mapping[str, object]:
        """The fields of the SITE row that say which content is not on the site."""
        content = self.feed.report
        passed_over = {} if self.passed_over is None else {"passed_over": dict(self.passed_over)}
        return {
            "left_out": content.left_out,
            "moves": content.moves,
            "content_read_at": self.taken_at,
            **passed_over,
        }

    def matches(self, release: ReleaseRecord | None) -> bool:
        """Return whether a build of the snapshot would make this release again."""
        return release is not None and release.input_hash == self.input_hash

    @property
    def commit(self) -> str | None:
        """The commit of the site's source; None for a source that a deploy uploaded."""
        return self.source.commit if self.source else None

    def hold_reason(self, release: ReleaseRecord | None, *, may_shrink: bool) -> str:
        """Return the reason to hold the site instead of building it; usually empty.

        A site that renders its own files needs no title in the feed, and no items.
        """
        if self.source is not None:
            return self.source.problem
        shrink_reason = None if may_shrink else self.shrink_reason(release)
        return self.untitled_reason() or shrink_reason or ""

    def untitled_reason(self) -> str | None:
        """Return the reason not to build a site without a single title; None if it has one."""
        if self.feed.has_a_title or not self.feed.items:
            return None
        return (
            f"all {self.feed.items} items are {UNTITLED!r}: the title has another name in the CMS, "
            "or its values are in another language than the setting locale"
        )

    def shrink_reason(self, release: ReleaseRecord | None) -> str | None:
        """Return why the build would remove too much content; None if it would not."""
        if release is None:
            return None
        lost = release.items - self.feed.items
        if lost <= SHRINK_ITEMS or lost <= SHRINK_PART * release.items:
            return None
        return f"it would lose {lost} of {release.items} items"


def take_snapshot(
    deps: BuilderDeps, url: str = "", *, drafts: ReadContent | None = None
) -> Snapshot:
    """Read the content. Raises `NotDeployed` and the errors of reading the content.

    `url` is the address of a copy of the site; empty for the site itself. `drafts` reads the
    content of a preview with drafts in place of the published content.

    The count of changes is read before the content and again after it. If it grew, the snapshot
    may hold half of a change, so it is taken again. The last attempt is used in any case: it
    covers the count from before, and the changes since then lead to another build.
    """
    facts = deps.site_facts()
    read_content = drafts or deps.content
    if url:
        facts = replace(facts, url=url)
    if deps.source:
        deps.source.refresh()
    for attempts_left in reversed(range(SNAPSHOT_ATTEMPTS)):
        state = deps.site.read()
        # Ingest writes the commit before it counts the push, so this one is covered by the count.
        source = deps.source.store.read() if deps.source else None
        taken_at = deps.clock()
        with count_left_out() as passed_over:
            content_feed = feed.build_feed(
                keep_published_slugs(deps, read_content(), state.ready),
                facts,
                now=datetime.fromtimestamp(taken_at, UTC),
                shop=deps.shop(),
                resize=deps.resize_image,
                preview=deps.preview or drafts is not None,
            )
        if not attempts_left or deps.site.read().changed == state.changed:
            break
    counts = passed_over if deps.reads_listings else None
    input_hash = _add_source(content_feed.input_hash(), source)
    return Snapshot(state, facts, content_feed, input_hash, taken_at, counts, source)


def _add_source(input_hash: str, source: SourceState | None) -> str:
    """Return the hash of a build's input together with the files of the commit."""
    if source is None:
        return input_hash
    return hashlib.sha256(f"{input_hash}\n{source.digest}".encode()).hexdigest()


def store_snapshot(deps: BuilderDeps, snapshot: Snapshot, attempt: str) -> None:
    """Store the snapshot for the build. Each attempt has its own key, written once."""
    _store(deps, snapshot, snapshot_key(attempt))


def write_dev_content(deps: BuilderDeps, url: str) -> WrittenContent:
    """Store the content for a server at this address. Nothing of the site changes."""
    snapshot = take_snapshot(deps, url)
    _store(deps, snapshot, contract.DEV_CONTENT)
    return WrittenContent(contract.DEV_CONTENT, snapshot.feed.items, snapshot.covers)


def _store(deps: BuilderDeps, snapshot: Snapshot, key: str) -> None:
    moment = datetime.fromtimestamp(snapshot.taken_at, UTC)
    chunks = snapshot.feed.chunks(snapshot.covers, moment)
    deps.data.put(key, chunks, "application/json")

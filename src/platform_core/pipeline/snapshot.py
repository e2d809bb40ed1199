"""One immutable picture of the content, and the count of changes that it surely holds."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from platform_core import feed
from platform_core.batching import SiteState
from platform_core.feed import Feed, SiteFacts
from platform_core.pipeline.desk import Desk, snapshot_key
from platform_core.records import ReleaseRecord

LOOKS: Final = 3
"""How often it is taken while changes come in."""
SHRINK_ITEMS: Final = 10
SHRINK_PART: Final = 0.2
"""More than so many items lost, and more than this part of them: a person must look."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a build is made from."""

    state: SiteState
    """The site's row, read before the content was."""
    facts: SiteFacts
    feed: Feed
    input_hash: str
    taken_at: float

    @property
    def covers(self) -> int:
        return self.state.changed

    @property
    def next_due(self) -> float | None:
        return self.feed.next_due.timestamp() if self.feed.next_due else None

    def same_as(self, release: ReleaseRecord | None) -> bool:
        """Whether a build of it would make this release again."""
        return release is not None and release.input_hash == self.input_hash

    def shrinks(self, release: ReleaseRecord | None) -> str | None:
        """Why a person must look at it before it is built; None: nothing is wrong."""
        if release is None:
            return None
        lost = release.items - self.feed.items
        if lost <= SHRINK_ITEMS or lost <= SHRINK_PART * release.items:
            return None
        return f"it would lose {lost} of {release.items} items"


def take(desk: Desk) -> Snapshot:
    """Count, read, and count again: what came in meanwhile may be half in it, and is not counted.

    Raises `NotDeployed` and what reading the content raises.
    """
    facts = desk.facts()
    for left in reversed(range(LOOKS)):
        state = desk.site.read()
        taken_at = desk.clock()
        made = feed.build_feed(
            desk.content(),
            facts,
            now=datetime.fromtimestamp(taken_at, UTC),
            shop=desk.shop(),
            preview=desk.preview,
        )
        if not left or desk.site.read().changed == state.changed:
            break
    return Snapshot(state, facts, made, made.input_hash(), taken_at)


def store(desk: Desk, snapshot: Snapshot, attempt: str) -> None:
    """Keep it under the attempt's name; nobody writes there again."""
    moment = datetime.fromtimestamp(snapshot.taken_at, UTC)
    chunks = snapshot.feed.chunks(snapshot.covers, moment)
    desk.data.put(snapshot_key(attempt), chunks, "application/json")

"""Count the content that is not on a site, by reason, for `status` and `validate`."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from platform_core.content.model import ContentStatus, ContentType, UnifiedContent

MAX_REASONS: Final = 30
"""Maximum number of reasons in a report; the others are counted together."""
MAX_MOVES: Final = 50
"""Maximum number of moves in a report."""
OTHER: Final = "other reasons"
NOT_YET: Final = "its date lies ahead"
EXPIRED: Final = "its time is over"


@dataclass(slots=True)
class ContentReport:
    """The content that a site leaves out, and the items that keep an older address."""

    left_out: dict[str, int] = field(default_factory=dict)
    """Numbers of items that are not on the site, by reason."""
    moves: dict[str, str] = field(default_factory=dict)
    """Slugs that items keep, and those that they would have as new items."""

    def note(self, item: UnifiedContent, now: datetime) -> None:
        """Count an item of the site's content. Orders never become pages, so they do not count."""
        if item.content_type is ContentType.ORDER:
            return
        if reason := find_reason(item, now):
            count_reason(self.left_out, reason)
        elif item.new_slug and len(self.moves) < MAX_MOVES:
            self.moves[item.slug] = item.new_slug


def find_reason(item: UnifiedContent, now: datetime) -> str | None:
    """Return the reason why an item is not on the site; None if it is."""
    if item.status is not ContentStatus.PUBLISHED:
        return item.left_out_because or str(item.status)
    if item.published_at is not None and item.published_at > now:
        return NOT_YET
    if item.expires_at is not None and item.expires_at <= now:
        return EXPIRED
    return None


def count_reason(counts: dict[str, int], reason: str) -> None:
    """Add one to a reason. Reasons can contain words of a vendor, so their number is limited."""
    name = reason[:100]
    if name not in counts and len(counts) >= MAX_REASONS:
        name = OTHER
    counts[name] = counts.get(name, 0) + 1

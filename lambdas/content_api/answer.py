"""One page of items as JSON, within Lambda's limit."""

import json
from dataclasses import dataclass, field
from typing import Final

from platform_core.content.model import REPORTED_FIELDS, UnifiedContent

MAX_BYTES: Final = 5_000_000
"""Lambda allows 6 MB, and it escapes the text once more as a JSON string."""


@dataclass(slots=True)
class Page:
    """Items as JSON text, at most `limit`."""

    limit: int
    texts: list[str] = field(default_factory=list)
    size: int = 0

    @property
    def remaining(self) -> int:
        return self.limit - len(self.texts)

    def add(self, item: UnifiedContent) -> bool:
        """Add an item. Returns False if the page has no room for it; the first always fits."""
        text = item_json(item)
        size = self.size + _escaped_size(text)
        if self.texts and size > MAX_BYTES:
            return False
        self.texts.append(text)
        self.size = size
        return True

    def to_json(self, filters: dict[str, str], pages: int, cursor: str | None) -> str:
        facts = {
            "count": len(self.texts),
            "filters": filters,
            "query_stats": {"pages_read": pages},
            "cursor": cursor,
        }
        return f'{{"content":[{",".join(self.texts)}],{json.dumps(facts)[1:]}'


def item_json(item: UnifiedContent) -> str:
    """Return an item with money as decimal text and times as ISO-8601.

    The vendor's raw data is left out, and so is a body that exceeds Lambda's limit.
    """
    text = item.model_dump_json(exclude={"provider_data", *REPORTED_FIELDS})
    if _escaped_size(text) <= MAX_BYTES:
        return text
    return item.model_dump_json(exclude={"provider_data", "body", *REPORTED_FIELDS})


def _escaped_size(text: str) -> int:
    """Return the bytes that a text takes in the function's response, where it is escaped."""
    return len(json.dumps(text))

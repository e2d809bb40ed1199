"""What one answer holds, and no more than Lambda can hand over."""

import json
from dataclasses import dataclass, field
from typing import Final

from platform_core.content import UnifiedContent

LARGEST: Final = 5_000_000
"""Bytes; Lambda takes 6 MB, in which the text is escaped once more."""


@dataclass(slots=True)
class Listing:
    """Items as text, at most `wanted`."""

    wanted: int
    texts: list[str] = field(default_factory=list)
    size: int = 0

    @property
    def lacks(self) -> int:
        return self.wanted - len(self.texts)

    def take(self, item: UnifiedContent) -> bool:
        """False where the answer cannot carry it beside the others; the first one always fits."""
        text = as_json(item)
        size = self.size + weight(text)
        if self.texts and size > LARGEST:
            return False
        self.texts.append(text)
        self.size = size
        return True

    def as_json(self, filters: dict[str, str], pages: int, cursor: str | None) -> str:
        about = {
            "count": len(self.texts),
            "filters": filters,
            "query_stats": {"pages_read": pages},
            "cursor": cursor,
        }
        return f'{{"content":[{",".join(self.texts)}],{json.dumps(about)[1:]}'


def as_json(item: UnifiedContent) -> str:
    """Money as decimal text, times as ISO-8601; the vendor's raw data stays inside. A body that no
    answer can carry is left out, with its key."""
    text = item.model_dump_json(exclude={"provider_data"})
    if weight(text) <= LARGEST:
        return text
    return item.model_dump_json(exclude={"provider_data", "body"})


def weight(text: str) -> int:
    """Bytes that a text takes in what the function hands over."""
    return len(json.dumps(text))

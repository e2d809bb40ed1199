"""The documents that a query of the simulated Sanity finds, by its perspective."""

from collections.abc import Mapping
from typing import Final

from platform_core.provider_kit.parsing import Json

DRAFT: Final = "drafts."
UNPUBLISHED: Final = (DRAFT, "versions.")
"""Prefixes of ids."""


def select_perspective(documents: Mapping[str, Json], perspective: str | None) -> dict[str, Json]:
    """Return the documents of a perspective by their ids, by default the published ones.

    To a caller without a token the vendor shows those too, and no error.
    """
    seen = {name: row for name, row in documents.items() if not name.startswith(UNPUBLISHED)}
    if perspective in {"drafts", "previewDrafts"}:
        for name, row in documents.items():
            if name.startswith(DRAFT):
                id_ = name.removeprefix(DRAFT)
                seen[id_] = {**row, "_id": id_, "_originalId": name}
    return seen

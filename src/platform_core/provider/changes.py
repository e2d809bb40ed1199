"""The effects of a delivery on the content of a site."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from platform_core.content.model import UnifiedContent


@dataclass(frozen=True, slots=True)
class Upsert:
    """An item that the vendor has created or changed."""

    item: "UnifiedContent"
    authoritative: bool = False
    """True if it was just read from the vendor's API. Such an item may replace stored content of an
    equal version."""


@dataclass(frozen=True, slots=True)
class Removal:
    """An item that the vendor has deleted or unpublished."""

    content_id: str
    content_type: str
    version: int | None = None
    """The vendor's version of the deletion. None ranks it just above the stored version."""


@dataclass(frozen=True, slots=True)
class Signal:
    """An event that changes no content of the site, for example an order or a ping."""

    event_type: str
    subject_id: str
    data: Mapping[str, object] = field(default_factory=dict)
    """Ids, lines and totals only, never personal data."""


Change = Upsert | Removal | Signal
Part = Callable[[], Change | None]
"""Reads one change of a delivery; None if it changes nothing on the site.

Raises `Malformed`, or a `PipelineError` with `retry`.
"""

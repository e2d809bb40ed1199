"""Which of two versions of an item wins, so that any order and any repetition end the same.

Versions are compared with versions of the same item only, never with a clock of ours. A deletion
that names no version ranks just above what is stored; such a rank is ours and not the vendor's,
so whatever claims to be newer than it is asked about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

TOMBSTONE_SECONDS: Final = 45 * 24 * 3600
"""How long a removed item is remembered: longer than a delivery is known, or taken at its word."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the content table knows of an item."""

    version: int
    digest: str = ""
    """`content.digest` of the item; empty for a tombstone."""
    deleted: bool = False
    ranked_by_us: bool = False
    """Of a tombstone: its version is not the vendor's."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Stored":
        """Of a row of the content table, an item's or a tombstone's."""
        return cls(
            version=int(row["version"]),
            digest=row.get("digest", ""),
            deleted=row.get("deleted", False),
            ranked_by_us=row.get("ranked_by_us", False),
        )


class Verdict(StrEnum):
    """What to do with a change."""

    WRITE = "write"
    SKIP = "skip"
    ASK = "ask"
    """Only the vendor knows: read the item from its API, and judge that as authoritative."""


def judge_upsert(
    stored: Stored | None, version: int, digest: str, *, authoritative: bool = False
) -> Verdict:
    """Whether an item of this version and content replaces what is stored."""
    if stored is None:
        return Verdict.WRITE
    if stored.ranked_by_us:
        return Verdict.WRITE if authoritative else Verdict.ASK
    if version != stored.version:
        return Verdict.WRITE if version > stored.version else Verdict.SKIP
    if digest == stored.digest:
        return Verdict.SKIP
    return Verdict.WRITE if authoritative else Verdict.ASK


def judge_removal(stored: Stored | None, version: int | None) -> Verdict:
    """Whether a tombstone of this version replaces what is stored.

    At an equal version the removal wins: a vendor that counts its deletions with the item says
    the last word with it. One without a version marks an older tombstone, too, and the mark stays
    until the vendor was asked: else an item that the removal overtook would rise again.
    """
    if stored is None:
        return Verdict.WRITE
    if stored.deleted:
        newer = version is None or version > stored.version
        return Verdict.WRITE if newer and not stored.ranked_by_us else Verdict.SKIP
    if version is None or version >= stored.version:
        return Verdict.WRITE
    return Verdict.SKIP


def tombstone_rank(stored: Stored | None, version: int | None) -> int:
    """The version that a tombstone is stored under."""
    if version is not None:
        return version
    return stored.version + 1 if stored else 0

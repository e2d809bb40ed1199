"""Decide which of two versions of an item wins, so that any order of changes ends the same.

A version is compared only with versions of the same item, never with our clock. A deletion without
a version gets one just above the stored version. Such a version is ours and not the vendor's, so
the vendor is asked about every change that claims to be newer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

TOMBSTONE_SECONDS: Final = 45 * 24 * 3600
"""Lifetime of a tombstone. Longer than a delivery is kept, so that a replay still finds it."""


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """The version of an item in the content table."""

    version: int
    digest: str = ""
    """`content.content_digest` of the item; empty for a tombstone."""
    deleted: bool = False
    ranked_by_us: bool = False
    """Whether a tombstone's version is ours, because the vendor named none."""
    slug: str = ""
    """The slug that the item is stored under; empty for a tombstone."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "StoredVersion":
        """Return the version in a row of the content table, an item's or a tombstone's."""
        return cls(
            version=int(row["version"]),
            digest=row.get("digest", ""),
            deleted=row.get("deleted", False),
            ranked_by_us=row.get("ranked_by_us", False),
            slug=row.get("slug", ""),
        )


class Verdict(StrEnum):
    """The action to take on a change."""

    WRITE = "write"
    SKIP = "skip"
    ASK = "ask"
    """Read the item from the vendor's API, and judge the answer as authoritative."""


def judge_upsert(
    stored: StoredVersion | None, version: int, digest: str, *, authoritative: bool = False
) -> Verdict:
    """Decide whether an item of this version and digest replaces the stored one."""
    if stored is None:
        return Verdict.WRITE
    if stored.ranked_by_us:
        return Verdict.WRITE if authoritative else Verdict.ASK
    if version != stored.version:
        return Verdict.WRITE if version > stored.version else Verdict.SKIP
    if digest == stored.digest:
        return Verdict.SKIP
    return Verdict.WRITE if authoritative else Verdict.ASK


def judge_removal(stored: StoredVersion | None, version: int | None) -> Verdict:
    """Decide whether a tombstone of this version replaces the stored row.

    At an equal version the removal wins: a vendor that counts its deletions among the versions
    names the last version in the deletion. A removal without a version also replaces an older
    tombstone, and its mark stays until the vendor was asked. Otherwise a change that the removal
    overtook would bring the item back.
    """
    if stored is None:
        return Verdict.WRITE
    if stored.deleted:
        newer = version is None or version > stored.version
        return Verdict.WRITE if newer and not stored.ranked_by_us else Verdict.SKIP
    if version is None or version >= stored.version:
        return Verdict.WRITE
    return Verdict.SKIP


def tombstone_version(stored: StoredVersion | None, version: int | None) -> int:
    """Return the version under which a tombstone is stored."""
    if version is not None:
        return version
    return stored.version + 1 if stored else 0

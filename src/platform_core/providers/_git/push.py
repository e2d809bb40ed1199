"""The facts of a push, independent of the Git host."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from platform_core.errors import Malformed
from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json

NO_COMMIT: Final = "0" * 40
"""Stands for no commit: before the first push of a branch and after its deletion."""
MAX_LISTED_COMMITS: Final = 20
"""Maximum number of commits that every host lists in a push. For longer pushes, compare trees."""


@dataclass(frozen=True, slots=True)
class Head:
    """A commit of the published branch and the time of its push, by the host's clock."""

    commit: str
    pushed_at: datetime


@dataclass(frozen=True, slots=True)
class Push:
    """The facts of one push to the published branch."""

    before: str
    after: str
    """The commit that was pushed."""
    pushed_at: datetime | None
    """The host's time of the push; None if the push does not name it."""
    head: Head
    """The commit to read: that of this push or a later one."""
    commits: tuple[Json, ...]
    lists_all_files: bool
    """True if the commits name every changed file."""

    def changed_paths(self) -> dict[str, datetime | None]:
        """Map the files that the commits name to the time of their last change."""
        return {
            path: parsing.parse_timestamp(commit.get("timestamp")) or self.head.pushed_at
            for commit in self.commits
            for path in _commit_paths(commit)
        }


def parse_commit_id(value: object) -> str:
    """Validate a full commit id, which becomes part of a URL. Raises `Malformed`."""
    if (
        not isinstance(value, str)
        # SHA-1 or SHA-256 in hexadecimal.
        or len(value) not in {40, 64}
        or set(value) - set("0123456789abcdef")
    ):
        raise Malformed("the push has no commit id")
    return value


def _commit_paths(commit: Json) -> Iterator[str]:
    """Yield the paths that a commit added, modified or removed."""
    for kind in ("added", "modified", "removed"):
        paths = commit.get(kind)
        yield from (
            (path for path in paths if isinstance(path, str)) if isinstance(paths, list) else ()
        )

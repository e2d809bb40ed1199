"""What a push says of itself, whichever host tells of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from platform_core.errors import Malformed
from platform_core.providers import reading
from platform_core.providers.reading import Json

NOTHING: Final = "0" * 40
"""What stands for no commit: before the first push of a branch, after its deletion."""
LISTED: Final = 20
"""Commits that a push surely lists; of a longer one the trees are compared."""


@dataclass(frozen=True, slots=True)
class Head:
    """A commit of the published branch, and when it was pushed there, by the host's clock."""

    commit: str
    pushed_at: datetime


@dataclass(frozen=True, slots=True)
class Push:
    """The facts of one push to the published branch."""

    before: str
    head: Head
    """What to read at: this push, or a later one."""
    commits: tuple[Json, ...]
    is_listed: bool
    """Whether the commits name every file that changed."""

    def paths(self) -> dict[str, datetime | None]:
        """Files that the commits name, and when each was last changed."""
        return {
            path: reading.moment(commit.get("timestamp")) or self.head.pushed_at
            for commit in self.commits
            for path in _named(commit)
        }


def commit_id(value: object) -> str:
    """A full commit id; it goes into an address. Raises `Malformed`."""
    if (
        not isinstance(value, str)
        or len(value) not in {40, 64}
        or set(value) - set("0123456789abcdef")
    ):
        raise Malformed("the push names no commit")
    return value


def _named(commit: Json) -> Iterator[str]:
    for kind in ("added", "modified", "removed"):
        paths = commit.get(kind)
        yield from (
            (path for path in paths if isinstance(path, str)) if isinstance(paths, list) else ()
        )

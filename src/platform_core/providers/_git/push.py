"""A push to a GitHub repository: what it says of itself, and which files to look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from platform_core.providers.decap.settings import Settings

from platform_core.errors import Malformed
from platform_core.providers import reading
from platform_core.providers.reading import Json

NOTHING: Final = "0" * 40
"""What stands for no commit: before the first push of a branch, after its deletion."""
LISTED: Final = 20
"""Commits that a push surely lists; of a longer one the trees are compared."""


@dataclass(frozen=True, slots=True)
class Push:
    """The facts of one push."""

    before: str
    after: str
    pushed_at: datetime
    commits: tuple[Json, ...]
    is_listed: bool
    """Whether the commits name every file that changed."""

    def paths(self) -> dict[str, datetime]:
        """Files that the commits name, and when each was last changed."""
        return {
            path: reading.moment(commit.get("timestamp")) or self.pushed_at
            for commit in self.commits
            for path in _named(commit)
        }


def read(body: Json, settings: Settings) -> Push | None:
    """The push, where it is one to the published branch of our repository and by somebody else."""
    repository = reading.part(body.get("repository"))
    name = str(repository.get("full_name"))
    if name.lower() != settings.full_name.lower() or "ref" not in body:
        return None
    commits = reading.records(body.get("commits"))
    if body["ref"] != f"refs/heads/{settings.branch}" or body.get("deleted") is True:
        return None
    if commits and all(_is_by(commit, settings.bot) for commit in commits):
        return None
    before, after = _commit(body.get("before")), _commit(body.get("after"))
    fits = bool(commits) and len(commits) < LISTED and commits[-1].get("id") == after
    return Push(
        before=before,
        after=after,
        pushed_at=_pushed_at(body, repository),
        commits=tuple(commits),
        is_listed=fits and before != NOTHING and body.get("forced") is not True,
    )


def _commit(value: object) -> str:
    """A full commit id; it goes into an address."""
    if (
        not isinstance(value, str)
        or len(value) not in {40, 64}
        or set(value) - set("0123456789abcdef")
    ):
        raise Malformed("the push names no commit")
    return value


def _pushed_at(body: Json, repository: Json) -> datetime:
    """When GitHub took the push: unlike the times of commits, nobody can set it back."""
    seconds = reading.whole(repository.get("pushed_at"))
    if seconds is not None and 0 < seconds < 10**11:
        return reading.EPOCH + reading.SECOND * seconds
    told = repository.get("pushed_at") or reading.part(body.get("head_commit")).get("timestamp")
    when = reading.moment(told)
    if when is None:
        raise Malformed("the push has no time")
    return when


def _is_by(commit: Json, account: str) -> bool:
    return bool(reading.part(commit.get("author")).get("username") == account)


def _named(commit: Json) -> Iterator[str]:
    for kind in ("added", "modified", "removed"):
        paths = commit.get(kind)
        yield from (
            (path for path in paths if isinstance(path, str)) if isinstance(paths, list) else ()
        )

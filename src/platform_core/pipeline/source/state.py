"""The SOURCE row: the newest known head of a site's branch, and its archive.

The host orders the states of the branch, not the times of commits: a writer reads the row first
and the branch afterwards, and its write names the revision that it has read
(docs/decisions/0023-the-host-orders-commits.md).
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import Enum, auto
from typing import Any

from platform_core.provider import BranchHead, PushedCommit


@dataclass(frozen=True, slots=True)
class SourceState:
    """The SOURCE row. A new site has none, which is revision 0."""

    revision: int = 0
    """Number of writes of the row."""
    commit: str = ""
    pushed_at: float = 0.0
    """The host's time of the commit's push or of a later one, Unix seconds."""
    key: str = ""
    """Object key of the commit's archive in the data bucket."""
    digest: str = ""
    """Digest of the archive's files."""
    stored_at: float = 0.0
    """Time at which the archive was stored, Unix seconds. It expires: `keeper.ARCHIVE_SECONDS`."""
    problem: str = ""
    """The reason why the commit has no archive and cannot be built; usually empty."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "SourceState":
        """Return the state of a row with plain numbers. Ignores unknown attributes."""
        return cls(**{field.name: row[field.name] for field in fields(cls) if field.name in row})

    def to_row(self) -> dict[str, Any]:
        """Return the attributes without the key."""
        return asdict(self)

    def has_archive(self, until: float) -> bool:
        """Return whether the commit has an archive that was stored after a time."""
        return bool(self.key) and self.stored_at > until

    def with_time(self, pushed_at: float) -> "SourceState":
        """Return the row after the same commit was seen with a later time."""
        return replace(self, revision=self.revision + 1, pushed_at=pushed_at)


class HeadVerdict(Enum):
    """The meaning of a head that was read after the row."""

    SAME = auto()
    """The row names it."""
    OLDER = auto()
    """The host's API shows an earlier state of the branch than the row names."""
    NEWER = auto()


IsAncestor = Callable[[str, str], bool]
"""Returns whether its first commit is in the history of its second one."""


def judge_head(
    state: SourceState, head: BranchHead, push: PushedCommit | None, is_ancestor: IsAncestor
) -> HeadVerdict:
    """Judge a head that was read after the row. `push`: the push that led to the reading.

    Times have whole seconds at some hosts. Of two pushes in one second, the newer one continues
    the history of the other one, or a delivery has reported it.
    """
    if head.commit == state.commit:
        return HeadVerdict.SAME
    if not state.commit or head.pushed_at > state.pushed_at:
        return HeadVerdict.NEWER
    if head.pushed_at < state.pushed_at:
        return HeadVerdict.OLDER
    is_reported = push is not None and push.commit == head.commit
    is_newer = is_reported or is_ancestor(state.commit, head.commit)
    return HeadVerdict.NEWER if is_newer else HeadVerdict.OLDER


def covers_push(state: SourceState, push: PushedCommit, is_ancestor: IsAncestor) -> bool:
    """Return whether the row certainly has the push, or a later state of the branch."""
    if state.commit == push.commit:
        return True
    if push.pushed_at is None or push.pushed_at > state.pushed_at:
        return False
    return push.pushed_at < state.pushed_at or is_ancestor(push.commit, state.commit)


def shows_push(head: BranchHead, push: PushedCommit, is_ancestor: IsAncestor) -> bool:
    """Return whether a head can be the state after the push, and not one before it."""
    if head.commit == push.commit:
        return True
    if push.pushed_at is not None and head.pushed_at < push.pushed_at:
        return False
    return not is_ancestor(head.commit, push.commit)

"""Keep the SOURCE row and the stored archives up with the site's branch.

The archive is stored before the row names it, and the row is written before the change is counted.
A crash in between leaves an archive that nothing names, or a row that the next run finds
up to date.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Final

from platform_core import contract
from platform_core.errors import Conflict, NotYetVisible, PipelineError, UnusableSource
from platform_core.pipeline.ports import Clock, Log, Objects
from platform_core.pipeline.source.archive import ArchiveLimits, pack_archive
from platform_core.pipeline.source.ports import ArchiveDownloads, SourceStore
from platform_core.pipeline.source.state import (
    HeadVerdict,
    SourceState,
    covers_push,
    judge_head,
    shows_push,
)
from platform_core.provider import BranchHead, Context, PushedCommit, SourceModule
from platform_core.webhooks.request import Delivery

MAX_TRIES: Final = 8
VISIBLE_SECONDS: Final = 600.0
"""Age of a delivery up to which an older head means that the host's API is behind. Later it means
that a force push took the commit back."""
ARCHIVE_SECONDS: Final = 29 * 86400.0
"""Age up to which a build may use an archive. The bucket deletes it after 30 days."""
RENEWAL_SECONDS: Final = 20 * 86400.0
"""Age after which the archive is stored again, while the host can be asked."""
_CHUNK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SourceKeeper:
    """Keeps the source of one site. Several workers may run at once."""

    provider: str
    """Provider whose repository has the site's files."""
    module: SourceModule
    context: Callable[[], Context]
    store: SourceStore
    data: Objects
    """The data bucket."""
    downloads: ArchiveDownloads
    temporary_file: Callable[[], IO[bytes]]
    clock: Clock
    log: Log
    limits: ArchiveLimits = field(default_factory=ArchiveLimits)

    def apply_push(self, delivery: Delivery) -> SourceState | None:
        """Bring the row up to the push that a delivery reports. None if it reports none.

        Raises `NotYetVisible` while the host's API shows an older state of the branch.
        """
        if delivery.provider != self.provider:
            return None
        push = self.module.pushed_commit(self.context(), delivery)
        if push is None:
            return None
        age = self.clock() - delivery.request.received_at
        return self._update(push, is_young=age < VISIBLE_SECONDS)

    def refresh(self) -> SourceState:
        """Read the branch for a build, and return the row.

        If the host cannot be asked, the stored archive is built. Without one, raises the error.
        """
        try:
            return self._update(None, is_young=False)
        except PipelineError as error:
            state = self.store.read()
            oldest = self.clock() - ARCHIVE_SECONDS
            if not error.retry or not (state.problem or state.has_archive(oldest)):
                raise
            self.log("branch not read", commit=state.commit, reason=f"{error}"[:300])
            return state

    def _update(self, push: PushedCommit | None, *, is_young: bool) -> SourceState:
        context = self.context()

        def is_ancestor(commit: str, of: str) -> bool:
            return self.module.is_ancestor(context, commit, of)

        for _ in range(MAX_TRIES):
            # The row first and the branch afterwards, so that the head is newer than the row.
            state = self.store.read()
            if push is not None and covers_push(state, push, is_ancestor):
                return state
            head = _with_push_time(self.module.read_head(context), push)
            is_shown = push is None or shows_push(head, push, is_ancestor)
            verdict = judge_head(state, head, push, is_ancestor)
            if is_young and not (is_shown and verdict is not HeadVerdict.OLDER):
                raise NotYetVisible("the host still shows an older state of the branch")
            following = self._following(context, state, head, verdict)
            if following == state or self.store.replace(following):
                return following
        raise Conflict("too many writers of the site's source")

    def _following(
        self, context: Context, state: SourceState, head: BranchHead, verdict: HeadVerdict
    ) -> SourceState:
        """Return the row after a head was read. Stores the archive of a newer commit."""
        match verdict:
            case HeadVerdict.OLDER:
                return state
            case HeadVerdict.SAME if self._must_renew(state):
                newest = BranchHead(state.commit, max(head.pushed_at, state.pushed_at))
                return self._store_archive(context, newest, state.revision + 1)
            case HeadVerdict.SAME:
                is_later = head.pushed_at > state.pushed_at
                return state.with_time(head.pushed_at) if is_later else state
            case HeadVerdict.NEWER:
                return self._store_archive(context, head, state.revision + 1)

    def _must_renew(self, state: SourceState) -> bool:
        """Return whether the archive expires soon."""
        return not state.problem and not state.has_archive(self.clock() - RENEWAL_SECONDS)

    def _store_archive(self, context: Context, head: BranchHead, revision: int) -> SourceState:
        address = self.module.archive_address(context, head.commit)
        try:
            with (
                self.downloads.download(address, self.limits.archive_bytes) as archive,
                self.temporary_file() as packed,
            ):
                digest = pack_archive(archive, packed, self.limits)
                key = contract.commit_key(digest)
                packed.seek(0)
                self.data.put(key, _chunks(packed), "application/zip")
        except UnusableSource as error:
            problem = f"commit {head.commit[:12]} cannot be built: {error}"
            self.log("source unusable", commit=head.commit, reason=problem)
            return SourceState(revision, head.commit, head.pushed_at, problem=problem)
        self.log("source stored", commit=head.commit, digest=digest)
        now = self.clock()
        return SourceState(revision, head.commit, head.pushed_at, key, digest, stored_at=now)


def _with_push_time(head: BranchHead, push: PushedCommit | None) -> BranchHead:
    """Return the head with the time of its push, which the API may show later than its commit."""
    if push is None or push.pushed_at is None or push.commit != head.commit:
        return head
    return BranchHead(head.commit, max(head.pushed_at, push.pushed_at))


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk

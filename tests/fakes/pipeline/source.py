"""A Git host in memory, whose API may lag behind, and the row of a site's source."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO

from platform_core import contract
from platform_core.errors import StoreUnavailable, UnusableSource, VendorUnavailable
from platform_core.pipeline.source.state import SourceState
from platform_core.provider import ArchiveAddress, BranchHead, Context, PushedCommit
from platform_core.webhooks.request import Delivery
from tests.fakes.pipeline.services import MemoryObjects
from tests.fakes.pipeline.steps import Steps


def zip_archive(files: Mapping[str, bytes], folder: str = "site-abc") -> bytes:
    """Return an archive as hosts make it: all files in one folder."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{folder}/", b"")
        for path, content in files.items():
            archive.writestr(f"{folder}/{path}", content)
    return buffer.getvalue()


@dataclass
class GitHost:
    """The module `source.py` of a provider and the downloads, for one branch."""

    step: Steps
    history: list[BranchHead] = field(default_factory=list)
    """The states of the branch, oldest first."""
    parents: dict[str, str] = field(default_factory=dict)
    archives: dict[str, bytes] = field(default_factory=dict)
    behind: int = 0
    """Number of states by which the API is behind."""
    is_time_behind: bool = False
    """Whether the API shows the time of the state before, as in the middle of a push."""
    error: Exception | None = None
    """Raised by every call."""

    def push(
        self,
        at: float,
        files: Mapping[str, bytes] | None = None,
        *,
        parent: str | None = None,
        archive: bytes | None = None,
    ) -> BranchHead:
        """Push a new commit, by default on top of the head."""
        commit = f"{len(self.archives) + 1:040x}"
        content = files or {"index.md": commit.encode()}
        self.archives[commit] = zip_archive(content) if archive is None else archive
        self.parents[commit] = self.head.commit if parent is None and self.history else parent or ""
        return self.force_back(commit, at)

    def force_back(self, commit: str, at: float) -> BranchHead:
        """Make an existing commit the head."""
        self.history.append(BranchHead(commit, float(int(at))))
        return self.head

    @property
    def head(self) -> BranchHead:
        return self.history[-1]

    # --- the module ----------------------------------------------------------------------------

    def pushed_commit(self, context: Context, delivery: Delivery) -> PushedCommit | None:
        body = json.loads(delivery.request.body)
        if body["kind"] != "push":
            return None
        return PushedCommit(body["commit"], body["pushed_at"])

    def read_head(self, context: Context) -> BranchHead:
        self._answer()
        shown = max(len(self.history) - 1 - self.behind, 0)
        head, before = self.history[shown], self.history[max(shown - 1, 0)]
        if self.is_time_behind and self.is_ancestor(context, before.commit, head.commit):
            return BranchHead(head.commit, before.pushed_at)
        return head

    def is_ancestor(self, context: Context, commit: str, of: str) -> bool:
        while of and of != commit:
            of = self.parents[of]
        return of == commit

    def archive_address(self, context: Context, commit: str) -> ArchiveAddress:
        return ArchiveAddress(f"https://git.example/{commit}.zip")

    def download(self, address: ArchiveAddress, limit: int) -> IO[bytes]:
        self._answer()
        archive = self.archives[address.url.rpartition("/")[2].removesuffix(".zip")]
        if len(archive) > limit:
            raise UnusableSource(f"its archive has more than {limit} bytes")
        return io.BytesIO(archive)

    def _answer(self) -> None:
        if self.error is not None:
            raise self.error
        try:
            self.step("vendor.ask")
        except StoreUnavailable as error:
            raise VendorUnavailable(str(error)) from None


class MemorySource:
    """The port `SourceStore`. A row that names an archive without one is a bug."""

    def __init__(self, step: Steps, data: MemoryObjects) -> None:
        self.step = step
        self.data = data
        self.row = SourceState()
        self.history: list[SourceState] = []

    def read(self) -> SourceState:
        self.step("source.read")
        return self.row

    def replace(self, state: SourceState) -> bool:
        self.step("source.replace")
        if state.revision != self.row.revision + 1:
            return False
        if not state.problem:
            assert state.key == contract.commit_key(state.digest)
            assert state.key in self.data.files
        self.row = state
        self.history.append(state)
        self.step("source.replaced")
        return True

"""A client whose site renders its own repository."""

import io
from dataclasses import replace
from itertools import count

from platform_core.pipeline.build.builder import Builder
from platform_core.pipeline.ingest.worker import Ingest
from platform_core.pipeline.source.archive import ArchiveLimits
from platform_core.pipeline.source.keeper import SourceKeeper
from platform_core.provider import BranchHead
from tests.fakes.pipeline.source import GitHost, MemorySource
from tests.fakes.pipeline.world import World


class SourceWorld(World):
    """The world of a client with a repository at a Git host."""

    def __init__(self, limits: ArchiveLimits | None = None) -> None:
        super().__init__()
        self.git = GitHost(self.step)
        self.source = MemorySource(self.step, self.data)
        self.keeper = SourceKeeper(
            provider="shop",
            module=self.git,
            context=lambda: self.vendors.context(self.vendors["shop"]),
            store=self.source,
            data=self.data,
            downloads=self.git,
            temporary_file=io.BytesIO,
            clock=self.clock,
            log=self._log,
            limits=limits or ArchiveLimits(),
        )
        self.ingest = Ingest(replace(self.ingest_deps, source=self.keeper))
        self.builder = Builder(replace(self.desk, source=self.keeper))
        self._delivery = count()
        self.pushes: dict[str, int] = {}
        """The position of each delivery's state in the branch's history."""

    def deliver_push(self, head: BranchHead) -> str:
        """Store the delivery of the newest push."""
        body = {"kind": "push", "commit": head.commit, "pushed_at": head.pushed_at}
        delivery = self.deliver(body, f"push-{next(self._delivery)}")
        self.pushes[delivery] = len(self.git.history) - 1
        return delivery

    def apply(self, *deliveries: str) -> None:
        """Apply deliveries as the stream does."""
        self.run(lambda: self.ingest.apply_deliveries(list(deliveries)))

    @property
    def live_commit(self) -> str | None:
        """The commit that visitors see."""
        live = self.site.state.live
        return self.records.kept[live].commit if live else None

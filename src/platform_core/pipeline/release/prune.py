"""Delete old releases and unused assets, by mark and sweep over the manifests.

Pruning runs only while the site is idle, under a lease that the start of a build waits for. A
release is marked before its files are deleted, and the next run finishes what a crash left undone.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from platform_core import contract
from platform_core.contract.status import SiteBuildStatus
from platform_core.errors import Malformed
from platform_core.pipeline.build.batching import SiteState
from platform_core.pipeline.build.deps import (
    BuilderDeps,
    attempt_started_at,
    snapshot_key,
)
from platform_core.pipeline.preview.deletion import delete_orphaned_objects
from platform_core.pipeline.records import ReleaseRecord
from platform_core.pipeline.release.manifest import read_manifest
from platform_core.pipeline.release.site_rules import forget_unused_rules, has_many_unused_rules

PRUNE_INTERVAL: Final = 24 * 3600.0
LEASE: Final = 240.0
MARGIN: Final = 30.0
"""Seconds before the end of the lease in which no deletion starts."""
RETENTION_GRACE: Final = 7 * 24 * 3600.0
"""Seconds for which unused assets and the files of failed builds stay."""
DELETE_BATCH_SIZE: Final = 500


def prune_old_releases_if_due(deps: BuilderDeps, until: float) -> bool:
    """Delete old releases once a day, or if their rules could fill the edge's store.

    Returns whether it ran.
    """
    state, now = deps.site.read(), deps.clock()
    if state.state != SiteBuildStatus.IDLE or not _is_due(deps, state, now):
        return False
    lease = now + LEASE
    expected = {"state": SiteBuildStatus.IDLE, "pruning": state.pruning}
    is_leased = (state.pruning or 0.0) > now
    if is_leased or not deps.site.compare_and_set(expected, {"pruning": lease}):
        return False
    is_complete = _PruneRun(deps, min(until, lease - MARGIN)).run()
    finished = {"pruned_at": now} if is_complete else {}
    deps.site.compare_and_set({"pruning": lease}, {"pruning": None, **finished})
    return True


def _is_due(deps: BuilderDeps, state: SiteState, now: float) -> bool:
    if now - (state.pruned_at or 0.0) >= PRUNE_INTERVAL:
        return True
    if deps.rules is None:
        return False
    releases = list(deps.records.releases())
    return has_many_unused_rules(releases, releases_to_keep(state, releases))


class _PruneRun:
    """One run of the pruning, which stops at a deadline."""

    def __init__(self, deps: BuilderDeps, until: float) -> None:
        self.deps = deps
        self.until = until

    def run(self) -> bool:
        """Delete everything that is old. Returns False if the time ran out before the end.

        A manifest of a kept release that cannot be read spares all files that it might name, until
        the next run. Old releases have files of their own, so they are deleted without it.
        """
        deps = self.deps
        releases = list(deps.records.releases())
        kept = releases_to_keep(deps.site.read(), releases)
        condemned = [record for record in releases if record.id not in kept and self._mark(record)]
        if not all(self._delete_release(record) for record in condemned):
            return False
        used = self._used_keys(record for record in releases if record not in condemned)
        if used is None:
            return True
        delete_orphaned_objects(deps)
        forget_unused_rules(deps, (record for record in releases if record not in condemned))
        return self._delete_unused_pages(releases, used) and self._delete_assets(used)

    def _mark(self, release: ReleaseRecord) -> bool:
        """Mark the release for deletion. Returns False if it is in use.

        The SITE row is read after the mark is written: a rollback reads the mark after it wrote
        the row, so one of the two always sees the other.
        """
        deps = self.deps
        deps.records.set_expiring(release.id, expiring=True)
        state = deps.site.read()
        if release.id in {state.live, state.ready}:
            deps.records.set_expiring(release.id, expiring=False)
            return False
        return True

    def _used_keys(self, releases: Iterable[ReleaseRecord]) -> set[str] | None:
        """Return the keys that the kept manifests name; None if one of them cannot be read."""
        used: set[str] = set()
        for release in releases:
            try:
                manifest = read_manifest(self.deps.pages, release.prefix, release.id)
            except Malformed as error:
                self.deps.log("a manifest cannot be read", release=release.id, reason=str(error))
                return None
            if manifest is None:
                self.deps.log("a kept release has no manifest", release=release.id)
                return None
            used |= {*manifest.files, f"{release.prefix}{contract.RELEASE_MANIFEST}"}
        return used

    def _delete_release(self, release: ReleaseRecord) -> bool:
        """Delete the files, the snapshot and the row, in this order.

        The row goes last: as long as it exists, the next run finds the rest of the files.
        """
        if not self._delete(info.key for info in self.deps.pages.list(release.prefix)):
            return False
        self.deps.data.delete([snapshot_key(release.id)])
        self.deps.records.delete_release(release.id)
        self.deps.log("release deleted", release=release.id)
        return True

    def _delete_unused_pages(self, releases: Sequence[ReleaseRecord], used: set[str]) -> bool:
        """Delete pages and snapshots of attempts that never became a release.

        Delete also pages of a release that its manifest does not name: the credentials of a build
        may outlive it, and put new objects into its release.
        """
        now = self.deps.clock()
        ids = {record.id for record in releases}
        folders = {record.files_folder for record in releases}

        def is_old(attempt: str) -> bool:
            return attempt not in ids and now - _started_at(attempt, now) > RETENTION_GRACE

        snapshots = self.deps.data.list(contract.SNAPSHOTS)
        old_snapshots = [
            info.key for info in snapshots if is_old(_name_in(info.key).removesuffix(".json"))
        ]
        if old_snapshots:
            self.deps.data.delete(old_snapshots)
        return self._delete(
            info.key
            for info in self.deps.pages.list(contract.RELEASES)
            if info.key not in used
            and (_name_in(info.key) in folders or now - info.modified_at > RETENTION_GRACE)
        )

    def _delete_assets(self, used: set[str]) -> bool:
        """Delete assets that no kept release names.

        Young assets stay: a build that runs now may have uploaded them before its manifest.
        """
        now = self.deps.clock()
        return self._delete(
            info.key
            for info in self.deps.pages.list(contract.ASSETS)
            if info.key not in used and now - info.modified_at > RETENTION_GRACE
        )

    def _delete(self, keys: Iterable[str]) -> bool:
        """Delete objects of the site bucket. Returns False if the time ran out."""
        for batch in _split_batches(list(keys)):
            if self.deps.clock() >= self.until:
                return False
            self.deps.pages.delete(batch)
        return True


def releases_to_keep(state: SiteState, releases: Sequence[ReleaseRecord]) -> set[str]:
    """Return the ids of releases that stay: live, ready, the one before each, and the newest few.

    `releases` has the newest first.
    """
    ids = [record.id for record in releases if not record.expiring]
    kept = {state.live, state.ready, state.attempt, *ids[: contract.RELEASES_KEPT]}
    for current in (state.live, state.ready):
        older = (id_ for id_ in ids if current is not None and id_ < current)
        kept.add(next(older, None))
    return {id_ for id_ in kept if id_ is not None}


def _name_in(key: str) -> str:
    """Return the name in a key: `releases/<folder>/...` or `snapshots/<attempt>.json`."""
    return key.split("/", 2)[1]


def _started_at(attempt: str, default: float) -> float:
    try:
        return attempt_started_at(attempt)
    except ValueError:
        return default


def _split_batches(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), DELETE_BATCH_SIZE):
        yield keys[start : start + DELETE_BATCH_SIZE]

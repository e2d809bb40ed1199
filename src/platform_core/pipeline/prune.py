"""Deletes what nobody can point to any more: by mark and sweep over the manifests.

Only while the site is idle, under a lease that the start of a build waits for. A release is
marked before its files go; whatever was left half done is done by the next run.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from platform_core import contract
from platform_core.batching import SiteState
from platform_core.pipeline.desk import Desk, files_of, snapshot_key, started_at
from platform_core.records import ReleaseRecord
from platform_core.status import SiteStatus

EVERY: Final = 24 * 3600.0
LEASE: Final = 240.0
MARGIN: Final = 30.0
"""No deletion begins so near the end of the lease."""
YOUNG: Final = 7 * 24 * 3600.0
"""Assets and remains of failed builds stay for this long."""
AT_ONCE: Final = 500


def prune(desk: Desk, until: float) -> bool:
    """Delete what is old, if it is time to. Whether it did anything."""
    state, now = desk.site.read(), desk.clock()
    if state.state != SiteStatus.IDLE or now - (state.pruned_at or 0.0) < EVERY:
        return False
    mine = now + LEASE
    free = {"state": SiteStatus.IDLE, "pruning": state.pruning}
    if (state.pruning or 0.0) > now or not desk.site.change(free, {"pruning": mine}):
        return False
    done = _Run(desk, min(until, mine - MARGIN)).go()
    desk.site.change({"pruning": mine}, {"pruning": None} | ({"pruned_at": now} if done else {}))
    return True


class _Run:
    """One pruning, which ends when its time does."""

    def __init__(self, desk: Desk, until: float) -> None:
        self.desk = desk
        self.until = until

    def go(self) -> bool:
        """Whether all is done."""
        desk = self.desk
        releases = list(desk.records.releases())
        kept = kept_of(desk.site.read(), releases)
        condemned = [one for one in releases if one.id not in kept and self._mark(one)]
        used = self._used(one.id for one in releases if one not in condemned)
        return (
            used is not None
            and all(self._delete_release(one.id) for one in condemned)
            and self._delete_remains({one.id for one in releases})
            and self._delete_assets(used)
        )

    def _mark(self, release: ReleaseRecord) -> bool:
        """Mark it, then see whether somebody went back to it at the same moment."""
        desk = self.desk
        desk.records.set_expiring(release.id, expiring=True)
        state = desk.site.read()
        if release.id in {state.live, state.ready}:
            desk.records.set_expiring(release.id, expiring=False)
            return False
        return True

    def _used(self, releases: Iterable[str]) -> set[str] | None:
        """The assets that the kept manifests name; None where one cannot be read."""
        used: set[str] = set()
        for release in releases:
            text = self.desk.pages.get(f"{files_of(release)}{contract.RELEASE_MANIFEST}")
            if text is None:
                self.desk.tell("a kept release has no manifest", release=release)
                return None
            used |= {file["key"] for file in json.loads(text)["files"].values()}
        return used

    def _delete_release(self, release: str) -> bool:
        """Its files, its snapshot, and its row last: until then the next run goes on."""
        if not self._delete(fact.key for fact in self.desk.pages.list(files_of(release))):
            return False
        self.desk.data.delete([snapshot_key(release)])
        self.desk.records.forget_release(release)
        self.desk.tell("release deleted", release=release)
        return True

    def _delete_remains(self, releases: set[str]) -> bool:
        """Pages and snapshots of attempts that never became a release."""
        now = self.desk.clock()

        def old(attempt: str) -> bool:
            return attempt not in releases and now - _began(attempt, now) > YOUNG

        pages = self.desk.pages.list(contract.RELEASES)
        snapshots = self.desk.data.list(contract.SNAPSHOTS)
        names = [fact.key for fact in snapshots if old(_name(fact.key).removesuffix(".json"))]
        if names:
            self.desk.data.delete(names)
        return self._delete(fact.key for fact in pages if old(_name(fact.key)))

    def _delete_assets(self, used: set[str]) -> bool:
        now = self.desk.clock()
        return self._delete(
            fact.key
            for fact in self.desk.pages.list(contract.ASSETS)
            if fact.key not in used and now - fact.modified_at > YOUNG
        )

    def _delete(self, keys: Iterable[str]) -> bool:
        for batch in _batches(list(keys)):
            if self.desk.clock() >= self.until:
                return False
            self.desk.pages.delete(batch)
        return True


def kept_of(state: SiteState, releases: Sequence[ReleaseRecord]) -> set[str]:
    """What may not go: live, ready, the one before each, the newest few. Newest come first."""
    ids = [one.id for one in releases if not one.expiring]
    kept = {state.live, state.ready, state.attempt, *ids[: contract.RELEASES_KEPT]}
    for one in (state.live, state.ready):
        kept.add(next((each for each in ids if one is not None and each < one), None))
    return {one for one in kept if one is not None}


def _name(key: str) -> str:
    """The attempt in a key: `releases/<attempt>/...`, `snapshots/<attempt>.json`."""
    return key.split("/", 2)[1]


def _began(attempt: str, unknown: float) -> float:
    try:
        return started_at(attempt)
    except ValueError:
        return unknown


def _batches(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]

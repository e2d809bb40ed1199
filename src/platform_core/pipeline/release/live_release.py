"""The live release. The SITE row decides which release is live; the pointer at the edge follows it.

A rollback writes the row once and moves the pointer once. It starts no build.
"""

from collections.abc import Mapping
from typing import Final

from platform_core import contract
from platform_core.errors import Conflict, Refused
from platform_core.pipeline.build.batching import SiteState
from platform_core.pipeline.build.deps import MAX_TRIES, BuilderDeps
from platform_core.pipeline.events import EventType
from platform_core.pipeline.records import ReleaseRecord
from platform_core.pipeline.reports import RESUMED, ROLLED_BACK, SiteReport

NOT_FOUND_PAGE: Final = "404.html"
ERROR_PAGE_CACHING: Final = "public, max-age=0, s-maxage=10, must-revalidate"
"""Cache header of the error page. The page has one key for all releases, so an edge that cached it
for long would show the page of an old release."""


def sync_pointer(deps: BuilderDeps) -> None:
    """Make the pointer name the live release. Does nothing if it already does.

    Two builders may run this at once with different rows. The pointer's version is therefore read
    before the row, and the write is conditional on it: the writer that read the older row loses
    and starts over.
    """
    lost_race = False
    for _ in range(MAX_TRIES):
        state = deps.site.read()
        if state.live is None or (state.pointer_written == state.live and not lost_race):
            return
        version = deps.pointer.version()
        state = deps.site.read()
        live = state.live
        if live is None:
            return
        record = deps.records.find_release(live) or ReleaseRecord(live)
        if not deps.pointer.move_if_unchanged(record.files_folder, version):
            lost_race = True
            continue
        # The error page has a fixed key, so it is copied at every move. After a lost race it is
        # copied again, because this copy may have overwritten the winner's.
        deps.pages.copy(
            f"{record.prefix}{NOT_FOUND_PAGE}",
            contract.ERROR_PAGE,
            content_type="text/html; charset=utf-8",
            cache_control=ERROR_PAGE_CACHING,
        )
        # Events go out before the row is marked: after a crash in between, the sweeper sees an
        # unmarked row and publishes them again under the same ids.
        _publish_release_events(deps, state)
        expected = {"live": live, "flips": state.flips}
        if deps.site.compare_and_set(expected, {"pointer_written": live}):
            deps.log("pointer moved", release=live)
            return
        lost_race = True
    raise Conflict("the pointer is moved too often")


def set_live(
    deps: BuilderDeps, state: SiteState, release: str, more: Mapping[str, object] | None = None
) -> bool:
    """Make a release the live one in the SITE row. `sync_pointer` then moves the pointer.

    Returns False if the row is no longer as `state` has it. `more` holds further fields to set.
    """
    names = ("live", "pinned", "ready", "built", "flips")
    expected = {name: getattr(state, name) for name in names}
    values = {"live": release, "pointer_written": None, "flips": state.flips + 1}
    return deps.site.compare_and_set(expected, {**values, "rolled_back_from": None, **(more or {})})


def rollback(deps: BuilderDeps, release: str | None) -> SiteReport:
    """Make an earlier release live and pin it. Raises `Refused`."""
    for _ in range(MAX_TRIES):
        state = deps.site.read()
        target = release or _previous_release(deps, state)
        _require_release(deps, target)
        if not set_live(deps, state, target, {"pinned": True, "rolled_back_from": state.live}):
            continue
        # Pruning may have marked the release between the check and the write. It reads the row
        # after it marks, so one of the two always sees the other.
        try:
            _require_release(deps, target)
        except Refused:
            _undo_rollback(deps, state, target)
            raise
        sync_pointer(deps)
        return SiteReport.from_state(deps.site.read(), ROLLED_BACK)
    raise Conflict("the site's row changes too often")


def resume(deps: BuilderDeps) -> SiteReport:
    """Make the newest release live and unpin the site. Raises `Refused`."""
    for _ in range(MAX_TRIES):
        state = deps.site.read()
        if state.ready is None:
            raise Refused("there is no release yet")
        if set_live(deps, state, state.ready, {"pinned": False}):
            sync_pointer(deps)
            return SiteReport.from_state(deps.site.read(), RESUMED)
    raise Conflict("the site's row changes too often")


def _publish_release_events(deps: BuilderDeps, state: SiteState) -> None:
    """Publish that the live release changed, and whether it was a rollback."""
    live = state.live or ""
    deps.publish_event(EventType.RELEASE_PUBLISHED, live, {}, state.flips)
    if state.rolled_back_from is not None:
        data = {"from": state.rolled_back_from}
        deps.publish_event(EventType.RELEASE_ROLLED_BACK, live, data, state.flips)


def _undo_rollback(deps: BuilderDeps, before: SiteState, release: str) -> None:
    """Restore the row from before the rollback, unless it has changed again since."""
    state = deps.site.read()
    if state.live == release and state.flips == before.flips + 1 and before.live is not None:
        set_live(deps, state, before.live, {"pinned": before.pinned})


def _previous_release(deps: BuilderDeps, state: SiteState) -> str:
    """Return the newest release that is older than the live one."""
    if state.live is not None:
        for record in deps.records.releases():
            if record.id < state.live and not record.expiring:
                return record.id
    raise Refused("there is no release before the live one")


def _require_release(deps: BuilderDeps, release: str) -> None:
    """Raise `Refused` unless the release exists and is not being deleted."""
    record = deps.records.find_release(release)
    if record is None:
        raise Refused(f"there is no release {release}")
    if record.expiring:
        raise Refused(f"release {release} is being deleted")

"""The live release: the site's row is the truth, the pointer at the edge a projection of it.

A rollback is one write and one flip; no build is asked for.
"""

from collections.abc import Mapping
from typing import Final

from platform_core import contract
from platform_core.actions import RESUMED, ROLLED_BACK, SiteReport
from platform_core.batching import SiteState
from platform_core.errors import Conflict, Refused
from platform_core.events import EventType
from platform_core.pipeline.desk import TRIES, Desk, files_of

NOT_FOUND: Final = "404.html"
SHORT_LIVED: Final = "public, max-age=0, s-maxage=10, must-revalidate"
"""Of the page for errors: its place is fixed, so unlike a release's pages it changes under its key,
and an edge that kept it for a year would show a release long gone."""


def project(desk: Desk) -> None:
    """Make the pointer name the live release; nothing where it is known to.

    The store's version is read before the row, and the write names it: a writer who read an older
    row loses, and starts over. The page for errors has a fixed place, so it follows each flip;
    whoever lost copies once more, since his copy may have come last. Subscribers are told before
    the row says that all is done: whoever dies in between leaves both to the sweeper.
    """
    again = False
    for _ in range(TRIES):
        state = desk.site.read()
        if state.live is None or (state.pointer_written == state.live and not again):
            return
        version = desk.pointer.version()
        state = desk.site.read()
        live = state.live
        if live is None or not desk.pointer.write(live, version):
            again = True
            continue
        desk.pages.copy(
            f"{files_of(live)}{NOT_FOUND}",
            contract.ERROR_PAGE,
            content_type="text/html; charset=utf-8",
            cache_control=SHORT_LIVED,
        )
        _announce(desk, state)
        seen = {"live": live, "flips": state.flips}
        if desk.site.change(seen, {"pointer_written": live}):
            desk.tell("pointer moved", release=live)
            return
        again = True
    raise Conflict("the pointer is moved too often")


def point(
    desk: Desk, state: SiteState, release: str, also: Mapping[str, object] | None = None
) -> bool:
    """Make a release the live one, if the row still is as it was read; `project` does the rest."""
    seen = {name: getattr(state, name) for name in ("live", "pinned", "ready", "built", "flips")}
    values = {"live": release, "pointer_written": None, "flips": state.flips + 1}
    return desk.site.change(seen, {**values, "rolled_back_from": None, **(also or {})})


def rollback(desk: Desk, release: str | None) -> SiteReport:
    """Point to an earlier release and stay there. Raises `Refused`."""
    for _ in range(TRIES):
        state = desk.site.read()
        target = release or _predecessor(desk, state)
        _require(desk, target)
        if not point(desk, state, target, {"pinned": True, "rolled_back_from": state.live}):
            continue
        try:
            _require(desk, target)
        except Refused:
            _take_back(desk, state, target)
            raise
        project(desk)
        return SiteReport.of(desk.site.read(), ROLLED_BACK)
    raise Conflict("the site's row changes too often")


def resume(desk: Desk) -> SiteReport:
    """The newest release goes live, and those after it will. Raises `Refused`."""
    for _ in range(TRIES):
        state = desk.site.read()
        if state.ready is None:
            raise Refused("there is no release yet")
        if point(desk, state, state.ready, {"pinned": False}):
            project(desk)
            return SiteReport.of(desk.site.read(), RESUMED)
    raise Conflict("the site's row changes too often")


def _announce(desk: Desk, state: SiteState) -> None:
    """What visitors see from now on, and whether a person went back to it."""
    live = state.live or ""
    desk.announce(EventType.RELEASE_PUBLISHED, live, {}, state.flips)
    if state.rolled_back_from is not None:
        moved = {"from": state.rolled_back_from}
        desk.announce(EventType.RELEASE_ROLLED_BACK, live, moved, state.flips)


def _take_back(desk: Desk, before: SiteState, release: str) -> None:
    """As it was before the rollback, unless somebody moved on already."""
    state = desk.site.read()
    if state.live == release and state.flips == before.flips + 1 and before.live is not None:
        point(desk, state, before.live, {"pinned": before.pinned})


def _predecessor(desk: Desk, state: SiteState) -> str:
    """The newest release that is older than the live one."""
    if state.live is not None:
        for one in desk.records.releases():
            if one.id < state.live and not one.expiring:
                return one.id
    raise Refused("there is no release before the live one")


def _require(desk: Desk, release: str) -> None:
    """Asked before the pointer's row is written, and again after it: a pruning that runs at the
    same time either sees the row, or is seen."""
    found = desk.records.release(release)
    if found is None:
        raise Refused(f"there is no release {release}")
    if found.expiring:
        raise Refused(f"release {release} is being deleted")

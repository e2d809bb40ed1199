"""The live release: a rollback, its end, and a flip that was lost."""

import pytest

from platform_core import contract
from platform_core.errors import Refused, StoreUnavailable
from tests.fakes.pipeline import World
from tests.lambdas.site import changed, released


@pytest.mark.parametrize("pinned", [False, True])
def test_resume_or_rollback_fills_a_new_pointer_store(pinned: bool) -> None:
    """This is the state after a stack was deleted and deployed again: the row says that the
    pointer is written."""
    world = World()
    first = released(world, "tea")
    newest = released(world, "mug")
    live = first if pinned else newest
    if pinned:
        world.builder.rollback(first)
    world.pointer.value = ""
    answer = world.builder.rollback(live) if pinned else world.builder.resume()
    assert (world.pointer.value, answer.pinned) == (live, pinned)


def test_rollback_pins_a_release_and_resume_unpins_it() -> None:
    world = World()
    first = released(world, "tea")
    changed(world, "tea", 2)
    world.pass_time(60)
    world.finish_builds()
    jobs = len(world.builds.jobs)
    answer = world.builder.rollback(None)
    assert (answer.status, answer.live, answer.pinned) == ("rolled_back", first, True)
    assert world.visible == {"tea": "tea 1"}
    assert len(world.builds.jobs) == jobs
    changed(world, "tea", 3)
    world.pass_time(60)
    world.finish_builds()
    assert world.visible == {"tea": "tea 1"}
    assert world.site.state.built == 3
    newest = world.site.state.ready
    answer = world.builder.resume()
    assert (answer.live, answer.pinned) == (newest, False)
    assert world.visible == {"tea": "tea 3"}
    assert world.pages.files[contract.ERROR_PAGE][0] == f"lost in {newest}".encode()
    assert [row.action for row in world.records.audit] == ["rollback", "resume"]


def test_a_rollback_is_published_even_if_its_command_dies() -> None:
    world = World()
    first = released(world, "tea")
    second = released(world, "mug")
    world.bus.failures = [StoreUnavailable("no answer")]
    with pytest.raises(StoreUnavailable):
        world.builder.rollback(None)
    world.sweep()
    (published,) = [e for e in world.bus.events if e.event_type == "release.rolled_back"]
    assert (published.content_id, published.data) == (first, {"from": second})
    world.builder.resume()
    world.builder.rollback(None)
    ids = {e.event_id for e in world.bus.events if e.event_type == "release.rolled_back"}
    assert len(ids) == 2, "the same way back a second time is told as a second one"


def test_an_impossible_rollback_is_refused() -> None:
    world = World()
    first = released(world, "tea")
    with pytest.raises(Refused, match="no release before"):
        world.builder.rollback(None)
    with pytest.raises(Refused, match="no release nonsense"):
        world.builder.rollback("nonsense")
    changed(world, "tea", 2)
    world.pass_time(60)
    world.finish_builds()
    world.records.set_expiring(first, expiring=True)
    with pytest.raises(Refused, match="being deleted"):
        world.builder.rollback(first)
    assert world.visible == {"tea": "tea 2"}


def test_the_sweeper_makes_a_lost_flip() -> None:
    world = World()
    released(world, "tea")
    world.site.row["pointer_written"] = "older"
    world.pointer.value = "older"
    world.sweep()
    assert world.pointer.value == world.site.state.live
    writes = world.pointer.writes
    world.sweep()
    assert world.pointer.writes == writes

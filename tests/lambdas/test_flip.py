"""What visitors see: a rollback, its end, and a flip that was lost."""

import pytest

from platform_core import contract
from platform_core.errors import Refused, StoreUnavailable
from tests.fakes.pipeline import World
from tests.lambdas.site import changed, released


@pytest.mark.parametrize("pinned", [False, True])
def test_a_store_of_the_pointer_that_is_new_is_filled_by_resume_or_rollback(pinned: bool) -> None:
    """As after a stack was deleted and laid again: the row thinks that the pointer is written."""
    world = World()
    first = released(world, "tea")
    newest = released(world, "mug")
    live = first if pinned else newest
    if pinned:
        world.builder.rollback(first)
    world.pointer.value = ""
    answer = world.builder.rollback(live) if pinned else world.builder.resume()
    assert (world.pointer.value, answer.pinned) == (live, pinned)


def test_rollback_pins_and_resume_goes_on() -> None:
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


def test_a_rollback_is_told_even_where_its_command_died() -> None:
    world = World()
    first = released(world, "tea")
    second = released(world, "mug")
    world.bus.failures = [StoreUnavailable("no answer")]
    with pytest.raises(StoreUnavailable):
        world.builder.rollback(None)
    world.sweep()
    (told,) = [e for e in world.bus.events if e.event_type == "release.rolled_back"]
    assert (told.content_id, told.data) == (first, {"from": second})
    world.builder.resume()
    world.builder.rollback(None)
    ids = {e.event_id for e in world.bus.events if e.event_type == "release.rolled_back"}
    assert len(ids) == 2, "the same way back a second time is told as a second one"


def test_what_cannot_be_rolled_back_is_refused() -> None:
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


def test_a_lost_flip_is_made_by_the_sweeper() -> None:
    world = World()
    released(world, "tea")
    world.site.row["pointer_written"] = "older"
    world.pointer.value = "older"
    world.sweep()
    assert world.pointer.value == world.site.state.live
    writes = world.pointer.writes
    world.sweep()
    assert world.pointer.writes == writes

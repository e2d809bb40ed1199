"""Previews: built beside the live site, open at an address until their end, and never live."""

from collections.abc import Callable
from functools import partial

import pytest

from platform_core import contract
from platform_core.contract.status import BuildOutcome, PreviewStatus
from platform_core.errors import Refused
from platform_core.pipeline.actions import StartPreview
from platform_core.pipeline.preview.record import PreviewRecord
from tests.fakes.pipeline.previews import PreviewWorld

DAY = 24 * 3600.0
HASH = contract.hash_preview_token("token")


def start(world: PreviewWorld, *, days: int = 7, limit: int = 20) -> str:
    return world.previews.start(StartPreview(HASH, "source/draft.zip", days, limit)).id


def row(world: PreviewWorld, id_: str) -> PreviewRecord:
    return world.preview_store.rows[id_]


@pytest.fixture
def world() -> PreviewWorld:
    """Return a client whose first release is live."""
    world = PreviewWorld()
    world.edit("tea", 1)
    world.settle(3)
    assert world.pointer.value is not None
    return world


def test_a_preview_is_built_and_opened_and_the_live_site_does_not_change(
    world: PreviewWorld,
) -> None:
    before = world.site.read()
    id_ = start(world)
    assert row(world, id_).status == PreviewStatus.BUILDING
    assert not world.entries.entries
    world.preview_builds.succeed()
    world.previews.advance()
    record = row(world, id_)
    assert (record.status, record.files) == (PreviewStatus.READY, 3)
    end = int(world.clock() + 7 * DAY)
    assert world.entries.entries == {f"preview:{HASH}": f"{end} {record.folder}"}
    assert world.site.read() == before
    assert world.records.find_release(id_) is None
    with pytest.raises(Refused, match="there is no release"):
        world.builder.rollback(id_)


def test_a_preview_ends_with_its_entry_its_objects_and_its_row(world: PreviewWorld) -> None:
    kept = set(world.pages.files)
    start(world, days=2)
    world.preview_builds.succeed()
    world.previews.advance()
    world.clock.now += 2 * DAY
    world.previews.advance()
    assert (world.entries.entries, world.preview_store.rows) == ({}, {})
    assert set(world.pages.files) == kept


def test_a_running_preview_that_is_ended_stops_its_build(world: PreviewWorld) -> None:
    assert world.previews.end(start(world)).status == "ended"
    assert not world.preview_builds.running
    world.previews.advance()
    assert not world.entries.entries
    with pytest.raises(Refused, match="there is no preview"):
        world.previews.end("20261201")


def test_there_are_at_most_as_many_as_the_limit(world: PreviewWorld) -> None:
    start(world, limit=1)
    with pytest.raises(Refused, match="there are 1 previews, and at most 1"):
        start(world, limit=1)


def test_a_preview_ends_with_the_files_of_all_its_tries(world: PreviewWorld) -> None:
    id_ = start(world)
    world.preview_builds.end_all(BuildOutcome.FAULTED)
    world.previews.advance()
    world.preview_builds.succeed()
    world.previews.advance()
    assert len(row(world, id_).folders) == 2
    world.previews.end(id_)
    assert not [key for key in world.pages.files if key.startswith(contract.PREVIEWS)]


def test_an_end_at_any_step_of_the_opening_leaves_no_address(world: PreviewWorld) -> None:
    for number in range(1, 12):
        id_ = start(world)
        world.preview_builds.succeed()
        world.step.between_at = world.step.count + number
        world.step.between = partial(world.attempt, partial(world.previews.end, id_))
        world.previews.advance()
        world.step.between = None
        world.attempt(partial(world.previews.end, id_))
        world.previews.advance()
        assert (world.entries.entries, world.preview_store.rows) == ({}, {}), number


def test_a_crash_at_any_step_of_the_end_leaves_nothing_for_ever(world: PreviewWorld) -> None:
    for number in range(1, 15):
        id_ = start(world)
        world.preview_builds.succeed()
        world.previews.advance()
        world.step.crash_at = world.step.count + number
        world.attempt(partial(world.previews.end, id_))
        world.step.crash_at = None
        world.clock.now += 8 * DAY
        world.previews.advance()
        assert (world.entries.entries, world.preview_store.rows) == ({}, {}), number
        assert not [key for key in world.pages.files if key.startswith(contract.PREVIEWS)]


@pytest.mark.parametrize("also", ["assets/shared.css", "releases/live/index.html", "previews/x"])
def test_a_preview_that_names_the_files_of_others_is_refused(
    world: PreviewWorld, also: str
) -> None:
    id_ = start(world)
    world.preview_builds.succeed(also=also)
    world.previews.advance()
    assert row(world, id_).status == PreviewStatus.FAILED
    assert not world.entries.entries


# --- the live site comes first -------------------------------------------------------------------


def test_a_live_build_stops_the_build_of_a_preview_which_starts_again(world: PreviewWorld) -> None:
    id_ = start(world)
    world.edit("tea", 2)
    world.sweep()
    world.pass_time(10)
    assert len(world.builds.running) == 1
    assert not world.preview_builds.running
    world.previews.advance()
    assert row(world, id_).status == PreviewStatus.WAITING
    world.finish_builds()
    world.previews.advance()
    assert len(world.preview_builds.running) == 1
    world.preview_builds.succeed()
    world.previews.advance()
    assert row(world, id_).status == PreviewStatus.READY
    assert world.visible == {"tea": "tea 2"}


def test_at_no_step_does_a_live_build_run_beside_that_of_a_preview(world: PreviewWorld) -> None:
    """A live build is claimed at each single step of a preview's start, and the other way round."""
    for interrupted, other in ((start, live_build), (live_build, start)):
        number = 0
        while interrupt(interrupted, other, number):
            number += 1
        assert number > 5


def live_build(world: PreviewWorld) -> None:
    world.builder.build(cause="asked", force=True, allow_shrink=True)


def interrupt(
    first: Callable[[PreviewWorld], object], second: Callable[[PreviewWorld], object], number: int
) -> bool:
    """Run `second` in the middle of `first`. Returns False if it has fewer steps."""
    world = PreviewWorld()
    world.edit("tea", 1)
    world.settle(3)
    count = 0

    def run_second_at_its_step(_: str) -> None:
        nonlocal count
        count += 1
        if count == number + 1:
            second(world)

    for fake in list(vars(world).values()):
        if hasattr(fake, "step"):
            fake.step = run_second_at_its_step
    world.step = run_second_at_its_step  # type: ignore[assignment]
    first(world)
    if count <= number:
        return False
    # The live build neither waits for the preview's nor runs beside it.
    assert len(world.builds.running) == 1, number
    assert not world.preview_builds.running, number
    return True

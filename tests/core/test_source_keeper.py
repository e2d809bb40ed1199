"""The keeper of a site's source at rest: renewal, a host that is gone, and held commits."""

import pytest

from platform_core.errors import UnusableSource, VendorRefused, VendorUnavailable
from platform_core.pipeline.source.archive import ArchiveLimits
from platform_core.pipeline.source.keeper import ARCHIVE_SECONDS, RENEWAL_SECONDS
from tests.fakes.pipeline.source_world import SourceWorld


@pytest.fixture
def world() -> SourceWorld:
    world = SourceWorld()
    world.git.push(world.clock())
    world.keeper.refresh()
    return world


def test_an_archive_is_stored_again_before_it_expires(world: SourceWorld) -> None:
    first = world.source.row
    world.clock.sleep(RENEWAL_SECONDS - 1)
    assert world.keeper.refresh() == first
    world.clock.sleep(2)
    del world.data.files[first.key]
    renewed = world.keeper.refresh()
    assert (renewed.commit, renewed.key) == (first.commit, first.key)
    assert renewed.key in world.data.files
    assert renewed.stored_at == world.clock()


@pytest.mark.parametrize("error", [VendorUnavailable("down"), VendorRefused("private now")])
def test_a_host_that_is_gone_leaves_the_stored_commit(world: SourceWorld, error: Exception) -> None:
    world.git.error = error
    assert world.keeper.refresh() == world.source.row
    world.clock.sleep(ARCHIVE_SECONDS + 1)
    with pytest.raises(type(error)):
        world.keeper.refresh()


def test_the_first_commit_needs_the_host() -> None:
    world = SourceWorld()
    world.git.push(world.clock())
    world.git.error = VendorUnavailable("down")
    with pytest.raises(VendorUnavailable):
        world.keeper.refresh()


def test_a_commit_that_cannot_be_built_holds_the_site_and_the_next_one_ends_it() -> None:
    world = SourceWorld(ArchiveLimits(files=1))
    world.git.push(world.clock(), {"a.md": b"a", "b.md": b"b"})
    world.apply(world.deliver_push(world.git.head))
    world.settle()
    assert world.site.state.state == "held"
    assert "2 files, and the limit is 1" in str(world.site.state.held_reason)
    world.clock.sleep(5)
    world.git.push(world.clock(), {"a.md": b"a"})
    world.apply(world.deliver_push(world.git.head))
    world.settle()
    assert world.live_commit == world.git.head.commit


def test_a_large_archive_is_a_problem_of_the_commit_and_no_error(world: SourceWorld) -> None:
    world.git.error = None
    world.clock.sleep(5)
    world.git.push(world.clock())
    world.git.error = UnusableSource("its archive has more than 200 MB")
    with pytest.raises(UnusableSource):
        world.keeper.refresh()


# --- the order of commits ------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [5.0, 0.0], ids=["later", "in the same second"])
def test_an_api_that_is_behind_takes_no_commit_back(world: SourceWorld, seconds: float) -> None:
    world.clock.sleep(seconds)
    world.git.push(world.clock())
    newest = world.keeper.refresh()
    assert newest.commit == world.git.head.commit
    world.git.behind = 1
    world.clock.sleep(3600)
    assert world.keeper.refresh() == newest


def test_a_late_delivery_of_an_older_push_changes_nothing(world: SourceWorld) -> None:
    world.clock.sleep(5)
    world.git.push(world.clock())
    late = world.deliver_push(world.git.head)
    world.clock.sleep(5)
    world.git.push(world.clock())
    newest = world.keeper.refresh()
    world.apply(late)
    assert world.source.row == newest
    assert world.deliveries.status(late) == "applied"


def test_a_build_finds_a_push_whose_delivery_was_lost(world: SourceWorld) -> None:
    world.settle()
    world.clock.sleep(5)
    world.git.push(world.clock())
    world.run(lambda: world.builder.build(cause="asked", force=False, allow_shrink=False))
    world.settle()
    assert world.live_commit == world.git.head.commit

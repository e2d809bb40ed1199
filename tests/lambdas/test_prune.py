"""Pruning: which releases and assets are deleted, and recovery of an interrupted run."""

import pytest

from platform_core.contract import RELEASES_KEPT as KEPT
from platform_core.pipeline.release.prune import PRUNE_INTERVAL, RETENTION_GRACE, releases_to_keep
from tests.fakes.pipeline import World

DAY = 24 * 3600.0


def with_releases(count: int) -> tuple[World, list[str]]:
    """Return a site with this many releases, oldest first, each with a new article version."""
    world = World()
    for version in range(1, count + 1):
        world.ingest.apply_deliveries([world.edit("tea", version, "x" * version)])
        world.builder.reconcile()
        world.pass_time(60)
        world.finish_builds()
    return world, sorted(world.records.kept)


def files(world: World, release: str) -> list[str]:
    pages = [key for key in world.pages.files if key.startswith(f"releases/{release}/")]
    return pages + [key for key in world.data.files if key == f"snapshots/{release}.json"]


def test_the_oldest_releases_are_deleted_with_their_own_files() -> None:
    world, releases = with_releases(KEPT + 3)
    world.clock.sleep(2 * RETENTION_GRACE)
    assets = [key for key in world.pages.files if key.startswith("assets/")]
    world.sweep()
    assert sorted(world.records.kept) == releases[3:]
    assert [files(world, release) for release in releases[:3]] == [[], [], []]
    assert all(len(files(world, release)) == 4 for release in releases[3:])
    remaining = [key for key in world.pages.files if key.startswith("assets/")]
    assert len(assets) - len(remaining) == 3
    assert world.site.state.pruning is None
    world.builder.rollback(releases[3])


def test_young_assets_are_kept_and_pruning_runs_once_a_day() -> None:
    world, releases = with_releases(KEPT + 3)
    world.clock.sleep(DAY)
    assets = {key for key in world.pages.files if key.startswith("assets/")}
    world.sweep()
    assert assets <= set(world.pages.files)
    assert len(world.records.kept) == KEPT
    world.step.log.clear()
    world.sweep()
    assert "records.expiring" not in world.step.log
    assert releases[0] not in world.records.kept


def test_releases_in_use_are_kept_at_any_age() -> None:
    world, releases = with_releases(KEPT + 5)
    world.builder.rollback(releases[2])
    world.clock.sleep(2 * RETENTION_GRACE)
    world.sweep()
    kept_releases = set(world.records.kept)
    assert {releases[1], releases[2], releases[-1], releases[-2]} <= kept_releases
    assert kept_releases == {*releases[1:3], *releases[-KEPT:]}
    assert world.visible


def test_files_of_a_failed_build_are_deleted_after_a_week() -> None:
    world, _ = with_releases(1)
    world.ingest.apply_deliveries([world.edit("tea", 9)])
    world.builder.reconcile()
    world.pass_time(3)
    attempt = world.builds.running[0].order.attempt
    world.publish(attempt)
    world.fail_builds()
    world.pass_time(60)
    world.finish_builds()
    world.clock.sleep(DAY)
    world.sweep()
    assert files(world, attempt)
    world.clock.sleep(RETENTION_GRACE)
    world.sweep()
    assert files(world, attempt) == []


def test_a_build_waits_for_pruning_but_not_beyond_its_lease() -> None:
    world, _ = with_releases(1)
    world.site.row["pruning"] = world.clock.now + 100
    world.ingest.apply_deliveries([world.edit("tea", 9)])
    world.builder.reconcile()
    world.pass_time(99)
    assert not world.builds.running
    world.pass_time(1)
    assert len(world.builds.running) == 1


def test_nothing_is_pruned_while_a_build_runs() -> None:
    world, releases = with_releases(KEPT + 3)
    world.clock.sleep(2 * PRUNE_INTERVAL)
    world.builder.build(cause="asked", force=True, allow_shrink=False)
    world.sweep()
    assert set(releases) <= set(world.records.kept)


@pytest.mark.parametrize(
    ("manifest", "line"),
    [(None, "a kept release has no manifest"), (b"no json", "a manifest cannot be read")],
    ids=["missing", "malformed"],
)
def test_without_a_kept_manifest_only_old_releases_are_deleted(
    manifest: bytes | None, line: str
) -> None:
    """Any other file may be one that the manifest names."""
    world, releases = with_releases(KEPT + 3)
    key = f"releases/{releases[-1]}/release.json"
    del world.pages.files[key]
    if manifest is not None:
        world.pages.files[key] = (manifest, world.clock.now)
    unknown = {"releases/unknown/index.html": (b"", world.clock.now)}
    world.pages.files |= unknown
    world.clock.sleep(2 * RETENTION_GRACE)
    old = {key for release in releases[:3] for key in files(world, release)}
    before = set(world.pages.files)
    world.sweep()
    assert set(world.pages.files) == before - old
    assert sorted(world.records.kept) == releases[3:]
    assert len(world.logged(line)) == 1
    world.step.log.clear()
    world.sweep()
    assert "objects.get" not in world.step.log, "the next try is a day later"
    world.clock.sleep(PRUNE_INTERVAL)
    world.sweep()
    assert len(world.logged(line)) == 2


@pytest.mark.parametrize("part", range(4))
def test_the_next_pruning_finishes_an_interrupted_one(part: int) -> None:
    probe, _ = with_releases(KEPT + 2)
    probe.clock.sleep(2 * RETENTION_GRACE)
    before = probe.step.count
    probe.sweep()
    for crash_at in range(1 + part, probe.step.count - before + 1, 4):
        world, releases = with_releases(KEPT + 2)
        world.clock.sleep(2 * RETENTION_GRACE)
        world.step.crash_at = world.step.count + crash_at
        world.sweep()
        live = world.pointer.value
        assert live == releases[-1]
        assert f"releases/{live}/index.html" in world.pages.files
        world.clock.sleep(PRUNE_INTERVAL)
        world.sweep()
        world.clock.sleep(PRUNE_INTERVAL)
        world.sweep()
        assert sorted(world.records.kept) == releases[2:]
        assert world.site.state.pruning is None


def test_a_rollback_during_pruning_succeeds_or_is_refused() -> None:
    """A rollback to a release that is being marked succeeds completely or is refused."""
    probe, _ = with_releases(KEPT + 2)
    probe.clock.sleep(2 * RETENTION_GRACE)
    before = probe.step.count
    probe.sweep()
    for at in range(1, probe.step.count - before + 1):
        world, releases = with_releases(KEPT + 2)
        world.clock.sleep(2 * RETENTION_GRACE)

        def back(world: World = world, target: str = releases[0]) -> None:
            world.attempt(lambda: world.builder.rollback(target))

        world.step.between, world.step.between_at = back, world.step.count + at
        world.sweep()
        assert world.pointer.value is not None
        assert f"releases/{world.pointer.value}/index.html" in world.pages.files
        live = world.records.kept[world.pointer.value]
        assert not live.expiring


def test_the_newest_releases_and_those_in_use_are_kept() -> None:
    world, releases = with_releases(3)
    rows = list(world.records.releases())
    assert releases_to_keep(world.site.state, rows) == set(releases)

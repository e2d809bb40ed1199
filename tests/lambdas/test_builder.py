"""From a change to a live release: waits, results, and orders of a person."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from platform_core import contract
from platform_core.pipeline.build.batching import Policy
from platform_core.pipeline.build.deps import attempt_started_at, new_attempt_id
from platform_core.pipeline.ports import ChangeBump
from tests.fakes.pipeline import T0, World
from tests.lambdas.site import changed, released


def test_an_edit_goes_live_after_its_wait() -> None:
    world = World()
    changed(world, "tea", 1)
    assert world.site.state.state == "waiting"
    assert world.timers.at == [T0 + 3]
    world.pass_time(2)
    assert not world.builds.running
    world.pass_time(1)
    assert len(world.builds.running) == 1
    world.finish_builds()
    state = world.site.state
    assert (state.state, state.built, state.attempt) == ("idle", 1, None)
    assert world.visible == {"tea": "tea 1"}
    assert state.pointer_written == state.live == state.ready == world.pointer.value
    assert world.pages.files[contract.ERROR_PAGE][0] == f"lost in {state.live}".encode()
    assert "s-maxage=10," in world.pages.headers[contract.ERROR_PAGE][1], "it changes at each flip"


def test_the_rows_record_the_history_of_a_build() -> None:
    world = World()
    release = released(world, "tea")
    record = world.records.builds[release]
    assert (record.status, record.cause, record.covers) == ("succeeded", "content", 1)
    assert record.release == release == record.id
    assert (record.items, record.wait_seconds, record.build_seconds) == (1, 3.0, 20.0)
    assert record.started_at == "2027-01-15T08:00:03.000Z"
    release_record = world.records.kept[release]
    assert (release_record.covers, release_record.files, release_record.items) == (1, 3, 1)
    types = [event.event_type for event in world.bus.events]
    assert types[-3:] == ["build.started", "release.published", "build.succeeded"]


def test_changes_during_a_build_start_exactly_one_more() -> None:
    world = World()
    released(world, "tea")
    changed(world, "tea", 2)
    world.pass_time(3)
    for version in range(3, 8):
        changed(world, "tea", version)
    assert len(world.builds.jobs) == 2
    world.finish_builds()
    world.pass_time(3)
    assert len(world.builds.jobs) == 3
    world.finish_builds()
    world.pass_time(100)
    assert len(world.builds.jobs) == 3
    assert world.visible == {"tea": "tea 7"}


def test_a_bulk_of_changes_is_one_build() -> None:
    world = World()
    for number in range(180):
        changed(world, f"item-{number}", 1)
        world.pass_time(30 / 180)
    world.pass_time(20)
    world.finish_builds()
    world.pass_time(300)
    assert len(world.builds.jobs) <= 2
    assert len(world.visible) == 180


def test_equal_input_is_not_built_again() -> None:
    world = World()
    release = released(world, "tea")
    world.site.add_changes(ChangeBump(1, world.clock()))
    world.builder.reconcile()
    world.pass_time(3)
    state = world.site.state
    assert (state.state, state.built, state.ready, len(world.builds.jobs)) == (
        "idle",
        2,
        release,
        1,
    )
    assert [record.status for record in world.records.builds.values()] == ["succeeded", "skipped"]


def test_a_build_that_asks_a_vendor_without_a_listing_is_not_skipped() -> None:
    world = World()
    world.builder.deps = replace(world.builder.deps, builds_each_event=True)
    first = released(world, "tea")
    world.site.add_changes(ChangeBump(1, world.clock.now))
    world.builder.reconcile()
    world.pass_time(60)
    world.finish_builds()
    statuses = [record.status for record in world.records.builds.values()]
    assert (statuses, world.site.state.live != first) == (["succeeded", "succeeded"], True)


def test_a_manual_build_does_not_wait_and_is_not_skipped() -> None:
    world = World()
    released(world, "tea")
    answer = world.builder.build(cause="asked", force=True, allow_shrink=False)
    assert answer.status == "building"
    assert answer.changed == 2
    world.finish_builds()
    assert world.site.state.built == 2
    assert [record.cause for record in world.records.builds.values()] == ["content", "asked"]
    assert world.records.audit[0].action == "build"


def test_a_changed_source_builds_and_an_unchanged_one_does_not() -> None:
    world = World()
    released(world, "tea")
    world.builder.build(cause="deploy", force=False, allow_shrink=False)
    assert len(world.builds.jobs) == 1
    world.deploy("s2")
    world.builder.build(cause="deploy", force=False, allow_shrink=False)
    assert [job.order.source_key for job in world.builds.running] == ["source/s2.zip"]


def test_a_snapshot_with_far_fewer_items_holds_the_site() -> None:
    world = World()
    released(world, *(f"item-{number}" for number in range(40)))
    for number in range(11):
        removal = world.deliver(
            {"kind": "removal", "id": f"item-{number}", "version": 2}, f"x{number}"
        )
        world.ingest.apply_deliveries([removal])
    world.builder.reconcile()
    world.pass_time(100)
    state = world.site.state
    assert (state.state, state.held_reason) == ("held", "it would lose 11 of 40 items")
    assert len(world.visible) == 40
    world.builder.build(cause="asked", force=True, allow_shrink=False)
    assert world.site.state.state == "held"
    world.builder.build(cause="asked", force=True, allow_shrink=True)
    world.finish_builds()
    assert len(world.visible) == 29
    assert world.site.state.held_reason is None


def test_a_held_site_continues_when_its_items_are_back() -> None:
    world = World()
    released(world, *(f"item-{number}" for number in range(40)))
    for number in range(11):
        removal = world.deliver(
            {"kind": "removal", "id": f"item-{number}", "version": 2}, f"x{number}"
        )
        world.ingest.apply_deliveries([removal])
    world.builder.reconcile()
    world.pass_time(100)
    changed(world, "item-1", 3)
    world.pass_time(100)
    world.finish_builds()
    assert len(world.visible) == 30


def test_scheduled_publications_and_expiries_happen_in_time() -> None:
    world = World()
    later = datetime.fromtimestamp(T0 + 5000, UTC)
    end = datetime.fromtimestamp(T0 + 9000, UTC)
    world.ingest.apply_deliveries([world.edit("tea", 1)])
    world.ingest.apply_deliveries([world.edit("sale", 1, published_at=later, expires_at=end)])
    world.builder.reconcile()
    world.pass_time(60)
    world.finish_builds()
    assert world.visible == {"tea": "tea 1"}
    assert world.site.state.next_due == T0 + 5000
    world.pass_time(4939)
    assert not world.builds.running
    world.pass_time(1)
    world.finish_builds()
    assert set(world.visible) == {"tea", "sale"}
    assert world.records.builds[world.pointer.value or ""].cause == "scheduled"
    world.timers.at.clear()
    world.pass_time(4000)
    world.settle(2)
    assert set(world.visible) == {"tea"}


def test_a_due_publication_survives_a_failed_build() -> None:
    world = World()
    later = datetime.fromtimestamp(T0 + 5000, UTC)
    world.ingest.apply_deliveries([world.edit("sale", 1, published_at=later)])
    world.builder.reconcile()
    world.pass_time(60)
    world.finish_builds()
    world.pass_time(5000)
    world.fail_builds()
    world.pass_time(30)
    world.finish_builds()
    assert set(world.visible) == {"sale"}


def test_a_build_waits_for_its_staleness_target() -> None:
    world = World(Policy(staleness_slo_seconds=600))
    changed(world, "tea", 1)
    world.pass_time(299)
    assert not world.builds.running
    world.pass_time(1)
    assert len(world.builds.running) == 1


def test_a_slow_build_increases_the_next_allowance() -> None:
    world = World(Policy(staleness_slo_seconds=600))
    changed(world, "tea", 1)
    world.pass_time(700)
    world.finish_builds()
    assert world.site.state.allowance == pytest.approx(1.15 * 400), "it ran for 400 s"
    changed(world, "tea", 2)
    world.pass_time(139)
    assert not world.builds.running
    world.pass_time(1)
    assert len(world.builds.running) == 1


def test_a_build_gets_ids_only() -> None:
    world = World()
    world.ingest.apply_deliveries([world.edit("tea", 1, title="$(reboot)")])
    world.builder.reconcile()
    world.pass_time(3)
    order = world.builds.running[0].order
    assert order.attempt == world.site.state.attempt
    assert "reboot" not in f"{order.attempt}{order.source_key}{order.site_url}"
    snapshot = json.loads(world.data.files[f"snapshots/{order.attempt}.json"][0])
    assert snapshot["articles"][0]["title"] == "$(reboot)"
    assert snapshot["revision"] == 1


def test_the_id_of_an_attempt_has_its_time_and_sorts_by_it() -> None:
    names = [new_attempt_id(T0 + seconds, "abc") for seconds in (0, 0.5, 1, 3600)]
    assert names == sorted(names)
    assert [attempt_started_at(name) - T0 for name in names] == [0, 0.5, 1, 3600]


def test_a_worker_that_lost_its_attempt_ends_no_other() -> None:
    world = World()
    changed(world, "tea", 1)
    world.pass_time(3)
    before = world.site.state
    world.builder.completion.end_attempt_and_retry_later(
        "20270101-000000000-somebody", "its lease was over"
    )
    assert world.site.state == before


def test_an_older_build_that_ends_late_reverts_nothing() -> None:
    """Between any two steps of its end, another worker ends it, builds again and ends that build,
    too."""
    for at in range(1, 60):
        world = World()
        changed(world, "tea", 1)
        world.pass_time(3)
        world.builds.succeed(world.builds.running[0])

        def overtake(world: World = world) -> None:
            world.builder.reconcile(news=True)
            changed(world, "tea", 2)
            world.pass_time(4)
            world.finish_builds()

        world.step.between, world.step.between_at = overtake, world.step.count + at
        world.builder.reconcile(news=True)
        if world.step.count < world.step.between_at:
            break
        built = [state.built for state in world.site.history]
        assert built == sorted(built)
        world.settle(2)
        assert world.visible == {"tea": "tea 2"}
    assert at > 20


def test_a_change_at_any_step_of_a_start_goes_live() -> None:
    for at in range(1, 60):
        world = World()
        changed(world, "tea", 1)

        def edit(world: World = world) -> None:
            world.ingest.apply_deliveries([world.edit("tea", 2)])

        world.step.between, world.step.between_at = edit, world.step.count + at
        world.pass_time(3)
        if world.step.count < world.step.between_at:
            break
        world.settle(6)
        assert world.visible == {"tea": "tea 2"}
    assert at > 15

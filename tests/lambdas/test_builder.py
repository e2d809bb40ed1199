"""From a change to a live release: the waits, the ends, and what a person orders."""

import json
from datetime import UTC, datetime

import pytest

from platform_core import contract
from platform_core.batching import Policy
from platform_core.errors import BuildRefused, Refused, StoreUnavailable, VendorUnavailable
from platform_core.pipeline.desk import new_attempt, started_at
from platform_core.ports import Bump
from tests.memory import T0, World


def released(world: World, *names: str) -> str:
    """A site whose release holds these articles; the release."""
    for name in names:
        world.ingest.drive([world.edit(name, 1)])
    world.builder.look()
    world.pass_time(60)
    world.finish_builds()
    assert world.site.state.live is not None
    return world.site.state.live


def changed(world: World, name: str, version: int) -> None:
    world.ingest.drive([world.edit(name, version)])
    world.builder.look()


def test_an_edit_goes_live_after_its_grace() -> None:
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


def test_the_rows_tell_the_story_of_a_build() -> None:
    world = World()
    release = released(world, "tea")
    record = world.records.builds[release]
    assert (record.status, record.cause, record.covers) == ("succeeded", "content", 1)
    assert record.release == release == record.id
    assert (record.items, record.wait_seconds, record.build_seconds) == (1, 3.0, 20.0)
    assert record.started_at == "2027-01-15T08:00:03.000Z"
    kept = world.records.kept[release]
    assert (kept.covers, kept.files, kept.items) == (1, 3, 1)
    types = [event.event_type for event in world.bus.events]
    assert types[-3:] == ["build.started", "release.published", "build.succeeded"]


def test_changes_during_a_build_make_exactly_one_more() -> None:
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


def test_a_bulk_is_one_build() -> None:
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
    world.site.bump(Bump(1, world.clock()))
    world.builder.look()
    world.pass_time(3)
    state = world.site.state
    assert (state.state, state.built, state.ready, len(world.builds.jobs)) == (
        "idle",
        2,
        release,
        1,
    )
    assert [one.status for one in world.records.builds.values()] == ["succeeded", "skipped"]


def test_a_person_s_build_does_not_wait_and_is_not_skipped() -> None:
    world = World()
    released(world, "tea")
    answer = world.builder.build(cause="asked", force=True, allow_shrink=False)
    assert answer.status == "building"
    assert answer.changed == 2
    world.finish_builds()
    assert world.site.state.built == 2
    assert [one.cause for one in world.records.builds.values()] == ["content", "asked"]
    assert world.records.audit[0].action == "build"


def test_a_changed_source_builds_and_an_unchanged_one_does_not() -> None:
    world = World()
    released(world, "tea")
    world.builder.build(cause="deploy", force=False, allow_shrink=False)
    assert len(world.builds.jobs) == 1
    world.deploy("s2")
    world.builder.build(cause="deploy", force=False, allow_shrink=False)
    assert [job.order.source_key for job in world.builds.running] == ["source/s2.zip"]


def test_a_failed_build_backs_off_and_the_site_stays() -> None:
    world = World()
    released(world, "tea")
    changed(world, "tea", 2)
    world.pass_time(3)
    world.fail_builds()
    state = world.site.state
    assert (state.state, state.failures, state.built) == ("waiting", 1, 1)
    assert world.visible == {"tea": "tea 1"}
    world.pass_time(29)
    assert not world.builds.running
    world.pass_time(1)
    assert len(world.builds.running) == 1
    world.finish_builds()
    assert world.visible == {"tea": "tea 2"}
    assert world.site.state.failures == 0
    assert [one.cause for one in world.records.builds.values()] == ["content", "content", "retry"]


def fail_until_held(world: World) -> None:
    for _ in range(3):
        world.pass_time(1000)
        world.fail_builds()


def test_three_failures_hold_the_site_until_something_new() -> None:
    world = World()
    released(world, "tea")
    changed(world, "tea", 2)
    fail_until_held(world)
    state = world.site.state
    assert (state.state, state.failures) == ("held", 3)
    assert state.held_reason == "BUILD: exit status 1"
    assert world.said("site held")[0][contract.ALARM] == contract.ALARM_BUILD
    world.pass_time(10_000)
    world.sweep()
    assert not world.builds.running
    changed(world, "tea", 3)
    world.pass_time(3)
    world.finish_builds()
    state = world.site.state
    assert (state.state, state.failures, state.held_reason) == ("idle", 0, None)
    assert world.visible == {"tea": "tea 3"}


def test_the_fix_that_comes_while_the_last_try_runs_is_tried() -> None:
    world = World()
    released(world, "tea")
    changed(world, "tea", 2)
    for _ in range(2):
        world.pass_time(1000)
        world.fail_builds()
    world.pass_time(1000)
    changed(world, "tea", 3)
    world.fail_builds()
    assert world.site.state.state == "waiting"
    world.pass_time(3)
    world.finish_builds()
    assert world.visible == {"tea": "tea 3"}


def test_a_refused_start_is_not_counted() -> None:
    world = World()
    world.builds.refusals = [BuildRefused("AccountLimitExceededException")]
    changed(world, "tea", 1)
    world.pass_time(3)
    state = world.site.state
    assert (state.state, state.failures) == ("waiting", 0)
    world.pass_time(30)
    world.finish_builds()
    assert world.visible == {"tea": "tea 1"}
    assert [one.status for one in world.records.builds.values()] == ["abandoned", "succeeded"]


def test_a_start_whose_answer_was_lost_is_found_and_not_repeated() -> None:
    world = World()
    world.builds.lost_replies = [StoreUnavailable("no answer")]
    changed(world, "tea", 1)
    world.pass_time(40)
    assert len(world.builds.jobs) == 1
    world.finish_builds()
    world.settle(2)
    assert len(world.builds.jobs) == 1
    assert world.visible == {"tea": "tea 1"}


def test_a_fault_of_the_service_is_not_counted() -> None:
    world = World()
    changed(world, "tea", 1)
    world.pass_time(3)
    world.builds.end(world.builds.running[0].status.build_id, "faulted", "FAULT")
    world.builder.look(news=True)
    assert world.site.state.failures == 0
    world.pass_time(30)
    world.finish_builds()
    assert world.visible == {"tea": "tea 1"}


def test_content_that_cannot_be_read_is_tried_again() -> None:
    world = World()
    changed(world, "tea", 1)
    scan, fails = world.content.scan, [VendorUnavailable("no answer")]

    def reading() -> object:
        if fails:
            raise fails.pop()
        return scan()

    object.__setattr__(world.desk, "content", reading)
    world.pass_time(3)
    assert (world.site.state.state, world.site.state.failures) == ("waiting", 0)
    world.pass_time(30)
    world.finish_builds()
    assert world.visible == {"tea": "tea 1"}


def test_before_the_first_deploy_nothing_is_built() -> None:
    world = World()
    facts = world.data.files.pop(contract.SITE_FACTS)
    changed(world, "tea", 1)
    world.pass_time(10)
    assert not world.builds.jobs
    world.data.files[contract.SITE_FACTS] = facts
    world.pass_time(60)
    assert len(world.builds.running) == 1


def test_half_an_upload_never_goes_live() -> None:
    world = World()
    first = released(world, "tea")
    changed(world, "tea", 2)
    world.pass_time(3)
    job = world.builds.running[0]
    world.publish(job.order.attempt)
    del world.pages.files[f"releases/{job.order.attempt}/404.html"]
    world.builds.end(job.status.build_id, "succeeded")
    world.builder.look(news=True)
    assert world.pointer.value == first == world.site.state.live
    reason = world.records.builds[job.order.attempt].reason
    assert reason is not None
    assert "1 files of the release are missing" in reason


@pytest.mark.parametrize(
    "manifest",
    [
        b"no json",
        b'{"attempt": "another", "files": {}}',
        b"[]",
        b'{"version":1,"files":{"x":{"key":"releases/other/x","size":1}}}',
    ],
)
def test_a_manifest_that_is_not_its_own_fails_the_build(manifest: bytes) -> None:
    world = World()
    changed(world, "tea", 1)
    world.pass_time(3)
    job = world.builds.running[0]
    world.publish(job.order.attempt)
    key = f"releases/{job.order.attempt}/release.json"
    manifest = manifest.replace(b'"version":1', f'"attempt":"{job.order.attempt}"'.encode())
    world.pages.files[key] = (manifest, world.clock())
    world.builds.end(job.status.build_id, "succeeded")
    world.builder.look(news=True)
    assert world.site.state.live is None
    assert world.site.state.failures == 1


def test_a_lost_end_of_a_build_is_found_by_the_sweeper() -> None:
    world = World()
    changed(world, "tea", 1)
    world.pass_time(3)
    world.builds.succeed(world.builds.running[0])
    world.sweep()
    assert world.site.state.state == "building"
    world.pass_time(300)
    world.sweep()
    assert world.visible == {"tea": "tea 1"}


def test_a_build_past_its_hard_limit_is_stopped() -> None:
    world = World()
    changed(world, "tea", 1)
    world.pass_time(3)
    for _ in range(14):
        world.pass_time(301)
        world.sweep()
    assert world.said("build stuck")[0][contract.ALARM] == contract.ALARM_STUCK
    assert next(iter(world.records.builds.values())).reason == "STOPPED"


def test_a_lost_timer_costs_only_time() -> None:
    world = World()
    changed(world, "tea", 1)
    world.timers.at.clear()
    world.pass_time(300)
    assert not world.builds.jobs
    world.sweep()
    assert len(world.builds.running) == 1


def test_a_snapshot_that_loses_much_holds_the_site() -> None:
    world = World()
    released(world, *(f"item-{number}" for number in range(40)))
    for number in range(11):
        gone = world.deliver(
            {"kind": "removal", "id": f"item-{number}", "version": 2}, f"x{number}"
        )
        world.ingest.drive([gone])
    world.builder.look()
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


def test_a_shrunk_site_goes_on_when_it_is_back_in_bounds() -> None:
    world = World()
    released(world, *(f"item-{number}" for number in range(40)))
    for number in range(11):
        gone = world.deliver(
            {"kind": "removal", "id": f"item-{number}", "version": 2}, f"x{number}"
        )
        world.ingest.drive([gone])
    world.builder.look()
    world.pass_time(100)
    changed(world, "item-1", 3)
    world.pass_time(100)
    world.finish_builds()
    assert len(world.visible) == 30


def test_a_publication_ahead_appears_in_time_and_an_expiry_disappears() -> None:
    world = World()
    later = datetime.fromtimestamp(T0 + 5000, UTC)
    end = datetime.fromtimestamp(T0 + 9000, UTC)
    world.ingest.drive([world.edit("tea", 1)])
    world.ingest.drive([world.edit("sale", 1, published_at=later, expires_at=end)])
    world.builder.look()
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


def test_a_publication_that_is_due_survives_a_failed_build() -> None:
    world = World()
    later = datetime.fromtimestamp(T0 + 5000, UTC)
    world.ingest.drive([world.edit("sale", 1, published_at=later)])
    world.builder.look()
    world.pass_time(60)
    world.finish_builds()
    world.pass_time(5000)
    world.fail_builds()
    world.pass_time(30)
    world.finish_builds()
    assert set(world.visible) == {"sale"}


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


def test_no_hint_waits_for_a_staleness_promise() -> None:
    world = World(Policy(staleness_slo_seconds=600))
    changed(world, "tea", 1)
    world.pass_time(299)
    assert not world.builds.running
    world.pass_time(1)
    assert len(world.builds.running) == 1


def test_a_slow_build_is_given_more_the_next_time() -> None:
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


def test_the_build_is_told_ids_only() -> None:
    world = World()
    world.ingest.drive([world.edit("tea", 1, title="$(reboot)")])
    world.builder.look()
    world.pass_time(3)
    order = world.builds.running[0].order
    assert order.attempt == world.site.state.attempt
    assert "reboot" not in f"{order.attempt}{order.source_key}{order.site_url}"
    snapshot = json.loads(world.data.files[f"snapshots/{order.attempt}.json"][0])
    assert snapshot["articles"][0]["title"] == "$(reboot)"
    assert snapshot["revision"] == 1


def test_an_attempt_s_name_tells_its_time_and_sorts_by_it() -> None:
    names = [new_attempt(T0 + seconds, "abc") for seconds in (0, 0.5, 1, 3600)]
    assert names == sorted(names)
    assert [started_at(name) - T0 for name in names] == [0, 0.5, 1, 3600]


def test_who_lost_an_attempt_ends_no_other() -> None:
    world = World()
    changed(world, "tea", 1)
    world.pass_time(3)
    before = world.site.state
    world.builder.completion.postpone("20270101-000000000-somebody", "its lease was over")
    assert world.site.state == before


def test_an_older_build_that_ends_late_takes_nothing_back() -> None:
    """Between any two steps of its end, another worker ends it, builds anew and ends that, too."""
    for at in range(1, 60):
        world = World()
        changed(world, "tea", 1)
        world.pass_time(3)
        world.builds.succeed(world.builds.running[0])

        def overtake(world: World = world) -> None:
            world.builder.look(news=True)
            changed(world, "tea", 2)
            world.pass_time(4)
            world.finish_builds()

        world.step.between, world.step.between_at = overtake, world.step.count + at
        world.builder.look(news=True)
        if world.step.count < world.step.between_at:
            break
        built = [state.built for state in world.site.history]
        assert built == sorted(built)
        world.settle(2)
        assert world.visible == {"tea": "tea 2"}
    assert at > 20


def test_a_change_at_any_step_of_a_start_is_seen_in_the_end() -> None:
    for at in range(1, 60):
        world = World()
        changed(world, "tea", 1)

        def edit(world: World = world) -> None:
            world.ingest.drive([world.edit("tea", 2)])

        world.step.between, world.step.between_at = edit, world.step.count + at
        world.pass_time(3)
        if world.step.count < world.step.between_at:
            break
        world.settle(6)
        assert world.visible == {"tea": "tea 2"}
    assert at > 15

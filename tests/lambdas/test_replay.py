"""Replays of stored deliveries: no repeated effects, no stale content and no lost change."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_core import contract
from platform_core.contract.status import DeliveryStatus
from platform_core.errors import VendorUnavailable
from platform_core.pipeline.ingest.attempts import MAX_ATTEMPTS_AFTER_BUG
from platform_core.pipeline.ingest.content_applier import PassThrough
from platform_core.pipeline.ingest.worker import Ingest
from platform_core.pipeline.replay.replay import COOL_DOWN, discard_deliveries, replay_deliveries
from platform_core.pipeline.reports import ReplayReport
from tests.fakes.pipeline import World, article

DAY = 24 * 3600


def again(world: World, *ids: str, after: float = COOL_DOWN) -> ReplayReport:
    """Replay deliveries some time later."""
    world.clock.sleep(after)
    return replay_deliveries(world.ingest_deps, ids, world.clock.now + 100)


def outcome(report: ReplayReport) -> tuple[str, int]:
    (one,) = report.replayed
    return one.status, one.number


def test_a_replay_of_current_content_changes_nothing_and_is_audited() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    world.ingest.apply_deliveries([delivery])
    before = (world.stored, list(world.bus.events), world.deliveries.event_ids[delivery])
    assert outcome(again(world, delivery)) == ("applied", 1)
    assert outcome(again(world, delivery)) == ("applied", 2)
    assert (world.stored, world.bus.events, world.deliveries.event_ids[delivery]) == before
    row = world.deliveries.rows[delivery]
    assert (row.replays, row.replayed_at) == (2, world.clock.now)
    assert world.deliveries.ends[delivery] > world.clock.now, "it may expire again"


def test_a_replayed_order_has_no_second_effect() -> None:
    world = World()
    order = world.deliver({"kind": "order", "id": "o1"}, "o1")
    world.ingest.apply_deliveries([order])
    again(world, order)
    again(world, order)
    assert [event.event_type for event in world.bus.events] == ["order.placed"]


def test_a_replay_of_old_content_does_not_replace_newer() -> None:
    world = World()
    old, new = world.edit("tea", 1), world.edit("tea", 2)
    removal = world.deliver({"kind": "removal", "id": "pot", "version": 3}, "gone")
    pot = world.edit("pot", 1)
    world.ingest.apply_deliveries([old, new, pot, removal])
    report = again(world, pot, old)
    assert [replay.status for replay in report.replayed] == ["applied", "applied"]
    assert world.stored == {"tea": (2, "tea 2")}


def test_a_delivery_fixed_by_a_deploy_is_applied_and_published() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    world.vendor.errors = [KeyError("a bug")] * 5
    for _ in range(5):
        world.clock.sleep(4000)
        world.sweep()
    assert world.deliveries.status(delivery) == "failed"
    assert outcome(again(world, delivery)) == ("applied", 1)
    assert world.stored == {"tea": (1, "tea 1")}
    assert len(world.bus.events) == 1


def two_months_later(world: World) -> None:
    world.clock.sleep(60 * 24 * 3600)
    world.content.expire(world.clock.now)
    world.deliveries.expire(world.clock.now)


def a_bug_and_what_came_after(world: World) -> str:
    """Return a failed delivery of an item that was removed since; the tombstone has expired."""
    body = {"kind": "poison", "item": article("pot", 1, "pot 1").model_dump(mode="json")}
    failed = world.deliver(body, "poison")
    for _ in range(MAX_ATTEMPTS_AFTER_BUG):
        world.clock.sleep(4000)
        world.sweep()
    world.ingest.apply_deliveries(
        [world.deliver({"kind": "removal", "id": "pot", "version": 2}, "gone")]
    )
    two_months_later(world)
    world.vendor.mended = True
    return failed


def test_a_late_replay_does_not_restore_a_removed_item() -> None:
    world = World()
    failed = a_bug_and_what_came_after(world)
    assert outcome(again(world, failed)) == ("applied", 1)
    assert world.stored == {}


def test_a_late_replay_restores_an_item_that_the_vendor_has() -> None:
    world = World()
    failed = a_bug_and_what_came_after(world)
    world.vendor.items["pot"] = article("pot", 3, "pot 3")
    assert outcome(again(world, failed)) == ("applied", 1)
    assert world.stored == {"pot": (3, "pot 3")}


def test_a_late_replay_of_a_vendor_without_an_api_is_trusted() -> None:
    world = World()
    failed = a_bug_and_what_came_after(world)
    world.vendor.lists = False
    assert outcome(again(world, failed)) == ("applied", 1)
    assert world.stored == {"pot": (1, "pot 1")}


def test_a_quarantined_delivery_can_be_replayed() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    row = world.deliveries.rows[delivery]
    world.deliveries.rows[delivery] = replace(
        row, delivery=replace(row.delivery, status=DeliveryStatus.QUARANTINED)
    )
    assert outcome(again(world, delivery)) == ("applied", 1)


def test_a_replay_that_fails_again_is_a_dead_letter_again() -> None:
    world = World()
    delivery = world.deliver({"kind": "no such"}, "n1")
    world.ingest.apply_deliveries([delivery])
    (one,) = again(world, delivery).replayed
    assert (one.status, one.reason) == ("failed", "Malformed: not understood")
    assert world.dead_letters.letters == [(delivery, "Malformed: not understood")] * 2


def test_a_failed_replay_reverts_nothing() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    world.ingest.apply_deliveries([delivery])
    world.vendor.errors = [KeyError("a bug")] * 5
    assert outcome(again(world, delivery)) == ("pending", 1)
    for _ in range(5):
        world.clock.sleep(4000)
        world.sweep()
    row = world.deliveries.rows[delivery]
    assert (row.delivery.status, row.reason) == ("applied", "replay 1 failed: KeyError")
    assert not world.dead_letters.letters


def test_running_and_recently_replayed_deliveries_are_skipped() -> None:
    world = World()
    waiting = world.edit("tea", 1)
    assert "waits already" in again(world, waiting).skipped[0].reason
    world.ingest.apply_deliveries([waiting])
    assert again(world, waiting, waiting).replayed[0].number == 1
    early_report = again(world, waiting, after=COOL_DOWN - 1)
    assert (early_report.replayed, early_report.skipped[0].reason) == (
        [],
        "it was replayed less than 60 seconds ago",
    )
    assert again(world, waiting, after=1).replayed[0].number == 2


def test_deliveries_that_no_longer_exist_are_reported() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    world.ingest.apply_deliveries([delivery])
    world.deliveries.rows[delivery] = replace(world.deliveries.rows[delivery], has_body=False)
    reasons = [skip.reason for skip in again(world, delivery, "shop#never").skipped]
    assert reasons == ["its body is no longer kept", "it is no longer kept"]
    assert world.deliveries.status(delivery) == "applied"


def test_only_one_of_two_concurrent_replays_runs() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    world.ingest.apply_deliveries([delivery])
    world.clock.sleep(COOL_DOWN)
    world.step.between = lambda: replay_deliveries(
        world.ingest_deps, [delivery], world.clock.now + 100
    )
    world.step.between_at = world.step.count + 2
    report = replay_deliveries(world.ingest_deps, [delivery], world.clock.now + 100)
    assert (report.replayed, report.skipped[0].reason) == ([], "somebody else was at it")
    assert world.deliveries.rows[delivery].replays == 1


def test_deliveries_left_at_the_time_limit_are_reported() -> None:
    world = World()
    ids = [world.edit(f"item-{number}", 1) for number in range(30)]
    world.ingest.apply_deliveries(ids)
    world.clock.sleep(COOL_DOWN)
    assert replay_deliveries(world.ingest_deps, ids, world.clock.now).left == ids


def test_a_row_without_its_body_fails_alone() -> None:
    world = World()
    bodiless, complete = world.edit("tea", 1), world.edit("pot", 1)
    world.deliveries.rows[bodiless] = replace(world.deliveries.rows[bodiless], has_body=False)
    world.sweep()
    assert world.deliveries.status(bodiless) == "failed"
    assert world.dead_letters.letters == [(bodiless, "BodyGone: its body is no longer kept")]
    assert world.deliveries.status(complete) == "applied"


def test_an_old_delivery_that_waits_for_its_replay_raises_no_alarm() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    world.ingest.apply_deliveries([delivery])
    world.vendor.errors = [VendorUnavailable("no answer")] * 3
    again(world, delivery, after=9 * 24 * 3600)
    world.sweep()
    assert contract.ALARM not in world.logged("deliveries wait")[-1]
    world.clock.sleep(901)
    world.sweep()
    assert world.logged("deliveries wait")[-1][contract.ALARM] == contract.ALARM_PENDING


def test_in_direct_mode_a_replay_requests_a_build_without_changes() -> None:
    world = World()
    worker = Ingest(replace(world.ingest_deps, applier=PassThrough()))
    delivery = world.edit("tea", 1)
    worker.apply_deliveries([delivery])
    world.clock.sleep(COOL_DOWN)
    deps = replace(world.ingest_deps, applier=PassThrough())
    assert outcome(replay_deliveries(deps, [delivery], world.clock.now + 100)) == ("applied", 1)
    assert world.site.state.changed == 2
    world.settle()
    statuses = [record.status for record in world.records.builds.values()]
    assert statuses == ["succeeded"]


def test_a_discarded_delivery_can_be_replayed_until_it_expires() -> None:
    world = World()
    failed, fine = world.deliver({"kind": "no such"}, "n1"), world.edit("tea", 1)
    world.ingest.apply_deliveries([failed, fine])
    assert discard_deliveries(world.ingest_deps, [failed, fine, "shop#never"]) == [failed]
    assert world.deliveries.ends[failed] > world.clock.now
    assert outcome(again(world, failed)) == ("failed", 1)
    term = world.deliveries.ends[failed] - world.clock.now
    assert 89 * DAY < term <= 90 * DAY, "it waits for a person again"


def test_sweepers_recover_from_a_crash_at_any_step_of_a_replay() -> None:
    def restored() -> tuple[World, list[str]]:
        """A content table that was lost, while the archive of deliveries was not."""
        world = World()
        ids = [world.edit("tea", 1), world.edit("tea", 2), world.edit("pot", 1)]
        world.ingest.apply_deliveries(ids)
        world.settle(3)
        world.content.stored_items.clear()
        world.clock.sleep(COOL_DOWN)
        return world, ids

    world, ids = restored()
    before = world.step.count
    replay_deliveries(world.ingest_deps, ids, world.clock.now + 100)
    for crash_at in range(1, world.step.count - before + 1):
        world, ids = restored()
        world.step.crash_at = world.step.count + crash_at
        until = world.clock.now + 100
        world.run(partial(replay_deliveries, world.ingest_deps, ids, until))
        world.settle(3)
        again(world, *ids)
        world.settle(3)
        assert world.stored == {"tea": (2, "tea 2"), "pot": (1, "pot 1")}
        assert world.visible == {"tea": "tea 2", "pot": "pot 1"}
        assert {world.deliveries.status(delivery_id) for delivery_id in ids} <= {
            "applied",
            "duplicate",
        }


@settings(max_examples=60, deadline=None)
@given(order=st.permutations(range(6)), lost=st.booleans())
def test_a_replay_of_the_whole_archive_gives_the_same_state(order: Any, lost: bool) -> None:
    """I16: in any order, on the current table or on an empty one; orders speak from their facts."""
    world = World()
    ids = [
        world.edit("tea", 1), world.edit("tea", 2), world.edit("pot", 1), world.edit("cup", 5),
        world.deliver({"kind": "removal", "id": "pot", "version": 2}, "gone"),
        world.deliver({"kind": "order", "id": "o1"}, "o1"),
    ]  # fmt: skip
    world.ingest.apply_deliveries(ids)
    stored, event_ids = world.stored, {event.event_id for event in world.bus.events}
    orders = [e for e in world.bus.events if e.event_type == "order.placed"]
    if lost:
        world.content.stored_items.clear()
    report = again(world, *[ids[number] for number in order])
    assert world.stored == stored
    assert all(replay.status == "applied" for replay in report.replayed)
    assert [e for e in world.bus.events if e.event_type == "order.placed"] == orders
    assert event_ids <= {event.event_id for event in world.bus.events}


def test_a_replay_of_ten_thousand_deliveries_changes_nothing() -> None:
    world = World()
    ids = [world.edit(f"item-{n % 500}", 1 + n // 500) for n in range(9_000)]
    ids += [world.deliver({"kind": "order", "id": f"o{n}"}, f"o{n}") for n in range(1_000)]
    world.ingest.apply_deliveries(ids)
    before = (world.stored, len(world.bus.events))
    report = again(world, *ids[::-1])
    assert len(report.replayed) == 10_000
    assert {replay.status for replay in report.replayed} == {"applied"}
    assert (world.stored, len(world.bus.events)) == before


@pytest.mark.parametrize("ids", [[], ["shop#never"]])
def test_a_replay_of_no_deliveries_does_nothing(ids: list[str]) -> None:
    world = World()
    assert replay_deliveries(world.ingest_deps, ids, world.clock.now + 100).replayed == []
    assert world.site.state.changed == 0


def test_a_failed_delivery_is_deleted_90_days_later() -> None:
    world = World()
    failed = world.deliver({"kind": "unknown"}, "n1")
    world.ingest.apply_deliveries([failed])
    for days, status in ((89, "failed"), (2, "nowhere")):
        world.clock.sleep(days * DAY)
        world.deliveries.expire(world.clock.now)
        world.deliveries.expired_statuses.clear()
        assert world.deliveries.status(failed) == status

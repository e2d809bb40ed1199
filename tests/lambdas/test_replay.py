"""Kept deliveries driven again: the same path, nothing twice, nothing old, and nothing lost."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_core import contract
from platform_core.contract.status import DeliveryStatus
from platform_core.errors import VendorUnavailable
from platform_core.pipeline.actions import ReplayReport
from platform_core.pipeline.ingest.content_applier import PassThrough
from platform_core.pipeline.ingest.worker import MAX_ATTEMPTS_AFTER_BUG, Ingest
from platform_core.pipeline.replay.replay import (
    COOL_DOWN,
    discard_deliveries,
    replay_deliveries,
)
from tests.fakes.pipeline import World, article


def again(world: World, *ids: str, after: float = COOL_DOWN) -> ReplayReport:
    """A replay some time later."""
    world.clock.sleep(after)
    return replay_deliveries(world.ground, ids, world.clock.now + 100)


def outcome(report: ReplayReport) -> tuple[str, int]:
    (one,) = report.replayed
    return one.status, one.number


def test_a_replay_of_what_is_there_changes_nothing_and_is_noted() -> None:
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


def test_what_follows_from_an_order_is_not_set_off_twice() -> None:
    world = World()
    order = world.deliver({"kind": "order", "id": "o1"}, "o1")
    world.ingest.apply_deliveries([order])
    again(world, order)
    again(world, order)
    assert [event.event_type for event in world.bus.events] == ["order.placed"]


def test_old_content_does_not_win() -> None:
    world = World()
    old, new = world.edit("tea", 1), world.edit("tea", 2)
    gone = world.deliver({"kind": "removal", "id": "pot", "version": 3}, "gone")
    pot = world.edit("pot", 1)
    world.ingest.apply_deliveries([old, new, pot, gone])
    report = again(world, pot, old)
    assert [one.status for one in report.replayed] == ["applied", "applied"]
    assert world.stored == {"tea": (2, "tea 2")}


def test_what_a_deploy_mended_is_applied_and_told_for_the_first_time() -> None:
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
    """A delivery that failed, of an item that was removed since; the grave's end has come."""
    said = {"kind": "poison", "item": article("pot", 1, "pot 1").model_dump(mode="json")}
    failed = world.deliver(said, "poison")
    for _ in range(MAX_ATTEMPTS_AFTER_BUG):
        world.ingest.apply_deliveries([failed])
    world.ingest.apply_deliveries(
        [world.deliver({"kind": "removal", "id": "pot", "version": 2}, "gone")]
    )
    two_months_later(world)
    world.vendor.mended = True
    return failed


def test_a_late_replay_does_not_raise_what_was_removed_and_forgotten() -> None:
    world = World()
    failed = a_bug_and_what_came_after(world)
    assert outcome(again(world, failed)) == ("applied", 1)
    assert world.stored == {}


def test_a_late_replay_brings_what_its_vendor_still_has() -> None:
    world = World()
    failed = a_bug_and_what_came_after(world)
    world.vendor.items["pot"] = article("pot", 3, "pot 3")
    assert outcome(again(world, failed)) == ("applied", 1)
    assert world.stored == {"pot": (3, "pot 3")}


def test_a_late_replay_of_a_sender_that_can_be_asked_nothing_is_taken_at_its_word() -> None:
    world = World()
    failed = a_bug_and_what_came_after(world)
    world.vendor.lists = False
    assert outcome(again(world, failed)) == ("applied", 1)
    assert world.stored == {"pot": (1, "pot 1")}


def test_a_quarantined_delivery_can_be_driven_too() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    row = world.deliveries.rows[delivery]
    world.deliveries.rows[delivery] = replace(
        row, delivery=replace(row.delivery, status=DeliveryStatus.QUARANTINED)
    )
    assert outcome(again(world, delivery)) == ("applied", 1)


def test_what_fails_again_is_a_dead_letter_again() -> None:
    world = World()
    delivery = world.deliver({"kind": "no such"}, "n1")
    world.ingest.apply_deliveries([delivery])
    (one,) = again(world, delivery).replayed
    assert (one.status, one.reason) == ("failed", "Malformed: not understood")
    assert world.dead_letters.letters == [(delivery, "Malformed: not understood")] * 2


def test_a_replay_that_fails_takes_nothing_back() -> None:
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


def test_what_runs_or_was_replayed_a_moment_ago_is_left_alone() -> None:
    world = World()
    waiting = world.edit("tea", 1)
    assert "waits already" in again(world, waiting).skipped[0].reason
    world.ingest.apply_deliveries([waiting])
    assert again(world, waiting, waiting).replayed[0].number == 1
    early = again(world, waiting, after=COOL_DOWN - 1)
    assert (early.replayed, early.skipped[0].reason) == (
        [],
        "it was replayed less than 60 seconds ago",
    )
    assert again(world, waiting, after=1).replayed[0].number == 2


def test_what_is_no_longer_kept_is_said() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    world.ingest.apply_deliveries([delivery])
    world.deliveries.rows[delivery] = replace(world.deliveries.rows[delivery], has_body=False)
    reasons = [one.reason for one in again(world, delivery, "shop#never").skipped]
    assert reasons == ["its body is no longer kept", "it is no longer kept"]
    assert world.deliveries.status(delivery) == "applied"


def test_of_two_people_at_once_one_replays() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    world.ingest.apply_deliveries([delivery])
    world.clock.sleep(COOL_DOWN)
    world.step.between = lambda: replay_deliveries(world.ground, [delivery], world.clock.now + 100)
    world.step.between_at = world.step.count + 2
    report = replay_deliveries(world.ground, [delivery], world.clock.now + 100)
    assert (report.replayed, report.skipped[0].reason) == ([], "somebody else was at it")
    assert world.deliveries.rows[delivery].replays == 1


def test_what_there_was_no_time_for_is_named() -> None:
    world = World()
    ids = [world.edit(f"item-{number}", 1) for number in range(30)]
    world.ingest.apply_deliveries(ids)
    world.clock.sleep(COOL_DOWN)
    assert replay_deliveries(world.ground, ids, world.clock.now).left == ids


def test_a_row_without_its_body_fails_alone() -> None:
    world = World()
    bodiless, whole = world.edit("tea", 1), world.edit("pot", 1)
    world.deliveries.rows[bodiless] = replace(world.deliveries.rows[bodiless], has_body=False)
    world.sweep()
    assert world.deliveries.status(bodiless) == "failed"
    assert world.dead_letters.letters == [(bodiless, "BodyGone: its body is no longer kept")]
    assert world.deliveries.status(whole) == "applied"


def test_an_old_delivery_that_waits_for_its_replay_wakes_nobody() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    world.ingest.apply_deliveries([delivery])
    world.vendor.errors = [VendorUnavailable("no answer")] * 3
    again(world, delivery, after=9 * 24 * 3600)
    world.sweep()
    assert contract.ALARM not in world.said("deliveries wait")[-1]
    world.clock.sleep(901)
    world.sweep()
    assert world.said("deliveries wait")[-1][contract.ALARM] == contract.ALARM_PENDING


def test_in_direct_mode_a_replay_asks_for_a_build_that_finds_nothing_new() -> None:
    world = World()
    worker = Ingest(replace(world.ground, applier=PassThrough()))
    delivery = world.edit("tea", 1)
    worker.apply_deliveries([delivery])
    world.clock.sleep(COOL_DOWN)
    ground = replace(world.ground, applier=PassThrough())
    assert outcome(replay_deliveries(ground, [delivery], world.clock.now + 100)) == ("applied", 1)
    assert world.site.state.changed == 2
    world.settle()
    statuses = [record.status for record in world.records.builds.values()]
    assert statuses == ["succeeded"]


def test_a_discarded_delivery_may_end_and_come_back_until_then() -> None:
    world = World()
    failed, fine = world.deliver({"kind": "no such"}, "n1"), world.edit("tea", 1)
    world.ingest.apply_deliveries([failed, fine])
    assert discard_deliveries(world.ground, [failed, fine, "shop#never"]) == [failed]
    assert world.deliveries.ends[failed] > world.clock.now
    assert outcome(again(world, failed)) == ("failed", 1)
    assert failed not in world.deliveries.ends, "it waits for a person again"


def test_a_crash_at_any_step_of_a_replay_is_mended_by_the_sweepers() -> None:
    def restored() -> tuple[World, list[str]]:
        """A content table that was lost; the archive of deliveries was not."""
        world = World()
        ids = [world.edit("tea", 1), world.edit("tea", 2), world.edit("pot", 1)]
        world.ingest.apply_deliveries(ids)
        world.settle(3)
        world.content.shelves.clear()
        world.clock.sleep(COOL_DOWN)
        return world, ids

    world, ids = restored()
    before = world.step.count
    replay_deliveries(world.ground, ids, world.clock.now + 100)
    for crash_at in range(1, world.step.count - before + 1):
        world, ids = restored()
        world.step.crash_at = world.step.count + crash_at
        until = world.clock.now + 100
        world.run(partial(replay_deliveries, world.ground, ids, until))
        world.settle(3)
        again(world, *ids)
        world.settle(3)
        assert world.stored == {"tea": (2, "tea 2"), "pot": (1, "pot 1")}
        assert world.visible == {"tea": "tea 2", "pot": "pot 1"}
        assert {world.deliveries.status(one) for one in ids} <= {"applied", "duplicate"}


@settings(max_examples=60, deadline=None)
@given(order=st.permutations(range(6)), lost=st.booleans())
def test_the_whole_archive_again_gives_the_same_state(order: Any, lost: bool) -> None:
    """I16: in any order, on the table as it is or on an empty one."""
    world = World()
    ids = [
        world.edit("tea", 1), world.edit("tea", 2), world.edit("pot", 1), world.edit("cup", 5),
        world.deliver({"kind": "removal", "id": "pot", "version": 2}, "gone"),
        world.deliver({"kind": "order", "id": "o1"}, "o1"),
    ]  # fmt: skip
    world.ingest.apply_deliveries(ids)
    stored, told = world.stored, {event.event_id for event in world.bus.events}
    orders = [e for e in world.bus.events if e.event_type == "order.placed"]
    if lost:
        world.content.shelves.clear()
    report = again(world, *[ids[number] for number in order])
    assert world.stored == stored
    assert all(one.status == "applied" for one in report.replayed)
    assert [e for e in world.bus.events if e.event_type == "order.placed"] == orders
    assert told <= {event.event_id for event in world.bus.events}


def test_ten_thousand_at_once_change_nothing() -> None:
    world = World()
    ids = [world.edit(f"item-{n % 500}", 1 + n // 500) for n in range(9_000)]
    ids += [world.deliver({"kind": "order", "id": f"o{n}"}, f"o{n}") for n in range(1_000)]
    world.ingest.apply_deliveries(ids)
    before = (world.stored, len(world.bus.events))
    report = again(world, *ids[::-1])
    assert len(report.replayed) == 10_000
    assert {one.status for one in report.replayed} == {"applied"}
    assert (world.stored, len(world.bus.events)) == before


@pytest.mark.parametrize("ids", [[], ["shop#never"]])
def test_nothing_to_do_does_nothing(ids: list[str]) -> None:
    world = World()
    assert replay_deliveries(world.ground, ids, world.clock.now + 100).replayed == []
    assert world.site.state.changed == 0

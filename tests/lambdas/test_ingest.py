"""From a stored delivery to content, a bump and messages, and the failures on the way."""

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest

from platform_core import contract
from platform_core.errors import Malformed, Refused, StoreUnavailable, VendorUnavailable
from platform_core.pipeline.ingest.attempts import MAX_ATTEMPTS
from platform_core.pipeline.ingest.content_applier import PassThrough
from platform_core.pipeline.ingest.content_sync import retire_provider, sync_provider
from platform_core.pipeline.ingest.sweeper import split_batches
from platform_core.pipeline.ingest.worker import Ingest
from platform_core.pipeline.ports import StoredDelivery
from tests.fakes.pipeline import T0, MemoryDeliveries, World, article


class Slow:
    """The inbox with another `pending`."""

    def __init__(
        self, inbox: MemoryDeliveries, read: Callable[[str], StoredDelivery | None]
    ) -> None:
        self.read = read
        self.pending, self.mark_applied = inbox.pending, inbox.mark_applied
        self.record_failure, self.start_attempt = inbox.record_failure, inbox.start_attempt
        self.save_progress = inbox.save_progress
        self.reopen, self.discard = inbox.reopen, inbox.discard


def test_a_delivery_becomes_an_item_a_bump_and_a_message() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    assert world.ingest.apply_deliveries([delivery]) == []
    assert world.stored == {"tea": (1, "tea 1")}
    assert world.site.state.changed == 1
    (event,) = world.bus.events
    assert (event.event_type, event.build_hint) == ("content.created", True)
    assert world.deliveries.status(delivery) == "applied"
    assert world.deliveries.event_ids[delivery] == (event.event_id,)


def test_writes_are_made_in_a_safe_order() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    world.step.log.clear()
    world.ingest.apply_deliveries([delivery])
    effects = ["content.stored", "site.bumped", "bus.published", "inbox.settled"]
    assert [name for name in world.step.log if name in effects] == effects


def test_a_batch_is_one_bump_and_one_hint() -> None:
    world = World()
    world.ingest.apply_deliveries([world.edit(f"item-{number}", 1) for number in range(30)])
    assert world.step.log.count("site.bumped") == 1
    assert world.site.state.changed == 30
    assert len(world.bus.hints) == 1


def test_no_hint_is_sent_before_a_scheduled_poll() -> None:
    world = World()
    world.ingest.apply_deliveries([world.edit("tea", 1)])
    world.builder.reconcile()
    world.ingest.apply_deliveries([world.edit("tea", 2)])
    world.pass_time(3)
    world.ingest.apply_deliveries([world.edit("tea", 3)])
    assert len(world.bus.hints) == 1


def test_an_order_changes_no_page() -> None:
    world = World()
    delivery = world.deliver({"kind": "order", "id": "o1"}, "o1")
    world.ingest.apply_deliveries([delivery])
    assert world.site.state.changed == 0
    assert [event.event_type for event in world.bus.events] == ["order.placed"]
    assert world.deliveries.status(delivery) == "applied"


def test_unchanged_content_is_a_duplicate() -> None:
    world = World()
    item = article("tea", 1, "tea").model_dump(mode="json")
    first = world.deliver({"kind": "upsert", "items": [item]}, "k1")
    unchanged = world.deliver({"kind": "upsert", "items": [item]}, "k2")
    world.ingest.apply_deliveries([first, unchanged])
    assert world.deliveries.status(first) == "applied"
    assert world.deliveries.status(unchanged) == "duplicate"


def test_a_redelivery_of_an_applied_row_does_nothing() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    world.ingest.apply_deliveries([delivery])
    world.ingest.apply_deliveries([delivery, delivery])
    assert world.site.state.changed == 1
    assert len(world.bus.events) == 1


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_newest_version_wins_in_any_order(order: tuple[int, ...]) -> None:
    world = World()
    deliveries = [
        world.edit("tea", 1),
        world.edit("tea", 2),
        world.deliver({"kind": "removal", "id": "tea", "version": 3}, "gone"),
        world.edit("tea", 4),
    ]
    for number in order:
        world.ingest.apply_deliveries([deliveries[number]])
    assert world.stored == {"tea": (4, "tea 4")}


def test_an_outdated_change_starts_no_build() -> None:
    world = World()
    outdated, newer = world.edit("tea", 1), world.edit("tea", 2)
    world.ingest.apply_deliveries([newer])
    world.ingest.apply_deliveries([outdated])
    assert world.site.state.changed == 1
    assert len(world.bus.events) == 1


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_late_update_restores_no_removed_item(order: tuple[int, ...]) -> None:
    world = World()
    deliveries = [
        world.edit("tea", 1),
        world.edit("tea", 2),
        world.deliver({"kind": "removal", "id": "tea"}, "gone"),
    ]
    del world.vendor.items["tea"]
    for number in order:
        world.ingest.apply_deliveries([deliveries[number]])
    assert world.stored == {}


def test_a_removal_without_a_version_is_looked_up_at_the_vendor() -> None:
    world = World()
    world.ingest.apply_deliveries([world.edit("tea", 1)])
    world.vendor.items["tea"] = article("tea", 2, "back again")
    world.ingest.apply_deliveries([world.deliver({"kind": "removal", "id": "tea"}, "gone")])
    assert world.stored == {"tea": (2, "back again")}


def test_two_edits_of_one_version_are_looked_up_at_the_vendor() -> None:
    world = World()
    first, second = world.edit("tea", 1, "one"), world.edit("tea", 1, "two")
    world.ingest.apply_deliveries([second])
    world.ingest.apply_deliveries([first])
    assert world.stored == {"tea": (1, "two")}
    event_types = [event.event_type for event in world.bus.events]
    assert event_types == ["content.created", "content.updated"]


def test_a_poison_delivery_does_not_stop_its_batch() -> None:
    world = World()
    poison = world.deliver({"kind": "poison", "secret": "hush"}, "p1")
    ids = [world.edit("tea", 1), poison, world.edit("pot", 1)]
    assert world.ingest.apply_deliveries(ids) == []
    assert set(world.stored) == {"tea", "pot"}
    assert world.deliveries.status(poison) == "pending"
    assert world.deliveries.reasons[poison] == "KeyError"
    for _ in range(6):
        world.clock.sleep(4000)
        world.sweep()
    assert world.deliveries.status(poison) == "failed"
    assert world.dead_letters.letters == [(poison, "KeyError")]
    assert "hush" not in str(world.lines)


def test_a_malformed_delivery_fails_at_once() -> None:
    world = World()
    delivery = world.deliver({"kind": "no such"}, "n1")
    world.ingest.apply_deliveries([delivery])
    assert world.deliveries.status(delivery) == "failed"
    assert world.dead_letters.letters == [(delivery, "Malformed: not understood")]


def test_deliveries_of_a_removed_provider_fail() -> None:
    world = World()
    delivery = world.deliver({"kind": "order", "id": "o"}, "o1")
    row = world.deliveries.rows.pop(delivery)
    world.deliveries.keep(replace(row.delivery, provider="gone"))
    world.ingest.apply_deliveries(["gone#o1"])
    assert world.deliveries.reasons["gone#o1"] == "Malformed: this client has no provider gone"


def test_a_lagging_api_is_read_again() -> None:
    world = World()
    world.edit("tea", 1)
    world.vendor.visible_items = {}
    delivery = world.deliver({"kind": "reference", "id": "tea", "version": 1}, "r1")
    other = world.edit("pot", 1)
    wait = world.ingest_deps.sleep

    def catch_up(seconds: float) -> None:
        wait(seconds)
        assert world.stored == {"pot": (1, "pot 1")}, "a neighbour does not wait for it"
        if world.clock.now >= T0 + 3:
            world.vendor.visible_items = None

    worker = Ingest(replace(world.ingest_deps, sleep=catch_up))
    worker.apply_deliveries([delivery, other])
    assert world.stored == {"pot": (1, "pot 1"), "tea": (1, "tea 1")}


def test_a_long_lag_postpones_the_row_with_a_growing_delay() -> None:
    world = World()
    world.vendor.visible_items = {}
    delivery = world.deliver({"kind": "reference", "id": "tea", "version": 1}, "r1")
    world.ingest.apply_deliveries([delivery])
    first = world.deliveries.rows[delivery]
    assert first.delivery.attempts == 1
    assert first.next_attempt_at == world.clock.now + 5
    world.sweep()
    assert world.deliveries.rows[delivery] == first, "not before its time"
    world.clock.sleep(5)
    world.sweep()
    second = world.deliveries.rows[delivery]
    assert second.next_attempt_at == world.clock.now + 10


def test_an_outage_of_a_day_loses_nothing() -> None:
    world = World()
    world.vendor.errors = [VendorUnavailable("no answer")] * (MAX_ATTEMPTS - 1)
    delivery = world.edit("tea", 1)
    world.ingest.apply_deliveries([delivery])
    began = world.clock.now
    while world.vendor.errors:
        assert world.deliveries.status(delivery) == "pending"
        world.clock.sleep(300)
        world.sweep()
    assert world.clock.now - began > 26 * 3600
    world.clock.sleep(4000)
    world.sweep()
    assert world.stored == {"tea": (1, "tea 1")}
    assert not world.dead_letters.letters


def test_a_row_that_waits_too_long_raises_an_alarm() -> None:
    world = World()
    world.vendor.errors = [VendorUnavailable("no answer")] * 9
    world.ingest.apply_deliveries([world.edit("tea", 1)])
    world.sweep()
    assert contract.ALARM not in world.logged("deliveries wait")[-1]
    world.clock.sleep(901)
    world.sweep()
    assert world.logged("deliveries wait")[-1][contract.ALARM] == contract.ALARM_PENDING


def test_rows_whose_messages_cannot_be_sent_are_repeated_by_the_stream() -> None:
    world = World()
    world.bus.failures = [StoreUnavailable("no answer")]
    delivery = world.edit("tea", 1)
    assert world.ingest.apply_deliveries([delivery]) == [delivery]
    assert world.deliveries.status(delivery) == "pending"
    assert world.ingest.apply_deliveries([delivery]) == []
    assert world.stored == {"tea": (1, "tea 1")}
    assert world.site.state.changed == 2


def test_direct_mode_stores_no_content_but_bumps() -> None:
    world = World()
    worker = Ingest(replace(world.ingest_deps, applier=PassThrough()))
    order = world.deliver({"kind": "order", "id": "o1"}, "o1")
    worker.apply_deliveries([world.edit("tea", 1), world.edit("tea", 2), order])
    assert world.stored == {}
    assert world.site.state.changed == 2
    assert world.deliveries.status(order) == "applied"


def test_direct_mode_requests_no_build_before_the_vendor_shows_the_change() -> None:
    world = World()
    worker = Ingest(replace(world.ingest_deps, applier=PassThrough()))
    world.edit("tea", 1)
    world.vendor.visible_items = dict(world.vendor.items)
    delivery = world.edit("tea", 2)
    worker.apply_deliveries([delivery])
    assert (world.deliveries.status(delivery), world.site.state.changed) == ("pending", 0)
    world.vendor.visible_items = None
    world.clock.sleep(60)
    worker.sweep(world.clock.now + 100)
    assert (world.deliveries.status(delivery), world.site.state.changed) == ("applied", 2)


def test_a_sweep_ends_at_its_time_limit() -> None:
    world = World()
    for number in range(60):
        world.edit(f"item-{number}", 1)
    swept = world.ingest.sweep(world.clock.now)
    assert (swept.pending, swept.driven, swept.left) == (60, 0, 60)
    swept = world.ingest.sweep(world.clock.now + 1)
    assert (swept.pending, swept.driven, swept.left) == (60, 60, 0)
    assert [len(batch) for batch in split_batches([str(n) for n in range(60)], 25)] == [25, 25, 10]


def test_sweeps_reduce_a_backlog_that_one_run_cannot_read() -> None:
    world = World()
    for number in range(200):
        world.edit(f"item-{number}", 1)
    read = world.deliveries.read

    def slowly(delivery_id: str) -> StoredDelivery | None:
        world.clock.sleep(1)
        return read(delivery_id)

    worker = Ingest(replace(world.ingest_deps, deliveries=Slow(world.deliveries, slowly)))
    swept = worker.sweep(world.clock.now + 100)
    assert (swept.pending, swept.driven, swept.left) == (200, 50, 150)


def test_an_unreadable_row_does_not_stop_other_batches() -> None:
    world = World()
    ids = [world.edit(f"item-{number}", 1) for number in range(60)]
    read = world.deliveries.read

    def all_but_one(delivery_id: str) -> StoredDelivery | None:
        if delivery_id == ids[3]:
            raise StoreUnavailable("no answer")
        return read(delivery_id)

    worker = Ingest(replace(world.ingest_deps, deliveries=Slow(world.deliveries, all_but_one)))
    swept = worker.sweep(world.clock.now + 100)
    assert (swept.pending, swept.driven, swept.left) == (60, 38, 22)
    assert len(world.stored) == 38


# --- the listing ---------------------------------------------------------------------------------


def test_a_sync_updates_the_table_from_the_vendor() -> None:
    world = World()
    for name in ("stays", "goes"):
        world.ingest.apply_deliveries([world.edit(name, 1)])
    world.vendor.items = {
        "stays": article("stays", 1, "stays 1"),
        "new": article("new", 1, "new 1"),
    }
    before = world.site.state.changed
    report = sync_provider(world.ingest_deps, world.content, "shop", world.clock.now + 100)
    assert (report.listed, report.written, report.removed, report.done) == (2, 1, 1, True)
    assert world.stored == {"stays": (1, "stays 1"), "new": (1, "new 1")}
    assert world.site.state.changed == before + 2
    second_report = sync_provider(world.ingest_deps, world.content, "shop", world.clock.now + 100)
    assert (second_report.listed, second_report.written, second_report.removed) == (2, 0, 0)


def test_a_sync_removes_no_item_newer_than_the_listing() -> None:
    world = World()
    world.vendor.visible_items = {}
    world.ingest.apply_deliveries([world.edit("new", 1)])
    listing = world.vendor.list_all

    def list_all(context: object) -> object:
        yield from listing(context)  # type: ignore[arg-type]
        world.vendor.visible_items = None

    world.vendor.list_all = list_all  # type: ignore[method-assign, assignment]
    report = sync_provider(world.ingest_deps, world.content, "shop", world.clock.now + 100)
    assert (report.listed, report.removed) == (0, 0)
    assert world.stored == {"new": (1, "new 1")}


def test_a_sync_without_enough_time_reports_it_and_removes_nothing() -> None:
    world = World()
    world.ingest.apply_deliveries([world.edit("tea", 1)])
    world.vendor.items = {"pot": article("pot", 1, "pot")}
    report = sync_provider(world.ingest_deps, world.content, "shop", world.clock.now)
    assert (report.done, report.removed) == (False, 0)
    assert world.stored == {"tea": (1, "tea 1")}


def test_the_next_sync_continues_an_incomplete_one() -> None:
    world = World()
    names = ("a", "b", "c")
    world.vendor.items = {name: article(name, 1, name) for name in names}
    listing = world.vendor.list_all

    def slowly(context: object) -> object:
        for item in listing(context):  # type: ignore[arg-type]
            world.clock.now += 10
            yield item

    world.vendor.list_all = slowly  # type: ignore[method-assign, assignment]
    first = sync_provider(world.ingest_deps, world.content, "shop", world.clock.now + 25)
    assert (first.listed, first.written, first.done) == (2, 2, False)
    reads = world.step.log.count("content.put")
    second = sync_provider(
        world.ingest_deps, world.content, "shop", world.clock.now + 100, skip=first.listed
    )
    assert (second.listed, second.written, second.done) == (3, 1, True)
    assert world.step.log.count("content.put") == reads + 1
    assert set(world.stored) == set(names)


def test_only_items_of_a_former_provider_are_retired() -> None:
    world = World()
    world.ingest.apply_deliveries([world.edit("tea", 1), world.edit("pot", 1)])
    world.ingest_deps.vendors.known.clear()  # type: ignore[attr-defined]
    before = world.site.state.changed
    report = retire_provider(world.ingest_deps, world.content, "shop", world.clock.now + 100)
    assert (report.removed, report.done, world.stored) == (2, True, {})
    assert world.site.state.changed == before + 2
    event_types = [event.event_type for event in world.bus.events[-2:]]
    assert event_types == ["content.deleted", "content.deleted"]
    second_report = retire_provider(world.ingest_deps, world.content, "shop", world.clock.now + 100)
    assert second_report.removed == 0


def test_a_provider_that_returns_restores_its_items() -> None:
    world = World()
    vendors = dict(world.ingest_deps.vendors.known)
    world.ingest.apply_deliveries([world.edit("tea", 1)])
    world.ingest_deps.vendors.known.clear()  # type: ignore[attr-defined]
    retire_provider(world.ingest_deps, world.content, "shop", world.clock.now + 100)
    world.ingest_deps.vendors.known.update(vendors)  # type: ignore[attr-defined]
    sync_provider(world.ingest_deps, world.content, "shop", world.clock.now + 100)
    assert world.stored == {"tea": (1, "tea 1")}


def test_a_provider_of_the_client_is_never_retired() -> None:
    world = World()
    world.ingest.apply_deliveries([world.edit("tea", 1)])
    with pytest.raises(Refused):
        retire_provider(world.ingest_deps, world.content, "shop", world.clock.now + 100)
    assert world.stored == {"tea": (1, "tea 1")}


def test_a_sync_without_a_listing_changes_nothing() -> None:
    world = World()
    world.ingest.apply_deliveries([world.edit("tea", 1)])
    world.vendor.lists = False
    report = sync_provider(world.ingest_deps, world.content, "shop", world.clock.now + 100)
    assert (report.done, report.listed, report.removed) == (True, 0, 0)
    assert world.stored == {"tea": (1, "tea 1")}
    assert world.site.state.changed == 1


def test_a_sync_of_an_unknown_provider_is_refused() -> None:
    world = World()
    with pytest.raises(Malformed):
        sync_provider(world.ingest_deps, world.content, "stranger", world.clock.now)

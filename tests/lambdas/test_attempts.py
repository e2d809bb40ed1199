"""Attempts are counted before their work, and large deliveries are applied in several runs."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from platform_core.errors import Malformed, StoreUnavailable, VendorUnavailable
from platform_core.pipeline.ingest.attempts import ATTEMPT_SECONDS, MAX_UNFINISHED_ATTEMPTS
from platform_core.pipeline.ingest.worker import DELIVERY_SECONDS, Ingest
from platform_core.pipeline.replay.replay import discard_deliveries, replay_deliveries
from platform_core.pipeline.vendors import Vendor
from platform_core.provider import Change, Context, Part, Upsert
from platform_core.webhooks.request import Delivery
from tests.fakes.pipeline import Crash, World, article
from tests.fakes.pipeline.vendor import NoSettings, ShopVendor

ROW_WRITES = {
    "inbox.attempt_started", "inbox.progress_saved", "inbox.settled", "inbox.noted",
}  # fmt: skip


@dataclass
class Import(ShopVendor):
    """A vendor whose deliveries have many parts. Each takes a second to read."""

    size: int = 0
    faults: dict[int, list[Exception]] = field(default_factory=dict)
    pass_second: Callable[[], object] = lambda: None
    reads: int = 0

    def parts(self, context: Context, delivery: Delivery) -> Sequence[Part]:
        return [partial(self.read, number) for number in range(self.size)]

    def read(self, number: int) -> Change:
        self.pass_second()
        self.reads += 1
        if faults := self.faults.get(number):
            raise faults.pop()
        return Upsert(article(f"item-{number:04}", 1, f"item {number}"))


class ImportWorld(World):
    """A client whose vendor delivers imports of many items."""

    def __init__(self, size: int, faults: dict[int, list[Exception]] | None = None) -> None:
        super().__init__()
        self.imports = Import(
            size=size, faults=faults or {}, pass_second=lambda: self.clock.sleep(1)
        )
        known = {"shop": Vendor("shop", self.imports, NoSettings())}
        vendors = replace(self.vendors, known=known)
        self.ingest = Ingest(replace(self.ingest_deps, vendors=vendors))
        self.ingest_deps = self.ingest.deps


def row_writes(world: World) -> list[str]:
    return [step for step in world.step.log if step in ROW_WRITES]


def kill_on(world: World, *names: str) -> None:
    """Kill the worker when it reads the delivery of one of these items."""
    inner = world.vendor.changes

    def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
        if any(name in delivery.key for name in names):
            raise Crash("killed")
        return inner(context, delivery)

    world.vendor.changes = changes  # type: ignore[method-assign]


def sweep_once(world: World) -> None:
    with suppress(Crash):
        world.ingest.sweep(world.clock.now + 100)
    world.clock.sleep(300)


# --- counted attempts ------------------------------------------------------------------------


def test_an_ordinary_delivery_costs_one_write_of_its_row() -> None:
    world = World()
    ids = [world.edit("tea", 1), world.edit("pot", 1)]
    world.ingest.apply_deliveries(ids)
    assert row_writes(world) == ["inbox.settled"] * 2


def test_a_swept_delivery_costs_a_second_write_before_its_work() -> None:
    world = World()
    world.edit("tea", 1)
    world.ingest.sweep(world.clock.now + 100)
    assert row_writes(world) == ["inbox.attempt_started", "inbox.settled"]
    assert world.step.log.index("inbox.attempt_started") < world.step.log.index("content.stored")


def test_an_attempt_of_the_stream_that_was_killed_is_counted_the_next_time() -> None:
    world = World()
    kill_on(world, "bomb")
    bomb = world.edit("bomb", 1)
    for _ in range(3):
        world.run(lambda: world.ingest.apply_deliveries([bomb]))
        world.clock.sleep(120)
    assert world.deliveries.rows[bomb].delivery.attempts == 1
    assert world.ingest.apply_deliveries([bomb]) == [], "the sweeper's, so the stream goes on"


def test_deliveries_that_kill_their_worker_starve_no_other() -> None:
    world = World()
    kill_on(world, "bomb")
    for number in range(3):
        world.edit(f"bomb-{number}", 1)
        world.edit(f"tea-{number}", 1)
    for _ in range(4):
        sweep_once(world)
    assert set(world.stored) == {"tea-0", "tea-1", "tea-2"}


def test_a_suspect_is_applied_alone_and_last() -> None:
    world = World()
    kill_on(world, "bomb")
    bomb = world.edit("bomb", 1)
    sweep_once(world)
    world.clock.sleep(ATTEMPT_SECONDS)
    late = world.edit("late", 1)
    sweep_once(world)
    assert world.deliveries.status(late) == "applied", "in the run that the older one killed"
    assert world.deliveries.rows[bomb].unfinished_attempts == 2


def test_a_delivery_that_always_kills_its_worker_is_given_up() -> None:
    world = World()
    kill_on(world, "bomb")
    bomb = world.edit("bomb", 1)
    for _ in range(10 * MAX_UNFINISHED_ATTEMPTS):
        sweep_once(world)
    assert world.deliveries.status(bomb) == "failed"
    ((letter, reason),) = world.dead_letters.letters
    assert letter == bomb
    assert reason.startswith("WorkerKilled: 10 attempts in a row")


def test_a_delivery_that_was_killed_twice_is_applied_by_the_third_attempt() -> None:
    world = World()
    tea = world.edit("tea", 1)
    inner = world.vendor.changes
    kill_on(world, "tea")
    sweep_once(world)
    sweep_once(world)
    sweep_once(world)
    world.vendor.changes = inner  # type: ignore[method-assign]
    for _ in range(3):
        sweep_once(world)
    assert world.deliveries.status(tea) == "applied"
    assert world.deliveries.rows[tea].unfinished_attempts == 0


def test_an_outage_of_the_topic_is_no_killed_worker() -> None:
    world = World()
    tea = world.edit("tea", 1)
    for _ in range(3 * MAX_UNFINISHED_ATTEMPTS):
        world.bus.failures = [StoreUnavailable("no answer")]
        world.ingest.sweep(world.clock.now + 100)
        assert world.deliveries.rows[tea].unfinished_attempts == 0
        world.clock.sleep(3600)
    world.bus.failures = []
    sweep_once(world)
    assert world.deliveries.status(tea) == "duplicate", "its item is stored since the first attempt"


def test_the_stream_sends_again_what_there_was_no_time_for() -> None:
    world = World()
    tea = world.edit("tea", 1)
    assert world.ingest.apply_deliveries([tea], until=world.clock.now) == [tea]
    assert world.deliveries.status(tea) == "pending"


def test_a_pending_delivery_can_be_given_up() -> None:
    world = World()
    kill_on(world, "bomb")
    bomb = world.edit("bomb", 1)
    sweep_once(world)
    assert discard_deliveries(world.ingest_deps, [bomb]) == [bomb]
    assert world.deliveries.status(bomb) == "failed"
    world.clock.sleep(ATTEMPT_SECONDS)
    world.ingest.sweep(world.clock.now + 100)
    assert world.deliveries.ends[bomb] > world.clock.now


# --- deliveries with many parts ----------------------------------------------------------------


def test_a_thousand_files_in_one_push_are_applied_in_several_runs() -> None:
    world = ImportWorld(1000)
    push = world.deliver({}, "push")
    world.ingest.apply_deliveries([push], until=world.clock.now + 100)
    assert world.deliveries.rows[push].progress.done == DELIVERY_SECONDS
    runs = 1
    while world.deliveries.status(push) == "pending":
        world.clock.sleep(300)
        world.ingest.sweep(world.clock.now + 100)
        runs += 1
    assert (runs, world.imports.reads) == (11, 1000), "no file is read twice"
    assert len(world.stored) == 1000
    event_ids = [event.event_id for event in world.bus.events]
    assert len(set(event_ids)) == len(event_ids) == 1000
    assert world.site.state.changed == 1000
    assert world.deliveries.rows[push].changed == 1000


def test_a_large_delivery_lets_its_neighbours_go_first() -> None:
    world = ImportWorld(1000)
    push, small = world.deliver({}, "push"), world.deliver({}, "small")
    world.ingest.apply_deliveries([push, small], until=world.clock.now + 2.5 * DELIVERY_SECONDS)
    assert world.deliveries.rows[small].progress.done > 0


def test_the_stream_leaves_the_rest_of_a_large_delivery_to_the_sweep() -> None:
    """The stream has one call at a time, so a later edit would wait for the whole delivery."""
    world = ImportWorld(1000)
    push, began = world.deliver({}, "push"), world.clock.now
    world.ingest.apply_deliveries([push], until=began + 240)
    assert world.clock.now - began == DELIVERY_SECONDS
    world.ingest.sweep(world.clock.now + 100)
    assert world.deliveries.rows[push].progress.done == DELIVERY_SECONDS + 100


def test_a_killed_run_repeats_only_its_own_parts() -> None:
    world = ImportWorld(150)
    push = world.deliver({}, "push")
    world.ingest.sweep(world.clock.now + 100)
    done = world.deliveries.rows[push].progress.done
    world.step.crash_at = world.step.count + 30
    sweep_once(world)
    world.clock.sleep(ATTEMPT_SECONDS)
    sweep_once(world)
    assert world.deliveries.status(push) == "applied"
    assert 150 < world.imports.reads < 150 + 150 - done
    assert len(world.stored) == 150


def test_an_outage_after_some_parts_keeps_them() -> None:
    world = ImportWorld(20, {7: [VendorUnavailable("no answer")]})
    push = world.deliver({}, "push")
    world.ingest.apply_deliveries([push])
    row = world.deliveries.rows[push]
    assert (row.progress.done, row.delivery.attempts) == (7, 1)
    assert row.reason == "VendorUnavailable: no answer"
    assert len(world.bus.events) == 7
    world.clock.sleep(10)
    world.ingest.sweep(world.clock.now + 100)
    assert world.deliveries.status(push) == "applied"
    assert world.imports.reads == 21


def test_a_malformed_part_is_left_out_and_blocks_no_other() -> None:
    world = ImportWorld(5, {2: [Malformed("no title")]})
    push = world.deliver({}, "push")
    world.ingest.apply_deliveries([push])
    assert world.deliveries.status(push) == "applied"
    assert len(world.stored) == 4
    assert world.logged("part left out") == [{"delivery": push, "part": 2, "reason": "no title"}]


def test_a_delivery_of_malformed_parts_only_fails() -> None:
    world = ImportWorld(3, {number: [Malformed("no title")] for number in range(3)})
    push = world.deliver({}, "push")
    world.ingest.apply_deliveries([push])
    assert world.deliveries.status(push) == "failed"


def test_parts_after_a_malformed_one_survive_an_outage() -> None:
    world = ImportWorld(2, {0: [Malformed("no title")], 1: [VendorUnavailable("no answer")]})
    push = world.deliver({}, "push")
    world.ingest.apply_deliveries([push])
    assert world.deliveries.status(push) == "pending"
    world.clock.sleep(10)
    world.ingest.sweep(world.clock.now + 100)
    assert world.deliveries.status(push) == "applied"
    assert set(world.stored) == {"item-0001"}


def test_parts_after_a_malformed_one_survive_the_end_of_a_run() -> None:
    world = ImportWorld(50, {0: [Malformed("no title")]})
    push = world.deliver({}, "push")
    world.ingest.apply_deliveries([push], until=world.clock.now + 0.5)
    assert world.deliveries.status(push) == "pending"
    assert world.deliveries.rows[push].progress.done == 1
    world.ingest.sweep(world.clock.now + 100)
    assert len(world.stored) == 49


def test_malformed_parts_only_fail_in_several_runs_as_well() -> None:
    faults: dict[int, list[Exception]] = {
        0: [Malformed("no title")], 1: [Malformed("no title"), VendorUnavailable("no answer")],
    }  # fmt: skip
    world = ImportWorld(2, faults)
    push = world.deliver({}, "push")
    world.ingest.apply_deliveries([push])
    world.clock.sleep(10)
    world.ingest.sweep(world.clock.now + 100)
    assert world.deliveries.status(push) == "failed"


def test_other_parts_than_before_are_applied_from_the_first() -> None:
    world = ImportWorld(150)
    push = world.deliver({}, "push")
    world.ingest.apply_deliveries([push], until=world.clock.now + 50)
    world.imports.size = 30
    world.clock.sleep(1)
    world.ingest.sweep(world.clock.now + 100)
    assert world.deliveries.status(push) == "applied"
    assert world.imports.reads == 50 + 30


def test_a_replay_applies_every_part_again() -> None:
    world = ImportWorld(3)
    push = world.deliver({}, "push")
    world.ingest.apply_deliveries([push])
    world.clock.sleep(100)
    replay_deliveries(world.ingest_deps, [push], world.clock.now + 100)
    assert world.imports.reads == 6
    assert world.deliveries.status(push) == "applied"


def test_a_replay_of_large_deliveries_ends_at_its_time() -> None:
    world = ImportWorld(90)
    pushes = [world.deliver({}, f"push-{number}") for number in range(4)]
    for push in pushes:
        world.ingest.sweep(world.clock.now + 500)
        assert world.deliveries.status(push) == "applied"
    world.clock.sleep(100)
    until = world.clock.now + 100
    report = replay_deliveries(world.ingest_deps, pushes, until)
    assert until <= world.clock.now <= until + 1
    assert {replay.status for replay in report.replayed} == {"pending"}
    world.ingest.sweep(world.clock.now + 500)
    assert {world.deliveries.status(push) for push in pushes} == {"applied"}

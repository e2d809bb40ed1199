"""One client in one storm: an agenda of events, and the workers that handle them.

Everything that AWS would deliver (stream records, hints, timers, ends of builds) is a message on
the agenda. A storm loses, repeats or delays messages. Sweepers run as long as work is pending.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import count, islice
from random import Random

from platform_core.errors import PipelineError
from platform_core.ingress.receive import Inbox
from platform_core.pipeline.build.builder import Builder
from platform_core.pipeline.ingest.content_applier import StoredContent
from platform_core.pipeline.ingest.content_sync import sync_provider
from platform_core.pipeline.ingest.sweeper import BATCH_SIZE
from platform_core.pipeline.ingest.worker import Ingest
from platform_core.pipeline.replay.replay import replay_deliveries
from tests.assurance.simulation import hostile
from tests.assurance.simulation.faults import FaultInjector
from tests.assurance.simulation.senders import OLD, DistantSecrets, Post, RotatedSecrets
from tests.assurance.simulation.storms import DAY, Storm
from tests.assurance.simulation.traffic import KEPT, Editors
from tests.fakes.pipeline import DEATHS, World

SWEEP_EVERY = 300.0
INGEST_SECONDS, BUILDER_SECONDS = 120.0, 300.0
"""Seconds after which the platform ends a function."""


class Simulation:
    """`day` and `run` make a storm and `settle` ends it; `invariants` then checks the result."""

    def __init__(
        self, seed: int, storm: Storm, inbox: Callable[[World], Inbox] | None = None
    ) -> None:
        self.random = Random(seed)
        self.storm = storm
        self.injector = FaultInjector(self.random, storm, self._race)
        self.world = self._world()
        self.injector.clock = self.world.clock
        self.skew = 0.0
        self.agenda: list[tuple[float, int, Callable[[], object]]] = []
        self._order = count()
        self.editors = Editors(self.random, self.world)
        self.post = Post(self, inbox(self.world) if inbox else self.world.inbox, self._secrets())
        self.ingest, self.builder = self._hire()
        self.covered: dict[str, float] = {}
        """Delivery -> the site's count of changes when it was marked as applied. A delivery that
        lost to a newer one has no count, because the newer one has its own."""
        self.most_running = 0
        self.longest_wait = 0.0
        """Acknowledged deliveries and their time, until they are applied."""
        self._rows = self._events = self._jobs = 0
        self._sweeping = self._racing = False

    def _world(self) -> World:
        """The client's stores and services."""
        world = World(step=self.injector)
        world.deliveries.index.lag = world.content.index.lag = self.injector.behind
        return world

    def _secrets(self) -> RotatedSecrets:
        return DistantSecrets(self.injector, OLD)

    def _hire(self) -> tuple[Ingest, Builder]:
        """Workers whose clock may be wrong."""
        world = self.world
        shelves = StoredContent(world.store, self.local_time)
        ground = replace(world.ingest_deps, clock=self.local_time, applier=shelves)
        return Ingest(ground), Builder(replace(world.desk, clock=self.local_time))

    def local_time(self) -> float:
        return self.world.clock() + self.skew

    # --- the agenda ------------------------------------------------------------------------------

    def later(self, seconds: float, what: Callable[[], object]) -> None:
        heapq.heappush(self.agenda, (self.world.clock() + seconds, next(self._order), what))

    def message(self, seconds: float, what: Callable[[], object]) -> None:
        """Schedule an event that may be lost, repeated or late."""
        storm = self.injector.storm
        if storm.drop and self.random.random() < storm.drop:
            return
        self.later(seconds + self.random.choice(storm.late), what)
        if storm.double and self.random.random() < storm.double:
            self.later(seconds + self.random.choice((0.0, 60.0, 400.0)), what)

    def work(self, worker: Callable[[], object], seconds: float = BUILDER_SECONDS) -> bool:
        """Run a worker, which may die or meet an outage. Returns whether it ended normally."""
        self.skew = self.random.choice(self.injector.storm.skew)
        self.injector.ends_by = self.world.clock() + seconds
        try:
            worker()
        except (*DEATHS, PipelineError):
            return False
        finally:
            self._notice()
        return True

    def turn(self, index: int = 0) -> None:
        """Handle the next event, or the event at `index` of the agenda."""
        at, _, what = heapq.heappop(self.agenda) if not index else self.agenda.pop(index)
        if index:
            heapq.heapify(self.agenda)
        self.world.clock.now = max(self.world.clock.now, at)
        what()

    def run(self) -> None:
        while self.agenda:
            self.turn()

    def settle(self) -> None:
        """End the storm: run sweepers and messages only, until no work is pending."""
        self.injector.end_all_faults()
        self.vendor_catches_up()
        self._sweeping = False
        for _ in range(4):
            self._want_sweep()
            self.run()
            self.world.clock.sleep(DAY / 4)
            if self.world.site.state.state == "held":
                self.work(lambda: self.builder.build(cause="asked", force=True, allow_shrink=True))

    def sync(self) -> None:
        """Sync with the vendor's listing, as a person would, and settle again."""
        self.work(self._read_the_listing)
        self.settle()

    def _read_the_listing(self) -> None:
        sync_provider(self.ingest.deps, self.world.store, "shop", self.world.clock() + DAY)

    def replay(self, ids: Sequence[str]) -> None:
        """Replay these deliveries."""
        replay_deliveries(self.ingest.deps, ids, self.world.clock() + DAY)

    # --- editors and vendors -------------------------------------------------------------------

    def day(self, edits: int) -> None:
        """Plan a day's traffic, one rotation of the secret, and one outage if the storm has any."""
        storm, moment = self.injector.storm, 0.0
        for gap in self.editors.gaps(edits, storm):
            moment += gap
            self.later(moment, self.edit)
        self.post.rotate(self.random.uniform(0, moment))
        if storm.outage:
            start = self.world.clock() + self.random.uniform(0, moment)
            self.injector.start_outage(start, start + self.random.choice(storm.outage))

    def edit(self) -> None:
        storm, vendor = self.injector.storm, self.world.vendor
        before = dict(vendor.items)
        for offer in self.editors.edit(storm):
            self.post.offer(offer)
        if storm.lag or vendor.visible_items is not None:
            shown = before if vendor.visible_items is None else vendor.visible_items
            behind = {name: item for name, item in shown.items() if name in KEPT}
            vendor.visible_items = vendor.items | behind
            self.later(self.random.uniform(0, storm.lag), self.vendor_catches_up)
        if storm.people and self.random.random() < storm.people:
            self.later(self.random.uniform(0, 100), self._order_something)

    def vendor_catches_up(self) -> None:
        """Let the vendor's API show the current state again.

        The API is behind with edits only, never with creations and removals: a listing that hides a
        removal is believed until the next sync.
        """
        self.world.vendor.visible_items = None

    def _order_something(self) -> None:
        builder = self.builder
        orders: Sequence[Callable[[], object]] = (
            lambda: builder.build(cause="asked", force=True, allow_shrink=True),
            lambda: builder.rollback(None),
            builder.resume,
            self._read_the_listing,
        )
        self.work(self.random.choice(orders))

    # --- workers and their messages -----------------------------------------------------------

    def _notice(self) -> None:
        """Schedule the messages for the latest effects, even if their worker died."""
        world = self.world
        fresh = list(islice(world.deliveries.arrivals, self._rows, None))
        self._rows += len(fresh)
        if fresh:
            self.message(0.2, lambda: self._stream(fresh))
        for event in islice(world.bus.events, self._events, None):
            if event.build_hint:
                self.message(0.1, self._look)
        self._events = len(world.bus.events)
        timers, world.timers.at[:] = world.timers.at[:], []
        for at in timers:
            self.message(max(at - world.clock(), 0.0), self._look)
        for build_id in islice(world.builds.jobs, self._jobs, None):
            takes = self.random.uniform(*self.injector.storm.builds)
            self.later(takes, partial(self._end_build, build_id))
        self._jobs = len(world.builds.jobs)
        for delivery_id in islice(world.deliveries.event_ids, len(self.covered), None):
            bumped = world.deliveries.event_ids[delivery_id]
            self.covered[delivery_id] = world.site.state.changed if bumped else float("inf")
            self._time(delivery_id)
        self.most_running = max(self.most_running, len(world.builds.running))
        self._want_sweep()

    def _time(self, delivery_id: str) -> None:
        row = self.world.deliveries.rows.get(delivery_id)
        if row is not None:
            waited = self.world.clock() - row.delivery.request.received_at
            self.longest_wait = max(self.longest_wait, waited)

    def _stream(self, ids: Sequence[str], tries: int = 3) -> None:
        """Handle a batch of the inbox's stream. Failed deliveries, or all of them, come again."""
        lost: list[str] = list(ids)

        def drive() -> None:
            lost[:] = self.ingest.apply_deliveries(ids[:BATCH_SIZE])

        self.work(drive, INGEST_SECONDS)
        if lost and tries:
            self.message(1.0, lambda: self._stream(lost, tries - 1))

    def _look(self, news: bool = False) -> None:
        self.work(lambda: self.builder.reconcile(news=news))

    def _end_build(self, build_id: str) -> None:
        builds = self.world.builds
        job = builds.jobs[build_id]
        if job.status.outcome != "running":
            return
        storm, chance = self.injector.storm, self.random.random()
        if chance < storm.failing:
            builds.end(build_id, self.random.choice(("failed", "faulted")), "because")
        else:
            builds.succeed(job)
            if chance < storm.failing + storm.lying:
                hostile.leave_manifest(self.world, job.order.attempt, self.random)
        self.message(0.5, lambda: self._look(news=True))

    def _want_sweep(self) -> None:
        if not self._sweeping and self._undone():
            self._sweeping = True
            self.later(SWEEP_EVERY, self._sweep)

    def _sweep(self) -> None:
        self._sweeping = False
        self.time_takes(self.random.choice((0.0, 2 * DAY)))
        until = self.world.clock() + 100
        self.work(lambda: self.ingest.sweep(until), INGEST_SECONDS)
        self.work(lambda: self.builder.sweep(until))

    def time_takes(self, behind: float = 0.0) -> None:
        """Delete the expired rows of the tables, some of them days late."""
        for table in (self.world.deliveries, self.world.content):
            table.expire(self.world.clock() - behind)

    def _undone(self) -> bool:
        state = self.world.site.state
        rows = self.world.deliveries.rows.values()
        waiting = any(row.delivery.status == "pending" for row in rows)
        unseen = state.live is not None and state.pointer_written != state.live
        wanted = state.changed > state.built and state.state != "held"
        return waiting or wanted or unseen or state.state in {"waiting", "building"}

    def _race(self) -> None:
        """Run another worker in the middle of the current one."""
        if self._racing:
            return
        self._racing, skew = True, self.skew
        if self.injector.storm.skew != (0.0,):
            self.skew = self.random.choice(self.injector.storm.skew)
        known = list(self.world.deliveries.rows)
        until = self.world.clock() + 100
        turns: list[Callable[[], object]] = [
            lambda: self.builder.reconcile(news=True),
            lambda: self.builder.sweep(until),
            lambda: self.ingest.sweep(until),
            lambda: self.ingest.apply_deliveries(self.random.sample(known, min(len(known), 3))),
        ]
        try:
            self.random.choice(turns)()
        except (*DEATHS, PipelineError):
            pass
        finally:
            self._racing, self.skew = False, skew


def lived_through(
    seed: int, storm: Storm, edits: int, inbox: Callable[[World], Inbox] | None = None
) -> Simulation:
    """Return a client after a day of traffic in a storm and the calm after it."""
    simulation = Simulation(seed, storm, inbox)
    simulation.day(edits)
    simulation.run()
    simulation.settle()
    return simulation

"""The invariants, for a crash at every step and for any order of events."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from platform_core.contract import release_prefix
from platform_core.errors import BuildRefused, Refused, StoreUnavailable
from platform_core.pipeline.replay.replay import replay_deliveries
from tests.fakes.pipeline import Crash, World

NAMES = ("tea", "pot", "cup")


def whole(world: World, release: str) -> bool:
    """Return whether a release has its manifest and every file that it names."""
    files = world.pages.files
    manifest = files.get(f"{release_prefix(release)}release.json")
    return manifest is not None and all(
        file["key"] in files for file in json.loads(manifest[0])["files"].values()
    )


def check_always(world: World) -> None:
    assert len(world.builds.running) <= 1, "I5: one build at a time"
    built = [state.built for state in world.site.history]
    assert built == sorted(built), "I6: what is built only grows"
    changed = [state.changed for state in world.site.history]
    assert changed == sorted(changed)
    if world.pointer.value is not None:
        assert whole(world, world.pointer.value), "half a release is live"


def check_converged(world: World) -> None:
    truth = {name: (item.version, item.title) for name, item in world.vendor.items.items()}
    assert world.stored == truth, "I3: the fold of all events by version"
    statuses = {row.delivery.status for row in world.deliveries.rows.values()}
    assert statuses <= {"applied", "duplicate"}, "I1: acked implies applied"
    state = world.site.state
    assert (state.state, state.attempt, state.pruning) == ("idle", None, None)
    assert state.built == state.changed
    assert world.pointer.value == state.live == state.pointer_written
    if not state.pinned:
        assert world.visible == {name: title for name, (_, title) in truth.items()}
        assert state.live == state.ready


# --- a crash at every step -----------------------------------------------------------------------


def story(world: World) -> None:
    """An edit goes live, followed by another one, a removal, a rollback and a resume."""
    first = world.edit("tea", 1)
    world.run(lambda: world.ingest.apply_deliveries([first]))
    world.run(world.builder.reconcile)
    world.pass_time(4)
    world.finish_builds()
    second, third = world.edit("tea", 2), world.edit("pot", 1)
    world.run(lambda: world.ingest.apply_deliveries([second, third]))
    del world.vendor.items["pot"]
    removal = world.deliver({"kind": "removal", "id": "pot"}, "gone")
    world.run(world.builder.reconcile)
    world.pass_time(4)
    world.run(lambda: world.ingest.apply_deliveries([removal]))
    world.finish_builds()
    world.pass_time(4)
    world.finish_builds()
    for order in (lambda: world.builder.rollback(None), world.builder.resume):
        try:
            world.run(order)
        except Refused:
            continue


def steps_of_the_story() -> int:
    world = World()
    story(world)
    return world.step.count


@pytest.mark.parametrize("part", range(8))
def test_sweepers_recover_from_a_crash_between_any_two_steps(part: int) -> None:
    """At every step of every port, before its effect and after it."""
    total = steps_of_the_story()
    assert total > 200
    for crash_at in range(1 + part, total + 1, 8):
        world = World()
        world.step.crash_at = crash_at
        story(world)
        world.settle(6)
        if world.site.state.pinned:
            world.builder.resume()
        check_always(world)
        check_converged(world)


@pytest.mark.parametrize("part", range(4))
def test_a_second_worker_between_any_two_steps_does_no_harm(part: int) -> None:
    """Between any two steps of one worker, another one polls, replays everything and sweeps."""
    for at in range(1 + part, steps_of_the_story() + 1, 4):
        world = World()

        def other(world: World = world) -> None:
            world.ingest.apply_deliveries(list(world.deliveries.rows))
            world.builder.reconcile(news=True)
            world.builder.sweep(world.clock.now + 100)

        world.step.between, world.step.between_at = other, at
        story(world)
        world.settle(6)
        if world.site.state.pinned:
            world.builder.resume()
        check_always(world)
        check_converged(world)


# --- anything in any order -----------------------------------------------------------------------


class Pipeline(RuleBasedStateMachine):
    """Editors, vendors, workers, timers, builds, people, crashes and races."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.version = 0

    def attempt(self, worker: Callable[[], Any]) -> None:
        """Run a worker that may crash or find a store unavailable; a later run repeats the work."""
        try:
            worker()
        except (Crash, Refused, StoreUnavailable):
            return

    @rule(name=st.sampled_from(NAMES))
    def edit(self, name: str) -> None:
        self.version += 1
        self.world.edit(name, self.version)

    @rule(name=st.sampled_from(NAMES))
    def edit_twice_in_one_version(self, name: str) -> None:
        self.version += 1
        self.world.edit(name, self.version, "first")
        self.world.edit(name, self.version, "second")

    @rule(name=st.sampled_from(NAMES), dated=st.booleans())
    def remove(self, name: str, dated: bool) -> None:
        if self.world.vendor.items.pop(name, None) is None:
            return
        self.version += 1
        body = {"kind": "removal", "id": name} | ({"version": self.version} if dated else {})
        self.world.deliver(body, f"gone-{self.version}")

    @rule(data=st.data())
    def stream(self, data: st.DataObject) -> None:
        """Apply any deliveries, old or new, repeated and in any order."""
        kept_ids = list(self.world.deliveries.rows)
        if kept_ids:
            ids = data.draw(st.lists(st.sampled_from(kept_ids), min_size=1, max_size=6))
            self.attempt(lambda: self.world.ingest.apply_deliveries(ids))

    @rule(news=st.booleans())
    def look(self, news: bool) -> None:
        self.attempt(lambda: self.world.builder.reconcile(news=news))

    @rule(seconds=st.sampled_from([1.0, 3.0, 40.0, 400.0, 90_000.0]))
    def pass_time(self, seconds: float) -> None:
        self.world.pass_time(seconds)

    @rule(name=st.sampled_from(["clock", "timers"]))
    def lose_timers(self, name: str) -> None:
        if name == "timers":
            self.world.timers.at.clear()

    @precondition(lambda self: self.world.builds.running)
    @rule(outcome=st.sampled_from(["succeeded", "failed", "faulted"]), heard=st.booleans())
    def end_build(self, outcome: str, heard: bool) -> None:
        job = self.world.builds.running[0]
        if outcome == "succeeded":
            self.world.builds.succeed(job)
        else:
            self.world.builds.end(job.status.build_id, outcome, "because")
        if heard:
            self.attempt(lambda: self.world.builder.reconcile(news=True))

    @rule(force=st.booleans())
    def build(self, force: bool) -> None:
        world = self.world
        self.attempt(lambda: world.builder.build(cause="asked", force=force, allow_shrink=False))

    @rule()
    def rollback(self) -> None:
        self.attempt(lambda: self.world.builder.rollback(None))

    @rule()
    def resume(self) -> None:
        self.attempt(self.world.builder.resume)

    @rule()
    def sweep(self) -> None:
        self.attempt(lambda: self.world.ingest.sweep(self.world.clock.now + 100))
        self.attempt(lambda: self.world.builder.sweep(self.world.clock.now + 100))

    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        """Replay any of the deliveries."""
        world = self.world
        all_ids = list(world.deliveries.rows)
        if all_ids:
            ids = data.draw(st.lists(st.sampled_from(all_ids), min_size=1, max_size=6))
            self.attempt(lambda: replay_deliveries(world.ingest_deps, ids, world.clock.now + 100))

    @rule(steps=st.integers(1, 40))
    def crash_soon(self, steps: int) -> None:
        self.world.step.crash_at = self.world.step.count + steps

    @rule(steps=st.integers(1, 40), what=st.sampled_from(["look", "sweep", "rollback", "resume"]))
    def race_soon(self, steps: int, what: str) -> None:
        world = self.world
        others: dict[str, Callable[[], Any]] = {
            "look": lambda: world.builder.reconcile(news=True),
            "sweep": lambda: world.builder.sweep(world.clock.now + 100),
            "rollback": lambda: world.builder.rollback(None),
            "resume": world.builder.resume,
        }
        world.step.between = lambda: self.attempt(others[what])
        world.step.between_at = world.step.count + steps

    @rule(kind=st.sampled_from(["refusal", "lost reply", "bus"]))
    def service_fails(self, kind: str) -> None:
        match kind:
            case "refusal":
                self.world.builds.refusals = [BuildRefused("limit")]
            case "lost reply":
                self.world.builds.lost_replies = [StoreUnavailable("no answer")]
            case _:
                self.world.bus.failures = [StoreUnavailable("no answer")]

    @invariant()
    def always(self) -> None:
        check_always(self.world)

    def teardown(self) -> None:
        """After the failures end, everything must converge, and no change may be lost."""
        world = self.world
        world.step.crash_at = world.step.between = None
        world.builds.refusals, world.builds.lost_replies, world.bus.failures = [], [], []
        self.edit("tea")
        world.settle()
        if world.site.state.pinned:
            world.builder.resume()
        check_always(world)
        check_converged(world)


Pipeline.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestPipeline = Pipeline.TestCase

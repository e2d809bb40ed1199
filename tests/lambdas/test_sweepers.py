"""For every trigger that can be lost, a sweeper does the work.

A trigger is only a hint. Each test drops one trigger, lets time pass, and only sweeps.
"""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from platform_core import contract
from platform_core.errors import StoreUnavailable
from platform_core.pipeline.events import EventType
from platform_core.pipeline.ingest.content_applier import PassThrough
from platform_core.pipeline.ingest.worker import Ingest
from platform_core.pipeline.replay.replay import COOL_DOWN, replay_deliveries
from tests.fakes.pipeline import T0, World


def edited(world: World, name: str = "tea", version: int = 1) -> None:
    """Return an applied edit that the builder has no hint of."""
    world.ingest.apply_deliveries([world.edit(name, version)])


def building(world: World) -> None:
    edited(world)
    world.builder.reconcile()
    world.pass_time(4)
    assert len(world.builds.running) == 1


def told(world: World) -> list[str]:
    return [event.event_type for event in world.bus.events]


# --- pending rows --------------------------------------------------------------------------------


def test_a_row_without_a_stream_record_is_applied() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    world.sweep()
    assert world.deliveries.status(delivery) == "applied"
    assert world.stored == {"tea": (1, "tea 1")}


def test_a_row_without_a_stream_record_is_applied_in_direct_mode() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    Ingest(replace(world.ingest_deps, applier=PassThrough())).sweep(world.clock.now + 100)
    assert world.deliveries.status(delivery) == "applied"
    assert world.site.state.changed == 1


def test_a_row_whose_replay_died_is_applied() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    world.ingest.apply_deliveries([delivery])
    world.clock.sleep(COOL_DOWN)
    world.step.crash_at = world.step.count + 3
    world.run(lambda: replay_deliveries(world.ingest_deps, [delivery], world.clock.now + 100))
    assert world.deliveries.status(delivery) == "pending"
    world.sweep()
    assert world.deliveries.status(delivery) == "applied"


# --- wanted builds -------------------------------------------------------------------------------


def test_a_wanted_build_whose_hint_was_lost_is_built() -> None:
    world = World()
    edited(world)
    world.pass_time(300)
    assert world.site.state.state == "idle"
    world.sweep()
    world.finish_builds()
    assert world.visible == {"tea": "tea 1"}


def test_a_wanted_build_whose_timer_was_lost_is_built() -> None:
    world = World()
    edited(world)
    world.builder.reconcile()
    world.timers.at.clear()
    world.pass_time(300)
    assert not world.builds.jobs
    world.sweep()
    assert len(world.builds.running) == 1


def test_a_due_date_whose_timer_was_lost_is_built() -> None:
    world = World()
    later = datetime.fromtimestamp(T0 + 5000, UTC)
    world.ingest.apply_deliveries([world.edit("tea", 1), world.edit("sale", 1, published_at=later)])
    world.settle(4)
    assert set(world.visible) == {"tea"}
    world.timers.at.clear()
    world.clock.now = T0 + 5060
    world.settle(4)
    assert set(world.visible) == {"tea", "sale"}


# --- builds without an event ---------------------------------------------------------------------


def test_the_end_of_a_build_without_an_event_is_found() -> None:
    world = World()
    building(world)
    world.builds.succeed(world.builds.running[0])
    world.timers.at.clear()
    world.clock.sleep(301)
    world.sweep()
    assert world.visible == {"tea": "tea 1"}


def test_a_build_whose_worker_died_before_the_start_is_started() -> None:
    world = World()
    edited(world)
    world.builder.reconcile()
    world.timers.at.clear()
    world.clock.sleep(4)
    world.step.crash_at = world.step.count + 3
    world.run(world.builder.reconcile)
    assert (world.site.state.state, world.builds.jobs) == ("building", {})
    world.settle(4)
    assert world.visible == {"tea": "tea 1"}


def test_a_stuck_build_is_stopped_and_raises_an_alarm() -> None:
    world = World()
    building(world)
    for _ in range(14):
        world.clock.sleep(301)
        world.sweep()
    assert world.logged("build stuck")[0][contract.ALARM] == contract.ALARM_STUCK
    assert next(iter(world.records.builds.values())).reason == "STOPPED"


def test_a_missing_flip_is_made() -> None:
    world = World()
    building(world)
    world.finish_builds()
    world.pointer.value, world.site.row["pointer_written"] = None, None
    world.sweep()
    assert world.visible == {"tea": "tea 1"}


# --- unpublished events --------------------------------------------------------------------------


def test_unpublished_events_of_ingest_are_published() -> None:
    world = World()
    world.bus.failures = [StoreUnavailable("no answer")]
    world.ingest.apply_deliveries([world.edit("tea", 1)])
    assert told(world) == []
    world.sweep()
    assert told(world) == ["content.created"] or told(world) == ["content.updated"]


@pytest.mark.parametrize(
    "wanted",
    [EventType.BUILD_STARTED, EventType.BUILD_SUCCEEDED, EventType.RELEASE_PUBLISHED],
)
@pytest.mark.parametrize("died", ["before", "after"])
def test_unpublished_events_of_the_builder_are_published(wanted: EventType, died: str) -> None:
    """The builder dies at this very event; with `after`, the event was published and nothing else
    done."""
    world = World()
    edited(world)
    publish = world.bus.publish
    lost_events: list[str] = []

    def losing(events: list[object]) -> None:
        (event,) = events
        if event.event_type == wanted and not lost_events:  # type: ignore[attr-defined]
            lost_events.append(wanted)
            if died == "after":
                publish(events)  # type: ignore[arg-type]
            raise StoreUnavailable("no answer")
        publish(events)  # type: ignore[arg-type]

    world.bus.publish = losing  # type: ignore[assignment, method-assign]
    world.settle(6)
    assert lost_events
    assert wanted in told(world)
    assert world.visible == {"tea": "tea 1"}
    ids = [event.event_id for event in world.bus.events if event.event_type == wanted]
    assert len(set(ids)) == 1, "a repeat is recognized"


def test_the_event_of_a_failure_is_repeated_if_in_doubt() -> None:
    world = World()
    building(world)
    job = world.builds.running[0]
    world.builds.end(job.status.build_id, "failed", "BUILD: exit status 1")
    world.bus.failures = [StoreUnavailable("no answer")]
    world.run(lambda: world.builder.reconcile(news=True))
    assert "build.failed" not in told(world)
    world.clock.sleep(301)
    world.sweep()
    assert "build.failed" in told(world)

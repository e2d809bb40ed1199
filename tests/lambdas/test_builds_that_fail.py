"""Builds that fail, never start, or whose end is not reported."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from platform_core import contract
from platform_core.errors import (
    BuildDenied,
    BuildRefused,
    Malformed,
    StoreUnavailable,
    VendorRefused,
    VendorUnavailable,
)
from tests.fakes.pipeline import World, article
from tests.lambdas.site import changed, released


def test_a_failed_build_backs_off_and_the_site_stays_live() -> None:
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
    assert [record.cause for record in world.records.builds.values()] == [
        "content",
        "content",
        "retry",
    ]


def fail_until_held(world: World) -> None:
    for _ in range(3):
        world.pass_time(1000)
        world.fail_builds()


def test_three_failures_hold_the_site_until_a_new_change() -> None:
    world = World()
    released(world, "tea")
    changed(world, "tea", 2)
    fail_until_held(world)
    state = world.site.state
    assert (state.state, state.failures) == ("held", 3)
    assert state.held_reason == "BUILD: exit status 1"
    assert world.logged("site held")[0][contract.ALARM] == contract.ALARM_BUILD
    world.pass_time(10_000)
    world.sweep()
    assert not world.builds.running
    changed(world, "tea", 3)
    world.pass_time(3)
    world.finish_builds()
    state = world.site.state
    assert (state.state, state.failures, state.held_reason) == ("idle", 0, None)
    assert world.visible == {"tea": "tea 3"}


def test_a_fix_that_arrives_during_the_last_try_is_built() -> None:
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
    assert [record.status for record in world.records.builds.values()] == ["abandoned", "succeeded"]


def test_refusals_for_an_hour_raise_the_alarm_and_cost_few_attempts() -> None:
    """An account whose quota of builds is 0 refuses every start."""
    world = World()
    world.builds.refusals = [BuildRefused("AccountLimitExceededException")] * 100
    changed(world, "tea", 1)
    world.pass_time(3500)
    lines = world.logged("build put off")
    assert not any(contract.ALARM in line for line in lines)
    assert len(lines) < 20
    world.pass_time(500)
    assert world.logged("build put off")[-1][contract.ALARM] == contract.ALARM_BUILD
    assert world.site.state.failures == 0
    world.builds.refusals.clear()
    world.pass_time(300)
    world.finish_builds()
    assert world.visible == {"tea": "tea 1"}
    assert world.site.state.put_off_since is None


def set_content(world: World, read: Callable[[], object]) -> None:
    object.__setattr__(world.desk, "content", read)


def pass_time_and_sweep(world: World, seconds: int) -> None:
    """Sweep every five minutes. Some errors of the content end the builder's call."""
    for _ in range(seconds // 300):
        with suppress(Malformed):
            world.pass_time(300)
        with suppress(Malformed):
            world.sweep()


@pytest.mark.parametrize(
    "error",
    [VendorRefused("HTTP 401"), VendorUnavailable("no answer"), Malformed("no listing")],
    ids=["refused", "unavailable", "malformed"],
)
def test_unreadable_content_raises_the_alarm_after_an_hour_too(error: Exception) -> None:
    """In direct mode: the read token was revoked, or the listing has another form."""
    world = World()

    def fail() -> object:
        raise error

    changed(world, "tea", 1)
    set_content(world, fail)
    pass_time_and_sweep(world, 3300)
    lines = world.logged("build put off")
    assert not any(contract.ALARM in line for line in lines)
    assert 0 < len(lines) < 20
    pass_time_and_sweep(world, 2100)
    assert world.logged("build put off")[-1][contract.ALARM] == contract.ALARM_BUILD
    assert world.site.state.failures == 0
    set_content(world, world.content.scan)
    pass_time_and_sweep(world, 900)
    world.finish_builds()
    assert world.visible == {"tea": "tea 1"}
    assert world.site.state.put_off_since is None


@pytest.mark.parametrize("end", ["skipped", "held"])
def test_a_refusal_before_an_attempt_that_needed_no_build_is_forgotten(end: str) -> None:
    world = World()
    released(world, "tea")
    before = list(world.content.scan())
    untitled = [article("tea", 2, "Untitled")]
    world.builds.refusals = [BuildRefused("ThrottlingException")]
    changed(world, "tea", 2)
    world.pass_time(3)
    set_content(world, lambda: iter(before if end == "skipped" else untitled))
    world.pass_time(100)
    assert list(world.records.builds.values())[-1].status == end
    assert world.site.state.put_off_since is None
    set_content(world, world.content.scan)
    world.clock.sleep(24 * 3600)
    world.builds.refusals = [BuildRefused("ThrottlingException")]
    changed(world, "tea", 3)
    world.pass_time(3)
    assert contract.ALARM not in world.logged("build put off")[-1]
    assert world.site.state.retry_at == world.clock.now + 30


def test_a_builder_that_may_not_start_builds_fails() -> None:
    """Waiting does not help, so the alarm rings at once and the site is held in the end."""
    world = World()
    world.builds.refusals = [BuildDenied("AccessDeniedException")] * 9
    changed(world, "tea", 1)
    world.pass_time(3)
    [line] = world.logged("build failed")
    assert line[contract.ALARM] == contract.ALARM_BUILD
    assert line["reason"] == "the builder is not allowed to start builds: AccessDeniedException"
    world.pass_time(2000)
    assert (world.site.state.state, world.site.state.failures) == ("held", 3)


def test_a_build_that_waits_in_the_queue_is_not_stuck() -> None:
    world = World()
    changed(world, "tea", 1)
    world.pass_time(3)
    [job] = world.builds.running
    job.status = replace(job.status, is_queued=True)
    world.pass_time(5000)
    world.sweep()
    assert not world.logged("build stuck")
    job.status = replace(job.status, is_queued=False, queue_seconds=4900.0)
    world.pass_time(3000)
    world.sweep()
    assert not world.logged("build stuck")
    world.pass_time(1500)
    world.sweep()
    assert len(world.logged("build stuck")) == 1


def test_a_start_whose_response_was_lost_is_found_and_not_repeated() -> None:
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
    world.builder.reconcile(news=True)
    assert world.site.state.failures == 0
    world.pass_time(30)
    world.finish_builds()
    assert world.visible == {"tea": "tea 1"}


def test_unreadable_content_is_read_again() -> None:
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


def test_an_incomplete_upload_never_goes_live() -> None:
    world = World()
    first = released(world, "tea")
    changed(world, "tea", 2)
    world.pass_time(3)
    job = world.builds.running[0]
    world.publish(job.order.attempt)
    del world.pages.files[f"releases/{job.order.attempt}/404.html"]
    world.builds.end(job.status.build_id, "succeeded")
    world.builder.reconcile(news=True)
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
def test_a_foreign_manifest_fails_the_build(manifest: bytes) -> None:
    world = World()
    changed(world, "tea", 1)
    world.pass_time(3)
    job = world.builds.running[0]
    world.publish(job.order.attempt)
    key = f"releases/{job.order.attempt}/release.json"
    manifest = manifest.replace(b'"version":1', f'"attempt":"{job.order.attempt}"'.encode())
    world.pages.files[key] = (manifest, world.clock())
    world.builds.end(job.status.build_id, "succeeded")
    world.builder.reconcile(news=True)
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
    assert world.logged("build stuck")[0][contract.ALARM] == contract.ALARM_STUCK
    assert next(iter(world.records.builds.values())).reason == "STOPPED"


def test_a_lost_timer_costs_only_time() -> None:
    world = World()
    changed(world, "tea", 1)
    world.timers.at.clear()
    world.pass_time(300)
    assert not world.builds.jobs
    world.sweep()
    assert len(world.builds.running) == 1

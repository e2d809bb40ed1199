"""Redirects and headers are stored with a release. A rollback brings back those of an old one."""

import json
from dataclasses import replace

from platform_core.hosting.edge_rules import MAX_SET_BYTES, release_key
from platform_core.pipeline.build.builder import Builder
from platform_core.pipeline.release.prune import PRUNE_INTERVAL
from tests.fakes.pipeline import World
from tests.fakes.pipeline.services import MemoryRuleStore


def make_world() -> tuple[World, MemoryRuleStore]:
    """Return a client whose edge function applies rules."""
    world = World()
    rules = MemoryRuleStore(world.step)
    world.desk = replace(world.desk, rules=rules)
    world.builder = Builder(world.desk)
    return world, rules


def release(world: World, version: int, files: dict[str, str]) -> str:
    """Publish a release with these files besides its pages. Returns the attempt."""
    world.ingest.apply_deliveries([world.edit("tea", version)])
    world.builder.reconcile()
    world.pass_time(60)
    [job] = world.builds.running
    world.builds.succeed(job)
    prefix = f"releases/{job.order.attempt}/"
    document = json.loads(world.pages.files[f"{prefix}release.json"][0])
    for path, text in files.items():
        world.pages.files[prefix + path] = (text.encode(), world.clock.now)
        document["files"][path] = {"key": prefix + path, "size": len(text.encode())}
    world.pages.files[f"{prefix}release.json"] = (json.dumps(document).encode(), world.clock.now)
    world.builder.reconcile(news=True)
    return job.order.attempt


def test_the_rules_of_a_release_flip_with_the_pointer() -> None:
    world, store = make_world()
    first = release(world, 1, {"_redirects": "/old /first/"})
    second = release(world, 2, {"platform_redirects": "/old /second/", "_redirects": "/old /no/"})

    def target() -> str:
        name = store.entries[release_key(world.pointer.value or "")]
        return store.entries[name.partition(".")[0] + "/old"]

    assert (world.pointer.value, target()) == (second, "301 /second/")
    world.builder.rollback(None)
    assert (world.pointer.value, target()) == (first, "301 /first/")


def test_the_same_rules_are_stored_once() -> None:
    world, store = make_world()
    for version in (1, 2):
        release(world, version, {"_redirects": "/old /new/", "_headers": "/*\n  X-A: b"})
    assert len([key for key in store.entries if key.endswith("/old")]) == 1
    assert len([key for key in store.entries if key.startswith("rules:")]) == 2


def test_too_many_rules_fail_the_build_with_the_limit() -> None:
    world, store = make_world()
    release(world, 1, {})
    lines = "\n".join(f"/old/{n} /new/{n}/{'x' * 60}" for n in range(9_000))
    attempt = release(world, 2, {"_redirects": lines})
    assert f"{MAX_SET_BYTES:,}" in (world.records.builds[attempt].reason or "")
    assert world.pointer.value != attempt
    long = "\n".join(f"/old/{n} /new/{n}" for n in range(100_000))
    world.pass_time(600)
    assert "more than 10,000 rules" in (
        world.records.builds[release(world, 3, {"_redirects": long})].reason or ""
    )
    assert not store.entries


def test_a_refused_rule_is_logged_and_left_out() -> None:
    world, store = make_world()
    attempt = release(world, 1, {"_redirects": "/a /b 302 Country=us\n/c /d"})
    assert world.pointer.value == attempt
    assert [line for line, _ in world.lines if line == "rule refused"]
    assert not any(key.endswith("/a") for key in store.entries)


def test_pruning_deletes_the_rules_of_deleted_releases() -> None:
    world, store = make_world()
    for version in range(1, 15):
        release(world, version, {"_redirects": f"/old /new/{version}/"})
    world.pass_time(PRUNE_INTERVAL)
    world.builder.sweep(world.clock.now + 240)
    kept = {record.files_folder for record in world.records.releases()}
    assert {key for key in store.entries if key.startswith("rules:")} == {
        release_key(folder) for folder in kept
    }
    assert len(store.entries) == 3 * len(kept) < 42


def test_rules_that_change_with_every_build_never_fill_the_store() -> None:
    """The store takes 5 MB, and fifty builds a day would need it for themselves."""
    world, store = make_world()
    world.builder.sweep(world.clock.now + 240)
    most = 0
    for version in range(1, 31):
        release(world, version, {"_redirects": f"/old /new/{version}/"})
        most = max(most, len([key for key in store.entries if key.startswith("rules:")]))
        world.builder.sweep(world.clock.now + 240)
    assert most <= 14
    assert len(list(world.records.releases())) >= 10

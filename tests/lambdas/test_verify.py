"""A finished build's release is checked: any manifest, any object that a build may put."""

import hashlib
import json
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.errors import Malformed
from platform_core.pipeline.build.end_tries import GIVEN_UP, MAX_END_TRIES
from platform_core.pipeline.release import manifest
from platform_core.pipeline.release.manifest import parse_manifest
from tests.fakes.pipeline import Crash, World

STYLE = b"body{color:black}"
STYLE_KEY = f"assets/site.{hashlib.sha256(STYLE).hexdigest()}.css"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
ENTRY = JSON | st.fixed_dictionaries(
    {},
    optional={
        "key": JSON | st.sampled_from(["releases/r/index.html", "releases/r/", STYLE_KEY]),
        "size": JSON,
        "sha256": JSON,
    },
)
DOCUMENT = JSON | st.fixed_dictionaries(
    {"attempt": st.just("r") | JSON}, optional={"files": JSON | st.dictionaries(st.text(), ENTRY)}
)


def building(world: World, version: int = 1) -> str:
    """Return the attempt of a build that runs."""
    world.ingest.apply_deliveries([world.edit("tea", version)])
    world.builder.reconcile()
    world.pass_time(60)
    return world.builds.running[0].order.attempt


def finish(world: World, change: Callable[[dict[str, Any]], object], version: int = 1) -> str:
    """End the build, with its manifest changed. Returns the reason why it failed; empty if live."""
    attempt = building(world, version)
    world.builds.succeed(world.builds.running[0])
    key = f"releases/{attempt}/release.json"
    document = json.loads(world.pages.files[key][0])
    change(document)
    world.pages.files[key] = (json.dumps(document).encode(), world.clock.now)
    world.builder.reconcile(news=True)
    reason = world.records.find_build(attempt).reason  # type: ignore[union-attr]
    assert (world.pointer.value == attempt) == (reason is None)
    return reason or ""


def put_asset(
    world: World, key: str, body: bytes, **entry: Any
) -> Callable[[dict[str, Any]], None]:
    world.pages.files[key] = (body, world.clock.now)
    named = {"key": key, "size": len(body), **entry}
    return lambda document: document["files"].update({key: named})


# --- the manifest ------------------------------------------------------------------------------


@given(DOCUMENT)
def test_any_json_is_a_manifest_or_malformed(document: object) -> None:
    try:
        parsed = parse_manifest(json.dumps(document).encode(), "releases/r/", "r")
    except Malformed:
        return
    for key, file in parsed.files.items():
        assert key.encode()
        assert key.startswith(("releases/r/", "assets/"))
        assert file.size >= 0


@given(st.binary(max_size=64))
def test_any_bytes_are_a_manifest_or_malformed(text: bytes) -> None:
    try:
        parsed = parse_manifest(text, "releases/r/", "r")
    except Malformed:
        return
    assert not parsed.files, "an entry is longer than this"


def test_a_manifest_of_no_files_is_one() -> None:
    assert not parse_manifest(b'{"attempt":"r","files":{}}', "releases/r/", "r").files


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 200_000,
        b'{"attempt":"r","files":{"a":{"key":"releases/r/a","size":' + b"9" * 5000 + b"}}}",
        b'{"attempt":"r","files":{"a":{"key":"releases/r/\\ud800","size":1}}}',
        b'{"attempt":"r","files":{"a":{"key":"releases/r/a","size":true}}}',
        b'{"attempt":"r","files":{"a":{"key":"releases/r/a","size":-1}}}',
        b'{"attempt":"r","files":{"a":{"key":"releases/rr/a","size":1}}}',
        b"\xff\xfe",
    ],
    ids=["depth", "digits", "surrogate", "bool", "negative", "prefix", "encoding"],
)
def test_a_hostile_manifest_is_malformed(text: bytes) -> None:
    with pytest.raises(Malformed):
        parse_manifest(text, "releases/r/", "r")


def test_a_manifest_of_too_many_files_is_malformed() -> None:
    files = {str(n): {"key": f"releases/r/{n}", "size": 1} for n in range(manifest.MAX_FILES + 1)}
    with pytest.raises(Malformed, match="20001 files"):
        parse_manifest(json.dumps({"attempt": "r", "files": files}).encode(), "releases/r/", "r")


@pytest.mark.parametrize("item", ["[" * 500 + "]" * 500, '{"":[[]]}', "[[]]", "1.5"])
def test_the_largest_manifest_fits_into_the_memory_of_the_builder(item: str) -> None:
    """Measured for an eighth of it: the memory grows with the size."""
    size = manifest.MAX_MANIFEST_BYTES // 8
    text = f"[{','.join([item] * (size // (len(item) + 1)))}]".encode()
    tracemalloc.start()
    try:
        json.loads(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert 8 * (peak + len(text)) < 400 * 1024 * 1024


def test_a_manifest_that_is_too_large_is_not_read() -> None:
    world = World()
    attempt = building(world)
    world.builds.succeed(world.builds.running[0])
    key = f"releases/{attempt}/release.json"
    world.pages.files[key] = (b" " * (manifest.MAX_MANIFEST_BYTES + 1), world.clock.now)
    world.step.log.clear()
    world.builder.reconcile(news=True)
    assert "objects.get" not in world.step.log
    assert "at most 8388608 are read" in world.records.find_build(attempt).reason  # type: ignore[union-attr,operator]


@given(ENTRY)
def test_no_entry_stops_the_builder(entry: object) -> None:
    world = World()
    reason = finish(world, lambda document: document["files"].update(evil=entry))
    assert reason
    world.settle(4)
    assert world.visible == {"tea": "tea 1"}, "an honest build follows"


# --- the files ---------------------------------------------------------------------------------


def test_an_honest_asset_goes_live() -> None:
    world = World()
    assert finish(world, put_asset(world, STYLE_KEY, STYLE)) == ""


@pytest.mark.parametrize(
    ("key", "body", "entry", "reason"),
    [
        (STYLE_KEY, b"body{color:green}", {}, "has other bytes than its name says"),
        ("assets/free.html", b"phish", {}, "does not hold the SHA-256"),
        (STYLE_KEY, STYLE, {"sha256": "0" * 64}, "the manifest and the name of"),
    ],
)
def test_an_asset_that_is_not_what_its_name_says_fails_the_build(
    key: str, body: bytes, entry: Mapping[str, str], reason: str
) -> None:
    world = World()
    assert reason in finish(world, put_asset(world, key, body, **entry))


def test_an_asset_without_a_kept_checksum_fails_the_build() -> None:
    world = World()
    world.pages.checksums = lambda keys: dict.fromkeys(keys, "")  # type: ignore[method-assign]
    assert "has other bytes" in finish(world, put_asset(world, STYLE_KEY, STYLE))


def test_an_asset_of_the_newest_release_is_not_checked_again() -> None:
    world = World()
    asked: list[str] = []
    inner = world.pages.checksums

    def checksums(keys: Sequence[str]) -> Mapping[str, str]:
        asked.extend(keys)
        return inner(keys)

    world.pages.checksums = checksums  # type: ignore[method-assign]
    assert finish(world, put_asset(world, STYLE_KEY, STYLE)) == ""
    assert finish(world, put_asset(world, STYLE_KEY, STYLE), version=2) == ""
    assert asked.count(STYLE_KEY) == 1


def test_a_file_that_the_manifest_does_not_name_fails_the_build() -> None:
    world = World()

    def plant(document: dict[str, Any]) -> None:
        key = f"releases/{document['attempt']}/sw.js"
        world.pages.files[key] = (b"self", world.clock.now)

    assert "does not name: releases/" in finish(world, plant)


def test_a_file_that_comes_after_the_flip_is_pruned() -> None:
    world = World()
    assert finish(world, lambda document: None) == ""
    key = f"releases/{world.pointer.value}/sw.js"
    world.pages.files[key] = (b"self", world.clock.now)
    pages = {name for name in world.pages.files if name != key}
    world.clock.sleep(24 * 3600)
    world.sweep()
    assert set(world.pages.files) == pages


# --- the folder of a build ---------------------------------------------------------------------


def test_a_release_lives_in_the_folder_that_only_its_build_can_write() -> None:
    world = World()
    world.builds.own_folders = True
    attempt = building(world)
    world.builds.succeed(world.builds.running[0])
    world.builder.reconcile(news=True)
    folder = f"AROA:AWSCodeBuild-{attempt}"
    assert world.pointer.value == folder
    assert world.records.find_release(attempt).folder == folder  # type: ignore[union-attr]
    assert (world.site.state.live, world.visible) == (attempt, {"tea": "tea 1"})


def test_a_release_in_another_folder_is_none() -> None:
    """A build cannot say where its release is: the builder knows the only folder it can write."""
    world = World()
    world.builds.own_folders = True
    attempt = building(world)
    job = world.builds.running[0]
    world.builds.own_folders = False
    world.publish(attempt)
    world.builds.end(job.status.build_id, "succeeded")
    world.builder.reconcile(news=True)
    assert world.pointer.value is None
    assert world.records.find_build(attempt).reason == "the build published no release"  # type: ignore[union-attr]


def test_older_releases_stay_where_they_are() -> None:
    world = World()
    assert finish(world, lambda document: None) == ""
    older = world.pointer.value
    world.builds.own_folders = True
    building(world, version=2)
    world.builds.succeed(world.builds.running[0])
    world.builder.reconcile(news=True)
    assert world.visible == {"tea": "tea 2"}
    world.builder.rollback(None)
    assert (world.pointer.value, world.visible) == (older, {"tea": "tea 1"})


def test_files_of_a_failed_build_are_pruned_in_either_folder() -> None:
    world = World()
    assert finish(world, lambda document: None) == ""
    for folder in ("20270101-000000000-aaaaaa", "AROA:AWSCodeBuild-1"):
        world.pages.files[f"releases/{folder}/index.html"] = (b"", world.clock.now)
    world.clock.sleep(6 * 24 * 3600)
    world.sweep()
    assert len([key for key in world.pages.files if key.startswith("releases/")]) == 5
    world.clock.sleep(2 * 24 * 3600)
    world.sweep()
    assert len([key for key in world.pages.files if key.startswith("releases/")]) == 3


# --- the end of an attempt ---------------------------------------------------------------------


def test_an_attempt_whose_end_kills_the_builder_fails_in_the_end() -> None:
    world = World()
    attempt = building(world)
    world.builds.succeed(world.builds.running[0])
    inner = world.pages.get

    def get(key: str) -> bytes | None:
        if attempt in key:
            raise Crash("out of memory")
        return inner(key)

    world.pages.get = get  # type: ignore[method-assign]
    for _ in range(MAX_END_TRIES + 1):
        world.run(lambda: world.builder.reconcile(news=True))
    record = world.records.find_build(attempt)
    assert record is not None
    assert (record.status, record.reason) == ("failed", GIVEN_UP)
    world.settle(4)
    assert world.visible == {"tea": "tea 1"}


def test_a_new_attempt_counts_its_own_tries() -> None:
    world = World()
    assert finish(world, lambda document: None) == ""
    assert world.site.state.end_tries == 0


def test_a_release_that_the_publisher_refused_never_goes_live() -> None:
    world = World()
    leak = "index.html holds the value of the build secret SANITY_READ_TOKEN"
    reason = finish(world, lambda document: document.update(files={}, refused=f"{leak}\x07"))
    assert reason == f"the release is refused: {leak}?"

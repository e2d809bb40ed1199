"""The lock files of the starters: whole for every platform, and the same wherever they install."""

import json
from pathlib import Path

import pytest

from tests.engines import locks
from tests.engines.sites import TEMPLATES

LOCKS = sorted(TEMPLATES.glob("*/*/package-lock.json"))


@pytest.fixture(params=LOCKS, ids=[path.parts[-3] for path in LOCKS])
def lock(request: pytest.FixtureRequest) -> locks.Lock:
    path: Path = request.param
    found: locks.Lock = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_a_lock_lacks_no_platform(lock: locks.Lock) -> None:
    assert locks.missing(lock) == {}


def test_a_lock_names_no_registry(lock: locks.Lock) -> None:
    assert [path for path, package in lock["packages"].items() if "resolved" in package] == []


def test_only_a_package_of_some_platform_may_lack_its_hash(lock: locks.Lock) -> None:
    for path, package in lock["packages"].items():
        if path and "integrity" not in package and not package.get("inBundle"):
            assert package == locks.entry(path.removeprefix("node_modules/"), package["version"])


def test_what_is_missing_is_entered_as_npm_would() -> None:
    names = {"@a/b-linux-arm64-gnu": "1.2.3", "@a/b-wasm32-wasi": "1.2.3", "b-win32-x64": "1.0.0"}
    lock: locks.Lock = {"packages": {"node_modules/@a/b": {"optionalDependencies": names}}}
    assert locks.missing(lock) == names
    assert locks.entry("@a/b-linux-arm64-gnu", "1.2.3") == {
        "version": "1.2.3",
        "cpu": ["arm64"],
        "libc": ["glibc"],
        "optional": True,
        "os": ["linux"],
    }
    assert locks.entry("@a/b-wasm32-wasi", "1.2.3")["cpu"] == ["wasm32"]
    for name, version in (("@a/b-linux-arm64", "^1.2.3"), ("fsevents", "2.3.3")):
        with pytest.raises(ValueError, match=name):
            locks.entry(name, version)

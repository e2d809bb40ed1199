"""The starters' lock files are complete for every platform and independent of the registry."""

import json
from pathlib import Path

import pytest

from tests.engines import locks
from tests.engines.sites import TEMPLATES

CDK = TEMPLATES.parent / "src" / "platform_cli" / "deploy" / "cdk" / "package-lock.json"
LOCKS = [*sorted(TEMPLATES.glob("*/*/package-lock.json")), CDK]


@pytest.fixture(params=LOCKS, ids=[path.parts[-3] for path in LOCKS])
def lock(request: pytest.FixtureRequest) -> locks.Lock:
    path: Path = request.param
    content: locks.Lock = json.loads(path.read_text(encoding="utf-8"))
    return content


def test_a_lock_file_has_the_packages_of_all_platforms(lock: locks.Lock) -> None:
    assert locks.missing(lock) == {}


def test_a_lock_file_names_no_registry(lock: locks.Lock) -> None:
    assert [path for path, package in lock["packages"].items() if "resolved" in package] == []


def test_every_package_has_a_hash(lock: locks.Lock) -> None:
    assert list(locks.without_hash(lock)) == []


def test_missing_packages_are_added_as_npm_does() -> None:
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

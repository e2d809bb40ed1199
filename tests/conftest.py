"""Settings of the whole suite: the Hypothesis profile, and the division among parallel workers.

A run tries the same Hypothesis examples every time, so that a failure means a change. Deadlines
are off, because a busy machine is no failure. To look for new examples, run with
`--hypothesis-profile many`, and turn each failure into a test.
"""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "many", settings.get_profile("steady"), derandomize=False, max_examples=10_000
)
settings.load_profile("steady")


LONGEST = (
    "tests/local/test_end_to_end.py", "tests/local/test_browser.py", "tests/local/test_replay.py",
    "tests/infra/", "tests/local/", "tests/engines/", "tests/packaging/",
    "tests/assurance/simulation/", "tests/assurance/wire/",
)  # fmt: skip
"""The longest modules and folders. They start first, so that both workers end together."""

TOGETHER = ("tests/infra/",)
"""Folders that one worker runs, because importing the CDK takes long and templates are shared."""

ONE_BY_ONE = (
    "tests/local/test_every_provider.py",
    "tests/assurance/simulation/test_storms.py",
    "tests/assurance/wire/test_storms.py",
)
"""Modules whose tests take long and share nothing: any worker runs any of them."""

BY_ENGINE = re.compile(r"(tests/engines/test_\w+\.py)::.*\[(\w+)")
"""Tests of one engine share its builds."""


def scope(nodeid: str) -> str:
    """Return the name of the group whose tests run on one worker, because they share fixtures."""
    module = nodeid.partition("::")[0]
    for folder in TOGETHER:
        if module.startswith(folder):
            return folder
    if module in ONE_BY_ONE:
        return nodeid
    if by_engine := BY_ENGINE.match(nodeid):
        return "::".join(by_engine.groups())
    return module


NEEDS = {"aws_environment": "emulator", "cloud": "local"}
"""Markers of the tests that use a fixture, so that a run can leave them out."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Divide the tests among the workers by `scope`, in the order of the collection."""
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    class ByScope(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return scope(nodeid)

    config.option.loadscopereorder = False
    return ByScope(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests that need a cloud. Start the longest modules first if workers share the suite."""
    for item in items:
        for fixture in NEEDS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(NEEDS[fixture])
    if hasattr(config, "workerinput"):
        folders = [*LONGEST, ""]
        items.sort(
            key=lambda item: next(
                place for place, folder in enumerate(folders) if item.nodeid.startswith(folder)
            )
        )


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return a folder of this run that all its workers see."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(autouse=True)
def reset_core_log() -> Iterator[None]:
    """Give the core's log back to pytest. The functions take it over when they start."""
    yield
    core = logging.getLogger("platform_core")
    core.handlers, core.propagate = [], True
    core.setLevel(logging.NOTSET)

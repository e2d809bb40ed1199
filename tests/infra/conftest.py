"""Each representative client is synthesized once in a session, after one import of the CDK."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.infra.clients import BLUEPRINTS, Synthesized, synthesize


@pytest.fixture(scope="session")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Synthesized]:
    made: dict[str, Synthesized] = {}

    def get(name: str) -> Synthesized:
        if name not in made:
            made[name] = synthesize(BLUEPRINTS[name](), tmp_path_factory.mktemp(name))
        return made[name]

    return get


@pytest.fixture(scope="session", params=sorted(BLUEPRINTS))
def stack(request: pytest.FixtureRequest, stacks: Callable[[str], Synthesized]) -> Synthesized:
    return stacks(request.param)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of bundles are installed once in a session."""
    return tmp_path_factory.mktemp("bundles")

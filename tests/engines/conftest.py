"""Every engine that can build here, and each feed built once for all tests."""

from collections.abc import Callable
from functools import cache as remember
from pathlib import Path

import pytest

from platform_cli import engines
from platform_cli.engines import Engine
from tests.engines import feeds
from tests.engines.sites import Site, build, present


@pytest.fixture(params=present())
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn that can build here."""
    return engines.engine(request.param)


@pytest.fixture(scope="session")
def packages(request: pytest.FixtureRequest) -> Path:
    """Survives the session: what an engine installs is fetched once for each lock file."""
    return Path(request.config.cache.mkdir("engines")) if request.config.cache else Path()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, packages: Path) -> Callable[[str, str], Site]:
    """The site of an engine and a named feed."""

    @remember
    def site(engine: str, feed: str) -> Site:
        place = tmp_path_factory.mktemp(f"{engine}-{feed}") / "source"
        return build(engines.engine(engine), feeds.NAMED[feed](), place, packages)

    return site

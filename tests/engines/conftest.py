"""Every engine that can build here, and each site built once in a run."""

import fcntl
from collections.abc import Callable
from functools import cache as remember
from pathlib import Path

import pytest

from platform_cli import engines
from platform_cli.engines import Engine
from tests.engines import feeds
from tests.engines.sites import Site, build, editor_files, present

SLOW_ENGINES = frozenset({"gatsby", "nextjs", "nuxt"})
"""Engines that need ten seconds for a small site: `make slow` tests their contract."""


@pytest.fixture(
    params=[
        pytest.param(name, marks=[pytest.mark.slow] if name in SLOW_ENGINES else [])
        for name in present()
    ]
)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Return each engine in turn that can build here."""
    return engines.load_engine(request.param)


@pytest.fixture(scope="session")
def packages(request: pytest.FixtureRequest) -> Path:
    """Return a folder that outlives the session: packages are fetched once for each lock file."""
    return Path(request.config.cache.mkdir("engines")) if request.config.cache else Path()


@pytest.fixture(scope="session")
def built(shared_folder: Path, packages: Path) -> Callable[[str, str], Site]:
    """Build the site of an engine from a named feed, once for all workers."""

    @remember
    def site(name: str, feed: str) -> Site:
        engine, content = engines.load_engine(name), feeds.NAMED[feed]()
        home = shared_folder / "sites" / f"{name}-{feed}"
        home.mkdir(parents=True, exist_ok=True)
        # A second worker waits here for the first one's build, and then reads that.
        with (home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if (home / "finished").exists():
                return Site(home / "source" / engine.output, content)
            # One feed has an editor as well: no further build, and no further page may differ.
            more = editor_files(engine) if feed == "edited" else {}
            built_site = build(engine, content, home / "source", packages, more)
            (home / "finished").touch()
            return built_site

    return site

"""Every engine can be tested, and every site contains the one copy of the shared files."""

import os
from pathlib import Path

import pytest

from platform_cli import engines
from platform_cli.engines import Engine, copy_files
from platform_cli.engines._engine import SHARED_FOLDER
from tests.engines.sites import TEMPLATES, missing


@pytest.mark.parametrize("name", engines.starter_engine_names())
def test_every_engine_can_build_here(name: str) -> None:
    if reason := missing(name):
        assert "PLATFORM_REQUIRE_ENGINES" not in os.environ, reason
        pytest.skip(reason)


def test_a_site_contains_its_starter_and_the_shared_files(engine: Engine, tmp_path: Path) -> None:
    copy_files(engine.starter_files(TEMPLATES), tmp_path)
    for shared in engine.shares:
        for file in (TEMPLATES / SHARED_FOLDER / shared).rglob("*.*"):
            laid = tmp_path / shared / file.relative_to(TEMPLATES / SHARED_FOLDER / shared)
            assert laid.read_bytes() == file.read_bytes()
    assert engine.source_files(tmp_path).keys() == engine.starter_files(TEMPLATES).keys()


def test_no_starter_has_a_copy_of_shared_files(engine: Engine) -> None:
    shared = {file.read_bytes() for file in (TEMPLATES / SHARED_FOLDER).rglob("*.*")}
    own = (file for file in (TEMPLATES / engine.name).rglob("*.*") if file.is_file())
    assert [file.name for file in own if file.read_bytes() in shared] == []

"""Two of the twelve sites that nobody here wrote; `benchmarks.foreign_sites` tries all."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.foreign_sites.recipes import load_recipes
from benchmarks.foreign_sites.trials import try_site
from tests.local.ground import run_command

pytestmark = [pytest.mark.local, pytest.mark.slow]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("foreign-sites")
    (root / "clients").mkdir()
    yield root
    run_command(root, "local", "stop")
    shutil.rmtree(root)


@pytest.mark.parametrize("name", ["hugo", "jekyll"])
def test_a_foreign_site_is_adopted_deployed_and_changed(
    name: str, root: Path, tmp_path: Path
) -> None:
    """`try_site` checks each step. 83 s for both beside other work, 30 s of them on the CPU."""
    trial = try_site(load_recipes()[name], tmp_path, root)
    assert trial.obstacles == ()

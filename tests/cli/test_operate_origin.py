"""Which folder a site is built from, and what a switch of the engine does to it."""

from pathlib import Path

import pytest

from platform_cli.deploy import origin
from platform_cli.engines import engine
from platform_cli.errors import PlatformError

ELEVENTY, HUGO = engine("eleventy"), engine("hugo")


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """Two small starters, one for each engine."""
    for name, files in {
        "eleventy": {"package.json": "{}", "src/index.njk": "{{ site.name }}"},
        "hugo": {"hugo.toml": "title = ''", "layouts/index.html": "{{ .Title }}"},
    }.items():
        for file, text in files.items():
            path = tmp_path / "templates" / name / "starter" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return tmp_path / "templates"


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_without_a_folder_the_starter_is_the_site(tmp_path: Path, templates: Path) -> None:
    assert origin.local(tmp_path / "acme", HUGO, templates) == templates / "hugo" / "starter"
    assert not (tmp_path / "acme").exists()


def test_an_untouched_starter_follows_its_client_to_another_engine(
    tmp_path: Path, templates: Path
) -> None:
    starter = {"package.json": "{}", "src/index.njk": "{{ site.name }}"}
    site = write(tmp_path / "acme", starter)
    assert origin.local(site, ELEVENTY, templates) == site
    assert names(site) == {"package.json", "src/index.njk"}
    assert origin.local(site, HUGO, templates) == site
    assert names(site) == {"hugo.toml", "layouts/index.html"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["acme", "templates"]


def test_somebodys_work_is_never_replaced(tmp_path: Path, templates: Path) -> None:
    changed = {"package.json": "{}", "src/index.njk": "<h1>Ours</h1>"}
    site = write(tmp_path / "acme", changed)
    with pytest.raises(PlatformError, match="for Eleventy, and the client's engine is Hugo"):
        origin.local(site, HUGO, templates)
    assert (site / "src/index.njk").read_text() == "<h1>Ours</h1>"


def test_a_site_of_ones_own_is_taken_as_it_is(tmp_path: Path, templates: Path) -> None:
    site = write(tmp_path / "acme", {"config.toml": "", "content/_index.md": "Hello"})
    assert origin.local(site, HUGO, templates) == site

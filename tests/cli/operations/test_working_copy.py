"""The source folder of a site, and the effect of switching the engine."""

from pathlib import Path

import pytest

from platform_cli.engines import copy_files, load_engine, starter_engine_names
from platform_cli.errors import PlatformError
from platform_cli.site_source import working_copy

ELEVENTY, HUGO = load_engine("eleventy"), load_engine("hugo")


STARTERS = {
    "eleventy": {"package.json": "{}", "src/index.njk": "{{ site.name }}"},
    "hugo": {"hugo.toml": "title = ''", "layouts/index.html": "{{ .Title }}"},
}


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A small starter for each engine, and their shared files."""
    root = tmp_path / "templates"
    for name in starter_engine_names():
        write(root / name / "starter", STARTERS.get(name, {f"{name}.config": ""}))
        for shared in load_engine(name).shares:
            write(root / "_shared" / shared, {"site.css": "a {}"})
    return root


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def listing(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_the_starter_is_the_site_of_a_client_without_a_folder(
    tmp_path: Path, templates: Path
) -> None:
    source = working_copy.prepare_source_files(tmp_path / "acme", HUGO, templates)
    assert source[Path("hugo.toml")] == templates / "hugo" / "starter" / "hugo.toml"
    assert source[Path("design/site.css")] == templates / "_shared" / "design" / "site.css"
    assert not (tmp_path / "acme").exists()


def test_an_untouched_starter_follows_its_client_to_another_engine(
    tmp_path: Path, templates: Path
) -> None:
    site = tmp_path / "acme"
    copy_files(ELEVENTY.starter_files(templates), site)
    before = listing(site)
    assert before == {*STARTERS["eleventy"], "design/site.css", "lib/site.css"}
    assert set(working_copy.prepare_source_files(site, ELEVENTY, templates).values()) == {
        site / n for n in before
    }
    write(site, {".git/HEAD": "ref: refs/heads/main"})
    replacement = working_copy.find_replacement(site, HUGO, templates)
    assert str(replacement) == f"the 4 files of Eleventy's starter in {site} with Hugo's starter"
    assert listing(site) == {*before, ".git/HEAD"}, "to look changes nothing"
    after = working_copy.prepare_source_files(site, HUGO, templates)
    assert (site / ".git" / "HEAD").read_text() == "ref: refs/heads/main"
    (site / ".git" / "HEAD").unlink()
    assert set(map(str, after)) == listing(site) == {*STARTERS["hugo"], "design/site.css"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["acme", "templates"]


@pytest.mark.parametrize("changed", ["src/index.njk", "design/site.css"])
def test_edited_files_are_never_replaced(tmp_path: Path, templates: Path, changed: str) -> None:
    site = tmp_path / "acme"
    copy_files(ELEVENTY.starter_files(templates), site)
    write(site, {changed: "ours"})
    for use in (working_copy.find_replacement, working_copy.prepare_source_files):
        with pytest.raises(PlatformError, match="Eleventy, and the client's engine is Hugo") as e:
            use(site, HUGO, templates)
        assert f"would replace your changes in {changed}" in str(e.value)
    assert (site / changed).read_text() == "ours"


def test_a_custom_site_is_used_as_it_is(tmp_path: Path, templates: Path) -> None:
    mine = {"config.toml": "", "content/_index.md": "Hello", "design/site.css": "b {}"}
    site = write(tmp_path / "acme", mine)
    assert set(map(str, working_copy.prepare_source_files(site, HUGO, templates))) == set(mine)

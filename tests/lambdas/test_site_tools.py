"""The tools inside the build of a site that is not one of our starters."""

import json
from pathlib import Path

import pytest

from lambdas.publisher import site_tools


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a finished site. The source with it is the current folder."""
    monkeypatch.chdir(tmp_path)
    facts = {"site": {"language": "de"}}
    (tmp_path / "content.json").write_text(json.dumps(facts))
    (tmp_path / "out").mkdir()
    (tmp_path / "out/index.html").write_text("home")
    return Path("out")


def test_a_site_without_a_404_page_gets_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert site_tools.main(["complete", "page", "out"]) == 0
    page = (folder / "404.html").read_text()
    assert '<html lang="de">' in page
    assert 'content="noindex"' in page
    assert "added one of ours" in capsys.readouterr().out


def test_a_site_keeps_its_own_404_page(folder: Path) -> None:
    (folder / "404.html").write_text("lost")
    site_tools.main(["complete", "page", "out"])
    assert (folder / "404.html").read_text() == "lost"


def test_a_site_of_one_page_shows_its_home_page(folder: Path) -> None:
    (folder / "404.html").write_text("lost")
    site_tools.main(["complete", "spa", "out"])
    assert (folder / "404.html").read_text() == "home"


def test_a_page_of_a_file_is_also_at_the_address_of_a_folder(folder: Path) -> None:
    for name in ("about.html", "shop.html", "shop/index.html", "news/first.html", "404.html"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)
    (folder / "linked.html").symlink_to("/etc/hostname")
    site_tools.main(["complete", "page", "out"])
    assert (folder / "about/index.html").read_text() == "about.html"
    assert (folder / "news/first/index.html").read_text() == "news/first.html"
    assert (folder / "shop/index.html").read_text() == "shop/index.html"
    assert not (folder / "404").exists()
    assert not (folder / "linked").exists()


def test_a_link_is_left_to_the_publisher(folder: Path) -> None:
    (folder / "404.html").symlink_to("../private")
    site_tools.main(["complete", "spa", "out"])
    assert not Path("private").exists()


def test_another_use_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert site_tools.main(["complete", "other", "out"]) == 1
    assert site_tools.main([]) == 1
    assert capsys.readouterr().err.count("refused:") == 2

"""A deploy with another engine is refused before it starts or changes anything."""

from pathlib import Path

import pytest

from platform_cli.engines import copy_files, load_engine
from platform_cli.workspace import shipped_folder
from tests.cli.conftest import Call


@pytest.mark.parametrize("verb", ["plan", "deploy"])
def test_an_edited_site_of_another_engine_stops_the_verb(
    workspace: Path, call: Call, verb: str
) -> None:
    site = workspace / "clients" / "acme"
    copy_files(load_engine("jekyll").starter_files(shipped_folder("templates")), site)
    (site / "_config.yml").write_text("title: ours")
    result = call(verb, "acme", "--local", "--yes")
    assert result.code == 2
    assert "this is a site for Jekyll, and the client's engine is Eleventy" in result.err
    assert "would replace your changes in _config.yml" in result.err
    assert "set ssg_engine back to jekyll" in result.err
    assert not (workspace / ".platform").exists(), "it started the embedded cloud"
    assert (site / "_config.yml").read_text() == "title: ours"

"""An editor's files are packed with a site's source, by the settings in the client's file."""

import io
import json
import zipfile
from pathlib import Path

import pytest
import yaml

from platform_cli.config.load import load_client
from platform_cli.site_source import build_inputs
from platform_cli.workspace import Workspace
from tests.cli.conftest import ACME, Call

URL = "https://acme.example/"
SANITY = "provider: sanity\n    settings: {project_id: abc123, dataset: production}"
DECAP = "provider: decap\n    settings: {repository: 'github:acme/journal', branch: live}"


def packed(root: Path, text: str) -> dict[str, bytes]:
    """Return the source of the client as a deploy packs it, without the build tools."""
    file = root / "clients" / "acme.yaml"
    file.write_text(text)
    source = build_inputs.pack_site_source(Workspace(root), load_client(file), URL)
    with zipfile.ZipFile(io.BytesIO(source.archive)) as archive:
        names = [name for name in archive.namelist() if not name.startswith(".platform/")]
        return {name: archive.read(name) for name in names}


def test_the_editor_commits_to_the_configured_repository(workspace: Path) -> None:
    files = packed(workspace, ACME.replace(SANITY, DECAP))
    assert b"decap-cms" in files["public/admin/index.html"]
    config = yaml.safe_load(files["public/admin/config.yml"])
    assert (config["backend"]["repo"], config["backend"]["branch"]) == ("acme/journal", "live")
    assert config["site_url"] == "https://acme.example"


def test_editor_files_disappear_with_their_provider(workspace: Path) -> None:
    before = packed(workspace, ACME)
    assert not [name for name in before if "admin" in name]
    packed(workspace, ACME.replace(SANITY, DECAP))
    assert list((workspace / "clients" / "acme").iterdir()) == []
    assert packed(workspace, ACME) == before


def test_a_file_of_the_client_overrides_an_editor_file(workspace: Path) -> None:
    own = workspace / "clients" / "acme" / "public" / "admin" / "config.yml"
    own.parent.mkdir(parents=True)
    own.write_text("backend: {name: test-repo}")
    files = packed(workspace, ACME.replace(SANITY, DECAP))
    assert files["public/admin/config.yml"] == own.read_bytes()
    assert b"decap-cms" in files["public/admin/index.html"]


@pytest.mark.parametrize(
    ("engine", "place"),
    [("hugo", "static/admin/"), ("astro", "public/admin/"), ("jekyll", "admin/")],
)
def test_editor_files_go_to_the_static_folder_of_the_engine(
    workspace: Path, engine: str, place: str
) -> None:
    (workspace / "clients" / "acme").rmdir()
    text = ACME.replace(SANITY, DECAP).replace("eleventy", engine)
    files = {name for name in packed(workspace, text) if "admin/" in name}
    assert files == {f"{place}index.html", f"{place}config.yml"}


def test_files_for_another_build_are_added_to_a_new_site_once(workspace: Path, call: Call) -> None:
    chosen = ("--cms=tina", "--engine=astro", "--setting=repository=github:acme/our-site")
    assert call("new-client", "bravo", *chosen).code == 0
    site = workspace / "clients" / "bravo"
    assert (site / "tina" / "config.ts").is_file()
    settings = json.loads((site / "tina" / "client.json").read_text())
    assert (settings["branch"], settings["publicFolder"]) == ("main", "public")
    (site / "tina" / "client.json").unlink()
    config = load_client(workspace / "clients" / "bravo.yaml")
    with zipfile.ZipFile(
        io.BytesIO(build_inputs.pack_site_source(Workspace(workspace), config, URL).archive)
    ) as it:
        assert [name for name in it.namelist() if name.startswith("tina/")] == ["tina/config.ts"]

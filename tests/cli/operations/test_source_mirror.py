"""The copy of a site's source follows the folder that a person edits."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from platform_cli.api.operations.dev_server import allow_live_reload
from platform_cli.engines import load_engine
from platform_cli.errors import PlatformError
from platform_cli.site_source.mirror import SourceMirror

ENGINE = load_engine("hugo")


@pytest.fixture
def mirror(tmp_path: Path) -> SourceMirror:
    source = tmp_path / "site"
    (source / "layouts").mkdir(parents=True)
    (source / "hugo.toml").write_text("baseURL = '/'")
    (source / "layouts" / "home.html").write_text("<main></main>")
    (source / "public").mkdir()
    (source / "public" / "index.html").write_text("made by a build")
    return SourceMirror(source, tmp_path / "copy", ENGINE, {"static/admin/index.html": b"editor"})


def read_copy(mirror: SourceMirror) -> dict[str, str]:
    return {
        file.relative_to(mirror.target).as_posix(): file.read_text()
        for file in mirror.target.rglob("*")
        if file.is_file()
    }


def test_the_source_and_the_files_of_the_editor_are_copied(mirror: SourceMirror) -> None:
    assert mirror.update() == ["hugo.toml", "layouts/home.html"]
    assert read_copy(mirror) == {
        "hugo.toml": "baseURL = '/'",
        "layouts/home.html": "<main></main>",
        "static/admin/index.html": "editor",
    }
    assert mirror.update() == []


def test_only_what_has_changed_is_copied(mirror: SourceMirror) -> None:
    mirror.update()
    (mirror.source / "layouts" / "home.html").write_text("<main>changed</main>")
    (mirror.source / "layouts" / "new.html").write_text("new")
    assert mirror.update() == ["layouts/home.html", "layouts/new.html"]
    assert read_copy(mirror)["layouts/home.html"] == "<main>changed</main>"


def test_a_deleted_file_leaves_the_copy(mirror: SourceMirror) -> None:
    mirror.update()
    (mirror.source / "layouts" / "home.html").unlink()
    assert mirror.update() == ["layouts/home.html"]
    assert "layouts/home.html" not in read_copy(mirror)


def test_packages_of_the_copy_stay(mirror: SourceMirror) -> None:
    mirror.update()
    package = mirror.target / "node_modules" / "x.js"
    package.parent.mkdir()
    package.write_text("installed")
    (mirror.source / "hugo.toml").write_text("changed")
    mirror.update()
    assert package.read_text() == "installed"


def test_a_file_of_the_site_replaces_that_of_the_editor(mirror: SourceMirror) -> None:
    own = mirror.source / "static" / "admin" / "index.html"
    own.parent.mkdir(parents=True)
    own.write_text("my own")
    mirror.update()
    assert read_copy(mirror)["static/admin/index.html"] == "my own"
    own.unlink()
    mirror.update()
    assert read_copy(mirror)["static/admin/index.html"] == "editor"


def test_a_symbolic_link_is_refused_and_the_copy_stays(mirror: SourceMirror) -> None:
    mirror.update()
    (mirror.source / "leads-out").symlink_to("/etc/passwd")
    with pytest.raises(PlatformError, match="symbolic link"):
        mirror.update()
    assert "leads-out" not in read_copy(mirror)


def test_the_content_is_written_into_the_site_s_folder(mirror: SourceMirror) -> None:
    mirror.engine = replace(ENGINE, root="apps/web")
    mirror.write("content.json", b"{}")
    assert (mirror.target / "apps" / "web" / "content.json").read_text() == "{}"


def test_the_config_file_is_written_again_unchanged(mirror: SourceMirror) -> None:
    mirror.update()
    config = mirror.target / "hugo.toml"
    before = config.stat().st_mtime_ns
    mirror.announce_content()
    assert config.stat().st_mtime_ns > before
    assert config.read_text() == "baseURL = '/'"


def test_a_generator_with_a_signal_of_its_own_gets_it(mirror: SourceMirror) -> None:
    mirror.engine = replace(ENGINE, dev_signal="_content-changed")
    mirror.update()
    signal = mirror.target / "_content-changed"
    mirror.announce_content()
    first = signal.read_text()
    mirror.announce_content()
    assert signal.read_text() != first


def test_the_pages_of_a_server_may_reload_themselves() -> None:
    site = {"name": "Žaneta", "content_security_policy": "connect-src 'none'; script-src 'none'"}
    content = json.loads(allow_live_reload(json.dumps({"version": 1, "site": site}).encode()))
    assert "'none'" not in content["site"].pop("content_security_policy")
    assert content == {"version": 1, "site": {"name": "Žaneta"}}

"""The copy of a site's source follows the folder that a person edits."""

import json
import shutil
import threading
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


def test_a_folder_without_files_leaves_the_copy(mirror: SourceMirror) -> None:
    mirror.update()
    shutil.rmtree(mirror.source / "layouts")
    mirror.update()
    assert not (mirror.target / "layouts").exists()


def test_a_folder_becomes_a_file_and_a_file_a_folder(mirror: SourceMirror) -> None:
    mirror.update()
    shutil.rmtree(mirror.source / "layouts")
    (mirror.source / "layouts").write_text("now a file")
    (mirror.source / "hugo.toml").unlink()
    (mirror.source / "hugo.toml").mkdir()
    (mirror.source / "hugo.toml" / "inner").write_text("now inside")
    mirror.update()
    copy = read_copy(mirror)
    assert (copy["layouts"], copy["hugo.toml/inner"]) == ("now a file", "now inside")


def test_the_next_run_deletes_what_the_source_has_lost(mirror: SourceMirror) -> None:
    mirror.update()
    (mirror.source / "layouts" / "home.html").unlink()
    at_another_port = {"static/admin/index.html": b"editor at another port"}
    next_run = replace(mirror, added=at_another_port, _versions=None)
    assert "layouts/home.html" in next_run.update()
    assert read_copy(next_run) == {
        "hugo.toml": "baseURL = '/'",
        "static/admin/index.html": "editor at another port",
    }


def test_files_that_an_editor_creates_for_a_moment_are_no_fault(mirror: SourceMirror) -> None:
    ended = threading.Event()

    def edit() -> None:
        while not ended.is_set():
            (mirror.source / "4913").write_text("can I write here?")
            (mirror.source / "4913").unlink()
            (mirror.source / "draft").mkdir()
            (mirror.source / "draft" / "x").write_text("x")
            shutil.rmtree(mirror.source / "draft")

    editor = threading.Thread(target=edit)
    editor.start()
    try:
        for _ in range(300):
            mirror.update()
    finally:
        ended.set()
        editor.join()
    mirror.update()
    assert not (mirror.target / "4913").exists()


def test_a_missing_source_is_an_error_that_names_it(mirror: SourceMirror) -> None:
    mirror.update()
    shutil.rmtree(mirror.source)
    with pytest.raises(PlatformError, match="cannot be read") as failure:
        mirror.update()
    assert failure.value.findings[0].where == str(mirror.source)
    assert "hugo.toml" in read_copy(mirror)


def test_a_link_in_the_copy_leads_no_write_out_of_it(mirror: SourceMirror) -> None:
    """The site's code owns the copy, and this program may write more than that code may."""
    mirror.update()
    outside = mirror.target.parent / "outside"
    outside.mkdir()
    (outside / "hugo.toml").write_text("private")
    shutil.rmtree(mirror.target / "layouts")
    (mirror.target / "layouts").symlink_to(outside)
    (mirror.target / ".content.json.draft").symlink_to(outside / "hugo.toml")
    (mirror.source / "layouts" / "home.html").write_text("changed")
    mirror.update()
    mirror.write("content.json", b"{}")
    (mirror.target / "signal").symlink_to(outside / "hugo.toml")
    replace(mirror, engine=replace(ENGINE, dev_signal="signal")).announce_content()
    assert [file.name for file in outside.iterdir()] == ["hugo.toml"]
    assert (outside / "hugo.toml").read_text() == "private"
    assert read_copy(mirror)["layouts/home.html"] == "changed"


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

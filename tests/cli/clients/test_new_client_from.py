"""`new-client --from`: a client whose site is a copy of a folder or a repository."""

import os
from pathlib import Path

import pytest

from platform_cli.config.load import load_client
from platform_cli.errors import Exit
from tests.cli.conftest import Call


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """An Eleventy site with a program, a secret and a link that leads out."""
    folder = tmp_path / "agency-starter"
    (folder / "scripts").mkdir(parents=True)
    (folder / "package.json").write_text(
        '{"devDependencies": {"@11ty/eleventy": "3.1.2"}, "scripts": {"build": "eleventy"}}'
    )
    (folder / "eleventy.config.js").write_text("process.exit(1); module.exports = {}")
    (folder / "index.md").write_text("# Hello")
    (folder / "scripts" / "prepare.sh").write_text("#!/bin/sh")
    (folder / "scripts" / "prepare.sh").chmod(0o755)
    (folder / ".env").write_text("TOKEN=a-secret-token")
    (folder / "leads-out").symlink_to("/etc/passwd")
    return folder


def test_the_site_is_copied_in_place_of_a_starter(workspace: Path, site: Path, call: Call) -> None:
    data = call(
        "new-client", "fern", "--from", os.fspath(site), "--cms", "sanity", "--json", "--no-input"
    ).json["data"]
    assert data["engine"] == "eleventy"
    copied = workspace / "clients" / "fern"
    names = {path.relative_to(copied).as_posix() for path in copied.rglob("*") if path.is_file()}
    assert names == {"package.json", "eleventy.config.js", "index.md", "scripts/prepare.sh"}
    assert (copied / "scripts" / "prepare.sh").stat().st_mode & 0o111
    config = load_client(workspace / "clients" / "fern.yaml")
    cms = config.service_integration.cms_config
    assert (config.site.source, cms and cms.provider) == ("local", "sanity")
    assert call("validate", "fern").code == Exit.OK


def test_another_engine_is_refused(workspace: Path, site: Path, call: Call) -> None:
    called = call("new-client", "fern", "--from", os.fspath(site), "--engine", "hugo")
    assert called.code == Exit.USAGE
    assert "is built by Eleventy" in called.err
    assert not (workspace / "clients" / "fern").exists()
    assert not (workspace / "clients" / "fern.yaml").exists()


def test_a_folder_of_another_site_stays(workspace: Path, site: Path, call: Call) -> None:
    (workspace / "clients" / "fern").mkdir()
    called = call("new-client", "fern", "--from", os.fspath(site), "--no-input")
    assert called.code == Exit.USAGE
    assert "there is a folder" in called.err
    assert not (workspace / "clients" / "fern.yaml").exists()


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("ext::sh -c touch% trap", "could make Git run a program"),
        ("--upload-pack=touch trap", "could make Git run a program"),
        ("https://user:password@git.example/site", "cannot contain a user or a password"),
        ("github:agency/starter#../../x", "cannot be the name of a branch"),
        ("no-such-folder", "there is no folder"),
    ],
)
def test_a_hostile_address_is_refused(
    workspace: Path, call: Call, address: str, message: str
) -> None:
    called = call("new-client", "fern", f"--from={address}", "--no-input")
    assert called.code == Exit.USAGE
    assert message in called.err
    assert not (workspace / "trap").exists()
    assert not (workspace / "clients" / "fern.yaml").exists()


def test_a_folder_without_a_known_site_says_what_to_do(
    workspace: Path, tmp_path: Path, call: Call
) -> None:
    folder = tmp_path / "nothing"
    folder.mkdir()
    called = call("new-client", "fern", "--from", os.fspath(folder), "--no-input")
    assert called.code == Exit.USAGE
    assert "platform adopt" in called.err
    assert not (workspace / "clients" / "fern.yaml").exists()

"""The source of a preview: a folder, or a branch of the client's repository, safely checked out."""

import os
import subprocess
from pathlib import Path

import pytest

from platform_cli.adopt.source.addresses import GitAddress
from platform_cli.adopt.source.clone import git_environment
from platform_cli.api.releases.preview_sources import PreviewSource, check_source, checkout_branch
from platform_cli.config.model import ClientServiceConfig
from platform_cli.engines import load_engine
from platform_cli.errors import PlatformError, UsageError

CLIENT = {
    "client_id": "plum",
    "company_name": "Plum Orchard",
    "domain": "plum.example",
    "contact_email": "web@plum.example",
    "service_integration": {"ssg_engine": "hugo"},
}
REPOSITORY = {"site": {"source": "git", "repository": "github:plum/site"}}


def run_git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", *arguments],
        cwd=folder, check=True, capture_output=True, env=git_environment(os.environ, "file"),
    )  # fmt: skip


@pytest.fixture
def origin(tmp_path: Path) -> GitAddress:
    """A repository whose branch differs from its trunk, with a link and a file of secrets."""
    folder = tmp_path / "origin"
    folder.mkdir()
    run_git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "hugo.toml").write_text("title = 'live'\n")
    run_git(folder, "add", "--all")
    run_git(folder, "commit", "--quiet", "--message", "first")
    run_git(folder, "checkout", "--quiet", "-b", "new/look")
    (folder / "hugo.toml").write_text("title = 'a new look'\n")
    (folder / "passwords").symlink_to("/etc/passwd")
    (folder / ".env").write_text("TOKEN=secret\n")
    run_git(folder, "add", "--all")
    run_git(folder, "commit", "--quiet", "--message", "second")
    run_git(folder, "checkout", "--quiet", "main")
    return GitAddress(folder.as_uri(), "", "site", "new/look")


def test_a_branch_is_checked_out_without_its_links_and_secrets(origin: GitAddress) -> None:
    with checkout_branch(origin, load_engine("hugo"), protocols="file") as folder:
        assert (folder / "hugo.toml").read_text() == "title = 'a new look'\n"
        assert sorted(path.name for path in folder.iterdir()) == ["hugo.toml"]
    assert not folder.exists()


def test_a_branch_that_is_not_there_is_named(origin: GitAddress) -> None:
    address = GitAddress(origin.url, "", "site", "gone")
    with (
        pytest.raises(PlatformError, match="could not be cloned: Remote branch gone not found"),
        checkout_branch(address, load_engine("hugo"), protocols="file"),
    ):
        pass


def test_a_branch_of_a_client_without_repository_is_refused() -> None:
    config = ClientServiceConfig.model_validate(CLIENT)
    with pytest.raises(UsageError, match=r"plum has no site\.repository"):
        check_source(PreviewSource(branch="redesign"), config)
    check_source(PreviewSource(), config)


@pytest.mark.parametrize("branch", ["--upload-pack=touch x", "-x", "a..b", "a b"])
def test_a_branch_that_git_could_read_as_an_option_is_refused(branch: str) -> None:
    config = ClientServiceConfig.model_validate(CLIENT | REPOSITORY)
    with pytest.raises(UsageError, match="cannot be the name of a branch"):
        check_source(PreviewSource(branch=branch), config)
    with pytest.raises(UsageError, match="is empty"):
        check_source(PreviewSource(branch=""), config)
    check_source(PreviewSource(branch="new/look"), config)


def test_a_folder_and_a_branch_exclude_each_other(tmp_path: Path) -> None:
    config = ClientServiceConfig.model_validate(CLIENT | REPOSITORY)
    with pytest.raises(UsageError, match="exclude each other"):
        check_source(PreviewSource(tmp_path, "redesign"), config)
    with pytest.raises(UsageError, match="there is no folder"):
        check_source(PreviewSource(tmp_path / "gone"), config)


def test_the_label_names_the_source() -> None:
    assert PreviewSource(branch="redesign").label == "branch redesign"
    assert PreviewSource(Path("x")).label == "x"
    assert PreviewSource().label == "the client's source"

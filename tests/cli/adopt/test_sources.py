"""Folders and repositories: which are read, within which limits, and nothing of them runs."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_cli.adopt.source.addresses import GitAddress, parse_address, parse_source, read_origin
from platform_cli.adopt.source.clone import DEFAULT_LIMITS, CloneLimits, clone_bare, git_environment
from platform_cli.adopt.source.folder import open_folder
from platform_cli.adopt.source.git_tree import open_repository, read_branch
from platform_cli.adopt.source.site_files import MAX_FILES, FileKind, SiteFiles, SourceEntry
from platform_cli.errors import PlatformError, UsageError

# --- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "url", "repository", "branch"),
    [
        ("https://github.com/fern/site", "https://github.com/fern/site", "github:fern/site", ""),
        ("github:fern/site#next", "https://github.com/fern/site.git", "github:fern/site", "next"),
        ("git@github.com:fern/site.git", "git@github.com:fern/site.git", "github:fern/site", ""),
        ("ssh://git@gitlab.com/a/b/c", "ssh://git@gitlab.com/a/b/c", "gitlab:a/b/c", ""),
        ("github:fern/site", "https://github.com/fern/site.git", "github:fern/site", ""),
        ("https://git.fern.example:8443/site", "https://git.fern.example:8443/site", "", ""),
    ],
)  # fmt: skip
def test_an_address_is_parsed(text: str, url: str, repository: str, branch: str) -> None:
    address = parse_source(text)
    assert isinstance(address, GitAddress)
    assert (address.url, address.repository, address.branch) == (url, repository, branch)
    assert address.name in {"site", "c"}


@pytest.mark.parametrize(
    "text",
    [
        "ext::sh -c touch% /tmp/owned",
        "fd::17",
        "-u./payload:x",
        "--upload-pack=touch x:y",
        "http://github.com/fern/site",
        "git://github.com/fern/site",
        "file:///etc",
        "ftp://fern.example/site",
        "https://user:hunter2@github.com/fern/site",
        "https://github.com/fern/../../site",
        "https://github.com/fern/site#--upload-pack=x",
        "https://github.com/fern/site#a..b",
        "https://-oProxyCommand=x/site",
        "ssh://-oProxyCommand=touch/site",
        "-oProxyCommand=x@fern.example:site",
        "https://github.com/fern/site\n",
        "no/such/folder",
        "\0",
        "a" * 5000,
    ],
)
def test_other_addresses_are_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_source(text)
    assert "hunter2" not in str(refused.value)


def test_a_folder_with_the_name_of_an_address_is_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ext::sh -c true").mkdir()
    assert parse_source("ext::sh -c true") == Path("ext::sh -c true")


@given(st.text(max_size=60))
def test_no_address_raises_another_error(text: str) -> None:
    try:
        address = parse_address(text)
    except UsageError:
        return
    assert not address.url.startswith("-")
    assert "::" not in address.url


@pytest.mark.parametrize(
    ("config", "repository"),
    [
        ('[remote "origin"]\n\turl = git@github.com:fern/site.git\n', "github:fern/site"),
        ('[remote "other"]\nurl = https://github.com/a/b\n', ""),
        ('[remote "origin"]\n\turl = ext::sh -c x\n', ""),
        ("", ""),
    ],
)
def test_the_origin_of_a_folder_is_read_as_text(config: str, repository: str) -> None:
    assert read_origin(config) == repository


# --- folders --------------------------------------------------------------------------------------


def test_a_folder_is_listed_without_following_links(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("secret")
    site = tmp_path / "site"
    for skipped in ("node_modules/x", ".venv/bin"):
        (site / skipped).mkdir(parents=True)
        (site / skipped / "python").symlink_to("/usr/bin/python3")
    (site / "a.txt").write_text("a")
    (site / "link").symlink_to(tmp_path / "outside")
    (site / "loop").symlink_to(site)
    os.mkfifo(site / "pipe")
    files = open_folder(site)
    assert {entry.path: entry.kind for entry in files.entries.values()} == {
        "a.txt": FileKind.FILE,
        "link": FileKind.SYMLINK,
        "loop": FileKind.SYMLINK,
        "pipe": FileKind.SPECIAL,
    }
    assert files.read("a.txt") == b"a"
    assert files.read("link") is None
    assert files.read("pipe") is None
    assert files.read("../outside") is None


def test_a_file_that_becomes_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    files = open_folder(tmp_path)
    (tmp_path / "a").unlink()
    (tmp_path / "a").symlink_to("/etc/hostname")
    assert files.read("a") is None


def test_too_many_files_end_in_an_error() -> None:
    entries = (SourceEntry(f"{number}") for number in range(MAX_FILES + 1))
    with pytest.raises(PlatformError, match="more than 50,000 files"):
        SiteFiles(entries, lambda path: None)


def test_deep_folders_end_in_an_error(tmp_path: Path) -> None:
    (tmp_path / "/".join(["d"] * 70)).mkdir(parents=True)
    with pytest.raises(PlatformError, match="nested deeper"):
        open_folder(tmp_path)


# --- repositories ---------------------------------------------------------------------------------


def run_git(folder: Path, *arguments: str, stdin: bytes = b"") -> str:
    process = subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@b.example", "-c", "core.protectHFS=false",
         "-C", os.fspath(folder), *arguments],
        input=stdin, capture_output=True, check=True, env=git_environment(os.environ, "file"),
    )  # fmt: skip
    return process.stdout.decode().strip()


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository with a hook, a filter, a symbolic link, a submodule and a strange name."""
    folder = tmp_path / "origin"
    folder.mkdir()
    run_git(folder, "init", "--quiet", "--initial-branch=trunk")
    (folder / "package.json").write_text("{}")
    (folder / ".gitattributes").write_text("* filter=evil\n")
    (folder / "link").symlink_to("/etc/passwd")
    (folder / os.fsdecode(b"caf\xe9")).write_text("x")
    run_git(folder, "add", "--all")
    run_git(folder, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},themes/x")
    run_git(folder, "commit", "--quiet", "--message", "first")
    return folder


def clone(origin: Path, tmp_path: Path, limits: CloneLimits = DEFAULT_LIMITS) -> Path:
    address = GitAddress(origin.as_uri(), "", "site")
    return clone_bare(address, tmp_path, limits, protocols="file")


def test_a_repository_is_read_from_its_objects(
    origin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hooks and filters of this machine's Git do not run either: nothing is checked out."""
    trap = tmp_path / "trap"
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    hook = hooks / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {trap}\n")
    hook.chmod(0o755)
    config = tmp_path / "gitconfig"
    config.write_text(f'[core]\nhooksPath = {hooks}\n[filter "evil"]\nsmudge = touch {trap}; cat\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.fspath(config))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    repository = clone(origin, tmp_path)
    assert read_branch(repository) == "trunk"
    with open_repository(repository) as files:
        kinds = {entry.path: entry.kind for entry in files.entries.values()}
        assert kinds["link"] is FileKind.SYMLINK
        assert kinds["themes/x"] is FileKind.SUBMODULE
        assert kinds["caf\udce9"] is FileKind.FILE
        assert files.read("package.json") == b"{}"
        assert files.read("caf\udce9") == b"x"
        assert files.read("link") is None
    assert not trap.exists()


def test_the_environment_leads_git_to_no_other_repository() -> None:
    given = {
        "PATH": "/bin",
        "GIT_SSH_COMMAND": "ssh -i key",
        "GIT_DIR": "x",
        "GIT_CONFIG_COUNT": "1",
    }
    environment = git_environment(given)
    assert environment["GIT_SSH_COMMAND"] == "ssh -i key"
    assert environment["GIT_ALLOW_PROTOCOL"] == "https:ssh"
    assert not {"GIT_DIR", "GIT_CONFIG_COUNT"} & environment.keys()


def test_only_https_and_ssh_reach_git(origin: Path, tmp_path: Path) -> None:
    with pytest.raises(PlatformError, match="transport 'file' not allowed"):
        clone_bare(GitAddress(origin.as_uri(), "", "site"), tmp_path)


def test_a_large_repository_ends_in_an_error(origin: Path, tmp_path: Path) -> None:
    with pytest.raises(PlatformError, match="larger than 0 MB"):
        clone(origin, tmp_path, CloneLimits(megabytes=0))


def test_a_slow_repository_ends_in_an_error(
    origin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "ssh"
    slow.write_text("#!/bin/sh\nsleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", os.fspath(slow))
    with pytest.raises(PlatformError, match=r"could not be cloned in 0.2 s"):
        clone_bare(parse_address("git@fern.example:site"), tmp_path, CloneLimits(seconds=0.2))


def test_an_empty_repository_ends_in_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    run_git(folder, "init", "--quiet")
    with (
        pytest.raises(PlatformError, match="no commit"),
        open_repository(clone(folder, tmp_path)),
    ):
        pass


@pytest.mark.parametrize("name", ["..", ".", ".GIT"])
def test_a_path_out_of_the_repository_ends_in_an_error(
    name: str, origin: Path, tmp_path: Path
) -> None:
    blob = run_git(origin, "hash-object", "-w", "--stdin", stdin=b"x")
    inner = run_git(origin, "mktree", stdin=f"100644 blob {blob}\tx\n".encode())
    tree = run_git(origin, "mktree", stdin=f"040000 tree {inner}\t{name}\n".encode())
    commit = run_git(origin, "commit-tree", tree, "-m", "hostile")
    run_git(origin, "update-ref", "refs/heads/trunk", commit)
    with (
        pytest.raises(PlatformError, match="no honest one has"),
        open_repository(clone(origin, tmp_path)),
    ):
        pass


def test_a_folded_bomb_of_trees_ends_in_an_error(origin: Path, tmp_path: Path) -> None:
    """Ten trees, each ten times in the next one, are ten billion files in a few kilobytes."""
    entry = f"100644 blob {run_git(origin, 'hash-object', '-w', '--stdin', stdin=b'x')}"
    for _ in range(10):
        listing = "".join(f"{entry}\tf{number}\n" for number in range(10))
        tree = run_git(origin, "mktree", stdin=listing.encode())
        entry = f"040000 tree {tree}"
    commit = run_git(origin, "commit-tree", tree, "-m", "bomb")
    run_git(origin, "update-ref", "refs/heads/trunk", commit)
    repository = clone(origin, tmp_path)
    with pytest.raises(PlatformError, match="too many files"), open_repository(repository):
        pass

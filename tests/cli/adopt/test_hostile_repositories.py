"""Hostile repositories end in a clear error or work, and nothing of them runs.

Each is cloned over ssh by `platform adopt` itself. The ssh of the tests calls the server's side of
Git on this machine, so no network is needed.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from platform_cli.api.clients.adoptions import Adoption, AdoptionOptions, adopt_site
from tests.cli.adopt.hostile_sites import PACKAGE, WORKING
from tests.cli.adopt.test_sources import run_git
from tests.cli.conftest import Call

ADDRESS = "git@fern.example:site.git"
NOT_IN_GIT = {"pipe", "huge_file", "hook", "git_config", "lines_of_git"}
"""Sites of `hostile_sites.py` that no commit can contain, or only within minutes."""
REPOSITORIES = [name for name in WORKING if name not in NOT_IN_GIT]


@pytest.fixture
def origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that would work, which ssh reaches at every address."""
    folder = tmp_path / "origin"
    folder.mkdir()
    (folder / "package.json").write_text(PACKAGE)
    run_git(folder, "init", "--quiet", "--initial-branch=trunk")
    ssh = tmp_path / "ssh"
    ssh.write_text(f"#!/bin/sh\nexec git-upload-pack {folder}\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", os.fspath(ssh))
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "shops" / "clients").mkdir(parents=True)
    return tmp_path / "shops"


def adopt(workspace: Path) -> Adoption:
    return adopt_site(ADDRESS, AdoptionOptions("acme"), workspace=workspace)


def commit_all(origin: Path) -> None:
    run_git(origin, "add", "--all", "--force")
    run_git(origin, "commit", "--quiet", "--message", "hostile")


@pytest.mark.parametrize("name", REPOSITORIES)
def test_a_hostile_repository_works(name: str, origin: Path, workspace: Path) -> None:
    prepare, message = WORKING[name]
    prepare(origin)
    commit_all(origin)
    adoption = adopt(workspace)
    found = [finding.message for finding in adoption.report.obstacles]
    assert any(message in text for text in found) if message else found == []
    copied = list((workspace / "clients" / "acme").rglob("*"))
    assert copied
    assert not any(path.is_symlink() for path in copied)
    assert not list(workspace.parent.rglob("trap"))


def test_at_least_thirty_repositories_are_tried() -> None:
    assert len(REPOSITORIES) + len(REFUSED) >= 30


def pack_zeros(origin: Path) -> None:
    """A zip bomb: a file of 101 MB that the server sends as 100 kB."""
    (origin / "bomb.js").write_bytes(bytes(101_000_000))
    run_git(origin, "config", "core.compression", "1")
    commit_all(origin)


def commit_nothing(origin: Path) -> None:
    pass


def name_no_branch(origin: Path) -> None:
    commit_all(origin)
    run_git(origin, "symbolic-ref", "HEAD", "refs/heads/no-such-branch")


def lose_an_object(origin: Path) -> None:
    commit_all(origin)
    blob = run_git(origin, "rev-parse", "HEAD:package.json")
    (origin / ".git/objects" / blob[:2] / blob[2:]).unlink()


def put_a_file_in_place_of_a_tree(origin: Path) -> None:
    commit_all(origin)
    commit = run_git(origin, "cat-file", "commit", "HEAD").encode()
    tree, blob = (run_git(origin, "rev-parse", name) for name in ("HEAD:", "HEAD:package.json"))
    forged = run_git(
        origin, "hash-object", "-t", "commit", "-w", "--stdin", "--literally",
        stdin=commit.replace(tree.encode(), blob.encode()) + b"\n",
    )  # fmt: skip
    run_git(origin, "update-ref", "--no-deref", "HEAD", forged)


def many_sites(origin: Path) -> None:
    (origin / "package.json").unlink()
    for number in range(400):
        (origin / f"site{number}").mkdir()
        (origin / f"site{number}/package.json").write_text(PACKAGE)
    commit_all(origin)


def print_an_escape(origin: Path) -> None:
    """A server that writes to the terminal of its visitor."""
    ssh = origin.parent / "ssh"
    ssh.write_text("#!/bin/sh\nprintf 'fatal: \\033[2Jgone\\n' >&2\nexit 128\n")


def answer_without_end(origin: Path) -> None:
    ssh = origin.parent / "ssh"
    ssh.write_text("#!/bin/sh\nexec yes 00zz\n")


REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "no_commit": (commit_nothing, "no commit"),
    "no_branch": (name_no_branch, "no commit|could not be cloned"),
    "lost_object": (lose_an_object, "could not be cloned"),
    "forged_commit": (put_a_file_in_place_of_a_tree, "could not be cloned|no commit"),
    "many_sites": (many_sites, "there are [0-9]+ sites: site0, "),
    "escape": (print_an_escape, "could not be cloned"),
    "no_end": (answer_without_end, "could not be cloned"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_repository_is_refused(
    name: str, origin: Path, workspace: Path, call: Call
) -> None:
    prepare, message = REFUSED[name]
    prepare(origin)
    refused = call("adopt", ADDRESS, "acme", "--workspace", os.fspath(workspace))
    assert refused.code in {1, 2}
    assert re.search(message, " ".join(refused.err.split()))
    assert "\x1b" not in refused.err
    assert list((workspace / "clients").iterdir()) == []


def test_a_packed_bomb_is_named_and_stays_behind(origin: Path, workspace: Path) -> None:
    pack_zeros(origin)
    adoption = adopt(workspace)
    assert [finding.where for finding in adoption.report.obstacles] == ["bomb.js"]
    assert not (workspace / "clients/acme/bomb.js").exists()

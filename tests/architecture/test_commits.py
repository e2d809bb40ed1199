"""CI checks the messages of new commits."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "commits"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    commit(tmp_path, "Old style, before the rule")
    git(tmp_path, "update-ref", "refs/remotes/origin/main", "HEAD")
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, *paragraphs: str) -> None:
    options = [option for text in paragraphs for option in ("-m", text)]
    git(folder, "commit", "-q", "--allow-empty", *options)


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT], cwd=folder, capture_output=True, text=True,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)},
    )  # fmt: skip


def test_a_good_message_passes(repository: Path) -> None:
    commit(repository, "api: Return the live release", "The console shows it.")
    commit(repository, "docs: Correct a typo")
    assert check(repository).returncode == 0


@pytest.mark.parametrize(
    ("paragraphs", "finding"),
    [
        (("Return the live release", "Why."), "not `area: summary`"),
        (("api: " + "x" * 56, "Why."), "61 characters"),
        (("api: Return the live release",), "no body"),
    ],
)
def test_a_bad_message_is_named(
    repository: Path, paragraphs: tuple[str, ...], finding: str
) -> None:
    commit(repository, *paragraphs)
    done = check(repository)
    assert done.returncode == 1
    assert finding in done.stdout


def test_it_passes_without_the_history(repository: Path, tmp_path: Path) -> None:
    git(repository, "update-ref", "-d", "refs/remotes/origin/main")
    assert check(repository).returncode == 0
    shutil.rmtree(repository / ".git")
    assert check(repository).returncode == 0

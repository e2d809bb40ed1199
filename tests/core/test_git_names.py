"""Names of branches and folders follow the rules of Git."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.provider_kit.git_names import check_branch, check_folder


@pytest.mark.parametrize(
    "name", ["main", "foo/#bar", "release#1", "a+b", "ünï", "feature/x.y", "@x"]
)
def test_a_branch_of_git_is_accepted(name: str) -> None:
    assert check_branch(name) == name


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("my branch", "a space"),
        ("a..b", "'..'"),
        ("a~1", "'~'"),
        ("a@{b", "'@{'"),
        ("x.lock", ".lock"),
        ("/a", "branch"),
        ("a//b", "slashes"),
    ],
)
def test_a_refusal_names_the_part(name: str, part: str) -> None:
    with pytest.raises(ValueError, match=r"cannot be") as refusal:
        check_branch(name)
    assert part in str(refusal.value)


@given(st.text(st.sampled_from("aé#+-./@{~^: []*?\\\x01lock"), min_size=1, max_size=8))
def test_git_agrees(name: str) -> None:
    checked = subprocess.run(["git", "check-ref-format", f"refs/heads/{name}"], capture_output=True)
    try:
        check_branch(name)
    except ValueError:
        # Commands take a name that starts with a hyphen for an option, and `@` for the head.
        assert checked.returncode != 0 or name.startswith("-") or name == "@"
    else:
        assert checked.returncode == 0


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("/content/blog/", "content/blog"),
        ("./content", "content"),
        ("contenu/créations", "contenu/créations"),
        ("contenu/cre\u0301ations", "contenu/créations"),
        ("my posts", "my posts"),
        ("_posts", "_posts"),
        (".content/x", ".content/x"),
    ],
)
def test_a_folder_is_read_without_slashes_around_it(path: str, folder: str) -> None:
    assert check_folder(path) == folder


@pytest.mark.parametrize("path", ["", "/", "..", "a/../b", ".", "a//b", "a\\b", "a\nb", ".git/x"])
def test_a_path_outside_the_repository_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="folder"):
        check_folder(path)

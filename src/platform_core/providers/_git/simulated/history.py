"""Keep the files of a repository at each commit, and apply pushes to them.

A push names the changed files without their new contents, so the simulation invents the change: the
first line of the newest commit's message becomes the title (or its part in “ ”), and the rest of
the message becomes a new paragraph.

A state is `{"pushed_at": Unix seconds, "heads": {branch: commit}, "commits": {commit: {path:
{"text" or "blob", "date"}}}, "blobs": {id: Base64}, "hooks": {id: hook}, "forced": [commit that was
forced away]}`. The files of a site (`site_files.py`) are blobs, because each commit names them all.
"""

import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from platform_core.provider_kit import parsing
from platform_core.providers._git.simulated.journal import FILES

State = dict[str, Any]
Tree = dict[str, dict[str, str]]
START_COMMIT: Final = "5eed" * 10
"""The first commit of every branch."""
MAX_COMMITS: Final = 200
"""Number of commits that stay readable."""


def initial_state() -> State:
    """Return the state before the first push: the journal of a small shop."""
    return {
        "pushed_at": 1199145600,
        "heads": {},
        "commits": {START_COMMIT: _seed_tree()},
        "blobs": {},
        "hooks": {},
        "forced": [],
    }


def apply_push(state: State, body: Mapping[str, Any]) -> bool:
    """Apply a push to the state. Returns False if the body is not a push."""
    ref, commit = body.get("ref"), body.get("after")
    if not (isinstance(ref, str) and isinstance(commit, str) and body.get("commits")):
        return False
    branch = ref.removeprefix("refs/heads/")
    add_commit(state, branch, commit, _apply_push_to_tree(state, branch, body), _pushed_at(body))
    return True


def add_commit(state: State, branch: str, commit: str, tree: Tree, pushed_at: int) -> None:
    """Add a commit, as the head of its branch unless a later one was pushed before."""
    # Insert again at the end: the order of the commits is their age.
    state["commits"].pop(commit, None)
    state["commits"][commit] = tree
    if pushed_at >= state["pushed_at"]:
        state["pushed_at"] = pushed_at
        state["heads"][branch] = commit
    _drop_old_commits(state)


def branch_head(state: State, branch: str) -> str:
    return str(state["heads"].get(branch, START_COMMIT))


def file_at(state: State, path: str, commit: str) -> dict[str, str] | None:
    file: dict[str, str] | None = state["commits"].get(commit, {}).get(path)
    return file


def find_last_change_time(state: State, path: str, commit: str) -> str | None:
    """Return the time of a file's last change, or for a deleted file the last time it existed."""
    trees = [state["commits"].get(commit, {}), *state["commits"].values()]
    return next((tree[path]["date"] for tree in trees if path in tree), None)


def is_ancestor(state: State, commit: str, of: str) -> bool:
    """Return whether a commit is in the history of another one.

    The history is linear except for commits that were forced away.
    """
    if {commit, of} & set(state["forced"]):
        return commit == of
    ages = {known: age for age, known in enumerate(state["commits"])}
    return ages.get(commit, 0) <= ages.get(of, len(ages))


def content_of(state: State, file: Mapping[str, str]) -> bytes:
    """Return the content of a file of a commit."""
    return b64decode(state["blobs"][file["blob"]]) if "blob" in file else file["text"].encode()


def blob_id(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def format_time(seconds: int) -> str:
    return (parsing.EPOCH + parsing.SECOND * seconds).isoformat().replace("+00:00", "Z")


def _pushed_at(body: Mapping[str, Any]) -> int:
    """Return the time of the push or, if the host sends none, that of its newest commit."""
    push_time = parsing.parse_integer(parsing.parse_object(body.get("repository")).get("pushed_at"))
    commit_times = [
        parsing.parse_timestamp(commit.get("timestamp"))
        for commit in parsing.parse_objects(body["commits"])
    ]
    seconds = [parsing.to_microseconds(moment) // 10**6 for moment in commit_times if moment]
    return push_time or max(seconds, default=0)


def _drop_old_commits(state: State) -> None:
    heads = {START_COMMIT, *state["heads"].values()}
    for commit in [commit for commit in state["commits"] if commit not in heads][:-MAX_COMMITS]:
        del state["commits"][commit]


def _apply_push_to_tree(state: State, branch: str, body: Mapping[str, Any]) -> Tree:
    """Return the files after a push."""
    tree: Tree = dict(state["commits"][branch_head(state, branch)])
    message = str(parsing.parse_object(body.get("head_commit")).get("message") or "")
    for commit in parsing.parse_objects(body["commits"]):
        date = str(commit.get("timestamp") or format_time(0))
        commit_message = str(commit.get("message") or message)
        for path in parsing.parse_texts(commit.get("removed")):
            tree.pop(path, None)
        for path in parsing.parse_texts(commit.get("added")) + parsing.parse_texts(
            commit.get("modified")
        ):
            before = content_of(state, tree[path]).decode() if path in tree else ""
            text = before or _make_new_file_text(path, date)
            tree[path] = {"text": _edit_text_by_commit_message(text, commit_message), "date": date}
    return tree


def _make_new_file_text(path: str, date: str) -> str:
    title = PurePosixPath(path).stem.replace("-", " ").capitalize()
    return f"---\ntitle: {json.dumps(title)}\ndate: {date}\n---\n"


def _edit_text_by_commit_message(text: str, message: str) -> str:
    """Apply a commit message to a file. Applying the same message again changes nothing."""
    first_line, _, rest = message.strip().partition("\n")
    quoted = re.search("“(.+?)”", first_line)
    title = json.dumps(quoted[1] if quoted else first_line, ensure_ascii=False)
    text = re.sub(r"(?m)^title:.*$", lambda _: f"title: {title}", text, count=1)
    rest = rest.strip()
    return f"{text.rstrip()}\n\n{rest}\n" if rest and rest not in text else text


def _seed_tree() -> Tree:
    return {path: {"text": text.lstrip(), "date": "2026-06-01T08:00:00Z"} for path, text in FILES}

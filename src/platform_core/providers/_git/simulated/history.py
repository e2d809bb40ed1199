"""What a repository holds at each commit, and how a push changes that.

A push tells which files changed and not to what. So the double makes the change up from what the
push does say: the first line of the newest commit's message becomes the title (what stands in “ ”,
where there is such), the rest of it a new paragraph.

A state is `{"pushed_at": Unix seconds, "heads": {branch: commit}, "commits": {commit: {path:
{"text", "date"}}}, "hooks": {id: hook}, "forced": [commit that was forced away]}`.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from platform_core.providers import reading
from platform_core.providers._git.simulated.journal import FILES

State = dict[str, Any]
Tree = dict[str, dict[str, str]]
START: Final = "5eed" * 10
"""The commit that every branch starts with."""
KEPT: Final = 200
"""Commits that can still be read."""


def beginning() -> State:
    """Before the first push: the journal of a small shop."""
    return {
        "pushed_at": 1199145600,
        "heads": {},
        "commits": {START: _seed()},
        "hooks": {},
        "forced": [],
    }


def take_over(state: State, body: Mapping[str, Any]) -> bool:
    """Let a push have happened; False where the body is none."""
    ref, commit = body.get("ref"), body.get("after")
    if not (isinstance(ref, str) and isinstance(commit, str) and body.get("commits")):
        return False
    branch = ref.removeprefix("refs/heads/")
    before = state["commits"][head_of(state, branch)]
    state["commits"].pop(commit, None)
    state["commits"][commit] = _pushed(before, body)
    pushed_at = _pushed_at(body)
    if pushed_at >= state["pushed_at"]:
        state["pushed_at"] = pushed_at
        state["heads"][branch] = commit
    _forget(state)
    return True


def head_of(state: State, branch: str) -> str:
    return str(state["heads"].get(branch, START))


def file_at(state: State, path: str, commit: str) -> dict[str, str] | None:
    found: dict[str, str] | None = state["commits"].get(commit, {}).get(path)
    return found


def changed_at(state: State, path: str, commit: str) -> str | None:
    """When a file changed last; of one that is gone, when it last was there."""
    trees = [state["commits"].get(commit, {}), *state["commits"].values()]
    return next((tree[path]["date"] for tree in trees if path in tree), None)


def blob(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def time_text(seconds: int) -> str:
    return (reading.EPOCH + reading.SECOND * seconds).isoformat().replace("+00:00", "Z")


def _pushed_at(body: Mapping[str, Any]) -> int:
    """The push's own time, or where its host tells none, that of its newest commit."""
    told = reading.whole(reading.part(body.get("repository")).get("pushed_at"))
    newest = [reading.moment(each.get("timestamp")) for each in reading.records(body["commits"])]
    times = [reading.micros(each) // 10**6 for each in newest if each]
    return told or max(times, default=0)


def _forget(state: State) -> None:
    heads = {START, *state["heads"].values()}
    for old in [each for each in state["commits"] if each not in heads][:-KEPT]:
        del state["commits"][old]


def _pushed(before: Tree, body: Mapping[str, Any]) -> Tree:
    """The files after a push."""
    tree = dict(before)
    message = str(reading.part(body.get("head_commit")).get("message") or "")
    for commit in reading.records(body["commits"]):
        date = str(commit.get("timestamp") or time_text(0))
        said = str(commit.get("message") or message)
        for path in reading.texts(commit.get("removed")):
            tree.pop(path, None)
        for path in reading.texts(commit.get("added")) + reading.texts(commit.get("modified")):
            text = tree.get(path, {}).get("text") or _new(path, date)
            tree[path] = {"text": _edited(text, said), "date": date}
    return tree


def _new(path: str, date: str) -> str:
    title = PurePosixPath(path).stem.replace("-", " ").capitalize()
    return f"---\ntitle: {json.dumps(title)}\ndate: {date}\n---\n"


def _edited(text: str, message: str) -> str:
    """A file as the message says; the same message a second time changes nothing."""
    first, _, rest = message.strip().partition("\n")
    quoted = re.search("“(.+?)”", first)
    title = json.dumps(quoted[1] if quoted else first, ensure_ascii=False)
    text = re.sub(r"(?m)^title:.*$", lambda _: f"title: {title}", text, count=1)
    rest = rest.strip()
    return f"{text.rstrip()}\n\n{rest}\n" if rest and rest not in text else text


def _seed() -> Tree:
    return {path: {"text": text.lstrip(), "date": "2026-06-01T08:00:00Z"} for path, text in FILES}

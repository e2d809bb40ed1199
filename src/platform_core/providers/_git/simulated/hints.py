"""What an editor's own cloud tells of a push that it made: paths and an event, and no commit."""

import hashlib
from pathlib import PurePosixPath
from typing import Any, Final

from platform_core.providers import reading
from platform_core.providers._git import files
from platform_core.providers._git.simulated import history
from platform_core.providers._git.simulated.history import State
from platform_core.providers.reading import Json

_LISTS: Final = {
    "content.added": "added",
    "content.modified": "modified",
    "content.removed": "removed",
}


def push_behind(state: State, hint: Json) -> dict[str, Any]:
    """The push that a hint follows, as its Git host would have told it; empty: it is known."""
    event, branch = str(hint["eventId"]), str(hint.get("branch"))
    commit = hashlib.sha1(event.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    if commit in state["commits"]:
        return {}
    tree = state["commits"][history.head_of(state, branch)]
    when = history.time_text(state["pushed_at"] + 1)
    changed = _LISTS.get(str(hint.get("type")), "modified")
    commits = [
        {"message": _message(path, tree, event), "timestamp": when, changed: [path]}
        for path in (_file(each, tree) for each in reading.texts(hint.get("paths")))
    ]
    return {"ref": f"refs/heads/{branch}", "after": commit, "commits": commits}


def _file(path: str, tree: history.Tree) -> str:
    """The file that a path without an ending means."""
    if files.is_content(path):
        return path
    found = [each for each in tree if str(PurePosixPath(each).with_suffix("")) == path]
    return found[0] if found else f"{path}.md"


def _message(path: str, tree: history.Tree, event: str) -> str:
    """Keeps the title, and adds a paragraph."""
    front = files.parse(path, tree[path]["text"])[0] if path in tree else {}
    name = PurePosixPath(path).stem.replace("-", " ").capitalize()
    return f"Update “{front.get('title') or name}”\n\nEdited in the cloud ({event})."

"""Reconstruct the push behind a change notice of an editor's own cloud, which has no commit."""

import hashlib
from pathlib import PurePosixPath
from typing import Any, Final

from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers._git.files import front_matter, names
from platform_core.providers._git.simulated import history
from platform_core.providers._git.simulated.history import State

_CHANGE_LISTS: Final = {
    "content.added": "added",
    "content.modified": "modified",
    "content.removed": "removed",
}


def make_push_for_change_notice(state: State, hint: Json) -> dict[str, Any]:
    """Return the push that a notice refers to, or an empty object if it is known already."""
    event, branch = str(hint["eventId"]), str(hint.get("branch"))
    # A notice has no commit id. Deriving one from the event makes a repeated notice the same push.
    commit = hashlib.sha1(event.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    if commit in state["commits"]:
        return {}
    tree = state["commits"][history.branch_head(state, branch)]
    timestamp = history.format_time(state["pushed_at"] + 1)
    change_list = _CHANGE_LISTS.get(str(hint.get("type")), "modified")
    commits = [
        {
            "message": _commit_message(path, _text_at(state, tree, path), event),
            "timestamp": timestamp,
            change_list: [path],
        }
        for path in (
            _add_missing_file_extension(path, tree)
            for path in parsing.parse_texts(hint.get("paths"))
        )
    ]
    return {"ref": f"refs/heads/{branch}", "after": commit, "commits": commits}


def _add_missing_file_extension(path: str, tree: history.Tree) -> str:
    """Return the file that a path without an extension refers to."""
    if names.is_content_file(path):
        return path
    matches = [
        candidate for candidate in tree if str(PurePosixPath(candidate).with_suffix("")) == path
    ]
    return matches[0] if matches else f"{path}.md"


def _text_at(state: State, tree: history.Tree, path: str) -> str:
    return history.content_of(state, tree[path]).decode("utf-8", "replace") if path in tree else ""


def _commit_message(path: str, text: str, event: str) -> str:
    """Make a commit message that keeps the title and adds a paragraph."""
    header = front_matter.parse_file(path, text)[0] if text else {}
    name = PurePosixPath(path).stem.replace("-", " ").capitalize()
    return f"Update “{header.get('title') or name}”\n\nEdited in the cloud ({event})."

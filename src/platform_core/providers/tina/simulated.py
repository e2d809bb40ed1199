"""A double of GitHub's API, which also takes over what TinaCloud tells."""

import hashlib
from pathlib import PurePosixPath
from typing import Final

from platform_core.providers import reading
from platform_core.providers._git import files, simulated
from platform_core.providers._git.simulated import history
from platform_core.providers.reading import Json
from platform_core.webhook import Request

_LISTS: Final = {
    "content.added": "added",
    "content.modified": "modified",
    "content.removed": "removed",
}


class Simulated(simulated.Simulated):
    """The repository that TinaCloud commits to."""

    def record(self, request: Request) -> None:
        body = reading.document(request.body)
        self.push(self._push(body) if "eventId" in body else body)

    def _push(self, hint: Json) -> Json:
        """The push that TinaCloud's hint follows, as its GitHub would have told it."""
        event, branch = str(hint["eventId"]), str(hint.get("branch"))
        commit = hashlib.sha1(event.encode(), usedforsecurity=False).hexdigest()
        state = self._state()
        if commit in state["commits"]:
            return {}
        tree = state["commits"][history.head_of(state, branch)]
        when = history.time_text(state["pushed_at"] + 1)
        paths = [_file(path, tree) for path in reading.texts(hint.get("paths"))]
        changed = _LISTS.get(str(hint.get("type")), "modified")
        commits = [
            {"message": _message(path, tree, event), "timestamp": when, changed: [path]}
            for path in paths
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
    return f"Update “{front.get('title') or name}”\n\nEdited in TinaCloud ({event})."

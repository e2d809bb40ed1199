"""Commit the files of a site, which lie in a folder of this machine, to the simulated repository.

Only what changed in the folder since the last time is committed, so an edit that a simulated editor
made to another file stays.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from platform_core.providers._git.simulated import history
from platform_core.providers._git.simulated.history import State, Tree


def commit_files(state: State, order: Mapping[str, Any]) -> bool:
    """Commit `{"branch", "at": Unix seconds, "files": {path: Base64}}` to the branch.

    Returns False if the folder has not changed. The state notes the files in `site`.
    """
    files: Mapping[str, str] = order["files"]
    known: Mapping[str, str] = state.get("site", {})
    ids = {path: hashlib.sha256(content.encode()).hexdigest() for path, content in files.items()}
    if ids == known:
        return False
    date = history.format_time(int(order["at"]))
    head = history.branch_head(state, order["branch"])
    # The first files replace the sample ones.
    tree: Tree = dict(state["commits"][head]) if known else {}
    for path in known.keys() - ids.keys():
        tree.pop(path, None)
    for path, blob in ids.items():
        if known.get(path) != blob:
            state["blobs"][blob] = files[path]
            tree[path] = {"blob": blob, "date": date}
    state["site"] = ids
    commit = hashlib.sha1(json.dumps([tree, date]).encode(), usedforsecurity=False).hexdigest()
    history.add_commit(state, order["branch"], commit, tree, int(order["at"]))
    used = {file.get("blob") for tree in state["commits"].values() for file in tree.values()}
    state["blobs"] = {blob: text for blob, text in state["blobs"].items() if blob in used}
    return True

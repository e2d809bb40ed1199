"""GitHub's answers."""

import re
from urllib.parse import unquote

from platform_core.provider import HttpResponse
from platform_core.providers._git.simulated.answers import Asked, found, hooks, missing
from platform_core.providers._git.simulated.history import (
    State,
    blob,
    changed_at,
    file_at,
    head_of,
    time_text,
)


def answer(state: State, asked: Asked) -> HttpResponse | None:
    place = re.fullmatch(r"/repos/([^/]+/[^/]+)((?:/.*)?)", asked.path)
    if place is None:
        return None
    kind, _, rest = place[2].lstrip("/").partition("/")
    if kind == "hooks":
        return hooks(state, asked, rest, {"last_response": {"code": None}})
    match kind:
        case "":
            return found({"full_name": place[1], "pushed_at": time_text(state["pushed_at"])})
        case "branches":
            name = unquote(rest)
            return found({"name": name, "commit": {"sha": head_of(state, name)}})
        case "git":
            return _tree(state, rest.removeprefix("trees/"))
        case "contents":
            file = file_at(state, unquote(rest), asked["ref"])
            return HttpResponse(200, file["text"].encode()) if file else missing()
        case "commits":
            when = changed_at(state, asked["path"], asked["sha"])
            return found([{"commit": {"committer": {"date": when}}}] if when else [])
    return None


def _tree(state: State, commit: str) -> HttpResponse:
    tree = state["commits"].get(commit)
    if tree is None:
        return missing()
    entries = [
        {"path": path, "type": "blob", "mode": "100644", "sha": blob(file["text"])}
        for path, file in sorted(tree.items())
    ]
    return found({"sha": commit, "tree": entries, "truncated": False})

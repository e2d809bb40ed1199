"""GitLab's answers."""

import re
from urllib.parse import unquote

from platform_core.provider import HttpResponse
from platform_core.providers._git.simulated.answers import Asked, found, hooks, missing
from platform_core.providers._git.simulated.history import (
    START,
    State,
    blob,
    changed_at,
    file_at,
    head_of,
    time_text,
)


def answer(state: State, asked: Asked) -> HttpResponse | None:
    place = re.fullmatch(r"/api/v4/projects/[^/]+/(.+)", asked.path)
    if place is None:
        return None
    kind, _, rest = place[1].removeprefix("repository/").partition("/")
    match kind:
        case "hooks":
            return hooks(state, asked, rest, {"alert_status": "executable"})
        case "events":
            pushed = {"action_name": "pushed to", "created_at": time_text(state["pushed_at"])}
            return found([pushed] if state["heads"] else [])
        case "branches":
            name = unquote(rest)
            return found({"name": name, "commit": {"id": head_of(state, name)}})
        case "tree":
            return _tree(state, asked)
        case "files":
            file = file_at(state, unquote(rest.removesuffix("/raw")), asked["ref"])
            return HttpResponse(200, file["text"].encode()) if file else missing()
        case "commits":
            when = changed_at(state, asked["path"], asked["ref_name"])
            return found([{"committed_date": when}] if when else [])
        case "merge_base":
            return _merge_base(state, asked.query.get("refs[]", []))
    return None


def _tree(state: State, asked: Asked) -> HttpResponse:
    """A page of the tree; the token of the next is the path that it starts after."""
    tree = state["commits"].get(asked["ref"])
    if tree is None:
        return missing()
    after = asked["page_token"]
    paths = [path for path in sorted(tree) if path > after]
    page = paths[: int(asked["per_page"] or 20)]
    entries = [
        {"path": path, "type": "blob", "mode": "100644", "id": blob(tree[path]["text"])}
        for path in page
    ]
    link = f'<https://gitlab.com{asked.path}?page_token={page[-1] if page else ""}>; rel="next"'
    return found(entries, headers={"link": link} if page != paths else None)


def _merge_base(state: State, commits: list[str]) -> HttpResponse:
    """History is a line here, but for what was forced away."""
    lost = set(commits) & set(state["forced"])
    return found({"id": START if lost else commits[0]})

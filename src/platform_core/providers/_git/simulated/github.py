"""Simulate the responses of GitHub."""

import re
from urllib.parse import unquote

from platform_core.http import HttpResponse
from platform_core.providers._git.simulated.answers import (
    ApiRequest,
    answer_webhook_api_request,
    json_response,
    not_found,
)
from platform_core.providers._git.simulated.archives import answer_archive
from platform_core.providers._git.simulated.history import (
    State,
    blob_id,
    branch_head,
    content_of,
    file_at,
    find_last_change_time,
    format_time,
    is_ancestor,
)

ARCHIVE_HOST = "codeload.github.com"


def answer_request(state: State, request: ApiRequest) -> HttpResponse | None:
    if archive := re.fullmatch(r"/([^/]+/[^/]+)/legacy\.zip/([^/]+)", request.path):
        return answer_archive(state, archive[1], archive[2])
    match = re.fullmatch(r"/repos/([^/]+/[^/]+)((?:/.*)?)", request.path)
    if match is None:
        return None
    resource, _, remainder = match[2].lstrip("/").partition("/")
    if resource == "hooks":
        return answer_webhook_api_request(
            state, request, remainder, {"last_response": {"code": None}}
        )
    match resource:
        case "":
            return json_response(
                {"full_name": match[1], "pushed_at": format_time(state["pushed_at"])}
            )
        case "branches":
            name = unquote(remainder)
            return json_response({"name": name, "commit": {"sha": branch_head(state, name)}})
        case "git":
            return _answer_tree(state, remainder.removeprefix("trees/"))
        case "zipball":
            address = f"https://{ARCHIVE_HOST}/{match[1]}/legacy.zip/{remainder}"
            return HttpResponse(302, b"", {"location": address})
        case "compare":
            commit, _, of = remainder.partition("...")
            status = "ahead" if is_ancestor(state, commit, of) else "diverged"
            return json_response({"status": status})
        case "contents":
            file = file_at(state, unquote(remainder), request["ref"])
            return HttpResponse(200, content_of(state, file)) if file else not_found()
        case "commits":
            changed = find_last_change_time(state, request["path"], request["sha"])
            return json_response([{"commit": {"committer": {"date": changed}}}] if changed else [])
    return None


def _answer_tree(state: State, commit: str) -> HttpResponse:
    tree = state["commits"].get(commit)
    if tree is None:
        return not_found()
    entries = [
        {"path": path, "type": "blob", "mode": "100644", "sha": blob_id(content_of(state, file))}
        for path, file in sorted(tree.items())
    ]
    return json_response({"sha": commit, "tree": entries, "truncated": False})

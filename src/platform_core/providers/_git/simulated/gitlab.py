"""Simulate the responses of GitLab."""

import re
from urllib.parse import unquote

from platform_core.http import HttpResponse
from platform_core.providers._git.simulated import history
from platform_core.providers._git.simulated.answers import (
    ApiRequest,
    answer_webhook_api_request,
    json_response,
    not_found,
)
from platform_core.providers._git.simulated.archives import answer_archive


def answer_request(state: history.State, request: ApiRequest) -> HttpResponse | None:
    match = re.fullmatch(r"/api/v4/projects/[^/]+/(.+)", request.path)
    if match is None:
        return None
    resource, _, remainder = match[1].removeprefix("repository/").partition("/")
    match resource:
        case "hooks":
            return answer_webhook_api_request(
                state, request, remainder, {"alert_status": "executable"}
            )
        case "events":
            pushed = {
                "action_name": "pushed to",
                "created_at": history.format_time(state["pushed_at"]),
            }
            return json_response([pushed] if state["heads"] else [])
        case "branches":
            name = unquote(remainder)
            return json_response({"name": name, "commit": {"id": history.branch_head(state, name)}})
        case "tree":
            return _answer_tree(state, request)
        case "files":
            file = history.file_at(state, unquote(remainder.removesuffix("/raw")), request["ref"])
            return HttpResponse(200, history.content_of(state, file)) if file else not_found()
        case "commits":
            changed = history.find_last_change_time(state, request["path"], request["ref_name"])
            return json_response([{"committed_date": changed}] if changed else [])
        case "merge_base":
            commit, of = request.query["refs[]"]
            is_ancestor = history.is_ancestor(state, commit, of)
            return json_response({"id": commit if is_ancestor else history.START_COMMIT})
        case "archive.zip":
            return answer_archive(state, "project", request["sha"])
    return None


def _answer_tree(state: history.State, request: ApiRequest) -> HttpResponse:
    """Return a page of the tree. A page token is the last path of the previous page."""
    tree = state["commits"].get(request["ref"])
    if tree is None:
        return not_found()
    after = request["page_token"]
    paths = [path for path in sorted(tree) if path > after]
    page = paths[: int(request["per_page"] or 20)]
    entries = [
        {
            "path": path,
            "type": "blob",
            "mode": "100644",
            "id": history.blob_id(history.content_of(state, tree[path])),
        }
        for path in page
    ]
    link = f'<https://gitlab.com{request.path}?page_token={page[-1] if page else ""}>; rel="next"'
    return json_response(entries, headers={"link": link} if page != paths else None)

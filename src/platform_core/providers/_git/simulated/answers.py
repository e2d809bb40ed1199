"""Shared by both simulated hosts: parsed requests, JSON responses and the list of webhooks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from platform_core.http import HttpResponse
from platform_core.providers._git.simulated.history import State


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """One request to an API."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    body: Any

    @classmethod
    def parse(cls, method: str, url: str, body: bytes) -> Self:
        address = urlsplit(url)
        return cls(
            method, address.path, parse_qs(address.query), json.loads(body) if body else None
        )

    def __getitem__(self, name: str) -> str:
        """Return a query parameter, or an empty string if it is missing."""
        return next(iter(self.query.get(name, ())), "")


def json_response(
    body: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    return HttpResponse(
        status, json.dumps(body).encode(), {"content-type": "application/json", **(headers or {})}
    )


def not_found() -> HttpResponse:
    return json_response({"message": "Not Found"}, 404)


def answer_webhook_api_request(
    state: State, request: ApiRequest, hook_id: str, defaults: Mapping[str, Any]
) -> HttpResponse | None:
    """List, create or update the webhooks of the repository."""
    hooks: dict[str, Any] = state["hooks"]
    if request.method == "GET" and not hook_id:
        return json_response(list(hooks.values()))
    if request.method == "POST" and not hook_id:
        hook = {"id": len(hooks) + 1, **defaults, **request.body}
        hooks[str(hook["id"])] = hook
        return json_response(hook, 201)
    if request.method in {"PATCH", "PUT"} and hook_id in hooks:
        hooks[hook_id] |= request.body
        return json_response(hooks[hook_id])
    return None

"""What both doubles speak: a question taken apart, JSON answers, one list of webhooks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from platform_core.provider import HttpResponse
from platform_core.providers._git.simulated.history import State


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of an API."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    body: Any

    @classmethod
    def of(cls, method: str, url: str, body: bytes) -> Self:
        address = urlsplit(url)
        return cls(
            method, address.path, parse_qs(address.query), json.loads(body) if body else None
        )

    def __getitem__(self, name: str) -> str:
        """A parameter of the query; empty where it is not there."""
        return next(iter(self.query.get(name, ())), "")


def found(
    body: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    return HttpResponse(
        status, json.dumps(body).encode(), {"content-type": "application/json", **(headers or {})}
    )


def missing() -> HttpResponse:
    return found({"message": "Not Found"}, 404)


def hooks(state: State, asked: Asked, hook: str, fresh: Mapping[str, Any]) -> HttpResponse | None:
    """The webhooks of the repository: all of them, a new one, or one changed."""
    kept: dict[str, Any] = state["hooks"]
    if asked.method == "GET" and not hook:
        return found(list(kept.values()))
    if asked.method == "POST" and not hook:
        made = {"id": len(kept) + 1, **fresh, **asked.body}
        kept[str(made["id"])] = made
        return found(made, 201)
    if asked.method in {"PATCH", "PUT"} and hook in kept:
        kept[hook] |= asked.body
        return found(kept[hook])
    return None

"""A double of Foxy's API: a token for an integration, and the webhooks of its one store.

Foxy has no catalogue, and no order is asked for, so its state is `{"hooks": {id: webhook}}` alone.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from platform_core.provider import HttpResponse
from platform_core.webhook import Request

State = dict[str, Any]
_ROOT: Final = "https://api.foxy.io"
_STORE: Final = f"{_ROOT}/stores/1"
_HOOKS: Final = f"{_STORE}/webhooks"
_TOKEN: Final = "token-of-the-double"  # noqa: S105 - opens nothing


class Simulated:
    """One store with one integration."""

    HOSTS: ClassVar[tuple[str, ...]] = ("api.foxy.io",)

    def __init__(self, load: Callable[[], State], save: Callable[[State], None]) -> None:
        self._load = load
        self._save = save

    def respond(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """The answer to one call of the API."""
        address = urlsplit(url)
        place = f"{_ROOT}{address.path.rstrip('/')}"
        if (method, place) == ("POST", f"{_ROOT}/token"):
            return _token(parse_qs(body.decode()))
        if headers.get("authorization") != f"Bearer {_TOKEN}":
            return _answer(401, {"error": "invalid_token"})
        match (method, place):
            case ("GET", "https://api.foxy.io"):
                return _answer(200, _links(self=_ROOT, **{"fx:store": _STORE}))
            case ("GET", each) if each == _STORE:
                return _answer(200, _links(self=_STORE, **{"fx:webhooks": _HOOKS}))
            case ("GET", each) if each == _HOOKS:
                hooks = list(self._state()["hooks"].values())
                return _answer(200, _links(self=url) | {"_embedded": {"fx:webhooks": hooks}})
            case ("POST", each) if each == _HOOKS:
                return self._keep(f"{_HOOKS}/{len(self._state()['hooks']) + 1}", body)
            case ("PATCH", each) if each in self._state()["hooks"]:
                return self._keep(each, body)
        return _answer(404, {"message": "no such resource"})

    def record(self, request: Request) -> None:
        """Nothing that a delivery tells is asked for."""

    def _keep(self, at: str, body: bytes) -> HttpResponse:
        state = self._state()
        state["hooks"][at] = {**state["hooks"].get(at, {}), **json.loads(body), **_links(self=at)}
        self._save(state)
        return _answer(200, state["hooks"][at])

    def _state(self) -> State:
        return self._load() or {"hooks": {}}


def _token(form: Mapping[str, list[str]]) -> HttpResponse:
    needed = {"refresh_token", "client_id", "client_secret"}
    if form.get("grant_type") != ["refresh_token"] or not needed <= form.keys():
        return _answer(400, {"error": "invalid_request"})
    return _answer(200, {"access_token": _TOKEN, "expires_in": 7200, "token_type": "bearer"})


def _links(**links: str) -> State:
    return {"_links": {relation: {"href": address} for relation, address in links.items()}}


def _answer(status: int, body: object) -> HttpResponse:
    return HttpResponse(status, json.dumps(body).encode(), {"content-type": "application/json"})

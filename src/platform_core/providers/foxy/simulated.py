"""Simulate Foxy's API: the token of an integration and the webhooks of its store.

Foxy has no catalog and our modules never fetch orders, so the state is `{"hooks": {id: webhook}}`.
"""

import json
from collections.abc import Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from platform_core.http import HttpResponse
from platform_core.provider_kit.simulated_vendor import SimulatedVendor, State, json_response
from platform_core.webhooks.request import Request

_ROOT: Final = "https://api.foxy.io"
_STORE: Final = f"{_ROOT}/stores/1"
_HOOKS: Final = f"{_STORE}/webhooks"
_TOKEN: Final = "token-of-the-double"  # noqa: S105 - opens nothing


class Simulated(SimulatedVendor):
    """One store with one integration."""

    HOSTS: ClassVar[tuple[str, ...]] = ("api.foxy.io",)

    def respond(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """Answer one call of the API."""
        address = urlsplit(url)
        resource_url = f"{_ROOT}{address.path.rstrip('/')}"
        if (method, resource_url) == ("POST", f"{_ROOT}/token"):
            return _answer_token(parse_qs(body.decode()))
        if headers.get("authorization") != f"Bearer {_TOKEN}":
            return json_response(401, {"error": "invalid_token"})
        match (method, resource_url):
            case ("GET", "https://api.foxy.io"):
                return json_response(200, _make_links(self=_ROOT, **{"fx:store": _STORE}))
            case ("GET", target) if target == _STORE:
                return json_response(200, _make_links(self=_STORE, **{"fx:webhooks": _HOOKS}))
            case ("GET", target) if target == _HOOKS:
                hooks = list(self._state()["hooks"].values())
                return json_response(
                    200, _make_links(self=url) | {"_embedded": {"fx:webhooks": hooks}}
                )
            case ("POST", target) if target == _HOOKS:
                return self._store_webhook(f"{_HOOKS}/{len(self._state()['hooks']) + 1}", body)
            case ("PATCH", target) if target in self._state()["hooks"]:
                return self._store_webhook(target, body)
        return json_response(404, {"message": "no such resource"})

    def record(self, request: Request) -> None:
        """Ignore deliveries: our modules never fetch their contents."""

    def _store_webhook(self, url: str, body: bytes) -> HttpResponse:
        state = self._state()
        state["hooks"][url] = {
            **state["hooks"].get(url, {}),
            **json.loads(body),
            **_make_links(self=url),
        }
        self._save(state)
        return json_response(200, state["hooks"][url])

    def _seed_state(self) -> State:
        return {"hooks": {}}


def _answer_token(form: Mapping[str, list[str]]) -> HttpResponse:
    needed = {"refresh_token", "client_id", "client_secret"}
    if form.get("grant_type") != ["refresh_token"] or not needed <= form.keys():
        return json_response(400, {"error": "invalid_request"})
    return json_response(200, {"access_token": _TOKEN, "expires_in": 7200, "token_type": "bearer"})


def _make_links(**links: str) -> State:
    return {"_links": {relation: {"href": address} for relation, address in links.items()}}

"""Foxy's hypermedia API: a fresh access token, and links followed from the store on.

Each address but the first comes out of an answer, so it is asked only where Foxy lives: it is
told our token. Facts: Foxy/foxy-sdk (src/backend/API.ts), read for 2026-11-24.
"""

import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from platform_core.errors import VendorRefused, VendorUnavailable
from platform_core.provider import Context
from platform_core.providers import reading
from platform_core.providers.paging import Progress
from platform_core.providers.reading import Json

ROOT: Final = "https://api.foxy.io"
_HOSTS: Final = frozenset({"api.foxy.io", "api.foxycart.com"})
_VERSION: Final = {"foxy-api-version": "1", "accept": "application/json"}


class Store:
    """The store that the integration belongs to."""

    def __init__(self, context: Context, refresh_token: str) -> None:
        self._context = context
        self._token = _access_token(context, refresh_token)
        store = self.ask("GET", _link(self.ask("GET", ROOT), "fx:store"))
        self.webhooks = _link(store, "fx:webhooks")

    def hooks(self) -> Iterator[Json]:
        """Every webhook of the store, page by page."""
        address: str | None = f"{self.webhooks}?limit=100"
        progress = Progress()
        while address:
            page = self.ask("GET", address)
            found = reading.records(reading.part(page.get("_embedded")).get("fx:webhooks"))
            yield from found
            address = _href(page, "next") if _href(page, "next") != _href(page, "self") else None
            progress.saw(found, address)

    def ask(self, method: str, url: str, body: Json | None = None) -> Json:
        address = urlsplit(url)
        if address.scheme != "https" or address.netloc not in _HOSTS:
            raise VendorRefused("the vendor's answer leads to another host")
        headers = {**_VERSION, "authorization": f"Bearer {self._token}"}
        sent = None if body is None else json.dumps(body).encode()
        if sent is not None:
            headers["content-type"] = "application/json"
        response = self._context.http(method, url, headers=headers, body=sent)
        return reading.part(reading.answer(response, absent=()))


def _access_token(context: Context, refresh_token: str) -> str:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": context.secret("manage_id"),
        "client_secret": context.secret("manage_secret"),
    }
    response = context.http(
        "POST",
        f"{ROOT}/token",
        headers={**_VERSION, "content-type": "application/x-www-form-urlencoded"},
        body=urlencode(form).encode(),
    )
    answer: Any = reading.part(reading.answer(response, absent=()))
    token = reading.text(answer.get("access_token"))
    if token is None:
        raise VendorUnavailable("the vendor's answer holds no access token")
    return token


def _link(resource: Json, relation: str) -> str:
    found = _href(resource, relation)
    if found is None:
        raise VendorRefused(f"the token shows no {relation}: a store's own token is needed")
    return found


def _href(resource: Json, relation: str) -> str | None:
    return reading.text(
        reading.part(reading.part(resource.get("_links")).get(relation)).get("href")
    )

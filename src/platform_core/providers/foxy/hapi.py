"""Call Foxy's hypermedia API: get an access token, and follow links from the store.

Every URL but the first comes from a response, and each request contains our token, so only Foxy's
own hosts are called. Source: Foxy/foxy-sdk (src/backend/API.ts), read for 2026-11-24.
"""

import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from platform_core.errors import VendorRefused, VendorUnavailable
from platform_core.provider import Context
from platform_core.provider_kit import parsing
from platform_core.provider_kit.pagination import PageGuard
from platform_core.provider_kit.parsing import Json

ROOT: Final = "https://api.foxy.io"
_HOSTS: Final = frozenset({"api.foxy.io", "api.foxycart.com"})
_VERSION: Final = {"foxy-api-version": "1", "accept": "application/json"}


class StoreApi:
    """The API of the store that the integration belongs to."""

    def __init__(self, context: Context, refresh_token: str) -> None:
        self._context = context
        self._token = _fetch_access_token(context, refresh_token)
        store = self.request_json("GET", _require_link(self.request_json("GET", ROOT), "fx:store"))
        self.webhooks = _require_link(store, "fx:webhooks")

    def list_hooks(self) -> Iterator[Json]:
        """Yield every webhook of the store, page by page."""
        url: str | None = f"{self.webhooks}?limit=100"
        guard = PageGuard()
        while url:
            page = self.request_json("GET", url)
            webhooks = parsing.parse_objects(
                parsing.parse_object(page.get("_embedded")).get("fx:webhooks")
            )
            yield from webhooks
            # The last page links to itself as the next one.
            url = (
                _find_link(page, "next")
                if _find_link(page, "next") != _find_link(page, "self")
                else None
            )
            guard.check_page(webhooks, url)

    def request_json(self, method: str, url: str, body: Json | None = None) -> Json:
        """Send a request to a URL on Foxy's own hosts."""
        split_url = urlsplit(url)
        # The URL comes from a response. Never send our token to a host that is not Foxy's.
        if split_url.scheme != "https" or split_url.netloc not in _HOSTS:
            raise VendorRefused("a link of the vendor leads to another host")
        headers = {**_VERSION, "authorization": f"Bearer {self._token}"}
        payload = None if body is None else json.dumps(body).encode()
        if payload is not None:
            headers["content-type"] = "application/json"
        response = self._context.http(method, url, headers=headers, body=payload)
        return parsing.parse_object(parsing.parse_response(response, absent=()))


def _fetch_access_token(context: Context, refresh_token: str) -> str:
    """Exchange the refresh token for an access token."""
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
    answer: Any = parsing.parse_object(parsing.parse_response(response, absent=()))
    token = parsing.parse_text(answer.get("access_token"))
    if token is None:
        raise VendorUnavailable("the vendor's response has no access token")
    return token


def _require_link(resource: Json, relation: str) -> str:
    """Return the URL of a link relation. Raises `VendorRefused`."""
    url = _find_link(resource, relation)
    if url is None:
        raise VendorRefused(f"the token gives no access to {relation}: it must be a store's token")
    return url


def _find_link(resource: Json, relation: str) -> str | None:
    """Return the URL of a link relation, or None."""
    return parsing.parse_text(
        parsing.parse_object(parsing.parse_object(resource.get("_links")).get(relation)).get("href")
    )

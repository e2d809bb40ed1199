"""Talking to a Git host: one way to ask, to send, and to read a file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from platform_core.errors import Malformed
from platform_core.provider import Context, HttpResponse
from platform_core.providers import reading
from platform_core.providers.reading import Json

READ_TOKEN: Final = "read_token"  # noqa: S105 - the name of a secret
MANAGE_TOKEN: Final = "manage_token"  # noqa: S105 - the name of a secret
MAX_FILE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Api:
    """A repository's part of a host's API, as the owner of one token sees it."""

    context: Context
    root: str
    token: str = READ_TOKEN
    headers: Mapping[str, str] = field(default_factory=dict)
    """What this host wants to hear with every call."""

    def get(self, path: str, accept: str = "") -> HttpResponse:
        return self._ask("GET", path, accept=accept)

    def found(self, path: str) -> object:
        """What there is at a path. Raises where there is nothing."""
        return reading.answer(self.get(path), absent=())

    def send(self, method: str, path: str, body: Json) -> None:
        reading.require_success(self._ask(method, path, json.dumps(body).encode()))

    def _ask(
        self, method: str, path: str, body: bytes | None = None, accept: str = ""
    ) -> HttpResponse:
        headers = {
            "accept": "application/json",
            **self.headers,
            "authorization": f"Bearer {self.context.secret(self.token)}",
        }
        if accept:
            headers["accept"] = accept
        if body is not None:
            headers["content-type"] = "application/json"
        return self.context.http(method, self.root + path, headers=headers, body=body)


def text_of(response: HttpResponse, path: str) -> str | None:
    """A file as it came; None where it is not there. Raises `Malformed`."""
    if response.status == 404:
        return None
    reading.require_success(response)
    if len(response.body) > MAX_FILE:
        raise Malformed(f"{path} is larger than {MAX_FILE} bytes")
    try:
        return response.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Malformed(f"{path} is not UTF-8") from None

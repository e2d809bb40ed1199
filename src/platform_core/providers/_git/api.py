"""Talking to a Git host: one way to ask, to send, and to read a file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from platform_core.errors import Malformed, VendorUnavailable
from platform_core.provider import Context, HttpResponse
from platform_core.providers import reading
from platform_core.providers.asking import ask
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
    """What this host wants to hear with every call, besides."""

    def get(self, path: str, accept: str = "application/json") -> HttpResponse:
        headers = {
            "accept": accept,
            **self.headers,
            "authorization": f"Bearer {self.context.secret(self.token)}",
        }
        return self.context.http("GET", self.root + path, headers=headers)

    def found(self, path: str) -> Any:
        """What there is at a path. Raises where there is nothing."""
        return reading.answer(self.get(path), absent=())

    def send(self, method: str, path: str, body: Json) -> None:
        token = self.context.secret(self.token)
        url = self.root + path
        ask(self.context, method, url, token=token, headers=self.headers, body=body)


def blobs(tree: Iterable[Json], id_field: str) -> dict[str, str]:
    """The files of a tree, path to id. Raises `VendorUnavailable` for one that lacks either: it
    must not look like a file that is gone."""
    named = [(each.get("path"), each.get(id_field)) for each in tree if each.get("type") == "blob"]
    files = {path: blob for path, blob in named if isinstance(path, str) and isinstance(blob, str)}
    if len(files) != len(named):
        raise VendorUnavailable("the vendor's answer names a file by halves")
    return files


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

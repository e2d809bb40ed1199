"""The local site server leads to previews as the function at the edge does."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from platform_cli.local.addresses import AddressRegistration
from platform_cli.local.emulator.client import Emulator
from platform_cli.local.server import asgi
from platform_cli.local.sites.previews import PreviewServer
from platform_cli.local.sites.server import SiteServer
from tests.preview_entries import STORE

ROUTES = json.loads((Path(__file__).parents[1] / "preview_routes.json").read_text())
UNLISTED = {
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
    "referrer-policy": "no-referrer",
}


class Cloud:
    """Answers for the key-value store and the bucket, and notes the objects that are read."""

    def __init__(self) -> None:
        self.objects: list[str] = []

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        path = scope["path"]
        if path.startswith("/key-value-stores/"):
            value = {"live": "r1", **STORE}.get(path.partition("/keys/")[2])
            body = json.dumps({"Value": value}).encode()
            await asgi.send_response(send, 200 if value is not None else 404, body, [])
            return
        self.objects.append(path.removeprefix("/acme-site/"))
        headers = [(b"content-type", b"text/html"), (b"cache-control", b"public, max-age=0")]
        await asgi.send_response(send, 200, b"page", headers)


def visit(
    path: str, cookie: str, routing: str = "previews", name: str = "preview-acme-prod"
) -> tuple[int, dict[str, str], list[str]]:
    """Request a path. Returns the status, the headers and the objects that were read."""
    sent: list[asgi.Message] = []
    cloud = Cloud()

    async def receive() -> asgi.Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: asgi.Message) -> None:
        sent.append(message)

    client = AddressRegistration("acme", "prod", "acme-site", "arn:store", "", routing=routing)
    headers = [(b"cookie", f"a=b; {name}={cookie}".encode())] if cookie else []
    scope = {
        "type": "http", "method": "GET", "path": unquote(path), "raw_path": path.encode(),
        "query_string": b"", "headers": headers,
    }  # fmt: skip
    server = PreviewServer(SiteServer(client, Emulator(cloud, 0)))
    asyncio.run(server(scope, receive, send))
    answer = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answer, cloud.objects


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: f"{row['path']} with {row['cookie']}")
def test_the_site_server_leads_to_previews_like_the_edge_function(row: Mapping[str, Any]) -> None:
    status, headers, objects = visit(row["path"], row["cookie"])
    if "key" in row:
        assert objects[:1] == [row["key"]]
    elif "redirect" in row:
        assert (status, headers["location"]) == (301, row["redirect"])
    elif "opens" in row:
        assert (status, headers["location"]) == (302, "/")
        assert headers["set-cookie"].startswith(f"preview-acme-prod={row['opens']}; Path=/;")
        assert headers["set-cookie"].endswith("Max-Age=0") == (row["opens"] == "")
    else:
        assert status == row["status"]
    if row["cookie"] or "opens" in row:
        assert headers.items() >= UNLISTED.items()


@pytest.mark.parametrize(
    "words", [{"routing": ""}, {"name": "preview-other-prod"}, {"name": "preview-acme-dev"}]
)
def test_a_cookie_of_another_client_opens_nothing(words: dict[str, str]) -> None:
    status, headers, objects = visit("/tea/", "good", **words)
    assert (status, objects) == (200, ["releases/r1/tea/index.html"])
    assert headers["cache-control"] == "public, max-age=0"

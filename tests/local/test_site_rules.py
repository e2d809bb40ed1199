"""The local site server applies redirects and headers as the function at the edge does."""

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
from platform_cli.local.sites.server import SiteServer
from tests.rules_of_a_site import HEADER_ROUTES, compile_example

RULE_ROUTES = json.loads((Path(__file__).parents[1] / "rule_routes.json").read_text())
COMPILED = compile_example()
STORE = {"live": "r1", "rules:r1": COMPILED.name, **(COMPILED.entries or {})}


class Cloud:
    """Answers for the key-value store and the bucket, and notes the objects that are read."""

    def __init__(self) -> None:
        self.objects: list[str] = []

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        path = scope["path"]
        if path.startswith("/key-value-stores/"):
            key = path.partition("/keys/")[2]
            value = STORE.get(key)
            body = json.dumps({"Value": value}).encode()
            await asgi.send_response(send, 200 if value is not None else 404, body, [])
        else:
            self.objects.append(path.removeprefix("/acme-site/"))
            headers = [(b"content-type", b"text/html"), (b"cache-control", b"public, max-age=0")]
            await asgi.send_response(send, 200, b"page", headers)


def visit(path: str, query: str = "") -> tuple[int, dict[str, str], list[str]]:
    """Request a path. Returns the status, the headers and the objects that were read."""
    sent: list[asgi.Message] = []
    cloud = Cloud()

    async def receive() -> asgi.Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: asgi.Message) -> None:
        sent.append(message)

    client = AddressRegistration(
        "acme", "prod", "acme-site", "arn:store", "", routing="rules release-assets"
    )
    scope = {
        "type": "http", "method": "GET", "path": unquote(path), "raw_path": path.encode(),
        "query_string": query.encode(), "headers": [],
    }  # fmt: skip
    asyncio.run(SiteServer(client, Emulator(cloud, 0))(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, cloud.objects


@pytest.mark.parametrize("row", RULE_ROUTES, ids=lambda row: row["path"])
def test_the_site_server_applies_rules_like_the_edge_function(row: Mapping[str, Any]) -> None:
    status, headers, objects = visit(row["path"], row.get("query", "").removesuffix("="))
    if "key" in row:
        assert objects[:1] == [row["key"]]
        return
    assert status == row["status"]
    assert headers.get("location") == row.get("redirect")


@pytest.mark.parametrize(("path", "expected"), HEADER_ROUTES)
def test_pages_have_the_headers_of_their_path(path: str, expected: Mapping[str, str]) -> None:
    status, headers, _ = visit(path)
    assert status == 200
    assert expected.items() <= headers.items()
    assert headers["x-content-type-options"] == "nosniff"

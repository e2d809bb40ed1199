"""A client's site and API on loopback ports of their own.

The site is served by the rules of the CloudFront function in front of the bucket on AWS
(`tests/routes.json` holds both to them); the API is passed on exactly as it came.
"""

import asyncio
import logging
import re
from dataclasses import dataclass
from urllib.parse import unquote

from platform_cli.local.addresses import Registration
from platform_cli.local.emulator.client import Emulator, Reply
from platform_cli.local.emulator.vendor_apis import Vendors
from platform_cli.local.server.asgi import (
    Headers,
    Receive,
    Scope,
    Send,
    answer,
    answer_json,
    no_lifespan,
    raw_path,
    raw_target,
    read_body,
    replayed,
)
from platform_core.contract import ASSETS, ERROR_PAGE, POINTER, RELEASES

log = logging.getLogger("platform.api")
_RELEASE = re.compile(r"[A-Za-z0-9._-]{1,128}")
_WEBHOOK = re.compile(r"/webhooks?/([a-z0-9_]+)")
_SECURITY: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"x-xss-protection", b"1; mode=block"),
)
"""Of AWS's managed policy, but for HSTS, which means nothing on plain loopback."""
_UNPUBLISHED: Headers = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-robots-tag", b"noindex"),
)
_PASSED_ON = ("content-type", "cache-control", "etag", "last-modified", "content-encoding")
PLACEHOLDER = b"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5"><title>Almost there</title>
<p>This site has not been published yet. It appears here as soon as its first build is done.</p>
</html>
"""


@dataclass(frozen=True, slots=True)
class Key:
    """Serve this object."""

    key: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """Send the visitor to this path."""

    path: str


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Nothing is published yet."""


Route = Key | Redirect | Placeholder


def route(path: str, pointer: str | None) -> Route:
    """What a path (still percent-encoded) stands for while `pointer` names the live release."""
    if path.startswith("/" + ASSETS):
        return Key(unquote(path[1:]))
    if pointer is None or not _RELEASE.fullmatch(pointer):
        return Placeholder()
    leaf = unquote(path.rpartition("/")[2])
    if leaf and "." not in leaf:
        return Redirect("/" + path.lstrip("/") + "/")
    return Key(f"{RELEASES}{pointer}{unquote(path)}" + ("" if leaf else "index.html"))


class SiteServer:
    """The published site of one client."""

    def __init__(self, client: Registration, emulator: Emulator) -> None:
        self.client = client
        self.emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await no_lifespan(receive, send)
            return
        if scope["method"] not in {"GET", "HEAD"}:
            await answer(send, 405, b"", [(b"allow", b"GET, HEAD"), *_SECURITY])
            return
        match route(raw_path(scope), await self._live()):
            case Placeholder():
                await self._page(scope, send, 200, PLACEHOLDER, _UNPUBLISHED)
            case Redirect(path):
                query = scope["query_string"]
                place = path.encode() + (b"?" + query if query else b"")
                headers = [(b"location", place), (b"cache-control", b"public, max-age=3600")]
                await answer(send, 301, b"", [*headers, *_SECURITY])
            case Key(key):
                await self._serve(scope, send, key)

    async def _live(self) -> str | None:
        if not self.client.pointer_store_arn:
            return None
        return await self.emulator.pointer(self.client.pointer_store_arn, POINTER)

    async def _serve(self, scope: Scope, send: Send, key: str) -> None:
        found = await self.emulator.object(self.client.site_bucket, key)
        if not found.ok:
            missing = await self.emulator.object(self.client.site_bucket, ERROR_PAGE)
            body = missing.body if missing.ok else b"Not found\n"
            kind = _passed_on(missing) if missing.ok else [(b"content-type", b"text/plain")]
            await self._page(scope, send, 404, body, kind)
        elif _unchanged(scope, found):
            await answer(send, 304, b"", [*_passed_on(found), *_SECURITY])
        else:
            await self._page(scope, send, 200, found.body, _passed_on(found))

    async def _page(
        self, scope: Scope, send: Send, status: int, body: bytes, headers: Headers
    ) -> None:
        length = (b"content-length", str(len(body)).encode())
        sent = [*headers, *_SECURITY, length]
        await send({"type": "http.response.start", "status": status, "headers": sent})
        content = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": content})


def _passed_on(reply: Reply) -> list[tuple[bytes, bytes]]:
    return [(n.encode(), reply.headers[n].encode()) for n in _PASSED_ON if n in reply.headers]


def _unchanged(scope: Scope, found: Reply) -> bool:
    wanted = next((v.decode() for k, v in scope["headers"] if k == b"if-none-match"), "")
    tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
    return bool(wanted) and (found.headers.get("etag") in tags or "*" in tags)


class ApiServer:
    """The client's HTTP API: webhooks and content."""

    def __init__(self, client: Registration, emulator: Emulator, vendors: Vendors) -> None:
        self.client = client
        self.emulator = emulator
        self.vendors = vendors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await no_lifespan(receive, send)
            return
        if not self.client.api_id:
            await answer_json(send, 503, {"message": "not deployed yet"})
            return
        body = await read_body(receive)
        webhook = _WEBHOOK.fullmatch(scope["path"])
        if webhook and scope["method"] == "POST":
            await self._overheard(webhook[1], scope, body)
        prefix = f"/_aws/execute-api/{self.client.api_id}/$default"
        inner = {
            **scope,
            "path": prefix + scope["path"],
            "raw_path": (prefix + raw_path(scope)).encode("latin-1"),
        }
        await self.emulator.app(inner, replayed(body, receive), send)

    async def _overheard(self, provider: str, scope: Scope, body: bytes) -> None:
        """Let the vendor's double listen. Whatever fails there, the delivery goes its way."""
        heard = asyncio.create_task(
            self.vendors.overhear(self.client, provider, scope, raw_target(scope), body)
        )
        await asyncio.wait([heard])
        if not heard.cancelled() and (error := heard.exception()):
            log.warning("the double of %s failed", provider, exc_info=error)

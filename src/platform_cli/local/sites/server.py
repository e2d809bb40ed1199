"""Serve a client's site and API on their own loopback ports.

The site follows the rules of the CloudFront function in front of the bucket on AWS; both are tested
against `tests/routes.json`. API requests are forwarded unchanged.
"""

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from platform_cli.local.addresses import LOOPBACK, AddressRegistration
from platform_cli.local.emulator.client import Emulator, EmulatorError, EmulatorResponse
from platform_cli.local.emulator.vendor_apis import VendorApis
from platform_cli.local.server.asgi import (
    Headers,
    Receive,
    Scope,
    Send,
    acknowledge_lifespan,
    get_raw_path,
    get_raw_target,
    parse_headers,
    read_body,
    send_json,
    send_response,
    with_body_replayed,
    without_cors_headers,
)
from platform_core.contract import (
    ASSETS,
    ERROR_PAGE,
    POINTER,
    RELEASE_MANIFEST,
    RELEASES,
    ROUTE_RELEASE_ASSETS,
    ROUTE_SINGLE_PAGE,
)

log = logging.getLogger("platform.api")
_FOLDER = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_HASHED = re.compile(r"[.-][0-9a-f]{64}\.[A-Za-z0-9.][^/]*$")
_NO_OBJECT = "errors/none"
"""A key that no object has: the visitor gets the 404 page."""
WEBHOOK_PATH = re.compile(r"/webhooks?/([a-z0-9_]+)(?:/[0-9a-f]+)?")
_SECURITY_HEADERS: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"x-xss-protection", b"1; mode=block"),
)
"""Headers of AWS's managed policy, except HSTS, which has no effect on plain HTTP."""
_UNAVAILABLE_HEADERS: Headers = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"retry-after", b"5"),
    (b"x-robots-tag", b"noindex"),
)
_OBJECT_HEADERS = ("content-type", "cache-control", "etag", "last-modified", "content-encoding")
LOCAL_SUFFIX = ".localhost"
"""Browsers resolve every name below it to this machine."""
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5"><title>{title}</title>
<p>{text}</p>
</html>
"""
UNPUBLISHED = _PAGE.format(
    title="Almost there",
    text="This site has not been published yet. "
    "It appears here as soon as its first build is done.",
).encode()
UNAVAILABLE = _PAGE.format(
    title="One moment", text="This site is unavailable for a moment."
).encode()


@dataclass(frozen=True, slots=True)
class ObjectKey:
    """Serve this object."""

    key: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """Redirect the visitor to this path."""

    path: str


@dataclass(frozen=True, slots=True)
class MainDomain:
    """Redirect the visitor of an alias to the same path of the site's own address."""

    port: str
    path: str


@dataclass(frozen=True, slots=True)
class Unpublished:
    """Serve the placeholder page: no release is published yet."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Serve the page for a pointer that is invalid or cannot be read."""


@dataclass(frozen=True, slots=True)
class BadPath:
    """Refuse a path whose escapes cannot be decoded."""


Route = ObjectKey | Redirect | MainDomain | Unpublished | Unavailable | BadPath


def resolve_route(path: str, pointer: str | None, *, has_release_assets: bool = False) -> Route:
    """Resolve a percent-encoded path. `pointer` names the folder of the live release.

    With `has_release_assets`, releases share only assets with a hash in their name.
    """
    if not _is_decodable(path):
        return BadPath()
    if path.startswith("/" + ASSETS) and (not has_release_assets or _HASHED.search(path)):
        return ObjectKey(unquote(path[1:]))
    if unquote(path) == f"/{RELEASE_MANIFEST}":
        return ObjectKey(_NO_OBJECT)
    if pointer is None:
        return Unpublished()
    if not _FOLDER.fullmatch(pointer):
        return Unavailable()
    leaf = unquote(path.rpartition("/")[2])
    if leaf and "." not in leaf:
        return Redirect("/" + path.lstrip("/") + "/")
    return ObjectKey(f"{RELEASES}{pointer}{unquote(path)}" + ("" if leaf else "index.html"))


def resolve_alias(host: str, path: str, aliases: Sequence[str]) -> MainDomain | None:
    """Return the redirect for the Host header of an alias. Here `.localhost` follows its name.

    >>> resolve_alias("www.acme.example.localhost:8101", "/tea/", ["www.acme.example"])
    MainDomain(port=':8101', path='/tea/')
    """
    name, colon, port = host.partition(":")
    if name.lower().removesuffix(LOCAL_SUFFIX) not in aliases or not _is_decodable(path):
        return None
    return MainDomain(colon + port, path)


def _is_decodable(path: str) -> bool:
    try:
        unquote(path, errors="strict")
    except UnicodeDecodeError:
        return False
    return not _BROKEN_ESCAPE.search(path)


class SiteServer:
    """The published site of one client."""

    def __init__(self, client: AddressRegistration, emulator: Emulator) -> None:
        self.client = client
        self.emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await acknowledge_lifespan(receive, send)
            return
        if scope["method"] not in {"GET", "HEAD"}:
            await send_response(send, 405, b"", [(b"allow", b"GET, HEAD"), *_SECURITY_HEADERS])
            return
        match await self._resolve(scope):
            case BadPath():
                await send_response(send, 400, b"", _SECURITY_HEADERS)
            case Unpublished():
                await self._send_page(scope, send, 503, UNPUBLISHED, _UNAVAILABLE_HEADERS)
            case Unavailable():
                await self._send_page(scope, send, 503, UNAVAILABLE, _UNAVAILABLE_HEADERS)
            case Redirect(path):
                await _send_redirect(scope, send, path)
            case MainDomain(port, path):
                await _send_redirect(scope, send, f"http://{LOOPBACK}{port}{path}")
            case ObjectKey(key):
                await self._send_object(scope, send, key)

    async def _resolve(self, scope: Scope) -> Route:
        path, host = get_raw_path(scope), parse_headers(scope).get("host", "")
        if main_domain := resolve_alias(host, path, self.client.aliases):
            return main_domain
        try:
            return resolve_route(
                path,
                await self._read_live_release(),
                has_release_assets=self.client.routes(ROUTE_RELEASE_ASSETS),
            )
        except EmulatorError:
            log.warning("the pointer could not be read", exc_info=True)
            return Unavailable()

    async def _read_live_release(self) -> str | None:
        if not self.client.pointer_store_arn:
            return None
        return await self.emulator.read_key_value(self.client.pointer_store_arn, POINTER)

    async def _send_object(self, scope: Scope, send: Send, key: str) -> None:
        response = await self.emulator.get_object(self.client.site_bucket, key)
        if not response.ok:
            error_page = await self.emulator.get_object(self.client.site_bucket, ERROR_PAGE)
            body = error_page.body if error_page.ok else b"Not found\n"
            headers = (
                _select_headers(error_page) if error_page.ok else [(b"content-type", b"text/plain")]
            )
            # The build of a single-page site has put its home page there.
            is_single_page = self.client.routes(ROUTE_SINGLE_PAGE)
            status = 200 if is_single_page and error_page.ok else 404
            await self._send_page(scope, send, status, body, headers)
        elif _is_unchanged(scope, response):
            await send_response(send, 304, b"", [*_select_headers(response), *_SECURITY_HEADERS])
        else:
            await self._send_page(scope, send, 200, response.body, _select_headers(response))

    async def _send_page(
        self, scope: Scope, send: Send, status: int, body: bytes, headers: Headers
    ) -> None:
        length = (b"content-length", str(len(body)).encode())
        response_headers = [*headers, *_SECURITY_HEADERS, length]
        await send({"type": "http.response.start", "status": status, "headers": response_headers})
        content = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": content})


async def _send_redirect(scope: Scope, send: Send, address: str) -> None:
    query = scope["query_string"]
    location = address.encode() + (b"?" + query if query else b"")
    headers = [(b"location", location), (b"cache-control", b"public, max-age=3600")]
    await send_response(send, 301, b"", [*headers, *_SECURITY_HEADERS])


def _select_headers(reply: EmulatorResponse) -> list[tuple[bytes, bytes]]:
    return [(n.encode(), reply.headers[n].encode()) for n in _OBJECT_HEADERS if n in reply.headers]


def _is_unchanged(scope: Scope, response: EmulatorResponse) -> bool:
    if_none_match = next((v.decode() for k, v in scope["headers"] if k == b"if-none-match"), "")
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return bool(if_none_match) and (response.headers.get("etag") in tags or "*" in tags)


class ApiServer:
    """The client's HTTP API: webhooks and content."""

    def __init__(
        self, client: AddressRegistration, emulator: Emulator, vendors: VendorApis
    ) -> None:
        self.client = client
        self.emulator = emulator
        self.vendors = vendors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await acknowledge_lifespan(receive, send)
            return
        if not self.client.api_id:
            await send_json(send, 503, {"message": "not deployed yet"})
            return
        body = await read_body(receive)
        webhook = WEBHOOK_PATH.fullmatch(scope["path"])
        if webhook and scope["method"] == "POST":
            await self._record_at_vendor(webhook[1], scope, body)
        prefix = f"/_aws/execute-api/{self.client.api_id}/$default"
        forwarded_scope = {
            **scope,
            "path": prefix + scope["path"],
            "raw_path": (prefix + get_raw_path(scope)).encode("latin-1"),
        }
        replayed = with_body_replayed(body, receive)
        await self.emulator.app(forwarded_scope, replayed, without_cors_headers(send))

    async def _record_at_vendor(self, provider: str, scope: Scope, body: bytes) -> None:
        """Let the simulated vendor record a delivery. A failure there never blocks the delivery."""
        recording = asyncio.create_task(
            self.vendors.record_if_signed(self.client, provider, scope, get_raw_target(scope), body)
        )
        # Wait without raising: the delivery goes on whatever happened to the recording.
        await asyncio.wait([recording])
        if not recording.cancelled() and (error := recording.exception()):
            log.warning("the simulated vendor %s failed", provider, exc_info=error)

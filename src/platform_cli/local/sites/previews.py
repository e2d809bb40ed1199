"""Serve previews beside the site, as the function at the edge does.

Both are tested against `tests/preview_routes.json`. The cookie is not `Secure` here, because the
site is served over plain HTTP.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import unquote

from platform_cli.local.addresses import AddressRegistration
from platform_cli.local.emulator.client import EmulatorError
from platform_cli.local.server.asgi import (
    Headers,
    Message,
    Receive,
    Scope,
    Send,
    get_raw_path,
    parse_headers,
    send_response,
)
from platform_cli.local.sites.rules import add_query
from platform_cli.local.sites.server import (
    FOLDER,
    NO_OBJECT,
    SECURITY_HEADERS,
    ObjectKey,
    Redirect,
    SiteServer,
    is_decodable,
    resolve_alias,
)
from platform_core.contract import (
    PREVIEW_PATH,
    RELEASE_MANIFEST,
    ROUTE_PREVIEWS,
    hash_preview_token,
    preview_cookie,
    preview_entry,
    preview_prefix,
)

log = logging.getLogger("platform.api")
UNLISTED: Headers = (
    (b"cache-control", b"no-store"),
    (b"x-robots-tag", b"noindex"),
    (b"referrer-policy", b"no-referrer"),
)
ReadEntry = Callable[[str], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class OpenedPreview:
    """A preview whose address is open."""

    ends_at: float
    folder: str


@dataclass(frozen=True, slots=True)
class SetCookie:
    """Redirect to the home page with the cookie of a preview; without a token, remove it."""

    token: str = ""
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class LiveSite:
    """Serve the site."""


PreviewRoute = ObjectKey | Redirect | SetCookie | LiveSite


async def resolve_preview_route(path: str, token: str, read: ReadEntry, now: float) -> PreviewRoute:
    """Resolve a percent-encoded path of a visitor with this token; empty: without the cookie."""
    if not is_decodable(path):
        return LiveSite()
    plain = unquote(path)
    if {".", ".."} & set(plain.split("/")):
        return ObjectKey(NO_OBJECT)
    if path.startswith(PREVIEW_PATH):
        return await _resolve_address(plain.removeprefix(PREVIEW_PATH), read, now)
    preview = await _find_preview(token, read, now)
    if preview is None:
        return LiveSite()
    if plain == f"/{RELEASE_MANIFEST}":
        return ObjectKey(NO_OBJECT)
    leaf = unquote(path.rpartition("/")[2])
    if leaf and "." not in leaf:
        return Redirect("/" + path.lstrip("/") + "/")
    key = preview_prefix(preview.folder) + plain[1:]
    return ObjectKey(key if leaf else f"{key}index.html")


async def _resolve_address(token: str, read: ReadEntry, now: float) -> PreviewRoute:
    if not token:
        return SetCookie()
    preview = await _find_preview(token, read, now)
    return SetCookie(token, int(preview.ends_at - now)) if preview else ObjectKey(NO_OBJECT)


async def _find_preview(token: str, read: ReadEntry, now: float) -> OpenedPreview | None:
    value = await read(preview_entry(hash_preview_token(token))) if token else None
    ends_at, _, folder = (value or "").partition(" ")
    is_open = ends_at.isdecimal() and float(ends_at) > now and FOLDER.fullmatch(folder)
    return OpenedPreview(float(ends_at), folder) if is_open else None


class PreviewServer:
    """The published site of one client, with its previews."""

    def __init__(self, site: SiteServer) -> None:
        self.site = site

    @property
    def client(self) -> AddressRegistration:
        return self.site.client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._may_be_preview(scope):
            await self.site(scope, receive, send)
            return
        path, cookie = get_raw_path(scope), self._cookie_name()
        token = _read_cookie(parse_headers(scope), cookie)
        if token:
            send = _with_unlisted_headers(send)
        match await self._resolve(path, token):
            case LiveSite():
                await self.site(scope, receive, send)
            case ObjectKey(key):
                await self.site.send_object(scope, send, key, {})
            case Redirect(address):
                location = add_query(address, scope["query_string"].decode("latin-1"))
                await _send_redirect(send, 301, location)
            case SetCookie(opened, seconds):
                attributes = f"Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}"
                header = (b"set-cookie", f"{cookie}={opened}; {attributes}".encode())
                await _send_redirect(_with_unlisted_headers(send), 302, "/", header)

    async def _resolve(self, path: str, token: str) -> PreviewRoute:
        try:
            return await resolve_preview_route(path, token, self._read_entry, time.time())
        except EmulatorError:
            log.warning("the entry of a preview could not be read", exc_info=True)
            return LiveSite()

    async def _read_entry(self, key: str) -> str | None:
        return await self.site.emulator.read_key_value(self.client.pointer_store_arn, key)

    def _may_be_preview(self, scope: Scope) -> bool:
        """Return whether the function at the edge would look for a preview."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            return False
        if not (self.client.routes(ROUTE_PREVIEWS) and self.client.pointer_store_arn):
            return False
        if self.client.api_of_path(scope["path"]):
            return False
        host = parse_headers(scope).get("host", "")
        return resolve_alias(host, get_raw_path(scope), self.client.aliases) is None

    def _cookie_name(self) -> str:
        return preview_cookie(f"{self.client.client_id}-{self.client.environment}")


def _read_cookie(headers: Mapping[str, str], name: str) -> str:
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _with_unlisted_headers(send: Send) -> Send:
    """Return a `send` that replaces the headers of `UNLISTED` in an answer."""
    replaced = {name for name, _ in UNLISTED}

    async def send_unlisted(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message["headers"] if pair[0].lower() not in replaced]
            message = {**message, "headers": [*kept, *UNLISTED]}
        await send(message)

    return send_unlisted


async def _send_redirect(
    send: Send, status: int, location: str, *headers: tuple[bytes, bytes]
) -> None:
    target = (b"location", location.encode("latin-1"))
    await send_response(send, status, b"", [target, *headers, *SECURITY_HEADERS])

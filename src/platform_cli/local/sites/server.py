"""Serve a client's site on its own loopback port.

The site follows the rules of the CloudFront function in front of the bucket on AWS; both are tested
against `tests/routes.json` and, for a site with rules, `tests/rule_routes.json`.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from platform_cli.local.addresses import LOOPBACK, AddressRegistration
from platform_cli.local.emulator.client import Emulator, EmulatorError, EmulatorResponse
from platform_cli.local.server.asgi import (
    Headers,
    Receive,
    Scope,
    Send,
    acknowledge_lifespan,
    get_raw_path,
    parse_headers,
    send_response,
)
from platform_cli.local.sites.forwarding import forward_to_api
from platform_cli.local.sites.rules import RulesOfPath, add_query, read_rules, resolve_page
from platform_core.contract import (
    ASSETS,
    ERROR_PAGE,
    POINTER,
    RELEASE_MANIFEST,
    RELEASES,
    ROUTE_RELEASE_ASSETS,
    ROUTE_RULES,
    ROUTE_SINGLE_PAGE,
)
from platform_core.hosting.edge_rules import RuleMatch, is_hashed_asset, release_key

log = logging.getLogger("platform.api")
FOLDER = re.compile(r"[A-Za-z0-9._:-]{1,128}")
NO_OBJECT = "errors/none"  # No object has this key, so the visitor gets the 404 page.
SECURITY_HEADERS: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"x-xss-protection", b"1; mode=block"),
)
"""Headers of AWS's managed policy, except HSTS, which has no effect on plain HTTP."""
_ALWAYS = b"x-content-type-options"
"""The header of that policy that wins over one of the site."""
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
    """Redirect the visitor to this path or, by a rule, to this address."""

    path: str
    status: int = 301


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


@dataclass(frozen=True, slots=True)
class Gone:
    """Refuse a page that a rule declares gone."""


Route = ObjectKey | Redirect | MainDomain | Unpublished | Unavailable | BadPath | Gone


def resolve_route(path: str, pointer: str | None, *, has_release_assets: bool = False) -> Route:
    """Resolve a percent-encoded path. `pointer` names the folder of the live release.

    With `has_release_assets`, releases share only assets with a hash in their name.
    """
    if not is_decodable(path):
        return BadPath()
    is_shared = is_hashed_asset(path[1:]) if has_release_assets else path.startswith("/" + ASSETS)
    if is_shared:
        return ObjectKey(unquote(path[1:]))
    if unquote(path) == f"/{RELEASE_MANIFEST}":
        return ObjectKey(NO_OBJECT)
    if pointer is None:
        return Unpublished()
    if not FOLDER.fullmatch(pointer):
        return Unavailable()
    leaf = unquote(path.rpartition("/")[2])
    if leaf and "." not in leaf:
        return Redirect("/" + path.lstrip("/") + "/")
    return ObjectKey(f"{RELEASES}{pointer}{unquote(path)}" + ("" if leaf else "index.html"))


def resolve_rule(rule: RuleMatch) -> Redirect | ObjectKey | Gone | None:
    """Resolve a rule that needs no page of the release; None for a rewrite to one."""
    match rule.status:
        case 200:
            return None
        case 404:
            return ObjectKey(NO_OBJECT)
        case 410:
            return Gone()
        case status:
            return Redirect(rule.target, status)


def resolve_alias(host: str, path: str, aliases: Sequence[str]) -> MainDomain | None:
    """Return the redirect for the Host header of an alias. Here `.localhost` follows its name.

    >>> resolve_alias("www.acme.example.localhost:8101", "/tea/", ["www.acme.example"])
    MainDomain(port=':8101', path='/tea/')
    """
    name, colon, port = host.partition(":")
    if name.lower().removesuffix(LOCAL_SUFFIX) not in aliases or not is_decodable(path):
        return None
    return MainDomain(colon + port, path)


def is_decodable(path: str) -> bool:
    """Return whether the escapes of a path are valid."""
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
        if api_id := self.client.api_of_path(scope["path"]):
            await forward_to_api(self.emulator, api_id, scope, receive, send)
            return
        if scope["method"] not in {"GET", "HEAD"}:
            await send_response(send, 405, b"", [(b"allow", b"GET, HEAD"), *SECURITY_HEADERS])
            return
        route, own_headers = await self._resolve(scope)
        match route:
            case BadPath():
                await send_response(send, 400, b"", SECURITY_HEADERS)
            case Gone():
                await send_response(send, 410, b"", SECURITY_HEADERS)
            case Unpublished():
                await self._send_page(scope, send, 503, UNPUBLISHED, _UNAVAILABLE_HEADERS)
            case Unavailable():
                await self._send_page(scope, send, 503, UNAVAILABLE, _UNAVAILABLE_HEADERS)
            case Redirect(path, status):
                await _send_redirect(scope, send, path, status)
            case MainDomain(port, path):
                await _send_redirect(scope, send, f"http://{LOOPBACK}{port}{path}")
            case ObjectKey(key):
                await self.send_object(scope, send, key, own_headers)

    async def _resolve(self, scope: Scope) -> tuple[Route, Mapping[str, str]]:
        """Return the route, and the headers that the site's rules add to a page."""
        path, host = get_raw_path(scope), parse_headers(scope).get("host", "")
        if main_domain := resolve_alias(host, path, self.client.aliases):
            return main_domain, {}
        own_assets = self.client.routes(ROUTE_RELEASE_ASSETS)
        try:
            folder, rules = await self._read_live_release(path)
        except EmulatorError:
            log.warning("the pointer could not be read", exc_info=True)
            return Unavailable(), {}
        if rules.match is not None:
            if route := resolve_rule(rules.match):
                return route, rules.headers
            path = resolve_page(rules.match.target)
        return resolve_route(path, folder, has_release_assets=own_assets), rules.headers

    async def _read_live_release(self, path: str) -> tuple[str | None, RulesOfPath]:
        """Return the folder of the live release, and its rules for a path."""
        value = await self._read_entry(POINTER) if self.client.pointer_store_arn else None
        if value is None or not self.client.routes(ROUTE_RULES):
            return value, RulesOfPath()
        name = await self._read_entry(release_key(value)) if is_decodable(path) else None
        rules = await read_rules(self._read_entry, name or "", path)
        # Pages of an older release, open in a browser, still load its assets. No rule hides them.
        return value, RulesOfPath(headers=rules.headers) if is_hashed_asset(path[1:]) else rules

    async def _read_entry(self, key: str) -> str | None:
        return await self.emulator.read_key_value(self.client.pointer_store_arn, key)

    async def send_object(
        self, scope: Scope, send: Send, key: str, own_headers: Mapping[str, str]
    ) -> None:
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
            return
        of_page = _add_own_headers([*_select_headers(response), *SECURITY_HEADERS], own_headers)
        if _is_unchanged(scope, response):
            await send_response(send, 304, b"", of_page)
        else:
            await _send_body(scope, send, 200, response.body, of_page)

    async def _send_page(
        self, scope: Scope, send: Send, status: int, body: bytes, headers: Headers
    ) -> None:
        await _send_body(scope, send, status, body, [*headers, *SECURITY_HEADERS])


async def _send_body(scope: Scope, send: Send, status: int, body: bytes, headers: Headers) -> None:
    length = (b"content-length", str(len(body)).encode())
    start = {"type": "http.response.start", "status": status, "headers": [*headers, length]}
    await send(start)
    content = b"" if scope["method"] == "HEAD" else body
    await send({"type": "http.response.body", "body": content})


def _add_own_headers(headers: Headers, own: Mapping[str, str]) -> Headers:
    """Return the headers with those of the site's rules, which win over others."""
    names = {name.encode() for name in own} - {_ALWAYS}
    kept = [(name, value) for name, value in headers if name not in names]
    added = [(name, own[name.decode()].encode()) for name in sorted(names)]
    return [*kept, *added]


async def _send_redirect(scope: Scope, send: Send, address: str, status: int = 301) -> None:
    location = add_query(address, scope["query_string"].decode("latin-1")).encode("latin-1")
    headers = [(b"location", location), (b"cache-control", b"public, max-age=3600")]
    await send_response(send, status, b"", [*headers, *SECURITY_HEADERS])


def _select_headers(reply: EmulatorResponse) -> list[tuple[bytes, bytes]]:
    return [(n.encode(), reply.headers[n].encode()) for n in _OBJECT_HEADERS if n in reply.headers]


def _is_unchanged(scope: Scope, response: EmulatorResponse) -> bool:
    if_none_match = next((v.decode() for k, v in scope["headers"] if k == b"if-none-match"), "")
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return bool(if_none_match) and (response.headers.get("etag") in tags or "*" in tags)

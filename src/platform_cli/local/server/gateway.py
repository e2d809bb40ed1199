"""Route requests on the emulator's port to the responsible application."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from platform_cli.local.addresses import CONTROL_PATH, VENDOR_PATH
from platform_cli.local.builds.service import LocalBuildService
from platform_cli.local.server.asgi import (
    App,
    Message,
    Receive,
    Scope,
    Send,
    parse_headers,
    send_json,
    send_response,
)

_LOOPBACK_HOST = re.compile(r"(.+\.)?(127\.0\.0\.1|localhost)(:\d+)?")
_OWN_HOST = re.compile(r"(.+\.)?(127\.0\.0\.1|localhost|amazonaws\.com)(:\d+)?")
"""Accepted host names, AWS names included. Pages can be hosted under some of these."""
_EMULATOR_ADMIN_PATHS = ("/_ministack/", "/_localstack/")
"""Administration paths of the emulator, including a reset. They would bypass the journal."""
_SAFE_FETCH_SITES = frozenset({"none", "same-origin"})
"""Values of `Sec-Fetch-Site` that a page of another origin cannot cause."""
REFUSAL = b"Refused: requests from web pages and an Action in the URL are not allowed here.\n"


@dataclass(slots=True)
class Gateway:
    """Routes to the server's own applications first, then through the journal to the emulator."""

    emulator: App
    journaled: App
    control: App
    vendors: App
    builds: LocalBuildService
    on_startup: Callable[[], Awaitable[None]]
    on_stopping: Callable[[], Awaitable[None]]
    on_stopped: Callable[[], Awaitable[None]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._run_lifespan(scope, receive, send)
        elif _is_foreign(scope) or _is_from_page(scope) or _has_action_in_query(scope):
            await _refuse_request(scope, send)
        elif scope["type"] != "http":
            await self.emulator(scope, receive, send)
        elif scope["path"].startswith(CONTROL_PATH + "/"):
            await self.control(scope, receive, send)
        elif scope["path"].startswith(VENDOR_PATH + "/"):
            await self.vendors(scope, receive, send)
        elif scope["path"].startswith(_EMULATOR_ADMIN_PATHS):
            await send_json(send, 404, {"message": "not available in the embedded cloud"})
        elif self.builds.handles(target := _get_aws_target_header(scope)):
            await self.builds(scope, receive, send, target)
        else:
            await self.journaled(scope, receive, send)

    async def _run_lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the emulator's lifespan with ours nested inside: start after it, stop before it."""

        async def receive_and_stop() -> Message:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                await self.on_stopping()
            return message

        async def start_and_send(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                await self.on_startup()
            elif message["type"] == "lifespan.shutdown.complete":
                await self.on_stopped()
            await send(message)

        await self.emulator(scope, receive_and_stop, start_and_send)


def _get_aws_target_header(scope: Scope) -> str:
    return parse_headers(scope).get("x-amz-target", "")


def _is_foreign(scope: Scope) -> bool:
    """Return whether a web page of another origin sent the request.

    The Host header is checked as well, because a page can let its own name resolve to loopback.
    """
    headers = parse_headers(scope)
    page_host = urlsplit(headers["origin"]).netloc if "origin" in headers else None
    is_own_host = _OWN_HOST.fullmatch(headers.get("host", ""))
    return not (is_own_host and (page_host is None or _LOOPBACK_HOST.fullmatch(page_host)))


def _is_from_page(scope: Scope) -> bool:
    """Return whether a browser sends this for a page of another origin, an image for example.

    Such a GET carries no `Origin`, so only the browser's own header gives it away. The AWS SDKs
    never send that header.
    """
    site = parse_headers(scope).get("sec-fetch-site")
    return site is not None and site not in _SAFE_FETCH_SITES


def _has_action_in_query(scope: Scope) -> bool:
    """Return whether the query names an AWS action.

    The emulator carries out `GET /?Action=CreateStack` without credentials, and a browser that
    predates `Sec-Fetch-Site` sends it for any image. The SDKs put the action into the body. The
    query is decoded first, because the emulator understands `%41ction` as well.

    The simulated vendor APIs never reach the emulator, and GitLab's has a parameter `action`.
    """
    if scope["type"] == "http" and scope["path"].startswith(VENDOR_PATH + "/"):
        return False
    query = scope.get("query_string", b"").decode("latin-1")
    names = (name for name, _ in parse_qsl(query, keep_blank_values=True))
    return any(name.strip().lower() == "action" for name in names)


async def _refuse_request(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        # Closing before accepting makes the server answer the handshake with 403.
        await send({"type": "websocket.close", "code": 1008})
    else:
        await send_response(send, 403, REFUSAL, [(b"content-type", b"text/plain; charset=utf-8")])

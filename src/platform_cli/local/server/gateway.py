"""The front door of the emulator's port: who answers which request."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from platform_cli.local.addresses import CONTROL, VENDORS
from platform_cli.local.builds.service import Builds
from platform_cli.local.server.asgi import (
    App,
    Message,
    Receive,
    Scope,
    Send,
    answer,
    answer_json,
    headers_of,
)

_HERE = re.compile(r"(.+\.)?(127\.0\.0\.1|localhost)(:\d+)?")
_OURS = re.compile(r"(.+\.)?(127\.0\.0\.1|localhost|amazonaws\.com)(:\d+)?")
"""Names that we are asked by; AWS's own among them, but anybody can host a page there."""
_WITHHELD = ("/_ministack/", "/_localstack/")
"""The emulator's own switches (a reset among them) would go past our journal."""
_NO_PAGE = frozenset({"none", "same-origin"})
"""Values of `Sec-Fetch-Site` that no page of another origin can cause."""
REFUSAL = b"Refused: the embedded cloud takes no requests from web pages, and no Action in a URL.\n"


@dataclass(slots=True)
class Gateway:
    """Our own rooms first, then the journal, and behind it the emulator."""

    emulator: App
    journaled: App
    control: App
    vendors: App
    builds: Builds
    opened: Callable[[], Awaitable[None]]
    closing: Callable[[], Awaitable[None]]
    closed: Callable[[], Awaitable[None]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        elif _foreign(scope) or _from_page(scope) or _names_action(scope):
            await _refuse(scope, send)
        elif scope["type"] != "http":
            await self.emulator(scope, receive, send)
        elif scope["path"].startswith(CONTROL + "/"):
            await self.control(scope, receive, send)
        elif scope["path"].startswith(VENDORS + "/"):
            await self.vendors(scope, receive, send)
        elif scope["path"].startswith(_WITHHELD):
            await answer_json(send, 404, {"message": "not offered by the embedded cloud"})
        elif self.builds.answers(target := _target(scope)):
            await self.builds(scope, receive, send, target)
        else:
            await self.journaled(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The emulator's lifespan, with ours inside: open after it opened, close before it."""

        async def hear() -> Message:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                await self.closing()
            return message

        async def say(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                await self.opened()
            elif message["type"] == "lifespan.shutdown.complete":
                await self.closed()
            await send(message)

        await self.emulator(scope, hear, say)


def _target(scope: Scope) -> str:
    return headers_of(scope).get("x-amz-target", "")


def _foreign(scope: Scope) -> bool:
    """Whether a page from elsewhere asks, by its own name or by one that it had resolve to us."""
    headers = headers_of(scope)
    page = urlsplit(headers["origin"]).netloc if "origin" in headers else None
    ours = _OURS.fullmatch(headers.get("host", ""))
    return not (ours and (page is None or _HERE.fullmatch(page)))


def _from_page(scope: Scope) -> bool:
    """Return whether a browser sends this for a page of another origin, an image for example.

    Such a GET carries no `Origin`, so only the browser's own header gives it away. The AWS SDKs
    never send that header.
    """
    site = headers_of(scope).get("sec-fetch-site")
    return site is not None and site not in _NO_PAGE


def _names_action(scope: Scope) -> bool:
    """Return whether the query names an AWS action.

    The emulator carries out `GET /?Action=CreateStack` without credentials, and a browser that
    predates `Sec-Fetch-Site` sends it for any image. The SDKs put the action into the body. The
    query is decoded first, because the emulator understands `%41ction` as well.
    """
    query = scope.get("query_string", b"").decode("latin-1")
    names = (name for name, _ in parse_qsl(query, keep_blank_values=True))
    return any(name.strip().lower() == "action" for name in names)


async def _refuse(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        # Closed before it is accepted, a handshake is answered with 403.
        await send({"type": "websocket.close", "code": 1008})
    else:
        await answer(send, 403, REFUSAL, [(b"content-type", b"text/plain; charset=utf-8")])

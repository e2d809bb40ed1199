"""The few words of ASGI that the server's rooms share."""

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]


class CallerLeft(Exception):
    """The connection ended before the request did."""


async def read_body(receive: Receive) -> bytes:
    """The whole body of a request."""
    chunks = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise CallerLeft
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives a body that was read already, and then what else comes."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return pending.pop() if pending else await receive()

    return again


async def answer(send: Send, status: int, body: bytes = b"", headers: Headers = ()) -> None:
    """Send one whole response; its length is set here."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


async def answer_json(
    send: Send, status: int, data: object, content_type: str = "application/json"
) -> None:
    """Send one JSON response."""
    headers = [(b"content-type", content_type.encode())]
    await answer(send, status, json.dumps(data).encode(), headers)


def headers_of(scope: Scope) -> dict[str, str]:
    """Header names in lower case, repeated ones joined as HTTP says."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def raw_target(scope: Scope) -> str:
    """Path and query exactly as the caller wrote them."""
    query: bytes = scope.get("query_string", b"")
    path = raw_path(scope)
    return f"{path}?{query.decode('latin-1')}" if query else path


def raw_path(scope: Scope) -> str:
    """The path exactly as the caller wrote it, without the query."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.partition(b"?")[0].decode("latin-1")


async def no_lifespan(receive: Receive, send: Send) -> None:
    """The lifespan of an application that has nothing to open and nothing to close."""
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return

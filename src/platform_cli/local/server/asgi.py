"""Small ASGI helpers that the server's applications share."""

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]


class ClientDisconnected(Exception):
    """The connection ended before the request was complete."""


async def read_body(receive: Receive) -> bytes:
    """Read the whole request body."""
    chunks = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnected
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def with_body_replayed(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that yields an already read body first, then later messages."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_replayed() -> Message:
        return pending.pop() if pending else await receive()

    return receive_replayed


async def send_response(send: Send, status: int, body: bytes = b"", headers: Headers = ()) -> None:
    """Send a complete response and set its content length."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


async def send_json(
    send: Send, status: int, data: object, content_type: str = "application/json"
) -> None:
    """Send a complete JSON response."""
    headers = [(b"content-type", content_type.encode())]
    await send_response(send, status, json.dumps(data).encode(), headers)


def without_cors_headers(send: Send) -> Send:
    """Return a `send` that drops `Access-Control-*`, so that no web page can read the answer.

    The emulator adds these headers to every answer.
    """

    async def send_without(message: Message) -> None:
        if "headers" in message:
            kept = [
                (name, value)
                for name, value in message["headers"]
                if not name.lower().startswith(b"access-control-")
            ]
            message = {**message, "headers": kept}
        await send(message)

    return send_without


def parse_headers(scope: Scope) -> dict[str, str]:
    """Return the headers by lower-case name. Repeated headers are joined with commas."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def get_raw_target(scope: Scope) -> str:
    """Return path and query exactly as the caller wrote them."""
    query: bytes = scope.get("query_string", b"")
    path = get_raw_path(scope)
    return f"{path}?{query.decode('latin-1')}" if query else path


def get_raw_path(scope: Scope) -> str:
    """Return the path exactly as the caller wrote it, without the query."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.partition(b"?")[0].decode("latin-1")


async def acknowledge_lifespan(receive: Receive, send: Send) -> None:
    """Acknowledge lifespan events for an application without start-up or shutdown work."""
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return

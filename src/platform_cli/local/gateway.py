"""The emulator's front door: our own paths, the calls that we answer ourselves, and the rest."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


async def read_body(receive: Receive) -> bytes:
    """The whole body of a request."""
    chunks = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ConnectionResetError("the caller left before the end of its request")
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


async def answer(
    send: Send,
    status: int,
    body: bytes = b"",
    headers: tuple[tuple[bytes, bytes], ...] = (),
    *,
    content_type: str = "application/json",
) -> None:
    """Send one whole response."""
    own = (
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
    )
    await send({"type": "http.response.start", "status": status, "headers": [*own, *headers]})
    await send({"type": "http.response.body", "body": body})


async def answer_json(send: Send, status: int, data: object) -> None:
    """Send one JSON response."""
    await answer(send, status, json.dumps(data).encode())


class Room(Protocol):
    """Something that answers the requests under a prefix of its own."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...

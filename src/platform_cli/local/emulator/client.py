"""The emulator as the server's own rooms ask it: in-process, over its public ASGI interface."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from platform_cli.local.addresses import ACCOUNT, LOOPBACK, REGION
from platform_cli.local.server.asgi import (
    App,
    Message,
    Scope,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the emulator answered; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return self.status < 300


class Refused(Exception):
    """The emulator refused a call that should have worked."""

    def __init__(self, target: str, reply: Reply) -> None:
        super().__init__(f"{target}: {reply.status} {reply.body[:500].decode(errors='replace')}")
        self.reply = reply


class Emulator:
    """Calls of our own: they pass neither the network nor the journal."""

    def __init__(self, app: App, port: int) -> None:
        self.app = app
        self.port = port

    async def call(
        self,
        service: str,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Reply:
        """One signed-looking request; `path` is percent-encoded already."""
        wanted = {
            "host": f"{LOOPBACK}:{self.port}",
            "authorization": credential(service),
            "content-length": str(len(body)),
            **(headers or {}),
        }
        return await self.send(self._scope(method, path, query, wanted), body)

    async def json(self, service: str, target: str, payload: Mapping[str, object]) -> Any:
        """One call of the JSON protocol; raises `Refused`."""
        reply = await self.call(
            service,
            "POST",
            "/",
            headers={"x-amz-target": target, "content-type": "application/x-amz-json-1.1"},
            body=json.dumps(payload).encode(),
        )
        if not reply.ok:
            raise Refused(target, reply)
        return json.loads(reply.body or b"{}")

    async def object(self, bucket: str, key: str, *, head: bool = False) -> Reply:
        """An object of S3, whether it is there or not."""
        return await self.call("s3", "HEAD" if head else "GET", f"/{bucket}/{quote(key)}")

    async def pointer(self, store_arn: str, key: str) -> str | None:
        """A value of a CloudFront key-value store; None where it has none."""
        path = f"/key-value-stores/{quote(store_arn, safe='')}/keys/{quote(key, safe='')}"
        reply = await self.call("cloudfront-keyvaluestore", "GET", path)
        return str(json.loads(reply.body)["Value"]) if reply.ok else None

    async def send(self, scope: Scope, body: bytes) -> Reply:
        """Put one request through the application and gather its answer."""
        parts: list[Message] = []
        arrived = False

        async def receive() -> Message:
            nonlocal arrived
            if arrived:
                await asyncio.Event().wait()
            arrived = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def collect(message: Message) -> None:
            parts.append(message)

        await self.app(scope, receive, collect)
        start = parts[0]
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in start["headers"]}
        content = b"".join(part.get("body", b"") for part in parts[1:])
        return Reply(start["status"], headers, content)

    def _scope(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> Scope:
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": unquote(path),
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()],
            "client": (LOOPBACK, 0),
            "server": (LOOPBACK, self.port),
        }


def credential(service: str) -> str:
    """The emulator reads account, region and service from it and checks no signature."""
    scope = f"{ACCOUNT}/20260101/{REGION}/{service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=local"

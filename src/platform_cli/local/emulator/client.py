"""In-process client of the emulator, using its public ASGI interface."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from platform_cli.local.addresses import ACCOUNT, LOOPBACK, REGION
from platform_cli.local.server.asgi import App, Message, Scope


@dataclass(frozen=True, slots=True)
class EmulatorResponse:
    """A response of the emulator. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return self.status < 300


class EmulatorError(Exception):
    """The emulator rejected a call that was expected to succeed."""

    def __init__(self, target: str, reply: EmulatorResponse) -> None:
        super().__init__(f"{target}: {reply.status} {reply.body[:500].decode(errors='replace')}")
        self.reply = reply


class Emulator:
    """Calls the emulator directly, bypassing both the network and the journal."""

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
    ) -> EmulatorResponse:
        """Send one request with a credential header. `path` is already percent-encoded."""
        request_headers = {
            "host": f"{LOOPBACK}:{self.port}",
            "authorization": make_authorization(service),
            "content-length": str(len(body)),
            **(headers or {}),
        }
        return await self.send_request(self._make_scope(method, path, query, request_headers), body)

    async def call_json(self, service: str, target: str, payload: Mapping[str, object]) -> Any:
        """Send one request of the JSON protocol. Raises `EmulatorError`."""
        reply = await self.call(
            service,
            "POST",
            "/",
            headers={"x-amz-target": target, "content-type": "application/x-amz-json-1.1"},
            body=json.dumps(payload).encode(),
        )
        if not reply.ok:
            raise EmulatorError(target, reply)
        return json.loads(reply.body or b"{}")

    async def get_object(self, bucket: str, key: str, *, head: bool = False) -> EmulatorResponse:
        """Request an S3 object. The response is an error status if it does not exist."""
        return await self.call("s3", "HEAD" if head else "GET", f"/{bucket}/{quote(key)}")

    async def read_key_value(self, store_arn: str, key: str) -> str | None:
        """Return a value of a CloudFront key-value store, or None if the key is not set.

        Raises `EmulatorError` if the store cannot be read.
        """
        path = f"/key-value-stores/{quote(store_arn, safe='')}/keys/{quote(key, safe='')}"
        reply = await self.call("cloudfront-keyvaluestore", "GET", path)
        if reply.status == HTTPStatus.NOT_FOUND:
            return None
        if not reply.ok:
            raise EmulatorError(f"GET {path}", reply)
        return str(json.loads(reply.body)["Value"])

    async def list_mails(self) -> list[dict[str, Any]]:
        """Return the mails that SES took, as the emulator's page for tests shows them."""
        path = "/_ministack/ses/messages"
        reply = await self.call("ses", "GET", path, query=f"account={ACCOUNT}")
        if not reply.ok:
            raise EmulatorError(f"GET {path}", reply)
        mails: list[dict[str, Any]] = json.loads(reply.body)["messages"].get(ACCOUNT, [])
        return mails

    async def send_request(self, scope: Scope, body: bytes) -> EmulatorResponse:
        """Send one request through the application and collect its response."""
        messages: list[Message] = []
        body_sent = False

        async def receive() -> Message:
            nonlocal body_sent
            if body_sent:
                # A second read means waiting for a disconnect, which never happens in-process.
                await asyncio.Event().wait()
            body_sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def collect(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, collect)
        start = messages[0]
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in start["headers"]}
        content = b"".join(part.get("body", b"") for part in messages[1:])
        return EmulatorResponse(start["status"], headers, content)

    def _make_scope(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> Scope:
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


def make_authorization(service: str, key: str = ACCOUNT) -> str:
    """Return an Authorization header with an access key id, by default the account.

    The emulator reads account, region and service from it and does not check the signature.
    """
    scope = f"{key}/20260101/{REGION}/{service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=local"

"""Stands before the emulator and writes down each call that changed a store.

Such calls go through one at a time, so that the journal's order is the order of their effects.
What changes configuration (a stack, a function) is not written down but noticed: a snapshot
follows soon.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from platform_cli.local.emulator.client import Emulator, Reply
from platform_cli.local.persistence.journal import (
    Entry,
    Journal,
    NotWritten,
)
from platform_cli.local.server.asgi import (
    Message,
    Receive,
    Scope,
    Send,
    answer_json,
    raw_path,
    read_body,
    replayed,
)

_STORES = {
    "DynamoDB_20120810": re.compile(
        r"(Put|Update|Delete)Item|BatchWriteItem|TransactWriteItems|Execute\w+|BatchExecuteStatement"
    ),
    "AmazonSSM": re.compile(r"(Put|Delete)Parameters?|LabelParameterVersion|\w+TagsToResource"),
}
POINTER_STORES = "/key-value-stores/"
_SERVICE = re.compile(rb"Credential=[^/]+/[^/]+/[^/]+/([a-z0-9-]+)/")
_ACTION = re.compile(rb"(?:^|&)Action=(\w+)")
_READS = re.compile(r"Get|List|Describe|BatchGet|Query|Scan|Lookup|Test|Assume|Filter|Receive")
_FLOWS = re.compile(
    r"PutLogEvents|CreateLog(Stream|Group)|PutEvents|PutMetricData|Publish\w*|SendMessage\w*"
    r"|DeleteMessage\w*|ChangeMessage\w*|Start\w+|Stop\w+"
)
_MULTIPART = re.compile(rb"(^|&)(uploads|uploadId|partNumber)(=|&|$)")
_KEPT_HEADERS = re.compile(r"content-type|cache-control|content-encoding|x-amz-meta-.*")


@dataclass(slots=True)
class Recorder:
    """The journal's ear."""

    emulator: Emulator
    journal: Journal
    noticed: Callable[[], None]
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self.emulator.app(scope, receive, send)
        elif _stores(scope):
            await self._record(scope, receive, send)
        else:
            await self._watch(scope, receive, send)

    @asynccontextmanager
    async def quiet(self) -> AsyncIterator[None]:
        """While this holds, no store changes."""
        async with self._turn:
            yield

    async def _record(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A call is made only where its record can follow, and answered only after all that it
        saw is on disk: a refused one, too, for it may have met what a crash would undo."""
        body = await read_body(receive)
        parts: list[Message] = []

        async def collect(message: Message) -> None:
            parts.append(message)

        try:
            async with self._turn:
                await self.journal.caught_up()
                await self.emulator.app(scope, replayed(body, receive), collect)
                entry = await self._entry(scope, body) if _succeeded(parts) else None
                written = self.journal.place(entry) if entry else self.journal.reached()
            await written
        except NotWritten as error:
            message = f"this machine cannot keep it: {error}"
            await answer_json(send, 503, {"__type": "ServiceUnavailable", "message": message})
            return
        for part in parts:
            await send(part)

    async def _entry(self, scope: Scope, body: bytes) -> Entry | None:
        """What to play again. A copy, and the end of an upload in parts, is the whole object: a
        copy's source may be gone by then, and an upload's id never comes out the same twice."""
        path, query = raw_path(scope), scope["query_string"]
        part = _MULTIPART.search(query)
        ended = part and scope["method"] == "POST" and b"uploadId" in query
        copied = not part and _header(scope, b"x-amz-copy-source")
        if _service(scope) != b"s3" or not (part or copied):
            return Entry.of(scope, path, body)
        if not (ended or copied):
            return None
        whole = await self.emulator.call("s3", "GET", path)
        return _put(scope, path, whole)

    async def _watch(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is no store's call, and notice a change of configuration."""
        first = b""

        async def hear() -> Message:
            nonlocal first
            message = await receive()
            first = first or message.get("body", b"")[:4096]
            return message

        await self.emulator.app(scope, hear, send)
        if _configures(scope, first):
            self.noticed()


async def replay(emulator: Emulator, entry: Entry) -> Reply:
    """Make one journaled call again. A key-value store's ETag is new in each life."""
    headers = dict(entry.headers)
    if entry.path.startswith(POINTER_STORES):
        store = entry.path.partition("/keys")[0]
        described = await emulator.call("cloudfront-keyvaluestore", "GET", store)
        headers = {k: v for k, v in headers.items() if k.lower() != "if-match"}
        headers["if-match"] = described.headers.get("etag", "")
    return await emulator.call(
        "", entry.method, entry.path, query=entry.query, headers=headers, body=entry.body
    )


def _succeeded(parts: list[Message]) -> bool:
    return bool(parts) and parts[0]["status"] < 300


def _stores(scope: Scope) -> bool:
    target = _header(scope, b"x-amz-target").decode("latin-1")
    if target:
        store, _, action = target.rpartition(".")
        return store in _STORES and bool(_STORES[store].fullmatch(action))
    return scope["path"].startswith(POINTER_STORES) or _service(scope) == b"s3"


def _configures(scope: Scope, body: bytes) -> bool:
    if target := _header(scope, b"x-amz-target"):
        action = target.rpartition(b".")[2]
    elif found := _ACTION.search(body):
        action = found[1]
    else:
        path = scope["path"]
        return bool(_service(scope)) and not path.endswith("/invocations")
    name = action.decode("latin-1")
    return not (_READS.match(name) or _FLOWS.fullmatch(name))


def _put(scope: Scope, path: str, whole: Reply) -> Entry:
    kept = {k: v for k, v in whole.headers.items() if _KEPT_HEADERS.fullmatch(k)}
    kept["authorization"] = _header(scope, b"authorization").decode("latin-1")
    kept["content-length"] = str(len(whole.body))
    return Entry("PUT", path, "", tuple(kept.items()), whole.body)


def _service(scope: Scope) -> bytes:
    found = _SERVICE.search(_header(scope, b"authorization"))
    return bytes(found[1]) if found else b""


def _header(scope: Scope, name: bytes) -> bytes:
    for key, value in scope["headers"]:
        if key.lower() == name:
            return bytes(value)
    return b""

"""Record each call that changes stored data before it is answered.

Such calls run one at a time, so that the journal has the order of their effects. Configuration
changes (stacks, functions) are not journaled; they cause a snapshot soon after.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from platform_cli.local.emulator.client import Emulator, EmulatorResponse
from platform_cli.local.persistence.journal import Journal, JournalEntry, JournalWriteFailed
from platform_cli.local.server.asgi import (
    Message,
    Receive,
    Scope,
    Send,
    get_raw_path,
    read_body,
    send_json,
    with_body_replayed,
)

_STORE_ACTIONS = {
    "DynamoDB_20120810": re.compile(
        r"(Put|Update|Delete)Item|BatchWriteItem|TransactWriteItems|Execute\w+|BatchExecuteStatement"
    ),
    "AmazonSSM": re.compile(r"(Put|Delete)Parameters?|LabelParameterVersion|\w+TagsToResource"),
}
POINTER_STORES = "/key-value-stores/"
_SERVICE = re.compile(rb"Credential=[^/]+/[^/]+/[^/]+/([a-z0-9-]+)/")
_ACTION = re.compile(rb"(?:^|&)Action=(\w+)")
_READ_ACTIONS = re.compile(
    r"Get|List|Describe|BatchGet|Query|Scan|Lookup|Test|Assume|Filter|Receive"
)
_DATA_ACTIONS = re.compile(
    r"PutLogEvents|CreateLog(Stream|Group)|PutEvents|PutMetricData|Publish\w*|SendMessage\w*"
    r"|DeleteMessage\w*|ChangeMessage\w*|Start\w+|Stop\w+"
)
_MULTIPART = re.compile(rb"(^|&)(uploads|uploadId|partNumber)(=|&|$)")
_OBJECT_HEADERS = re.compile(r"content-type|cache-control|content-encoding|x-amz-meta-.*")


@dataclass(slots=True)
class Recorder:
    """Middleware between the gateway and the emulator."""

    emulator: Emulator
    journal: Journal
    on_configuration_change: Callable[[], None]
    _write_lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self.emulator.app(scope, receive, send)
        elif _changes_store(scope):
            await self._record_call(scope, receive, send)
        else:
            await self._forward_and_report_change(scope, receive, send)

    @asynccontextmanager
    async def pause_writes(self) -> AsyncIterator[None]:
        """Block changes of stored data while the context is open."""
        async with self._write_lock:
            yield

    async def _record_call(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one call that changes stored data and answer it once its record is on disk.

        The call is not made while earlier records cannot be written. A call that the emulator
        rejects also waits for earlier records: the rejection may be based on data that a crash
        would undo.
        """
        body = await read_body(receive)
        messages: list[Message] = []

        async def collect(message: Message) -> None:
            messages.append(message)

        try:
            async with self._write_lock:
                # Fails before the call changes memory that could not be journaled.
                await self.journal.retry_unwritten()
                await self.emulator.app(scope, with_body_replayed(body, receive), collect)
                entry = await self._make_entry(scope, body) if _is_success(messages) else None
                written = self.journal.append(entry) if entry else self.journal.wait_until_written()
            # Outside the lock: the next call may run while this record is written to disk.
            await written
        except JournalWriteFailed as error:
            reason = f"the change cannot be saved: {error}"
            await send_json(send, 503, {"__type": "ServiceUnavailable", "message": reason})
            return
        for message in messages:
            await send(message)

    async def _make_entry(self, scope: Scope, body: bytes) -> JournalEntry | None:
        """Return the entry to replay, or None.

        A copy and a completed multipart upload are recorded as a put of the whole object: the
        source of the copy may be gone at replay, and upload ids differ in each run.
        """
        path, query = get_raw_path(scope), scope["query_string"]
        is_multipart = _MULTIPART.search(query)
        upload_completed = is_multipart and scope["method"] == "POST" and b"uploadId" in query
        is_copy = not is_multipart and _get_header(scope, b"x-amz-copy-source")
        if _get_service(scope) != b"s3" or not (is_multipart or is_copy):
            return JournalEntry.from_scope(scope, path, body)
        if not (upload_completed or is_copy):
            return None
        stored_object = await self.emulator.call("s3", "GET", path)
        return _make_put(scope, path, stored_object)

    async def _forward_and_report_change(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a call and report it if it changes configuration."""
        body_start = b""

        async def receive_and_keep() -> Message:
            nonlocal body_start
            message = await receive()
            body_start = body_start or message.get("body", b"")[:4096]
            return message

        await self.emulator.app(scope, receive_and_keep, send)
        if _changes_configuration(scope, body_start):
            self.on_configuration_change()


async def replay_call(emulator: Emulator, entry: JournalEntry) -> EmulatorResponse:
    """Repeat one journaled call, with the current ETag of a key-value store."""
    headers = dict(entry.headers)
    if entry.path.startswith(POINTER_STORES):
        store = entry.path.partition("/keys")[0]
        description = await emulator.call("cloudfront-keyvaluestore", "GET", store)
        headers = {k: v for k, v in headers.items() if k.lower() != "if-match"}
        headers["if-match"] = description.headers.get("etag", "")
    return await emulator.call(
        "", entry.method, entry.path, query=entry.query, headers=headers, body=entry.body
    )


def _is_success(messages: list[Message]) -> bool:
    return bool(messages) and messages[0]["status"] < 300


def _changes_store(scope: Scope) -> bool:
    target = _get_header(scope, b"x-amz-target").decode("latin-1")
    if target:
        service, _, action = target.rpartition(".")
        return service in _STORE_ACTIONS and bool(_STORE_ACTIONS[service].fullmatch(action))
    return scope["path"].startswith(POINTER_STORES) or _get_service(scope) == b"s3"


def _changes_configuration(scope: Scope, body: bytes) -> bool:
    if target := _get_header(scope, b"x-amz-target"):
        action = target.rpartition(b".")[2]
    elif match := _ACTION.search(body):
        action = match[1]
    else:
        path = scope["path"]
        return bool(_get_service(scope)) and not path.endswith("/invocations")
    name = action.decode("latin-1")
    return not (_READ_ACTIONS.match(name) or _DATA_ACTIONS.fullmatch(name))


def _make_put(scope: Scope, path: str, stored_object: EmulatorResponse) -> JournalEntry:
    headers = {k: v for k, v in stored_object.headers.items() if _OBJECT_HEADERS.fullmatch(k)}
    headers["authorization"] = _get_header(scope, b"authorization").decode("latin-1")
    headers["content-length"] = str(len(stored_object.body))
    return JournalEntry("PUT", path, "", tuple(headers.items()), stored_object.body)


def _get_service(scope: Scope) -> bytes:
    match = _SERVICE.search(_get_header(scope, b"authorization"))
    return bytes(match[1]) if match else b""


def _get_header(scope: Scope, name: bytes) -> bytes:
    for key, value in scope["headers"]:
        if key.lower() == name:
            return bytes(value)
    return b""

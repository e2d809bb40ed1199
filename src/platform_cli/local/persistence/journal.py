"""A numbered, durable log of calls that changed stored data.

A call is answered only after its record is on disk. Concurrent calls share one fsync: records that
arrive during a write are written together with the next one. A record consists of a header (number,
length, checksum) and its payload. An incomplete record at the end is truncated.
"""

import asyncio
import json
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from platform_cli.local.server.asgi import Scope

_RECORD_HEADER = struct.Struct(">QII")
_METADATA_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One recorded call."""

    method: str
    path: str
    """Percent-encoded, as the caller wrote it."""
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @classmethod
    def from_scope(cls, scope: Scope, path: str, body: bytes) -> "JournalEntry":
        headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in scope["headers"])
        return cls(scope["method"], path, scope["query_string"].decode("latin-1"), headers, body)

    def to_bytes(self) -> bytes:
        meta = json.dumps([self.method, self.path, self.query, self.headers]).encode()
        return _METADATA_LENGTH.pack(len(meta)) + meta + self.body

    @classmethod
    def from_bytes(cls, data: bytes) -> "JournalEntry":
        end = _METADATA_LENGTH.size + _METADATA_LENGTH.unpack_from(data)[0]
        method, path, query, headers = json.loads(data[_METADATA_LENGTH.size : end])
        return cls(method, path, query, tuple((k, v) for k, v in headers), data[end:])


class JournalWriteFailed(Exception):
    """Records are not on disk yet and cannot be written at present."""


@dataclass(slots=True)
class Segment:
    """One journal file. Bytes after `size` belong to a failed write and are overwritten."""

    path: Path
    size: int = 0

    def append(self, records: bytes) -> None:
        """Write the records durably. Raises `OSError` and leaves `size` unchanged on failure."""
        if is_new := not self.path.exists():
            self.size = 0
        with self.path.open("wb" if is_new else "r+b") as stream:
            # A failed write may have left part of a record behind the last good one.
            stream.truncate(self.size)
            stream.seek(self.size)
            stream.write(records)
            stream.flush()
            os.fsync(stream.fileno())
        if is_new:
            # The new file's name needs its own fsync, or a crash can lose the whole file.
            sync_folder(self.path.parent)
        self.size += len(records)


@dataclass(slots=True)
class Journal:
    """Segments in one folder. A segment is named after the number of its first record.

    Records that could not be written are kept, because their calls have already changed memory.
    They are written first at the next attempt, so that no later call is answered before them.
    """

    folder: Path
    last_number: int
    """Number of the last record. Initially the number of the newest snapshot."""
    trouble: str = ""
    """Reason for the last failed write, or an empty string if everything is on disk."""
    _segment: Segment = field(init=False)
    _unwritten: bytes = b""
    _queue: "list[tuple[bytes, asyncio.Future[None]]]" = field(default_factory=list)
    _last_write: "asyncio.Future[None] | None" = None
    _writer_task: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for segment in self._list_segments():
            for number, _ in _read_records(segment, truncate_torn_tail=True):
                self.last_number = max(self.last_number, number)
        self.rotate()

    def append(self, entry: JournalEntry) -> "asyncio.Future[None]":
        """Number the call now and return a future that completes once its record is on disk."""
        self.last_number += 1
        payload = entry.to_bytes()
        record = _RECORD_HEADER.pack(self.last_number, len(payload), zlib.crc32(payload)) + payload
        return self._enqueue(record)

    async def retry_unwritten(self) -> None:
        """Write the records of a failed write, if any. Raises `JournalWriteFailed`."""
        if self._unwritten:
            await self._enqueue(b"")

    async def wait_until_written(self) -> None:
        """Return once all records appended so far are on disk. Raises `JournalWriteFailed`."""
        if self._writer_task and self._last_write:
            # Cancelling one caller must not cancel the write that others wait for.
            await asyncio.shield(self._last_write)
        else:
            await self.retry_unwritten()

    def read_after(self, number: int) -> Iterator[JournalEntry]:
        """Iterate in order over the records with a higher number."""
        for segment in self._list_segments():
            for record_number, payload in _read_records(segment):
                if record_number > number:
                    yield JournalEntry.from_bytes(payload)

    def rotate(self) -> int:
        """Start a new segment for later records and return the last number before it."""
        if not self._unwritten:
            self._segment = Segment(self.folder / f"{self.last_number + 1:016d}")
        return self.last_number

    def drop_through(self, number: int) -> None:
        """Delete segments that hold only records up to and including `number`."""
        # The snapshot contains these calls, so their unwritten records are no longer needed.
        if self.last_number == number and not self._writer_task:
            self._unwritten, self.trouble = b"", ""
        segments = self._list_segments()
        for segment, next_segment in pairwise(segments):
            if int(next_segment.name) <= number + 1:
                segment.unlink()
        if segments and segments[-1] != self._segment.path:
            segments[-1].unlink()

    async def wait_until_idle(self) -> None:
        """Return once no writes are pending."""
        while self._writer_task:
            await asyncio.wait([self._writer_task])

    def _enqueue(self, record: bytes) -> "asyncio.Future[None]":
        self._last_write = written = asyncio.get_running_loop().create_future()
        self._queue.append((record, written))
        if self._writer_task is None:
            self._writer_task = asyncio.create_task(self._write_queue())
        return written

    async def _write_queue(self) -> None:
        while self._queue:
            batch, self._queue = self._queue, []
            segment = self._segment
            records = self._unwritten + b"".join(record for record, _ in batch)
            try:
                await asyncio.to_thread(segment.append, records)
                self._unwritten, self.trouble = b"", ""
            except OSError as error:
                self._unwritten, self.trouble = records, str(error)
                # Even after a rotation: the partial record in this segment must be overwritten.
                self._segment = segment
            for _, written in batch:
                if self.trouble and not written.cancelled():
                    written.set_exception(JournalWriteFailed(self.trouble))
                elif not written.cancelled():
                    written.set_result(None)
        self._writer_task = None

    def _list_segments(self) -> list[Path]:
        return sorted(self.folder.iterdir())


def _read_records(
    segment: Path, *, truncate_torn_tail: bool = False
) -> Iterator[tuple[int, bytes]]:
    """Iterate over complete records. Optionally truncate an incomplete record at the end."""
    data = segment.read_bytes()
    offset = 0
    while offset + _RECORD_HEADER.size <= len(data):
        number, length, checksum = _RECORD_HEADER.unpack_from(data, offset)
        end = offset + _RECORD_HEADER.size + length
        payload = data[offset + _RECORD_HEADER.size : end]
        if len(payload) < length or zlib.crc32(payload) != checksum:
            break
        yield number, payload
        offset = end
    if truncate_torn_tail and offset < len(data):
        with segment.open("r+b") as stream:
            stream.truncate(offset)


def sync_folder(folder: Path) -> None:
    """Make the file names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

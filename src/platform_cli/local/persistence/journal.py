"""A numbered log of calls that changed something; a call is answered once its record is on disk.

Many calls share one fsync: whatever was placed while the last one ran goes out with the next.
A record is a header (number, length, checksum) and its payload; a torn tail is cut off.
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

_HEAD = struct.Struct(">QII")
_META = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Entry:
    """One call, as it came."""

    method: str
    path: str
    """Percent-encoded, as the caller wrote it."""
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @classmethod
    def of(cls, scope: Scope, path: str, body: bytes) -> "Entry":
        headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in scope["headers"])
        return cls(scope["method"], path, scope["query_string"].decode("latin-1"), headers, body)

    def packed(self) -> bytes:
        meta = json.dumps([self.method, self.path, self.query, self.headers]).encode()
        return _META.pack(len(meta)) + meta + self.body

    @classmethod
    def unpacked(cls, data: bytes) -> "Entry":
        end = _META.size + _META.unpack_from(data)[0]
        method, path, query, headers = json.loads(data[_META.size : end])
        return cls(method, path, query, tuple((k, v) for k, v in headers), data[end:])


class NotWritten(Exception):
    """Records that were placed are not on disk yet, and cannot go there now."""


@dataclass(slots=True)
class Segment:
    """One file; what lies behind `size` was half written and is written over."""

    path: Path
    size: int = 0

    def append(self, records: bytes) -> None:
        if new := not self.path.exists():
            self.size = 0
        with self.path.open("wb" if new else "r+b") as stream:
            stream.truncate(self.size)
            stream.seek(self.size)
            stream.write(records)
            stream.flush()
            os.fsync(stream.fileno())
        if new:
            sync_folder(self.path.parent)
        self.size += len(records)


@dataclass(slots=True)
class Journal:
    """Segments in one folder; a segment's name is the number of its first record.

    Records that cannot be written stay owed: what they tell has happened in memory, so nothing
    later may be answered before them. They go first with the next write.
    """

    folder: Path
    last: int
    """The number that was given out last; at first, the newest snapshot's."""
    trouble: str = ""
    """Why the last write failed; empty where all is on disk."""
    _segment: Segment = field(init=False)
    _owed: bytes = b""
    _waiting: "list[tuple[bytes, asyncio.Future[None]]]" = field(default_factory=list)
    _newest: "asyncio.Future[None] | None" = None
    _writer: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for segment in self._segments():
            for number, _ in _read(segment, mend=True):
                self.last = max(self.last, number)
        self.rotate()

    def place(self, entry: Entry) -> "asyncio.Future[None]":
        """Give the call its number now; the future is done once the record is on disk."""
        self.last += 1
        payload = entry.packed()
        record = _HEAD.pack(self.last, len(payload), zlib.crc32(payload)) + payload
        return self._wait_for(record)

    async def caught_up(self) -> None:
        """Write what is owed, if anything is. Raises `NotWritten`."""
        if self._owed:
            await self._wait_for(b"")

    async def reached(self) -> None:
        """Return once all that was placed until now is on disk. Raises `NotWritten`."""
        if self._writer and self._newest:
            await asyncio.shield(self._newest)
        else:
            await self.caught_up()

    def after(self, number: int) -> Iterator[Entry]:
        """The records with a higher number, in order."""
        for segment in self._segments():
            for found, payload in _read(segment):
                if found > number:
                    yield Entry.unpacked(payload)

    def rotate(self) -> int:
        """Let later records go to a new segment; returns the last number before it."""
        if not self._owed:
            self._segment = Segment(self.folder / f"{self.last + 1:016d}")
        return self.last

    def drop(self, number: int) -> None:
        """Forget the records at or below `number`, as far as their segments hold no others."""
        if self.last == number and not self._writer:
            self._owed, self.trouble = b"", ""
        segments = self._segments()
        for segment, following in pairwise(segments):
            if int(following.name) <= number + 1:
                segment.unlink()
        if segments and segments[-1] != self._segment.path:
            segments[-1].unlink()

    async def settled(self) -> None:
        """Return once nothing waits to be written."""
        while self._writer:
            await asyncio.wait([self._writer])

    def _wait_for(self, record: bytes) -> "asyncio.Future[None]":
        self._newest = done = asyncio.get_running_loop().create_future()
        self._waiting.append((record, done))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        return done

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            segment = self._segment
            records = self._owed + b"".join(record for record, _ in batch)
            try:
                await asyncio.to_thread(segment.append, records)
                self._owed, self.trouble = b"", ""
            except OSError as error:
                self._owed, self.trouble = records, str(error)
                self._segment = segment  # a rotation meanwhile would have left its half behind
            for _, done in batch:
                if self.trouble and not done.cancelled():
                    done.set_exception(NotWritten(self.trouble))
                elif not done.cancelled():
                    done.set_result(None)
        self._writer = None

    def _segments(self) -> list[Path]:
        return sorted(self.folder.iterdir())


def _read(segment: Path, *, mend: bool = False) -> Iterator[tuple[int, bytes]]:
    """Whole records; with `mend`, what a crash left half written at the end is cut off."""
    data = segment.read_bytes()
    at = 0
    while at + _HEAD.size <= len(data):
        number, length, checksum = _HEAD.unpack_from(data, at)
        end = at + _HEAD.size + length
        payload = data[at + _HEAD.size : end]
        if len(payload) < length or zlib.crc32(payload) != checksum:
            break
        yield number, payload
        at = end
    if mend and at < len(data):
        with segment.open("r+b") as stream:
            stream.truncate(at)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

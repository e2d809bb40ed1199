"""A disk that is full: nothing is answered that could be lost, and nothing on it is ever half."""

import asyncio
import json
import logging
import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from platform_cli.errors import LocalUnavailable
from platform_cli.local.emulator.client import Emulator
from platform_cli.local.persistence import durability as durabilities
from platform_cli.local.persistence.durability import Durability
from platform_cli.local.persistence.journal import (
    Entry,
    Journal,
    NotWritten,
    Segment,
)
from platform_cli.local.persistence.snapshots import SnapshotFailed, Snapshots
from platform_cli.local.server.asgi import (
    Message,
    Receive,
    Scope,
    Send,
    answer_json,
    read_body,
)
from tests.local.ground import eventually, ids, kill, running, table

ROOM = 50
"""Bytes of a batch that still fit: one record, and the beginning of the next."""


def entry(name: str) -> Entry:
    return Entry("POST", f"/{name}", "", (), b"")


def paths(folder: Path) -> list[str]:
    return [found.path for found in Journal(folder, 0).after(0)]


@contextmanager
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A disk that takes the beginning of what is written, and then no more."""

    def torn(self: Segment, records: bytes) -> None:
        with self.path.open("ab") as stream:
            stream.write(records[:ROOM])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Segment, "append", torn)
        yield


async def placed(journal: Journal, *names: str) -> list[BaseException | None]:
    return await asyncio.gather(*map(journal.place, map(entry, names)), return_exceptions=True)


def test_what_could_not_be_written_goes_first_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        journal = Journal(tmp_path, 0)
        await placed(journal, "a")
        with full(monkeypatch):
            told = await placed(journal, "b", "c")
            assert [type(each) for each in told] == [NotWritten, NotWritten]
            assert "No space left" in journal.trouble
            with pytest.raises(NotWritten):
                await journal.caught_up()
            with pytest.raises(NotWritten):
                await journal.reached()
            journal.rotate()
        await placed(journal, "d")
        assert not journal.trouble

    asyncio.run(story())
    assert paths(tmp_path) == ["/a", "/b", "/c", "/d"]


def test_a_failure_in_the_midst_of_many_calls_hides_no_later_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        journal = Journal(tmp_path, 0)
        with full(monkeypatch):
            first = journal.place(entry("a"))
            await asyncio.sleep(0)  # the first is on its way: the others are the next batch
            told = await asyncio.gather(first, placed(journal, "b", "c"), return_exceptions=True)
            assert isinstance(told[0], NotWritten)
        await placed(journal, "d")

    asyncio.run(story())
    assert paths(tmp_path) == ["/a", "/b", "/c", "/d"]


def test_a_segment_that_was_left_while_it_failed_is_gone_back_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        journal = Journal(tmp_path, 0)
        with full(monkeypatch):
            writing = asyncio.gather(placed(journal, "a", "b"))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            journal.rotate()
            await writing
        await placed(journal, "c")

    asyncio.run(story())
    assert paths(tmp_path) == ["/a", "/b", "/c"]


def test_a_snapshot_takes_over_what_is_owed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> Journal:
        journal = Journal(tmp_path, 0)
        await placed(journal, "a")
        with full(monkeypatch):
            await placed(journal, "b")
            journal.drop(journal.rotate())
            assert not journal.trouble
        await placed(journal, "c")
        return journal

    asyncio.run(story())
    again = Journal(tmp_path, 2)
    assert [found.path for found in again.after(2)] == ["/c"]


# --- what a caller hears ----------------------------------------------------------------------


class Store:
    """An emulator of one table: a put of what is there already is refused."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.calls = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.calls += 1
        key = (await read_body(receive)).decode()
        status = 400 if key in self.keys else 200
        self.keys.add(key)
        await answer_json(send, status, {})


def put(durability: Durability, key: str) -> Callable[[], Any]:
    async def call() -> int:
        answers: list[Message] = []
        sent = [{"type": "http.request", "body": key.encode(), "more_body": False}]
        scope = {
            "type": "http", "method": "POST", "path": "/", "raw_path": b"/", "query_string": b"",
            "headers": [(b"x-amz-target", b"DynamoDB_20120810.PutItem")],
        }  # fmt: skip

        async def receive() -> Message:
            return sent.pop()

        async def send(message: Message) -> None:
            answers.append(message)

        await durability.recorder(scope, receive, send)
        return int(answers[0]["status"])

    return call


def opened(folder: Path, store: Store) -> Durability:
    snapshots = Snapshots(folder / "snapshots", folder / "emulator")
    saved = snapshots.restore()
    return Durability(Emulator(store, 1), Journal(folder / "journal", saved), snapshots, saved)


def test_nobody_hears_of_what_is_not_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        store = Store()
        durability = opened(tmp_path, store)
        assert await put(durability, "a")() == 200
        with full(monkeypatch):
            assert await put(durability, "b")() == 503
            assert await put(durability, "b")() == 503, "a duplicate of what may be lost"
            assert await put(durability, "c")() == 503
            assert store.keys == {"a", "b"}, "what cannot be kept is not even tried"
            assert "No space left" in durability.trouble
        assert await put(durability, "b")() == 400
        assert not durability.trouble

    asyncio.run(story())
    assert len(list(Journal(tmp_path / "journal", 0).after(0))) == 2


def test_a_duplicate_waits_until_the_first_is_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    real = os.fsync

    def slow(descriptor: int) -> None:
        real(descriptor)
        synced.append(descriptor)

    monkeypatch.setattr(os, "fsync", slow)

    async def story() -> None:
        durability = opened(tmp_path, Store())
        first = asyncio.create_task(put(durability, "a")())
        await asyncio.sleep(0)
        assert await put(durability, "a")() == 400
        assert synced, "answered before the first was safe"
        assert await first == 200

    asyncio.run(story())


def test_little_room_is_told_before_anything_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    durability = opened(tmp_path, Store())
    assert not durability.trouble
    monkeypatch.setattr(durabilities, "ROOM", 2**62)
    assert "are left on the disk" in durability.trouble


# --- snapshots --------------------------------------------------------------------------------


def saved_by(state: Path, text: str) -> None:
    state.mkdir(exist_ok=True)
    draft = state / "dynamodb.json.tmp"
    draft.write_text(json.dumps({"payload": text}))
    draft.replace(state / "dynamodb.json")


def newest(folder: Path) -> str:
    again = Snapshots(folder / "snapshots", folder / "restored")
    again.restore()
    return str(json.loads((folder / "restored" / "dynamodb.json").read_text())["payload"])


def test_a_snapshot_that_found_no_room_leaves_the_last_one_and_stops_no_later_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "emulator"
    snapshots = Snapshots(tmp_path / "snapshots", state)
    snapshots.restore()
    saved_by(state, "first")
    snapshots.publish(1)
    saved_by(state, "second")

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "sync", no_room)
        with pytest.raises(OSError, match="No space"):
            snapshots.publish(2)
    whole = [each.name for each in snapshots.folder.iterdir() if each.suffix != ".new"]
    assert whole == ["0000000000000001-00000001"]
    snapshots.publish(3)
    assert newest(tmp_path) == "second"


@pytest.mark.parametrize(
    ("logger", "words"),
    [
        ("persistence", "Persistence: failed to save dynamodb: No space left on device"),
        ("s3", "Failed to persist S3 object a/b: No space left on device"),
    ],
)
def test_a_last_save_that_is_not_whole_is_no_snapshot(
    tmp_path: Path, logger: str, words: str
) -> None:
    async def story() -> None:
        durability = opened(tmp_path, Store())
        saved_by(tmp_path / "emulator", "first")
        await durability.close()
        assert await put(durability, "a")() == 200
        await durability.journal.settled()
        durability.snapshots.listen()
        saved_by(tmp_path / "emulator", "half")
        logging.getLogger(logger).error(words)
        with pytest.raises(SnapshotFailed, match="No space"):
            durability.snapshots.publish(2)
        await durability.close()

    asyncio.run(story())
    assert newest(tmp_path) == "first"
    assert len(list(Journal(tmp_path / "journal", 0).after(0))) == 1


# --- the whole cloud --------------------------------------------------------------------------


@pytest.mark.local
@pytest.mark.skipif(sys.platform != "linux", reason="nowhere else can one process bound another")
def test_a_cloud_without_room_takes_nothing_says_so_and_has_all_it_took(tmp_path: Path) -> None:
    def put(name: str) -> None:
        aws("dynamodb").put_item(TableName="rows", Item={"id": {"S": name}})

    def bound(size: int) -> None:
        hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size if size else hard, hard))

    with running(tmp_path) as (cloud, aws):
        table(aws, "rows")
        cloud.snapshot()
        put("before")
        pid = cloud.ensure_running().pid
        bound(1)
        for _ in range(2):
            with pytest.raises(ClientError, match="cannot keep it"):
                put("refused")
        with pytest.raises(LocalUnavailable, match="File too large"):
            cloud.snapshot()
        assert "File too large" in cloud.status().trouble
        bound(0)
        put("after")
        eventually(lambda: not cloud.status().trouble)
        kill(cloud)
        cloud.ensure_running()
        assert {"before", "after"} <= ids(aws, "rows")

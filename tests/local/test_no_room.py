"""Behaviour on a full disk: no acknowledged change is lost and no file is left incomplete."""

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
    Journal,
    JournalEntry,
    JournalWriteFailed,
    Segment,
)
from platform_cli.local.persistence.snapshots import SnapshotFailed, SnapshotStore
from platform_cli.local.server.asgi import Message, Receive, Scope, Send, read_body, send_json
from tests.local.ground import create_table, kill_server, running_cloud, scan_ids, wait_for

FREE_BYTES = 50
"""Number of bytes that fit: one record and the beginning of the next."""


def make_entry(name: str) -> JournalEntry:
    return JournalEntry("POST", f"/{name}", "", (), b"")


def read_paths(folder: Path) -> list[str]:
    return [record.path for record in Journal(folder, 0).read_after(0)]


@contextmanager
def disk_full(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Simulate a disk that writes the beginning of the data and then fails."""

    def torn(self: Segment, records: bytes) -> None:
        with self.path.open("ab") as stream:
            stream.write(records[:FREE_BYTES])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Segment, "append", torn)
        yield


async def append_entries(journal: Journal, *names: str) -> list[BaseException | None]:
    return await asyncio.gather(
        *map(journal.append, map(make_entry, names)), return_exceptions=True
    )


def test_unwritten_records_are_written_first_by_the_next_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        journal = Journal(tmp_path, 0)
        await append_entries(journal, "a")
        with disk_full(monkeypatch):
            results = await append_entries(journal, "b", "c")
            assert [type(result) for result in results] == [JournalWriteFailed, JournalWriteFailed]
            assert "No space left" in journal.trouble
            with pytest.raises(JournalWriteFailed):
                await journal.retry_unwritten()
            with pytest.raises(JournalWriteFailed):
                await journal.wait_until_written()
            journal.rotate()
        await append_entries(journal, "d")
        assert not journal.trouble

    asyncio.run(scenario())
    assert read_paths(tmp_path) == ["/a", "/b", "/c", "/d"]


def test_a_failure_during_concurrent_calls_loses_no_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        journal = Journal(tmp_path, 0)
        with disk_full(monkeypatch):
            first = journal.append(make_entry("a"))
            await asyncio.sleep(0)  # the first is on its way: the others are the next batch
            results = await asyncio.gather(
                first, append_entries(journal, "b", "c"), return_exceptions=True
            )
            assert isinstance(results[0], JournalWriteFailed)
        await append_entries(journal, "d")

    asyncio.run(scenario())
    assert read_paths(tmp_path) == ["/a", "/b", "/c", "/d"]


def test_a_failed_write_returns_to_its_segment_after_a_rotation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        journal = Journal(tmp_path, 0)
        with disk_full(monkeypatch):
            writing = asyncio.gather(append_entries(journal, "a", "b"))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            journal.rotate()
            await writing
        await append_entries(journal, "c")

    asyncio.run(scenario())
    assert read_paths(tmp_path) == ["/a", "/b", "/c"]


def test_a_snapshot_replaces_unwritten_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> Journal:
        journal = Journal(tmp_path, 0)
        await append_entries(journal, "a")
        with disk_full(monkeypatch):
            await append_entries(journal, "b")
            journal.drop_through(journal.rotate())
            assert not journal.trouble
        await append_entries(journal, "c")
        return journal

    asyncio.run(scenario())
    reopened = Journal(tmp_path, 2)
    assert [record.path for record in reopened.read_after(2)] == ["/c"]


# --- responses to callers ----------------------------------------------------------------------


class Store:
    """An emulator of one table that rejects a put of an existing key."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.calls = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.calls += 1
        key = (await read_body(receive)).decode()
        status = 400 if key in self.keys else 200
        self.keys.add(key)
        await send_json(send, status, {})


def make_put_call(durability: Durability, key: str) -> Callable[[], Any]:
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


def make_durability(folder: Path, store: Store) -> Durability:
    snapshots = SnapshotStore(folder / "snapshots", folder / "emulator")
    saved = snapshots.restore()
    return Durability(Emulator(store, 1), Journal(folder / "journal", saved), snapshots, saved)


def test_a_call_is_answered_only_after_its_record_is_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        store = Store()
        durability = make_durability(tmp_path, store)
        assert await make_put_call(durability, "a")() == 200
        with disk_full(monkeypatch):
            assert await make_put_call(durability, "b")() == 503
            assert await make_put_call(durability, "b")() == 503, "the first call may still be lost"
            assert await make_put_call(durability, "c")() == 503
            assert store.keys == {"a", "b"}, "a call that cannot be saved is not made"
            assert "No space left" in durability.trouble
        assert await make_put_call(durability, "b")() == 400
        assert not durability.trouble

    asyncio.run(scenario())
    assert len(list(Journal(tmp_path / "journal", 0).read_after(0))) == 2


def test_a_duplicate_waits_until_the_first_is_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    real = os.fsync

    def slow(descriptor: int) -> None:
        real(descriptor)
        synced.append(descriptor)

    monkeypatch.setattr(os, "fsync", slow)

    async def scenario() -> None:
        durability = make_durability(tmp_path, Store())
        first = asyncio.create_task(make_put_call(durability, "a")())
        await asyncio.sleep(0)
        assert await make_put_call(durability, "a")() == 400
        assert synced, "answered before the first call was on disk"
        assert await first == 200

    asyncio.run(scenario())


def test_low_disk_space_is_reported_before_a_write_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    durability = make_durability(tmp_path, Store())
    assert not durability.trouble
    monkeypatch.setattr(durabilities, "MIN_FREE_BYTES", 2**62)
    assert "are left on the disk" in durability.trouble


# --- snapshots --------------------------------------------------------------------------------


def write_emulator_state(state: Path, text: str) -> None:
    state.mkdir(exist_ok=True)
    draft = state / "dynamodb.json.tmp"
    draft.write_text(json.dumps({"payload": text}))
    draft.replace(state / "dynamodb.json")


def read_newest_snapshot(folder: Path) -> str:
    reopened = SnapshotStore(folder / "snapshots", folder / "restored")
    reopened.restore()
    return str(json.loads((folder / "restored" / "dynamodb.json").read_text())["payload"])


def test_a_failed_snapshot_keeps_the_previous_one_and_later_ones_succeed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "emulator"
    snapshots = SnapshotStore(tmp_path / "snapshots", state)
    snapshots.restore()
    write_emulator_state(state, "first")
    snapshots.publish(1)
    write_emulator_state(state, "second")

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "sync", no_room)
        with pytest.raises(OSError, match="No space"):
            snapshots.publish(2)
    whole = [snapshot.name for snapshot in snapshots.folder.iterdir() if snapshot.suffix != ".new"]
    assert whole == ["0000000000000001-00000001"]
    snapshots.publish(3)
    assert read_newest_snapshot(tmp_path) == "second"


@pytest.mark.parametrize(
    ("logger", "words"),
    [
        ("persistence", "Persistence: failed to save dynamodb: No space left on device"),
        ("s3", "Failed to persist S3 object a/b: No space left on device"),
    ],
)
def test_an_incomplete_final_save_is_not_published(tmp_path: Path, logger: str, words: str) -> None:
    async def scenario() -> None:
        durability = make_durability(tmp_path, Store())
        write_emulator_state(tmp_path / "emulator", "first")
        await durability.publish_final_snapshot()
        assert await make_put_call(durability, "a")() == 200
        await durability.journal.wait_until_idle()
        durability.snapshots.clear_save_errors()
        write_emulator_state(tmp_path / "emulator", "half")
        logging.getLogger(logger).error(words)
        with pytest.raises(SnapshotFailed, match="No space"):
            durability.snapshots.publish(2)
        await durability.publish_final_snapshot()

    asyncio.run(scenario())
    assert read_newest_snapshot(tmp_path) == "first"
    assert len(list(Journal(tmp_path / "journal", 0).read_after(0))) == 1


# --- the whole cloud --------------------------------------------------------------------------


@pytest.mark.local
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can limit another process")
@pytest.mark.slow
def test_a_full_disk_rejects_changes_and_loses_no_acknowledged_one(tmp_path: Path) -> None:
    def put(name: str) -> None:
        aws("dynamodb").put_item(TableName="rows", Item={"id": {"S": name}})

    def bound(size: int) -> None:
        hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size if size else hard, hard))

    with running_cloud(tmp_path) as (cloud, aws):
        create_table(aws, "rows")
        cloud.snapshot()
        put("before")
        pid = cloud.ensure_running().pid
        bound(1)
        for _ in range(2):
            with pytest.raises(ClientError, match="cannot be saved"):
                put("refused")
        with pytest.raises(LocalUnavailable, match="File too large"):
            cloud.snapshot()
        assert "File too large" in cloud.status().trouble
        bound(0)
        put("after")
        wait_for(lambda: not cloud.status().trouble)
        kill_server(cloud)
        cloud.ensure_running()
        assert {"before", "after"} <= scan_ids(aws, "rows")

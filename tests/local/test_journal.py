"""The journal keeps the order, groups writes and recovers from an incomplete record."""

import asyncio
import os
from pathlib import Path

import pytest

from platform_cli.local.persistence.journal import Journal, JournalEntry, JournalWriteFailed


def make_entry(number: int) -> JournalEntry:
    headers = (("x-amz-target", "DynamoDB_20120810.PutItem"), ("x-own", "é"))
    return JournalEntry("POST", f"/a%20{number}", "q=1", headers, b"\x00body\n" * number)


def append_entries(journal: Journal, numbers: range) -> None:
    async def place() -> None:
        await asyncio.gather(*(journal.append(make_entry(number)) for number in numbers))

    asyncio.run(place())


def test_entries_are_read_back_unchanged_and_in_order(tmp_path: Path) -> None:
    append_entries(Journal(tmp_path, 0), range(1, 101))
    reopened = Journal(tmp_path, 0)
    assert reopened.last_number == 100
    assert list(reopened.read_after(0)) == [make_entry(number) for number in range(1, 101)]
    assert list(reopened.read_after(98)) == [make_entry(99), make_entry(100)]


@pytest.mark.parametrize("torn", [1, 9, 17, 40])
def test_an_incomplete_last_record_is_truncated_and_overwritten(tmp_path: Path, torn: int) -> None:
    append_entries(Journal(tmp_path, 0), range(1, 4))
    (segment,) = tmp_path.iterdir()
    segment.write_bytes(segment.read_bytes()[:-torn])
    reopened = Journal(tmp_path, 0)
    assert reopened.last_number == 2
    append_entries(reopened, range(3, 5))
    assert list(Journal(tmp_path, 0).read_after(0)) == [
        make_entry(number) for number in range(1, 5)
    ]


def test_reading_stops_at_a_corrupt_record(tmp_path: Path) -> None:
    append_entries(Journal(tmp_path, 0), range(1, 4))
    (segment,) = tmp_path.iterdir()
    data = bytearray(segment.read_bytes())
    data[-3] ^= 1
    segment.write_bytes(data)
    assert Journal(tmp_path, 0).last_number == 2


def test_numbers_continue_after_all_records_are_dropped(tmp_path: Path) -> None:
    journal = Journal(tmp_path, 0)
    append_entries(journal, range(1, 6))
    saved = journal.rotate()
    journal.drop_through(saved)
    assert list(tmp_path.iterdir()) == []
    reopened = Journal(tmp_path, saved)
    append_entries(reopened, range(6, 8))
    assert list(Journal(tmp_path, saved).read_after(saved)) == [make_entry(6), make_entry(7)]


def test_drop_through_keeps_newer_records(tmp_path: Path) -> None:
    journal = Journal(tmp_path, 0)
    append_entries(journal, range(1, 4))
    saved = journal.rotate()
    append_entries(journal, range(4, 6))
    journal.drop_through(saved)
    assert list(Journal(tmp_path, saved).read_after(saved)) == [make_entry(4), make_entry(5)]


def test_concurrent_calls_share_one_fsync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs: list[int] = []
    real = os.fsync

    def counted(descriptor: int) -> None:
        syncs.append(descriptor)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", counted)
    append_entries(Journal(tmp_path, 0), range(1, 501))
    assert len(syncs) < 10


def test_a_failed_write_raises_and_later_writes_succeed(tmp_path: Path) -> None:
    journal = Journal(tmp_path, 0)
    append_entries(journal, range(1, 3))
    (segment,) = tmp_path.iterdir()
    segment.chmod(0o400)
    segment.rename(tmp_path / "kept")
    segment.mkdir()  # a folder of that name: the append fails
    with pytest.raises(JournalWriteFailed, match="directory"):
        append_entries(journal, range(3, 4))
    segment.rmdir()
    (tmp_path / "kept").rename(segment)
    append_entries(journal, range(4, 5))
    assert [record.path for record in Journal(tmp_path, 0).read_after(0)] == [
        f"/a%20{number}" for number in range(1, 5)
    ]

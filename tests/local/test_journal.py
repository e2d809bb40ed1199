"""The journal keeps order, joins writes, and survives a torn tail."""

import asyncio
import os
from pathlib import Path

import pytest

from platform_cli.local.persistence.journal import (
    Entry,
    Journal,
    NotWritten,
)


def entry(number: int) -> Entry:
    headers = (("x-amz-target", "DynamoDB_20120810.PutItem"), ("x-own", "é"))
    return Entry("POST", f"/a%20{number}", "q=1", headers, b"\x00body\n" * number)


def write(journal: Journal, numbers: range) -> None:
    async def place() -> None:
        await asyncio.gather(*(journal.place(entry(number)) for number in numbers))

    asyncio.run(place())


def test_what_was_written_is_read_in_order_and_unchanged(tmp_path: Path) -> None:
    write(Journal(tmp_path, 0), range(1, 101))
    again = Journal(tmp_path, 0)
    assert again.last == 100
    assert list(again.after(0)) == [entry(number) for number in range(1, 101)]
    assert list(again.after(98)) == [entry(99), entry(100)]


@pytest.mark.parametrize("torn", [1, 9, 17, 40])
def test_a_torn_tail_is_cut_off_and_written_over(tmp_path: Path, torn: int) -> None:
    write(Journal(tmp_path, 0), range(1, 4))
    (segment,) = tmp_path.iterdir()
    segment.write_bytes(segment.read_bytes()[:-torn])
    again = Journal(tmp_path, 0)
    assert again.last == 2
    write(again, range(3, 5))
    assert list(Journal(tmp_path, 0).after(0)) == [entry(number) for number in range(1, 5)]


def test_a_flipped_bit_ends_the_segment(tmp_path: Path) -> None:
    write(Journal(tmp_path, 0), range(1, 4))
    (segment,) = tmp_path.iterdir()
    data = bytearray(segment.read_bytes())
    data[-3] ^= 1
    segment.write_bytes(data)
    assert Journal(tmp_path, 0).last == 2


def test_numbers_go_on_after_a_snapshot_took_all_records(tmp_path: Path) -> None:
    journal = Journal(tmp_path, 0)
    write(journal, range(1, 6))
    saved = journal.rotate()
    journal.drop(saved)
    assert list(tmp_path.iterdir()) == []
    again = Journal(tmp_path, saved)
    write(again, range(6, 8))
    assert list(Journal(tmp_path, saved).after(saved)) == [entry(6), entry(7)]


def test_a_snapshot_drops_old_records_only(tmp_path: Path) -> None:
    journal = Journal(tmp_path, 0)
    write(journal, range(1, 4))
    saved = journal.rotate()
    write(journal, range(4, 6))
    journal.drop(saved)
    assert list(Journal(tmp_path, saved).after(saved)) == [entry(4), entry(5)]


def test_many_calls_share_a_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs: list[int] = []
    real = os.fsync

    def counted(descriptor: int) -> None:
        syncs.append(descriptor)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", counted)
    write(Journal(tmp_path, 0), range(1, 501))
    assert len(syncs) < 10


def test_a_failed_write_is_told_and_harms_no_later_one(tmp_path: Path) -> None:
    journal = Journal(tmp_path, 0)
    write(journal, range(1, 3))
    (segment,) = tmp_path.iterdir()
    segment.chmod(0o400)
    segment.rename(tmp_path / "kept")
    segment.mkdir()  # a folder of that name: the append fails
    with pytest.raises(NotWritten, match="directory"):
        write(journal, range(3, 4))
    segment.rmdir()
    (tmp_path / "kept").rename(segment)
    write(journal, range(4, 5))
    assert [found.path for found in Journal(tmp_path, 0).after(0)] == [
        f"/a%20{number}" for number in range(1, 5)
    ]

"""The final content is the fold of changes by version, for any order and any repetition."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.content.versions import (
    StoredVersion,
    Verdict,
    judge_removal,
    judge_upsert,
    tombstone_version,
)


@dataclass(frozen=True)
class Write:
    """A change with a vendor's version; `text` None is a deletion."""

    version: int
    text: str | None


def apply(stored: StoredVersion | None, change: Write) -> StoredVersion | None:
    if change.text is None:
        if judge_removal(stored, change.version) is Verdict.SKIP:
            return stored
        return StoredVersion(tombstone_version(stored, change.version), deleted=True)
    verdict = judge_upsert(stored, change.version, change.text)
    return StoredVersion(change.version, change.text) if verdict is Verdict.WRITE else stored


def fold(changes: list[Write]) -> StoredVersion | None:
    stored = None
    for change in changes:
        stored = apply(stored, change)
    return stored


histories = st.lists(st.none() | st.sampled_from("abc"), min_size=1).map(
    lambda texts: [Write(version, text) for version, text in enumerate(texts)]
)


@given(histories, st.data())
def test_any_order_and_any_repetition_give_the_same_content(
    history: list[Write], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(history + data.draw(st.lists(st.sampled_from(history)))))
    assert fold(shuffled) == fold(history)
    final = fold(history)
    assert final is not None
    assert final.version == history[-1].version


@given(st.integers(0, 5), st.integers(0, 5), st.booleans())
def test_the_stored_version_never_goes_back(old: int, new: int, authoritative: bool) -> None:
    verdict = judge_upsert(StoredVersion(old, "a"), new, "b", authoritative=authoritative)
    assert (verdict is Verdict.SKIP) == (new < old)


def test_an_equal_version_with_other_content_is_looked_up_once() -> None:
    stored = StoredVersion(7, "a")
    assert judge_upsert(stored, 7, "a") is Verdict.SKIP
    assert judge_upsert(stored, 7, "b") is Verdict.ASK
    assert judge_upsert(stored, 7, "b", authoritative=True) is Verdict.WRITE


def test_a_deletion_without_a_version_ranks_just_above_what_is_stored() -> None:
    assert judge_removal(StoredVersion(7, "a"), None) is Verdict.WRITE
    assert tombstone_version(StoredVersion(7, "a"), None) == 8
    assert tombstone_version(None, None) == 0


def test_a_change_that_would_outrank_an_assigned_version_is_looked_up() -> None:
    """A late creation must not restore an item whose deletion named no version."""
    tombstone = StoredVersion(8, deleted=True, ranked_by_us=True)
    assert judge_upsert(tombstone, 9, "a") is Verdict.ASK
    assert judge_upsert(tombstone, 9, "a", authoritative=True) is Verdict.WRITE
    assert judge_removal(tombstone, None) is Verdict.SKIP


def test_a_deletion_without_a_version_marks_an_older_tombstone_permanently() -> None:
    """Its item may be newer than the tombstone, and still on its way."""
    assert judge_removal(StoredVersion(7, deleted=True), None) is Verdict.WRITE
    assert tombstone_version(StoredVersion(7, deleted=True), None) == 8
    assert judge_removal(StoredVersion(8, deleted=True, ranked_by_us=True), 9) is Verdict.SKIP


@pytest.mark.parametrize(
    ("version", "verdict"), [(6, Verdict.SKIP), (7, Verdict.WRITE), (8, Verdict.WRITE)]
)
def test_a_removal_wins_over_an_equal_version(version: int, verdict: Verdict) -> None:
    assert judge_removal(StoredVersion(7, "a"), version) is verdict

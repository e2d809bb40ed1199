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
    """A change with a version of the vendor's; `text` None: a deletion."""

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
def test_any_order_and_any_repetition_end_the_same(
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


def test_an_equal_version_with_other_content_is_asked_about_once() -> None:
    stored = StoredVersion(7, "a")
    assert judge_upsert(stored, 7, "a") is Verdict.SKIP
    assert judge_upsert(stored, 7, "b") is Verdict.ASK
    assert judge_upsert(stored, 7, "b", authoritative=True) is Verdict.WRITE


def test_a_deletion_without_a_version_ranks_just_above_what_is_stored() -> None:
    assert judge_removal(StoredVersion(7, "a"), None) is Verdict.WRITE
    assert tombstone_version(StoredVersion(7, "a"), None) == 8
    assert tombstone_version(None, None) == 0


def test_what_would_rise_over_a_rank_of_ours_is_asked_about() -> None:
    """A late creation must not bring back an item whose deletion named no version."""
    grave = StoredVersion(8, deleted=True, ranked_by_us=True)
    assert judge_upsert(grave, 9, "a") is Verdict.ASK
    assert judge_upsert(grave, 9, "a", authoritative=True) is Verdict.WRITE
    assert judge_removal(grave, None) is Verdict.SKIP


def test_a_deletion_without_a_version_marks_an_older_grave_for_good() -> None:
    """Its item may be newer than the grave, and still on its way."""
    assert judge_removal(StoredVersion(7, deleted=True), None) is Verdict.WRITE
    assert tombstone_version(StoredVersion(7, deleted=True), None) == 8
    assert judge_removal(StoredVersion(8, deleted=True, ranked_by_us=True), 9) is Verdict.SKIP


@pytest.mark.parametrize(
    ("version", "verdict"), [(6, Verdict.SKIP), (7, Verdict.WRITE), (8, Verdict.WRITE)]
)
def test_at_an_equal_version_the_removal_wins(version: int, verdict: Verdict) -> None:
    assert judge_removal(StoredVersion(7, "a"), version) is verdict

"""Content that is not public never goes live, in whatever way its tool says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.content import visibility
from platform_core.content.model import ContentStatus

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
NOT_PUBLIC = [
    {"draft": True}, {"draft": "true"}, {"draft": "Yes"}, {"draft": 1}, {"draft": "wahr"},
    {"draft": "maybe"}, {"isDraft": "on"}, {"is-draft": True}, {"_draft": True},
    {"published": False}, {"published": "false"}, {"isPublished": 0}, {"publish": "no"},
    {"status": "draft"}, {"status": "private"}, {"status": "Pending"}, {"status": "future"},
    {"status": "trash"}, {"status": "deleted"}, {"status": "in review"}, {"status": "in_review"},
    {"status": "unpublished"}, {"status": "a word that we do not know"}, {"status": 7},
    {"status": {"value": "draft"}}, {"status": ["Draft"]}, {"_status": "draft"},
    {"post_status": "auto-draft"}, {"visibility": "private"}, {"state": "draft"},
    {"private": "yes"}, {"hidden": True}, {"unlisted": True}, {"archived": "2026"},
    {"isDeleted": True}, {"deleted_at": "2026-01-01"}, {"password": "tea"},
    {"post_password": "tea"}, {"protected": True}, {"headless": True}, {"permalink": False},
    {"permalink": "false"}, {"_build": {"render": "never"}}, {"build": {"list": "never"}},
    {"render": False}, {"public": "no"}, {"visible": 0}, {"enabled": False}, {"hide": True},
    {"eleventyExcludeFromCollections": True}, {"public": "members"}, {"embargo": True},
    {"scheduled": "yes"}, {"isScheduled": 1}, {"expired": True}, {"is_expired": "true"},
    {"active": "trash"}, {"public": "archived"}, {"password": "no"}, {"postPassword": "0"},
    {"page_password": "off"}, {"password": 0}, {"draft": True, "Draft": False},
    {"status": "active", "_status": "draft"}, {"_status": "draft", "status": "active"},
    {"isArchived": False, "is_archived": True},
]  # fmt: skip
PUBLIC = [
    {}, {"title": "Tea"}, {"draft": False}, {"draft": "no"}, {"draft": ""}, {"draft": None},
    {"published": True}, {"published": "2026-11-02"}, {"status": "published"},
    {"status": "Publish"}, {"status": "LIVE"}, {"status": "active"}, {"status": True},
    {"status": "veröffentlicht"}, {"visibility": "public"}, {"state": "Bavaria"},
    {"password": ""}, {"post_password": None}, {"hide": ["toc"]}, {"live": "https://a.example"},
    {"permalink": "/a/"}, {"build": {"render": "always"}}, {"deleted_at": None},
    {"isDeleted": False}, {"archived": "false"}, {"embargo": "2026-11-02"}, {"embargo": False},
    {"scheduled": "2026-11-02"}, {"expired": "no"}, {"password": False}, {"password": "false"},
    {"draft": False, "Draft": ""},
]  # fmt: skip


@pytest.mark.parametrize("document", NOT_PUBLIC, ids=str)
def test_a_document_that_says_so_is_not_public(document: dict[str, object]) -> None:
    verdict = visibility.judge(document)
    assert verdict.status in {ContentStatus.DRAFT, ContentStatus.ARCHIVED}
    assert verdict.reason


@pytest.mark.parametrize("document", PUBLIC, ids=str)
def test_a_document_that_says_nothing_or_yes_is_public(document: dict[str, object]) -> None:
    assert visibility.judge(document) == visibility.PUBLIC


def test_an_unknown_status_is_named_and_needs_attention() -> None:
    verdict = visibility.judge({"status": "sold out"})
    assert (verdict.reason, verdict.is_understood) == ("unknown status 'sold out'", False)


@given(
    st.dictionaries(st.text() | st.sampled_from(["draft", "Draft", "d raft"]), JSON_VALUES),
    st.sampled_from(["draft", "DRAFT", "_draft", "d-raft"]),
    st.dictionaries(st.sampled_from(["draft", "Draft", "drAft", "dra ft"]), JSON_VALUES),
    st.booleans(),
)
def test_one_way_of_saying_no_is_enough(
    before: dict[str, object], name: str, after: dict[str, object], are_apart: bool
) -> None:
    before.pop(name, None)
    after.pop(name, None)
    documents = (before, {name: True}, after) if are_apart else ({**before, name: True, **after},)
    verdict = visibility.judge(*documents)
    assert verdict.status is not ContentStatus.PUBLISHED


@given(JSON_VALUES | st.text(st.characters(categories=["L"]), max_size=12))
def test_only_a_known_word_makes_a_status_public(value: object) -> None:
    is_public = visibility.judge({"status": value}).status is ContentStatus.PUBLISHED
    assert not is_public or says_public(value)


PUBLIC_WORDS = """
    published publish live active public publicly released visible enabled online posted
    veröffentlicht öffentlich publié publie publicado pubblicato gepubliceerd publicerad udgivet
    publiceret publisert opublikowany true t yes y on 1 wahr ja vrai oui verdadero sí si sim
    verdadeiro vero sì waar sant sann prawda tak да
"""


def says_public(value: object) -> bool:
    """Check for an empty value, a yes, or a word that means public."""
    match value:
        case None | True | 1 | "" | []:
            return True
        case str():
            return not value.strip() or value.strip().casefold() in PUBLIC_WORDS.split()
        case [option]:
            return says_public(option)
        case dict():
            return not value or any(map(says_public, value.values()))
        case _:
            return False


@pytest.mark.parametrize("documents", [
    ({"status": "active"}, {"status": "draft"}), ({"draft": None}, {"draft": "yes"}),
])  # fmt: skip
def test_every_document_of_an_item_counts(documents: tuple[dict[str, object], ...]) -> None:
    assert visibility.judge(*documents).status is ContentStatus.DRAFT

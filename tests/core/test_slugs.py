"""Slugs spell every script, are always valid, and keep those of earlier releases in mind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.content.model import SLUG
from platform_core.content.slugs import decode_escapes, former_slug, slugify
from platform_core.provider_kit import parsing


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Straße in Łódź mit Søren", "strasse-in-lodz-mit-soren"),
        ("Æther & Þór, Đorđe", "aether-thor-dorde"),
        ("Привет, мир", "privet-mir"), ("Ελλάδα", "ellada"), ("한국 차", "hangug-cha"),
        ("北京", "beijing"), ("Việt Nam", "viet-nam"), ("\u0130stanbul", "istanbul"),
        ("Crème Brûlée / No. 5", "creme-brulee-no-5"), ("Don\u2019t \u2014 go", "dont-go"),
        ("m²", "m2"),
        ("🎉", "id-7"), ("", "id-7"),
    ],
)  # fmt: skip
def test_letters_of_all_scripts_are_spelled(text: str, slug: str) -> None:
    assert slugify(text, "id-7") == slug


@given(st.text(max_size=300), st.text(max_size=50))
def test_a_slug_is_valid_and_stable(text: str, fallback: str) -> None:
    slug = slugify(text, fallback)
    assert SLUG.fullmatch(slug)
    assert len(slug) <= 200
    assert slugify(slug, fallback) == slug
    assert SLUG.fullmatch(former_slug(text, fallback))


@given(st.text(st.characters(max_codepoint=0x7F), max_size=100))
def test_the_slug_of_plain_text_has_not_changed(text: str) -> None:
    assert slugify(text, "x") == former_slug(text, "x")


@given(st.text(max_size=50))
def test_decoding_never_fails(text: str) -> None:
    assert isinstance(decode_escapes(text), str)


def test_a_vendors_slug_is_decoded_first() -> None:
    assert parsing.make_slug("%d1%87%d0%b0%d0%b9", "Tea", "1") == ("chay", "%d1%87%d0%b0%d0%b9")
    assert parsing.make_slug("zzz%2b123", "Tea", "1")[0] == "zzz-123"
    assert parsing.make_former_slug("%d1%87", "Tea", "1", "ch") == "d1-87"
    assert parsing.make_former_slug("tea", "Tea", "1", "tea") is None

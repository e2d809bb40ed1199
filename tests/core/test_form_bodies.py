"""The bodies of forms, as browsers send them and as attackers write them."""

import time
import unicodedata
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.forms.body import (
    MAX_PAIRS,
    MULTIPART,
    URLENCODED,
    FileSent,
    UnreadableForm,
    clean_text,
    parse_form,
)

BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
TYPE = f"{MULTIPART}; boundary={BOUNDARY}"
names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
values = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
pairs = st.lists(st.tuples(names, values), max_size=8)


def multipart(*inputs: tuple[str, str], extra: str = "") -> bytes:
    """Return a body as a browser writes it."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{_escape(name)}"{extra}\r\n\r\n'
        f"{value}\r\n"
        for name, value in inputs
    ]
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()


def _escape(name: str) -> str:
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


def cleaned(inputs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(clean_text(name), clean_text(value)) for name, value in inputs]


@given(pairs)
def test_an_urlencoded_body_is_read_back(inputs: list[tuple[str, str]]) -> None:
    assert parse_form(URLENCODED, urlencode(inputs).encode()) == cleaned(inputs)


@given(pairs)
def test_a_multipart_body_is_read_back(inputs: list[tuple[str, str]]) -> None:
    sent = [(name.replace("%", ""), value) for name, value in inputs if name.replace("%", "")]
    assert parse_form(TYPE, multipart(*sent)) == cleaned(sent)


@given(st.binary(max_size=300), st.sampled_from([URLENCODED, TYPE, f'{MULTIPART}; boundary="x"']))
def test_any_body_is_read_or_refused(body: bytes, content_type: str) -> None:
    try:
        read = parse_form(content_type, body)
    except UnreadableForm:
        return
    for text in (text for pair in read for text in pair):
        assert text == clean_text(text)
        text.encode()


@given(st.binary(max_size=200))
def test_parts_between_real_boundaries_are_read_or_refused(middle: bytes) -> None:
    body = b"--x\r\n" + middle + b"\r\n--x--\r\n"
    try:
        parse_form(f"{MULTIPART}; boundary=x", body)
    except UnreadableForm:
        return


@given(values)
def test_a_cleaned_text_has_one_kind_of_line_break_and_no_control(text: str) -> None:
    read = clean_text(text)
    assert not {c for c in read if unicodedata.category(c) == "Cc"} - {"\n", "\t"}
    assert unicodedata.is_normalized("NFC", read)


def test_marks_on_one_letter_take_no_long_time() -> None:
    """NFC sorts the marks of a letter, in the square of their number."""
    marks = "a" + "\u0300" * 15_000 + "\u0316" * 15_000
    start = time.process_time()
    assert clean_text(marks) == marks
    assert time.process_time() - start < 0.2


def test_a_file_is_refused_and_an_empty_input_for_one_is_not() -> None:
    with pytest.raises(FileSent):
        parse_form(TYPE, multipart(("cv", "%PDF-1.7"), extra='; filename="cv.pdf"'))
    with pytest.raises(FileSent):
        parse_form(TYPE, multipart(("cv", "x"), extra="; filename*=UTF-8''cv.pdf"))
    assert parse_form(TYPE, multipart(("cv", ""), extra='; filename=""')) == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", b"name=Ann"),
        ("application/json", b"{}"),
        ("", b""),
        (MULTIPART, multipart(("name", "Ann"))),
        (TYPE, multipart(("name", "Ann"))[:-8]),
        (TYPE, b"--" + BOUNDARY.encode() + b"\r\nno blank line\r\n--" + BOUNDARY.encode() + b"--"),
        (TYPE, multipart(("name", "Ann")).replace(b"; name=", b"; nome=")),
        (URLENCODED, b"&".join([b"a=1"] * (MAX_PAIRS + 1))),
    ],
)
def test_a_body_that_no_browser_sends_is_refused(content_type: str, body: bytes) -> None:
    with pytest.raises(UnreadableForm):
        parse_form(content_type, body)


def test_other_encodings_do_not_break_the_text() -> None:
    assert parse_form(URLENCODED, b"name=J\xfcrgen&city=%FF%C3%BC") == [
        ("name", "J\ufffdrgen"),
        ("city", "\ufffd\u00fc"),
    ]
    assert parse_form(f"{URLENCODED}; charset=UTF-8", b"a=%C3%BC+b") == [("a", "\u00fc b")]

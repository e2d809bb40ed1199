"""Entries of forms: checks, limits, pages and answers."""

import json
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.forms.body import MAX_BODY, MAX_VALUE, MULTIPART, URLENCODED
from platform_core.forms.checks import is_address, is_same_origin
from platform_core.forms.definition import FieldType, FormField, forms_from_json, forms_to_json
from platform_core.forms.entries import DAY, FormEntry
from platform_core.forms.export import entries_to_csv
from platform_core.forms.limits import HOUR, SITE_LIMIT, VISITOR_LIMIT, allow_entry
from platform_core.forms.receive import (
    FormOutcome,
    FormResponse,
    FormsDeps,
    receive_entry,
    show_thanks,
)
from platform_core.forms.words import WORDS
from platform_core.webhooks.request import Request
from tests.fakes.forms import CONTACT, NOW, MemoryEntries

HOSTS = {"acme.example", "d111.cloudfront.net"}
OWN_PAGE = {"sec-fetch-site": "same-origin", "content-type": URLENCODED}
ENTRY = {"name": "Ann", "email": "ann@example.org", "message": "Hello"}
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)


def make_deps(entries: MemoryEntries, language: str = "en") -> FormsDeps:
    return FormsDeps({"contact": CONTACT}, HOSTS, language, entries, entries, lambda: "salt")


def post(
    values: Mapping[str, str] | bytes,
    entries: MemoryEntries | None = None,
    headers: Mapping[str, str] = OWN_PAGE,
    form: str = "contact",
    address: str = "192.0.2.1",
    at: float = NOW,
    language: str = "en",
) -> FormResponse:
    body = values if isinstance(values, bytes) else urlencode(values).encode()
    request = Request("POST", f"/_forms/{form}", headers, body, at)
    deps = make_deps(MemoryEntries() if entries is None else entries, language)
    return receive_entry(request, form, address, deps)


def test_an_entry_is_stored_and_answered_with_the_next_page() -> None:
    entries = MemoryEntries()
    response = post({**ENTRY, "role": "admin"}, entries)
    assert (response.outcome, response.status) == (FormOutcome.STORED, 303)
    assert response.location == "/_forms/contact/thanks"
    [entry] = entries.rows.values()
    assert dict(entry.values) == ENTRY, "without inputs of other names"
    assert entry.expires_at == int(NOW) + 90 * DAY
    assert entry.mail_at == NOW


def test_a_repeat_on_the_same_day_is_the_same_entry() -> None:
    entries = MemoryEntries()
    assert post(ENTRY, entries).outcome is FormOutcome.STORED
    assert post(ENTRY, entries, at=NOW + 5).outcome is FormOutcome.REPEATED
    assert post(ENTRY, entries, at=NOW + DAY).outcome is FormOutcome.STORED
    assert post({**ENTRY, "name": "Bea"}, entries).outcome is FormOutcome.STORED
    assert len(entries.rows) == 3


def test_programs_that_fill_in_the_hidden_field_learn_nothing() -> None:
    entries = MemoryEntries()
    response = post({**ENTRY, "bot-field": "x"}, entries)
    person = post(ENTRY)
    assert (response.status, response.location) == (person.status, person.location)
    assert response.outcome is FormOutcome.TRAPPED
    assert not entries.rows
    assert post({**ENTRY, "bot-field": " "}, entries).outcome is FormOutcome.STORED


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"name": "Ann"}, "missing"),
        ({**ENTRY, "email": "ann"}, "no_address"),
        ({**ENTRY, "email": "a@b.example, c@d.example"}, "no_address"),
        ({**ENTRY, "email": "ann@example"}, "no_address"),
        ({**ENTRY, "message": "x" * (MAX_VALUE + 1)}, "too_long"),
    ],
)
@pytest.mark.parametrize("language", ["en", "de-AT", "pt"])
def test_a_problem_is_shown_with_the_values(
    values: dict[str, str], problem: str, language: str
) -> None:
    entries = MemoryEntries()
    response = post(values, entries, language=language)
    assert response.status == 422
    assert WORDS.get(language[:2], WORDS["en"])[problem] in response.body
    assert 'value="Ann"' in response.body
    assert 'aria-invalid="true"' in response.body
    assert not entries.rows


@given(name=texts, message=texts)
def test_values_are_shown_as_text(name: str, message: str) -> None:
    tag = '<script>alert("x")</script>'
    body = post({"name": name + tag, "message": message + tag, "email": "'"}).body
    assert "<script" not in body
    assert body.count("<form") == 1
    assert body.count("</textarea>") == 1


@pytest.mark.parametrize(
    ("headers", "body", "status", "outcome"),
    [
        ({**OWN_PAGE, "sec-fetch-site": "cross-site"}, b"", 403, FormOutcome.OTHER_ORIGIN),
        ({**OWN_PAGE, "content-type": "text/plain"}, b"a", 400, FormOutcome.UNREADABLE),
        (OWN_PAGE, b"a" * (MAX_BODY + 1), 413, FormOutcome.TOO_LARGE),
        (
            {**OWN_PAGE, "content-type": f"{MULTIPART}; boundary=x"},
            b'--x\r\ncontent-disposition: form-data; name="a"; filename="b"\r\n\r\nc\r\n--x--',
            422,
            FormOutcome.FILE,
        ),
    ],
)
def test_other_requests_get_a_page_with_the_reason(
    headers: Mapping[str, str], body: bytes, status: int, outcome: FormOutcome
) -> None:
    entries = MemoryEntries()
    response = post(body, entries, headers)
    assert (response.status, response.outcome) == (status, outcome)
    assert "<h1>" in response.body
    assert not entries.rows
    assert not entries.counts


def test_only_the_forms_of_the_site_exist() -> None:
    assert post(ENTRY, form="other").status == 404
    assert show_thanks("other", make_deps(MemoryEntries())).status == 404
    assert "Thank you" in show_thanks("contact", make_deps(MemoryEntries())).body


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"sec-fetch-site": "same-site", "origin": "https://acme.example"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": "https://acme.example"}, True),
        ({"origin": "https://d111.cloudfront.net"}, True),
        ({"origin": "https://acme.example.evil.example"}, False),
        ({"origin": "https://evil.example", "referer": "https://acme.example/"}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://[", "referer": "https://acme.example/"}, False),
        ({"referer": "https://acme.example/contact/"}, True),
        ({}, False),
    ],
)
def test_only_pages_of_the_site_send_its_forms(headers: dict[str, str], expected: bool) -> None:
    assert is_same_origin(headers, HOSTS) is expected


@given(st.text(max_size=60))
def test_an_address_has_no_room_for_a_header(text: str) -> None:
    if is_address(text):
        assert text.isprintable()
        assert text.count("@") == 1
        assert not set(text) & set(' ,;:<>()"\\\r\n')


# --- limits --------------------------------------------------------------------------------------


def test_one_address_and_the_whole_site_have_a_limit_for_an_hour() -> None:
    entries = MemoryEntries()
    for number in range(VISITOR_LIMIT):
        assert post({**ENTRY, "name": str(number)}, entries).outcome is FormOutcome.STORED
    assert post({**ENTRY, "name": "one more"}, entries).status == 429
    assert post({**ENTRY, "name": "another"}, entries, address="192.0.2.2").status == 303
    assert post({**ENTRY, "name": "later"}, entries, at=NOW + HOUR).status == 303


@given(st.lists(st.integers(0, 5000), min_size=SITE_LIMIT + 1, max_size=SITE_LIMIT + 60))
def test_the_number_of_counters_is_bounded(addresses: list[int]) -> None:
    entries = MemoryEntries()
    accepted = sum(
        allow_entry(entries, f"10.0.{number >> 8}.{number & 255}", NOW, lambda: "salt")
        for number in addresses
    )
    assert accepted <= SITE_LIMIT
    assert len(entries.counts) <= SITE_LIMIT + 1


def test_no_address_is_stored() -> None:
    entries = MemoryEntries()
    post(ENTRY, entries, address="192.0.2.77")
    stored = json.dumps([entry.to_row() for entry in entries.rows.values()], default=str)
    assert "192.0.2.77" not in stored + " ".join(entries.counts)
    other = MemoryEntries()
    allow_entry(other, "192.0.2.77", NOW, lambda: "another salt")
    assert not set(entries.counts) & set(other.counts) - {str(int(NOW // HOUR))}


def test_a_network_of_ipv6_counts_as_one_visitor() -> None:
    entries = MemoryEntries()
    for number in range(VISITOR_LIMIT):
        assert allow_entry(entries, f"2001:db8::{number:x}", NOW, lambda: "salt")
    assert not allow_entry(entries, "2001:db8::ffff", NOW, lambda: "salt")
    assert allow_entry(entries, "2001:db8:0:1::1", NOW, lambda: "salt")


# --- stored forms ---------------------------------------------------------------------------------


@given(st.lists(st.tuples(texts, texts), max_size=5), st.floats(0, 2e9))
def test_an_entry_is_read_back_from_its_row(values: list[tuple[str, str]], now: float) -> None:
    entry = FormEntry.create(CONTACT, tuple(values), now)
    assert FormEntry.from_row(entry.to_row()) == entry
    assert FormEntry.from_row(entry.with_mail_sent().to_row()) == entry.with_mail_sent()


def test_the_stored_form_of_an_entry_stays() -> None:
    """Rows outlive the code: a change here breaks the entries of deployed clients."""
    entry = FormEntry.create(CONTACT, (("email", "ann@example.org"),), 1_796_000_000.5)
    assert replace(entry, attempts=2, reason="MessageRejected").to_row() == {
        "form": "contact",
        "id": "20261130-90145451cd677d84",
        "received_at": "2026-11-30T00:53:20Z",
        "values": [["email", "ann@example.org"]],
        "expires_at": 1_803_776_000,
        "attempts": 2,
        "reason": "MessageRejected",
        "pending": "1",
        "mail_at": 1_796_000_000.5,
    }
    assert entry.with_mail_sent().to_row().keys() == {
        "form", "id", "received_at", "values", "expires_at", "attempts",
    }  # fmt: skip


def test_definitions_are_read_back() -> None:
    form = replace(CONTACT, thanks="/danke/", fields=(FormField("ü", "Ü", FieldType.CHECKBOX),))
    assert forms_from_json(forms_to_json([form])) == {"contact": form}


def test_a_spreadsheet_runs_nothing_of_an_entry() -> None:
    formulas = ("=1+1", "+49 30", "-1", "@SUM(A1)", " =cmd", 'a, "b"\nc')
    entries = [FormEntry.create(CONTACT, (("message", text),), NOW) for text in formulas]
    table = entries_to_csv(entries)
    assert table.splitlines()[0] == "form,id,received_at,mail,message"
    for cell in ("'=1+1", "'+49 30", "'-1", "'@SUM(A1)", "' =cmd", '"a, ""b""\nc"'):
        assert f"waiting,{cell}" in table


def test_the_words_are_complete() -> None:
    for language, words in WORDS.items():
        assert words.keys() == WORDS["en"].keys(), language

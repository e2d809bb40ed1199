"""Dates, prices, texts and languages as people write them. What can be read in two ways is not
guessed."""

from datetime import UTC, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from platform_core.content.visibility import parse_flag
from platform_core.provider_kit import parsing
from platform_core.provider_kit.amounts import parse_written_price
from platform_core.provider_kit.document_fields import DocumentFields
from platform_core.provider_kit.locales import choose_locale, is_locale, localize
from platform_core.provider_kit.product_fields import parse_product
from platform_core.provider_kit.timestamps import parse_timestamp
from tests.fakes.vendors import build_settings

FIFTH_OF_MARCH = datetime(2031, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2031-03-05", "2031/03/05", "2031-3-5", "20310305", "March 5, 2031", "Mar 5th 2031",
        "5 March 2031", "5. März 2031", "5 mars 2031", "5 de marzo de 2031", "5th of March 2031",
        "Wednesday, March 5, 2031", "05.03.2031", "5. 3. 2031", "5-Mar-2031", "2031-03-05 00:00",
        "2031-03-05 01:00:00 +0100", "Wed, 05 Mar 2031 00:00:00 GMT", "March 5, 2031 12:00 AM",
        "Wed Mar 05 2031 01:00:00 GMT+0100 (CET)", "Wed Mar 5 00:00:00 2031",
        "2031-03-05T00:00:00Z", "1930435200", "1930435200000", 1930435200,
        Decimal("1930435200.0"), "Tue, 04 Mar 2031 19:00:00 EST", "Mittwoch, 5. März 2031",
    ],
)  # fmt: skip
def test_a_date_has_many_forms(text: object) -> None:
    assert parse_timestamp(text) == FIFTH_OF_MARCH


@pytest.mark.parametrize(
    "text",
    [
        "03/04/2031", "soon", "5 Mar", "31.31.2031", "March 5", "12:30", "12", "", 7, True,
        "TBD, 2031", "TBD, 2031-03", "Wed, 05 Mar 2031 10:00:00 AKST",
    ],
)  # fmt: skip
def test_a_date_that_is_not_certain_is_none(text: object) -> None:
    assert parse_timestamp(text) is None


@pytest.mark.parametrize("text", ["December, 2031", "des 2031", "1. desember 2031", "2031-12"])
def test_a_month_before_a_comma_is_no_weekday(text: str) -> None:
    assert parse_timestamp(text) == datetime(2031, 12, 1, tzinfo=UTC)


def test_a_short_month_can_have_an_accent() -> None:
    assert parse_timestamp("5 fév 2031") == datetime(2031, 2, 5, tzinfo=UTC)


def test_the_larger_number_decides_the_order() -> None:
    assert parse_timestamp("31/12/2031") == parse_timestamp("12/31/2031")
    afternoon = datetime(2031, 3, 5, 15, 30, tzinfo=UTC)
    assert parse_timestamp("March 5, 2031 3:30 PM") == afternoon
    assert parse_timestamp("5.3.2031 10:30") == datetime(2031, 3, 5, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("12,50", "12.50", None), ("€12", "12", "EUR"), ("12 €", "12", "EUR"),
        ("1.299,00 €", "1299.00", "EUR"), ("1,299.00", "1299.00", None),
        ("1 234,50 kr", "1234.50", "SEK"), ("1'234.50 CHF", "1234.50", "CHF"),
        ("12,-", "12", None), ("US$ 12", "12", "USD"), ("1.234.567", "1234567", None),
        ("Rs. 500", "500", "INR"), ("₹1,23,456.00", "123456.00", "INR"),
        ("12 500 €", "12500", "EUR"), ("12 CUP", "12", "CUP"), ("12 gbp", "12", "GBP"),
    ],
)  # fmt: skip
def test_a_price_has_many_forms(text: str, amount: str, currency: str | None) -> None:
    expected = {"SEK": "SEK", "INR": "INR"}.get(currency or "", "GBP")
    assert parse_written_price(text, expected) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    "text",
    [
        "1.299", "1,299", "from 12", "12-15", "12 or 13", "$12", "5 kr", "free", "", "-5",
        "12 50 €", "1234 567", "12'50", "cup 12", "12 all", "try 12", "1.23.456,00", "0,12,345.00",
    ],
)  # fmt: skip
def test_a_price_that_is_not_certain_is_none(text: str) -> None:
    assert parse_written_price(text, "EUR") is None


def test_the_currency_decides_what_a_separator_means() -> None:
    assert parse_written_price("1,299", "JPY") == (Decimal(1299), None)
    assert parse_written_price("1.299", "KWD") == (Decimal("1.2990"), None)


@given(st.text(st.sampled_from("0123456789.,'-€$krEUR \u00a0"), max_size=15))
def test_reading_never_fails(text: str) -> None:
    parse_timestamp(text)
    price = parse_written_price(text, "EUR")
    assert price is None or 0 <= price.amount < 10**14


def test_an_amount_in_another_currency_is_none() -> None:
    assert parsing.parse_amount("12,50 €", "USD") is None
    assert parsing.parse_amount("12,50 €", "EUR") == parsing.parse_amount("12.50", "USD")
    assert parsing.parse_amount("12,50 €") == Decimal("12.50")


def test_a_compare_at_amount_is_of_the_same_currency() -> None:
    yen = parsing.make_price(Decimal(900), "JPY", "1,299")
    assert yen.compare_at_amount == 1299
    assert parsing.make_price(Decimal(900), "JPY", "1299 €").compare_at_amount is None


@pytest.mark.parametrize(
    ("product", "price"),
    [
        ({"price": 12, "currency": "eur"}, (12, "EUR")),
        ({"price": 12, "currency": False}, (12, "GBP")),
        ({"price": 12, "currency": "kr"}, None),
        ({"price": "12", "currency": "$"}, None),
        ({"price": "12 €", "currency": "$"}, None),
        ({"currency": "kr", "variants": [{"price": 12}]}, None),
        ({"currency": "kr", "variants": [{"price": "12 €"}]}, (12, "EUR")),
    ],
)
def test_a_currency_that_is_not_understood_makes_no_price(
    product: dict[str, object], price: tuple[int, str] | None
) -> None:
    found = parse_product(DocumentFields(product), "a", "GBP")["price"]
    assert (found and (found.amount, found.currency_code)) == price


def test_numbers_of_files_are_numbers() -> None:
    """JSON and TOML files give `Decimal`, so that no digit of a price is lost."""
    assert parsing.parse_integer(Decimal("0.0")) == 0
    assert parse_flag(Decimal("1.0")) is True
    sold_out = parse_product(DocumentFields({"stock": Decimal("0.0")}), "a", "GBP")["inventory"]
    assert sold_out.quantity == 0


def test_scalars_are_text_as_written() -> None:
    assert parsing.parse_text(datetime(2026, 11, 2, tzinfo=UTC).date()) == "2026-11-02"
    assert parsing.parse_text(time(12, 30)) == "12:30:00"
    assert parsing.parse_text(Decimal("1.10")) == "1.10"
    assert parsing.parse_text(False, True, "Tea") == "Tea"


def test_tags_that_are_objects_have_a_name() -> None:
    tags = [{"id": 1, "name": "Tea"}, {"title": "Pot"}, {"label": "Cup"}, {"id": 4}, "Bowl", 2025]
    assert parsing.parse_texts(tags) == ["Tea", "Pot", "Cup", "Bowl", "2025"]


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("//cdn.example/a.jpg", "https://cdn.example/a.jpg"),
        ("cdn.example.com/a.jpg", "https://cdn.example.com/a.jpg"),
        ("www.a.example/a b.jpg", "https://www.a.example/a%20b.jpg"),
        ("img/a.jpg", None), ("img.old/a.jpg", None), ("javascript:x", None), ("", None),
    ],
)  # fmt: skip
def test_an_image_url_needs_no_scheme(value: str, url: str | None) -> None:
    assert parsing.parse_image_url(value) == url


def test_values_by_language_are_read_in_one_language() -> None:
    document = {
        "title": {"en": "Cups", "de-AT": "Tassen"},
        "body": [{"_key": "en", "value": "Clay"}, {"_key": "de", "value": {"de": "Ton"}}],
        "link": {"id": 7},
        "list": [{"title": {"_type": "localeString", "en": "a", "de": "b"}}],
    }
    german = {"title": "Tassen", "body": "Ton", "link": {"id": 7}, "list": [{"title": "b"}]}
    assert localize(document, "de") == german
    assert localize(document, "")["title"] == "Cups"
    assert localize(document, "fr")["title"] is None


@pytest.mark.parametrize(
    "value", [{"id": "x1", "to": "/shop"}, {"sm": "a", "lg": "b"}, {"is": 1, "my": 2, "or": 3}]
)
@pytest.mark.parametrize("locale", ["de", ""])
def test_short_words_are_no_languages(value: dict[str, object], locale: str) -> None:
    assert localize(value, locale) == value


def test_a_short_word_is_a_language_beside_one() -> None:
    assert localize({"id": "Cangkir", "nl": "Kopjes"}, "nl") == "Kopjes"
    assert localize({"id": "Cangkir", "my": "x"}, "id") == "Cangkir"
    assert localize({"no": "Kopper", "pt-BR": "Xícaras"}, "") == "Kopper"


@pytest.mark.parametrize("provider", ["decap", "sanity"])
@pytest.mark.parametrize("locale", ["jp", "gsw", "english"])
def test_a_locale_that_no_content_can_have_is_refused(provider: str, locale: str) -> None:
    with pytest.raises(ValidationError, match=r"two letters|pattern"):
        build_settings(provider, {"locale": locale})
    assert build_settings(provider, {"locale": "ja"}).locale == "ja"


def test_a_locale_falls_back_to_its_language() -> None:
    assert choose_locale(["de", "de-AT"], "de_at") == "de-AT"
    assert choose_locale(["de-CH"], "de-AT") == "de-CH"
    assert choose_locale(["fr"], "de") is None
    assert is_locale("zh_Hant")
    assert not is_locale("img")

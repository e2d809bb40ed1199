"""Parsing of vendors' values: money to four places, dates with a zone, no guesses."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from platform_core.content.model import MediaAsset
from platform_core.errors import Malformed
from platform_core.provider_kit import parsing


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("19.99", "19.99"), (19.99, "19.99"), (0, "0"), ("1.23456", "1.2346"),
        ("12.345", "12.3450"),
        ("-1", None), ("NaN", None), ("1e99", None), (True, None), ("ten", None), (None, None),
    ],
)  # fmt: skip
def test_money_is_a_decimal_or_nothing(value: object, expected: str | None) -> None:
    assert parsing.parse_amount(value) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-20T10:00:00-05:00", datetime(2026, 11, 20, 15, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        (date(2026, 11, 20), datetime(2026, 11, 20, tzinfo=UTC)),
        ("yesterday", None),
        ("9999-12-31T23:59:59-10:00", None),
        (7, None),
    ],
)
def test_a_time_has_a_zone(value: object, expected: datetime | None) -> None:
    assert parsing.parse_timestamp(value) == expected


def test_an_invalid_item_is_malformed() -> None:
    with pytest.raises(Malformed, match="MediaAsset: height"), parsing.invalid_item_is_malformed():
        MediaAsset(id="a", url="https://a.example/a.png", height=-1)

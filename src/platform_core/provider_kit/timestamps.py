"""Parse dates and times as tools and people write them. UTC is the default time zone.

An order that is not certain (`03/04/2026`) is not guessed: such a date is not understood.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS: Final = (
    "jan ene gen janv januar january januari janvier enero gennaio januari janeiro",
    "feb fev fév févr februar february februari février febrero febbraio fevereiro",
    "mar mär mrt märz march mars maart marzo março maerz",
    "apr avr abr april avril abril aprile",
    "may mai mei maj mag mayo maggio maio",
    "jun giu juin juni june junio giugno junho",
    "jul lug juil juli july juillet julio luglio julho",
    "aug ago août aout august augustus augusti agosto",
    "sep sept set september septembre septiembre settembre setembro",
    "oct okt out ott october oktober octobre octubre ottobre outubro",
    "nov november novembre noviembre novembro",
    "dec dez dic des déc december dezember décembre desember diciembre dicembre dezembro",
)
"""Names in English, German, French, Spanish, Italian, Dutch, Portuguese and Scandinavian."""
_MONTH_BY_NAME: Final = {
    name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()
}
_MERIDIEM: Final = {"am": 0, "pm": 12}

_CLOCK: Final = re.compile(
    r"(?:[\s,T]+|\s*\b(?:at|um|à|kl\.?)\s+)(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:\.\d+)?)?\s*(?P<meridiem>[ap]\.?m\.?)?(?:\s*Uhr)?"
    r"\s*(?P<zone>Z|(?:UTC|GMT)?[+-]\d{2}:?\d{2}|UTC|GMT)?(?:\s*\([^()]*\))?$",
    re.IGNORECASE,
)
_WEEKDAY: Final = re.compile(
    r"^[^\W\d]{2,12}\.?,\s*|^(?:[^\W\d]{3,9}day|mon|tue|wed|thu|fri|sat|sun),?\s+", re.IGNORECASE
)
_MAIL: Final = re.compile(
    r"(?:[A-Za-z]{3},? )?(?:\d{1,2} [A-Za-z]{3} \d{2,4} \d{1,2}:\d{2}(?::\d{2})?"
    r"(?: (?:UTC?|GMT|Z|[ECMP][SD]T)| [+-]\d{4})?"
    r"|[A-Za-z]{3} \d{1,2} \d{2}:\d{2}:\d{2} \d{4})"
)
"""RFC 2822, and the form of C. The parser of mail would read more, ignore an `AM`, and take a zone
that it does not know for UTC."""
_YEAR: Final = r"(?P<year>\d{4})"
_NAME: Final = r"(?P<name>[^\W\d_]{3,10})"
_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})",
        rf"{_YEAR}[-/](?P<month>\d{{1,2}})",
        _YEAR,
        # A dot stands between day and month only where the day comes first.
        rf"(?P<day>\d{{1,2}})\.\s*(?P<month>\d{{1,2}})\.\s*{_YEAR}",
        rf"(?P<first>\d{{1,2}})[/-](?P<second>\d{{1,2}})[/-]{_YEAR}",
        rf"{_NAME}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.)?[\s-]+(?:of\s+|de\s+)?{_NAME}\.?,?[\s-]+(?:de\s+)?{_YEAR}",
        rf"{_YEAR}[\s-]+{_NAME}[\s-]+(?P<day>\d{{1,2}})",
        rf"{_NAME}\.?,?\s+{_YEAR}",
    )
)
_DAY_FORMS: Final = tuple(form for form in _FORMS if {"day", "first"} & form.groupindex.keys())
"""The forms that a weekday can precede. In `TBD, 2031` the first word is none."""


def parse_timestamp(value: object) -> datetime | None:
    """Parse a date or time as UTC: ISO 8601, RFC 2822, Unix time, or a date in words.

    None for anything else, and for a date that can be read in two ways.

    >>> parse_timestamp("March 5, 2031"), parse_timestamp("03/04/2031")
    (datetime.datetime(2031, 3, 5, 0, 0, tzinfo=datetime.timezone.utc), None)
    """
    try:
        timestamp = _parse(value)
        return timestamp and _with_zone(timestamp).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _parse(value: object) -> datetime | None:
    match value:
        case datetime():
            return value
        case date():
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        case bool():
            return None
        case int() | float() | Decimal():
            return _parse_unix_time(float(value))
        case str():
            return _parse_text(" ".join(value.split()))
        case _:
            return None


def _parse_text(text: str) -> datetime | None:
    # Unix time has 9 digits since 1973. Eight digits are a date without hyphens.
    if re.fullmatch(r"-?\d{9,16}(\.\d+)?", text):
        return _parse_unix_time(float(text))
    try:
        return (
            parsedate_to_datetime(text) if _MAIL.fullmatch(text) else datetime.fromisoformat(text)
        )
    except (ValueError, TypeError, IndexError):
        return _parse_words(text)


def _parse_unix_time(number: float) -> datetime | None:
    """Parse seconds or milliseconds since the epoch. Smaller numbers may be anything."""
    if number != number or abs(number) < 10**8:
        return None
    seconds = number if abs(number) < 10**11 else number / 1000
    return _EPOCH + timedelta(seconds=seconds)


def _parse_words(text: str) -> datetime | None:
    """Parse a date, and a time behind it, in the forms of people and of other tools."""
    clock = _CLOCK.search(text)
    date_text = (text[: clock.start()] if clock else text).strip(" ,")
    # As written first: the word before the comma of `December, 2031` is a month.
    for candidate, forms in ((date_text, _FORMS), (_WEEKDAY.sub("", date_text), _DAY_FORMS)):
        for form in forms:
            match = form.fullmatch(candidate)
            day = match and _parse_day(match.groupdict())
            if day:
                return _add_clock(day, clock) if clock else day
    return None


def _parse_day(parts: dict[str, str | None]) -> datetime | None:
    month, day = parts.get("month"), parts.get("day") or "1"
    if "first" in parts:
        first, second = int(parts["first"] or 0), int(parts["second"] or 0)
        # The month is certain only if the other number cannot be a month, or if both are equal.
        if first <= 12 and second <= 12 and first != second:
            return None
        month, day = (str(first), str(second)) if second > 12 else (str(second), str(first))
    if name := parts.get("name"):
        month = str(_MONTH_BY_NAME.get(name.casefold(), 0))
    return datetime(int(parts["year"] or 0), int(month or "1"), int(day), tzinfo=UTC)


def _add_clock(day: datetime, clock: re.Match[str]) -> datetime:
    hour = int(clock["hour"])
    if clock["meridiem"]:
        if not 1 <= hour <= 12:
            raise ValueError("no hour of a twelve-hour clock")
        hour = hour % 12 + _MERIDIEM[clock["meridiem"].replace(".", "").lower()]
    time = day.replace(hour=hour, minute=int(clock["minute"]), second=int(clock["second"] or 0))
    return time.replace(tzinfo=_parse_zone(clock["zone"]))


def _parse_zone(zone: str | None) -> timezone:
    zone = (zone or "").upper().removeprefix("UTC").removeprefix("GMT")
    if not zone or zone == "Z":
        return UTC
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes))


def _with_zone(timestamp: datetime) -> datetime:
    return timestamp if timestamp.tzinfo else timestamp.replace(tzinfo=UTC)

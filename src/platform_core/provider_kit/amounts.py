"""Parse prices as people write them: `12,50`, `€ 1.299,00`, `1'234.50 CHF`, `12,-`.

A number that can be read in two ways (`1.299` is 1299 in German) gives no price, because a wrong
price is worse than a missing one.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from platform_core.content.money import currency_exponent

_CURRENCIES_BY_SIGN: Final[dict[str, tuple[str, ...]]] = {
    "€": ("EUR",), "euro": ("EUR",), "euros": ("EUR",),
    "£": ("GBP", "EGP", "FKP", "GIP", "SHP"),
    "$": ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "TWD", "ARS", "CLP", "COP", "UYU"),
    "us$": ("USD",), "a$": ("AUD",), "au$": ("AUD",), "c$": ("CAD",), "ca$": ("CAD",),
    "nz$": ("NZD",), "hk$": ("HKD",), "s$": ("SGD",), "r$": ("BRL",), "mx$": ("MXN",),
    "¥": ("JPY", "CNY"), "元": ("CNY", "TWD"), "円": ("JPY",), "₩": ("KRW",), "₹": ("INR",),
    "rs": ("INR", "PKR", "LKR", "NPR", "MUR"), "₽": ("RUB",), "₴": ("UAH",),
    "грн": ("UAH",), "₺": ("TRY",), "₪": ("ILS",), "₫": ("VND",), "฿": ("THB",), "₱": ("PHP",),
    "₦": ("NGN",), "₡": ("CRC",), "₲": ("PYG",), "₸": ("KZT",), "₾": ("GEL",), "₵": ("GHS",),
    "kr": ("SEK", "NOK", "DKK", "ISK"), "sfr": ("CHF",), "fr": ("CHF",), "zł": ("PLN",),
    "kč": ("CZK",), "ft": ("HUF",), "lei": ("RON", "MDL"), "лв": ("BGN",), "rp": ("IDR",),
}  # fmt: skip
"""A sign of several currencies means the expected one, or no price. `£` alone is GBP."""
_CURRENCY_CODES = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
    GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR
    KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
    MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR
    SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS
    UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
_CODES: Final = frozenset(_CURRENCY_CODES.split())
"""Codes of ISO 4217 (the list of 2025), so that `per 12` is no currency."""
_NUMBER: Final = re.compile(r"(?P<before>[^\d+-]*)(?P<number>\d[\d.,]*)(?P<after>[^\d]*)")
_SEPARATORS: Final = " \t\u00a0\u2007\u2009\u202f\u2060'\u2019`"
_GROUPS: Final = re.compile(
    rf"(?<![\d.,])[1-9]\d{{0,2}}(?P<separator>[{_SEPARATORS}])\d{{3}}(?:(?P=separator)\d{{3}})*(?!\d)"
)
"""Thousands: `1 299 000` and `1'299'000`. The two numbers of `12 50` are no price."""
_MACHINE: Final = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_ROUND: Final = re.compile(r"[.,]\s*[-\u2013\u2014]{1,2}")
"""`12,-` or `12.-`, with a hyphen or a dash: no cents."""
_NO_SEPARATORS: Final = str.maketrans("", "", _SEPARATORS)
_LIMIT: Final = Decimal(10) ** 14


class WrittenPrice(NamedTuple):
    """An amount in major units, and the currency that stands beside it, if any."""

    amount: Decimal
    currency: str | None = None


def parse_written_price(text: str, currency: str | None = None) -> WrittenPrice | None:
    """Parse a price. `currency` is the expected one. None if the text is not certain.

    >>> parse_written_price("12,50 €"), parse_written_price("1.299", "EUR")
    (WrittenPrice(amount=Decimal('12.50'), currency='EUR'), None)
    """
    without_groups = _GROUPS.sub(
        lambda match: match[0].translate(_NO_SEPARATORS), _ROUND.sub("", text.strip())
    )
    match = _NUMBER.fullmatch(without_groups)
    if match is None:
        return None
    before, after = (match[side].translate(_NO_SEPARATORS) for side in ("before", "after"))
    # `.50` begins with its separator, which is not the end of an abbreviation such as `Rs.`.
    if before in {".", ","}:
        return None
    signs = [sign for sign in (before, after) if sign.strip(".")]
    named = {parse_currency(sign, currency) for sign in signs}
    if None in named or len(named) > 1:
        return None
    stated = named.pop() if named else None
    number = _normalize(match["number"].rstrip(".,"), stated or currency)
    amount = parse_machine_amount(number) if number else None
    return None if amount is None else WrittenPrice(amount, stated)


def parse_machine_amount(text: str) -> Decimal | None:
    """Parse a number with a decimal point, rounded to four decimals. None if it is no price."""
    if not _MACHINE.fullmatch(text.strip()):
        return None
    try:
        amount = Decimal(text.strip())
        if not 0 <= amount < _LIMIT:
            return None
        # Two decimals need no rounding. A price can have at most four.
        return amount if amount == amount.quantize(Decimal("0.01")) else round(amount, 4)
    except InvalidOperation:
        return None


def parse_currency(sign: str, expected: str | None) -> str | None:
    """Parse a sign or a code. None if it is unknown, or of several currencies.

    A code is in capitals, or the expected one: `cup 12` names no currency of Cuba.
    """
    code = sign.strip(".")
    name = code.casefold()
    if candidates := _CURRENCIES_BY_SIGN.get(name):
        if expected in candidates:
            return expected
        return candidates[0] if len(candidates) == 1 or name == "£" else None
    return code.upper() if code in _CODES or name.upper() == expected else None


def _normalize(number: str, currency: str | None) -> str | None:
    """Return a number with a decimal point and without separators. None if it is not certain."""
    separators = [character for character in number if character in ".,"]
    if not separators:
        return number
    groups = re.split(r"[.,]", number)
    last, is_grouped = separators[-1], all(len(group) == 3 for group in groups[1:])
    leads = 1 <= len(groups[0]) <= 3 and not groups[0].startswith("0")
    if len(set(separators)) == 2:
        # Both: the last one is the decimal separator, the other one separates thousands.
        if separators.count(last) > 1:
            return None
        in_thousands = all(len(group) == 3 for group in groups[1:-1]) and leads
        indian = _parse_indian(groups[:-1]) if last == "." else None
        whole = "".join(groups[:-1]) if in_thousands else indian
        return f"{whole}.{groups[-1]}" if whole else None
    if len(separators) > 1:
        return "".join(groups) if is_grouped and leads else _parse_indian(groups)
    if is_grouped and leads:
        decimals = currency_exponent(currency) if currency else 2
        # A currency without decimals has only thousands to separate.
        if decimals == 0:
            return "".join(groups)
        return number if decimals == 3 and last == "." else None
    return ".".join(groups)


def _parse_indian(groups: list[str]) -> str | None:
    """Return a number in groups of two and a last group of three (1,23,456)."""
    first, *middle, last = groups
    is_indian = middle and all(len(group) == 2 for group in middle) and len(last) == 3
    leads = len(first) <= 2 and not first.startswith("0")
    return "".join(groups) if is_indian and leads else None

"""Random values that no sender should send, and distorted JSON.

All of it comes from a `Random`: Hypothesis passes one that it can shrink, the script a seed.
"""

import json
import unicodedata
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Literal

Json = Any
Path = tuple[str | int, ...]

MARKUP = (
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="&#106;ava\tscript:alert(1)">x</a>',
    "[x](javascript:alert(1)) ![y](data:text/html;base64,PHNjcmlwdD4=) <javascript:alert(1)>",
    "<math><mtext><table><mglyph><style></math><img src onerror=alert(1)>",
    "<!--><script>alert(1)</script>--><![CDATA[<script>alert(1)</script>]]>",
    '"><iframe srcdoc="<script>alert(1)</script>">',
    "<p style=\"background:url('javascript:alert(1)')\" onclick=alert(1)>x",
    "<b>" * 500,
)
TEMPLATES = ("{{ 7*7 }}{% raw %}", "{{< figure >}}{{% x %}}", "${7*7}<%= 7*7 %>#{7*7}", "{{{{{{")
PLACES = (
    "../../etc/passwd",
    "..",
    "/",
    "a/b\\c",
    "%2e%2e%2f",
    "//evil.example/x",
    "CON",
    "-rf",
    ".",
)
LETTERS = (
    "\x00", "a\x00b", "\x1b[31mred\x1b]0;title\x07", "\u202egnp.exe", "\ufeffbom", "\u2028\u2029",
    "\ud800", "\udfff\ud800", "\U0001f469\u200d\U0001f680", "e\u0301", "\u00e9", "\u1e9e\u00df",
    "\u0130\u0131", "\ufb01\ufdfa", "Z\u0351\u036b" * 40, "\r\nset-cookie: x=1", "\uffff\ufffe",
    " \t ",
)  # fmt: skip
FIGURES = (
    "1e400", "NaN", "-0", "Infinity", "\u0661\u0662", "1_000", "0x10", "12,50", "-5.00", "+7",
    "9" * 500,    "1e-400", "0.00001", "99999999999999.99", "",
)  # fmt: skip
DATES = (
    "2026-13-45T99:99:99Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-W47-2",
    "20261121T120000Z", "-0001-01-01", "2026-11-21T24:00:00Z", "2026-02-30", "1" * 40, "0",
    "2026-11-21T10:00:00.123456789+05:45", "1969-12-31T23:59:59Z",
)  # fmt: skip
NUMBERS = (
    -1, 0, 2**31, 2**53 + 1, 2**64, 10**40, -(10**300), -5.5, 0.1 + 0.2, 1e308, 5e-324, -0.0, 1e15,
)  # fmt: skip
FORMS: tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...] = ("NFC", "NFD", "NFKC", "NFKD")
EMPTY: tuple[Json, ...] = (None, "", [], {}, False, True, [None], {"": None}, [[]], [{}])


def text(chance: Random) -> str:
    """Return one hostile text, sometimes long and sometimes combined."""
    kind = chance.choice((MARKUP, TEMPLATES, PLACES, LETTERS, FIGURES, DATES))
    found = chance.choice(kind)
    match chance.randrange(8):
        case 0:
            return found + chance.choice(LETTERS)
        case 1:
            return found * chance.choice((50, 3000 if len(found) < 100 else 50))
        case _:
            return found


def leaf(chance: Random) -> Json:
    """Return any value that JSON can represent."""
    match chance.randrange(4):
        case 0:
            return chance.choice(EMPTY)
        case 1:
            return chance.choice(NUMBERS)
        case _:
            return text(chance)


def like(value: Json, chance: Random) -> Json:
    """Return nonsense of the same type, so that validation goes deeper."""
    match value:
        case bool():
            return not value
        case int() | float():
            return chance.choice(NUMBERS)
        case str() if chance.randrange(4):
            return text(chance)
        case str():
            return chance.choice((value + text(chance), value.upper(), value * 2, value[:-1]))
        case _:
            return leaf(chance)


def nested(value: Json, chance: Random) -> Json:
    """Nest the value deeply."""
    for _ in range(chance.choice((1, 5, 40, 70, 150))):
        value = [value] if chance.randrange(2) else {"content": value}
    return value


def many(value: Json, chance: Random) -> Json:
    """Repeat the value many times."""
    times = chance.choice((2, 300 if len(str(value)) < 5000 else 3))
    match value:
        case list():
            return (value * times)[: max(len(value), 1000)]
        case dict() if len(value) < 100:
            return {**value, **{f"{name}{n}": value[name] for n in range(9) for name in value}}
        case _:
            return [value] * times


def distorted(value: Json, chance: Random) -> Json:
    """Return the value with one to four distortions."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        places = list(_paths(value))
        place = places[chance.randrange(len(places))]
        value = _at(value, place, chance.choice(_BENDS), chance)
    return value


_BENDS: tuple[Callable[[Json, Random], Json], ...] = (
    like, like, like, like, lambda value, chance: leaf(chance), lambda value, chance: None,
    lambda value, chance: str(value), nested, many,
)  # fmt: skip
"""Return a replacement for one value. Values of the same type get furthest."""


def _paths(value: Json, at: Path = ()) -> Iterator[Path]:
    yield at
    if len(at) > 12:
        return
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _paths(member, (*at, key))
    if isinstance(value, list):
        for number, member in enumerate(value[:50]):
            yield from _paths(member, (*at, number))


def _at(value: Json, place: Path, bend: Callable[[Json, Random], Json], chance: Random) -> Json:
    """Replace, remove or rename the value at one path."""
    if not place:
        return bend(value, chance)
    key, rest = place[0], place[1:]
    if not rest and chance.randrange(6) == 0:
        return _without(value, key, chance)
    bent = _at(value[key], rest, bend, chance)
    if isinstance(value, list):
        return [bent if n == key else each for n, each in enumerate(value)]
    return {name: bent if name == key else each for name, each in value.items()}


def _without(value: Json, key: str | int, chance: Random) -> Json:
    if isinstance(value, list):
        return [each for n, each in enumerate(value) if n != key]
    left = {name: each for name, each in value.items() if name != key}
    return {**left, text(chance): value[key]} if chance.randrange(3) == 0 else left


def written(value: Json, chance: Random) -> bytes:
    """Encode JSON in any spelling, including some invalid ones."""
    plain = json.dumps(value, ensure_ascii=bool(chance.randrange(2)))
    raw = plain.encode("utf-8", "surrogatepass")
    match chance.randrange(16):
        case 0:
            return b"\xef\xbb\xbf" + raw
        case 1:
            return json.dumps(value, indent="\t").replace("\n", "\r\n").encode()
        case 2 | 3:
            return unicodedata.normalize(chance.choice(FORMS), plain).encode(
                "utf-8", "surrogatepass"
            )
        case 4:
            codec = chance.choice(("utf-16", "utf-32", "utf-7", "latin-1", "cp037"))
            return plain.encode(codec, "replace")
        case 5:
            return raw.replace(b"{", b'{"id":NaN,"id":-Infinity,', 1)
        case 6:
            return raw.replace(b":", b":" + b"9" * chance.choice((300, 5000)), 1)
        case 7:
            return b" " * chance.choice((1, 5000)) + raw + b"\n" * 3
        case 8:
            return raw[: chance.randrange(len(raw) + 1)]
        case _:
            return raw

"""Reading what vendors say: tolerant of what is absent, strict about what is wrong.

Shared by the providers' content modules. Every text that comes out of here is one that a page, a
table and a log can carry; every date knows its zone; money is `Decimal`.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from platform_core.content import Price, UnifiedContent, slugify
from platform_core.errors import Malformed, VendorRefused, VendorUnavailable
from platform_core.markup import printable
from platform_core.provider import HttpResponse
from platform_core.webhook import strict_json

log = logging.getLogger(__name__)

Json = dict[str, Any]
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)
_MICROSECOND: Final = timedelta(microseconds=1)


def document(body: bytes) -> Json:
    """A delivery's body, an object. Raises `Malformed`."""
    found = _clean(strict_json(body))
    if not isinstance(found, dict):
        raise Malformed("the body is no object")
    return found


def answer(response: HttpResponse, *, absent: Iterable[int] = (404, 410)) -> Any:
    """What a vendor's API says; None where it says that there is no such thing.

    Raises `VendorRefused` where our request is at fault, `VendorUnavailable` where theirs is.
    """
    if response.status in set(absent):
        return None
    require_success(response)
    try:
        return _clean(strict_json(response.body))
    except Malformed as error:
        raise VendorUnavailable(f"the vendor's answer cannot be read: {error}") from None


def require_success(response: HttpResponse) -> None:
    """Raises `VendorRefused` where our request is at fault, `VendorUnavailable` where they are."""
    status = response.status
    if status == 429 or status >= 500 or _is_throttled(response):
        raise VendorUnavailable(f"the vendor answered {status}")
    if not 200 <= status < 300:
        raise VendorRefused(f"the vendor answered {status}")


def _is_throttled(response: HttpResponse) -> bool:
    """Some say 403 where they mean 429."""
    headers = response.headers
    return response.status == 403 and (
        "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    )


@contextmanager
def strictly() -> Iterator[None]:
    """Where the vendor's data make no valid item, that is `Malformed` and says where."""
    try:
        yield
    except ValidationError as error:
        where = sorted({".".join(map(str, each["loc"])) for each in error.errors()})
        raise Malformed(f"not a valid {error.title}: {', '.join(where)}") from None


def sound(
    make: Callable[[Json], UnifiedContent], documents: Iterable[Json]
) -> Iterator[UnifiedContent]:
    """The items that documents make; one that makes none is logged and stops no other."""
    for each in documents:
        try:
            yield make(each)
        except Malformed as error:
            log.warning("a listed document is left out: %s", error)


def text(*candidates: object) -> str | None:
    """The first that is text (or a number) and not blank, as one line."""
    for each in candidates:
        if isinstance(each, int | float) and not isinstance(each, bool):
            return str(each)
        if isinstance(each, str) and (line := " ".join(printable(each).split())):
            return line
    return None


def records(value: object) -> list[Json]:
    """The objects of a list; nothing where it is no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def part(value: object) -> Json:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def texts(value: object) -> list[str]:
    """Words of a list or of a text with commas, each once, in their order."""
    given = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, list | tuple):
        return []
    words = (text(part(each).get("value") or part(each).get("label") or each) for each in given)
    return list(dict.fromkeys(word for word in words if word))


def whole(value: object) -> int | None:
    """A whole number, wherever it is one that a table can hold: at most 30 digits."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value).strip())
        small = number.is_finite() and number.adjusted() < 30
        return int(number) if small and number == number.to_integral_value() else None
    except (InvalidOperation, OverflowError, ValueError):
        return None


def pixels(value: object) -> int | None:
    """The width or height of an image; None where it is none."""
    found = whole(value)
    return found if found is not None and found >= 0 else None


def money(value: object) -> Decimal | None:
    """An amount of zero or more in major units, to four places; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        amount = Decimal(str(value).strip())
        if not amount.is_finite() or not 0 <= amount < 10**14:
            return None
        return amount if amount == amount.quantize(Decimal("0.01")) else round(amount, 4)
    except InvalidOperation:
        return None


def price(amount: Decimal, currency: str, compare_at: object = None) -> Price:
    """A price; what it is compared with only where that is more."""
    before = money(compare_at)
    return Price(
        amount=amount,
        currency_code=currency.upper(),
        compare_at_amount=before if before is not None and before > amount else None,
    )


def address(value: object) -> str | None:
    """An absolute web address; None where it is none."""
    found = text(value)
    if not found:
        return None
    try:
        parts = urlsplit(found)
    except ValueError:
        return None
    return found if parts.scheme in {"http", "https"} and parts.hostname else None


def moment(value: object) -> datetime | None:
    """A date or a time of ISO 8601 as UTC; without a zone it counts as UTC. None: it is none."""
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        found = datetime(value.year, value.month, value.day, tzinfo=UTC)
    else:
        if not isinstance(value, str):
            return None
        try:
            found = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def micros(when: datetime) -> int:
    """Microseconds since the epoch: what a vendor's time is as a version."""
    return max(0, (when - EPOCH) // _MICROSECOND)


def slug(given: object, title: str, fallback: str) -> tuple[str, str | None]:
    """A slug that fits a URL, and the vendor's own where that is another."""
    original = text(given)
    made = slugify(original or title, fallback)
    return made, original if original and original != made else None


def _clean(value: Any) -> Any:
    """JSON whose texts can be written in UTF-8."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case list():
            return [_clean(each) for each in value]
        case Mapping():
            return {_clean(name): _clean(each) for name, each in value.items()}
        case _:
            return value

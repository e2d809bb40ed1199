"""Parse the data of vendors: lenient about missing values, strict about invalid ones.

Shared by the content modules of all providers. Parsed text is safe for pages, tables and logs,
times have a time zone, and money is `Decimal`.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from platform_core.content import slugs
from platform_core.content.html import strip_unprintable
from platform_core.content.model import Price, UnifiedContent
from platform_core.content.slugs import slugify
from platform_core.errors import Malformed, VendorRefused, VendorUnavailable
from platform_core.http import HttpResponse
from platform_core.provider_kit import amounts
from platform_core.provider_kit.left_out import note_left_out
from platform_core.provider_kit.timestamps import parse_timestamp as parse_timestamp
from platform_core.webhooks.body import strict_json

log = logging.getLogger(__name__)

Json = dict[str, Any]
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)
_HOST_PATH: Final = re.compile(
    r"(?:www\.|(?:[a-z0-9-]+\.){2,}[a-z]{2,}/"
    r"|[a-z0-9-]+\.(?:com|net|org|io|dev|app|co|eu|uk|de|fr|es|it|nl|ch|at|example)/)",
    re.IGNORECASE,
)
"""The beginning of a URL without its scheme, in contrast to a path such as `img.old/a.jpg`."""
_MICROSECOND: Final = timedelta(microseconds=1)


def parse_document(body: bytes) -> Json:
    """Parse the body of a delivery, a JSON object. Raises `Malformed`."""
    value = _make_encodable(strict_json(body))
    if not isinstance(value, dict):
        raise Malformed("the body is not an object")
    return value


def parse_response(response: HttpResponse, *, absent: Iterable[int] = (404, 410)) -> Any:
    """Parse the JSON of a response, or return None if its status is in `absent`.

    Raises `VendorRefused` for an error of our request, `VendorUnavailable` for one of the vendor.
    """
    if response.status in set(absent):
        return None
    require_success(response)
    try:
        return _make_encodable(strict_json(response.body))
    except Malformed as error:
        raise VendorUnavailable(f"the vendor's response cannot be parsed: {error}") from None


def require_success(response: HttpResponse) -> None:
    """Raise `VendorRefused` for an error of our request, `VendorUnavailable` for a vendor error."""
    status = response.status
    # A rate limit is the state of the vendor, not an error of our request.
    if status == 429 or status >= 500 or _is_throttled(response):
        raise VendorUnavailable(f"the vendor answered {status}")
    if not 200 <= status < 300:
        raise VendorRefused(f"the vendor answered {status}")


def _is_throttled(response: HttpResponse) -> bool:
    # GitHub answers 403 instead of 429 when a rate limit is exceeded:
    # docs.github.com/rest, "Rate limits for the REST API".
    headers = response.headers
    return response.status == 403 and (
        "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    )


@contextmanager
def invalid_item_is_malformed() -> Iterator[None]:
    """Turn a validation error into `Malformed` that names the invalid fields."""
    try:
        yield
    except ValidationError as error:
        fields = sorted({".".join(map(str, problem["loc"])) for problem in error.errors()})
        raise Malformed(f"not a valid {error.title}: {', '.join(fields)}") from None


def skip_malformed(
    build_item: Callable[[Json], UnifiedContent], documents: Iterable[Json]
) -> Iterator[UnifiedContent]:
    """Yield the items of the valid documents. Invalid ones are logged and skipped."""
    for document in documents:
        try:
            yield build_item(document)
        except Malformed as error:
            log.warning("skipped a listed document: %s", error, extra={"reason": "malformed"})
            note_left_out("a document: it is malformed")


def parse_text(*candidates: object) -> str | None:
    """Return the first candidate that is a number, a date or non-blank text, as one line.

    Dates are text as well: a title can be `2026-11-02`. A boolean is none, because APIs in PHP
    answer `false` for a missing text.
    """
    for candidate in candidates:
        if isinstance(candidate, bool):
            continue
        if isinstance(candidate, int | float | Decimal):
            return str(candidate)
        # A date of TOML, whose time has a format of its own: `2026-11-02T10:00:00`.
        if isinstance(candidate, date | time):
            return candidate.isoformat()
        if isinstance(candidate, str) and (line := " ".join(strip_unprintable(candidate).split())):
            return line
    return None


def parse_objects(value: object) -> list[Json]:
    """Return the objects of a list, or an empty list if the value is not a list."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def parse_object(value: object) -> Json:
    """Return the value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def parse_texts(value: object) -> list[str]:
    """Parse a list, text with commas, or a number, to unique texts in order."""
    entries = value.split(",") if isinstance(value, str) else value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        entries = [value]
    if not isinstance(entries, list | tuple):
        return []
    values = (parse_text(_label_of(entry)) for entry in entries)
    return list(dict.fromkeys(text for text in values if text))


def _label_of(entry: object) -> object:
    """Return the text of a tag that is an object, for example `{id: 3, name: Tea}`."""
    tag = parse_object(entry)
    if not tag:
        return entry
    names = ("value", "label", "name", "title", "tag", "text", "slug")
    return next((tag[name] for name in names if parse_text(tag.get(name))), None)


def parse_integer(value: object) -> int | None:
    """Parse an integer of at most 30 digits, which a table can hold. None if it is not one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
        # Check the size first: converting 1E+1000000 to an integer takes very long.
        fits = number.is_finite() and number.adjusted() < 30
        return int(number) if fits and number == number.to_integral_value() else None
    except (InvalidOperation, OverflowError, ValueError):
        return None


def parse_pixels(value: object) -> int | None:
    """Parse the width or height of an image."""
    number = parse_integer(value)
    return number if number is not None and number >= 0 else None


def parse_amount(value: object, currency: str | None = None) -> Decimal | None:
    """Parse a non-negative amount in major units, rounded to four decimals. None if invalid.

    Text may be a person's: `12,50` or `1.299,00 EUR` (`amounts.parse_written_price`). An amount in
    another currency than the given one is invalid.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    amount = amounts.parse_machine_amount(str(value))
    if amount is None and isinstance(value, str):
        written = amounts.parse_written_price(value, currency)
        if written is None or (currency and written.currency not in (None, currency)):
            return None
        return written.amount
    return amount


def make_price(amount: Decimal, currency: str, compare_at: object = None) -> Price:
    """Make a price. A compare-at amount is kept only if it is higher than the amount."""
    compare_at_amount = parse_amount(compare_at, currency)
    return Price(
        amount=amount,
        currency_code=currency.upper(),
        compare_at_amount=compare_at_amount
        if compare_at_amount is not None and compare_at_amount > amount
        else None,
    )


def parse_url(value: object) -> str | None:
    """Parse an absolute web URL. `//host/path` gets https. Returns None for anything else."""
    url = parse_text(value)
    if not url:
        return None
    if url.startswith("//"):
        url = f"https:{url}"
    try:
        split_url = urlsplit(url)
    except ValueError:
        return None
    return url if split_url.scheme in {"http", "https"} and split_url.hostname else None


def parse_image_url(value: object) -> str | None:
    """Parse the URL of an image, which may have no scheme: `cdn.example.com/a.jpg`."""
    text = parse_text(value)
    url = parse_url(f"https://{text}" if text and _HOST_PATH.match(text) else text)
    return url and url.replace(" ", "%20")


def to_microseconds(timestamp: datetime) -> int:
    """Return microseconds since the epoch, which serve as the version of an item."""
    # A version must not be negative, even if a vendor sends a date before 1970.
    return max(0, (timestamp - EPOCH) // _MICROSECOND)


def make_slug(vendor_slug: object, title: str, fallback: str) -> tuple[str, str | None]:
    """Make a slug that is valid in a URL. Also returns the vendor's slug if that differs."""
    original = parse_text(vendor_slug)
    slug = slugify(slugs.decode_escapes(original) if original else title, fallback)
    return slug, original if original and original != slug else None


def make_former_slug(vendor_slug: object, title: str, fallback: str, slug: str) -> str | None:
    """Return the slug that releases before 0.2 made of the same values, or None if it is `slug`.

    Pass it on as the item's `former_slug`: a published item keeps its address.
    """
    former = slugs.former_slug(parse_text(vendor_slug) or title, fallback)
    return None if former == slug else former


def _make_encodable(value: Any) -> Any:
    """Replace lone surrogates, which JSON allows and UTF-8 cannot encode."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case list():
            return [_make_encodable(item) for item in value]
        case Mapping():
            return {_make_encodable(name): _make_encodable(item) for name, item in value.items()}
        case _:
            return value

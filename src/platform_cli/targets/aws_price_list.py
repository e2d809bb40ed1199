"""AWS's public bulk offer files: public prices of each service, readable without credentials.

One file a service and region, published only when a price in it changes: it may be a year old and
still be what holds.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import httpx2
from pydantic import ValidationError

from platform_cli.cost.price_refresh import Offer, OfferFile
from platform_cli.errors import PlatformError

BASE_URL: Final = "https://pricing.us-east-1.amazonaws.com"
OK: Final = 200
ABSENT: Final = {403, 404}
"""How the bucket behind the address says that it has no such file."""
MEGABYTE: Final = 1 << 20


class OffersUnavailable(PlatformError):
    """AWS's price list could not be read; nothing is changed."""

    def __init__(self, file: OfferFile, why: str) -> None:
        super().__init__(
            f"AWS's price list of {file.offer} in {file.region} could not be read: {why}",
            hint="nothing is changed: `platform cost` reckons with the prices it has",
        )


@dataclass(frozen=True, slots=True)
class DownloadLimits:
    """Limits of one download. Parsing takes ten times the size of a file in memory."""

    max_bytes: int = 64 * MEGABYTE
    seconds: float = 120.0
    read_timeout_seconds: float = 20.0


def fetch_offers(
    files: Iterable[OfferFile],
    report_file: Callable[[str], None],
    *,
    base_url: str = BASE_URL,
    limits: DownloadLimits = DownloadLimits(),
) -> dict[OfferFile, Offer]:
    """Those of these files that AWS has. Follows no redirect. Raises `OffersUnavailable`."""
    found = {}
    with httpx2.Client(base_url=base_url, timeout=limits.read_timeout_seconds) as client:
        for file in files:
            report_file(f"{file.offer} in {file.region}")
            try:
                text = _download(client, file, limits)
            except httpx2.ConnectError as error:
                raise OffersUnavailable(file, f"there is no connection ({error})") from error
            except httpx2.HTTPError as error:
                raise OffersUnavailable(file, str(error) or type(error).__name__) from error
            if text is not None:
                found[file] = _read(file, text)
    return found


def _download(client: httpx2.Client, file: OfferFile, limits: DownloadLimits) -> bytearray | None:
    end = time.monotonic() + limits.seconds
    text = bytearray()
    with client.stream("GET", file.path, follow_redirects=False) as answer:
        if answer.status_code in ABSENT:
            return None
        if answer.status_code != OK:
            raise OffersUnavailable(file, f"it answers with status {answer.status_code}")
        for piece in answer.iter_bytes():
            text += piece
            if len(text) > limits.max_bytes:
                raise OffersUnavailable(file, f"over {limits.max_bytes // MEGABYTE} MB")
            if time.monotonic() > end:
                raise OffersUnavailable(file, f"not here after {limits.seconds:.0f} seconds")
    return text


def _read(file: OfferFile, text: bytearray) -> Offer:
    try:
        return Offer.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        why = f"it is no offer file ({place + ': ' if place else ''}{first['msg']})"
        raise OffersUnavailable(file, why) from None

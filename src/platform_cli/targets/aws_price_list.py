"""Download AWS's public offer files, which list prices and need no credentials.

There is one file per service and region. AWS publishes it only when a price changes, so a file that
is a year old may be current.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from platform_cli.cost.price_refresh import Offer, OfferFile
from platform_cli.errors import PlatformError

if TYPE_CHECKING:
    import httpx2

BASE_URL: Final = "https://pricing.us-east-1.amazonaws.com"
OK: Final = 200
ABSENT: Final = {403, 404}
"""Status codes for a missing file; S3 answers 403 without the right to list the bucket."""
MEGABYTE: Final = 1 << 20


class OffersUnavailable(PlatformError):
    """AWS's price list could not be read. No price was changed."""

    def __init__(self, file: OfferFile, reason: str) -> None:
        super().__init__(
            f"AWS's price list of {file.offer} in {file.region} could not be read: {reason}",
            hint="no price was changed: `platform cost` continues to use the current prices",
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
    """Download the files that exist. Follows no redirect. Raises `OffersUnavailable`."""
    # Every `platform cost` loads this module, and few of them download prices.
    import httpx2

    offers = {}
    with httpx2.Client(base_url=base_url, timeout=limits.read_timeout_seconds) as client:
        for file in files:
            report_file(f"{file.offer} in {file.region}")
            try:
                text = _download(client, file, limits)
            except httpx2.ConnectError as error:
                raise OffersUnavailable(file, f"no connection ({error})") from error
            except httpx2.HTTPError as error:
                raise OffersUnavailable(file, str(error) or type(error).__name__) from error
            if text is not None:
                offers[file] = _read(file, text)
    return offers


def _download(client: "httpx2.Client", file: OfferFile, limits: DownloadLimits) -> bytearray | None:
    end = time.monotonic() + limits.seconds
    text = bytearray()
    with client.stream("GET", file.path, follow_redirects=False) as response:
        if response.status_code in ABSENT:
            return None
        if response.status_code != OK:
            raise OffersUnavailable(file, f"status {response.status_code}")
        for piece in response.iter_bytes():
            text += piece
            if len(text) > limits.max_bytes:
                raise OffersUnavailable(file, f"over {limits.max_bytes // MEGABYTE} MB")
            if time.monotonic() > end:
                raise OffersUnavailable(file, f"not complete after {limits.seconds:.0f} seconds")
    return text


def _read(file: OfferFile, text: bytearray) -> Offer:
    try:
        return Offer.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        reason = f"not an offer file ({place + ': ' if place else ''}{first['msg']})"
        raise OffersUnavailable(file, reason) from None

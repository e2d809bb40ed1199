"""Read all content of a sender page by page, if it has a listing.

A page is `{"items": [...], "next": URL or null}`, or only the list. The next page must be on the
same host, because the request contains a token.
"""

from collections.abc import Iterator, Mapping
from typing import cast
from urllib.parse import urljoin, urlsplit

from platform_core.errors import NoListing, SecretMissing, VendorRefused
from platform_core.provider import Context
from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers.generic.settings import Settings


def list_items(context: Context) -> Iterator[Json]:
    """Yield every item in the sender's shape. Raises `NoListing`."""
    listing_url = cast("Settings", context.settings).listing_url
    if listing_url is None:
        raise NoListing("this sender has no listing: listing_url is not set")
    seen_urls: set[str] = set()
    url: str | None = listing_url
    while url is not None:
        seen_urls.add(url)
        response = context.http("GET", url, headers=_request_headers(context))
        body = parsing.parse_response(response, absent=())
        page = {"items": body} if isinstance(body, list) else parsing.parse_object(body)
        if not isinstance(page.get("items"), list):
            raise VendorRefused("the listing has no list of items")
        yield from parsing.parse_objects(page["items"])
        url = _next_url(page.get("next"), url)
        # Our own check instead of `PageGuard`, because here the URL is the cursor.
        if url in seen_urls:
            raise VendorRefused("the pages of the listing form a loop")


def _request_headers(context: Context) -> Mapping[str, str]:
    """Return the headers of a request. A public listing needs no token."""
    try:
        token = context.secret("read_token")
    except SecretMissing:
        return {"accept": "application/json"}
    return {"accept": "application/json", "authorization": f"Bearer {token}"}


def _next_url(link: object, url: str) -> str | None:
    """Return the URL of the next page. Raises `VendorRefused` for another host."""
    if not link:
        return None
    try:
        next_url = urljoin(url, str(link))
        # The request carries the token, which must not reach another host or plain http.
        is_same_host = urlsplit(next_url)[:2] == urlsplit(url)[:2]
    except ValueError:
        is_same_host = False
    if not is_same_host:
        raise VendorRefused("the next page of the listing is on another host")
    return next_url

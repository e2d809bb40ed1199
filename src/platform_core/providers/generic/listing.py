"""Everything that a sender publishes, page by page, where it lists that at all.

A page is `{"items": [...], "next": address or null}`, or just the list. The next page must be at
the same host: the request carries a token.
"""

from collections.abc import Iterator, Mapping
from typing import cast
from urllib.parse import urljoin, urlsplit

from platform_core.errors import NoListing, SecretMissing, VendorRefused
from platform_core.provider import Context
from platform_core.providers import reading
from platform_core.providers.generic.settings import Settings
from platform_core.providers.reading import Json


def items(context: Context) -> Iterator[Json]:
    """Every item as the sender describes it. Raises `NoListing`."""
    first = cast("Settings", context.settings).listing_url
    if first is None:
        raise NoListing("this sender lists nothing: no listing_url is set")
    seen: set[str] = set()
    address: str | None = first
    while address is not None:
        seen.add(address)
        response = context.http("GET", address, headers=_headers(context))
        answer = reading.answer(response, absent=())
        page = {"items": answer} if isinstance(answer, list) else reading.part(answer)
        if not isinstance(page.get("items"), list):
            raise VendorRefused("the listing holds no list of items")
        yield from reading.records(page["items"])
        address = _next(page.get("next"), address)
        if address in seen:
            raise VendorRefused("the listing's pages lead in a circle")


def _headers(context: Context) -> Mapping[str, str]:
    """A listing may be public: without a token it is asked without one."""
    try:
        token = context.secret("read_token")
    except SecretMissing:
        return {"accept": "application/json"}
    return {"accept": "application/json", "authorization": f"Bearer {token}"}


def _next(given: object, address: str) -> str | None:
    if not given:
        return None
    try:
        target = urljoin(address, str(given))
        stays = urlsplit(target)[:2] == urlsplit(address)[:2]
    except ValueError:
        stays = False
    if not stays:
        raise VendorRefused("the listing goes on at another host")
    return target

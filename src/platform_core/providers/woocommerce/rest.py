"""WooCommerce's REST API, version 3: one resource, or all of a kind page by page."""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Final, cast
from urllib.parse import urlencode

from platform_core.provider import Context, HttpResponse
from platform_core.providers import reading
from platform_core.providers.paging import Progress
from platform_core.providers.reading import Json
from platform_core.providers.woocommerce.settings import Settings

PER_PAGE: Final = 100
READ: Final = "read_token"
PRODUCTS: Final = "products"
CATEGORIES: Final = "products/categories"


def one(context: Context, kind: str, number: str) -> Json | None:
    """A product or a category; None: it is gone, or lies in the trash."""
    found = reading.part(reading.answer(call(context, "GET", f"{kind}/{number}")))
    return found if found and found.get("status") != "trash" else None


def every(context: Context, kind: str, **query: str) -> Iterator[Json]:
    """All of a kind by their ids, so that what comes in meanwhile moves nothing."""
    return pages(context, kind, {"orderby": "id", "order": "asc", **query})


def variations(context: Context, number: str) -> list[Json]:
    """The variations of a product: its own resource only names their ids."""
    return list(every(context, f"{PRODUCTS}/{number}/variations"))


def pages(
    context: Context, path: str, query: Mapping[str, str], token: str = READ
) -> Iterator[Json]:
    """Every record of a listing. The headers say how many pages there are."""
    page, progress = 1, Progress()
    while True:
        asked = {**query, "per_page": str(PER_PAGE), "page": str(page)}
        response = call(context, "GET", path, query=asked, token=token)
        found = reading.records(reading.answer(response, absent=()))
        yield from found
        if page >= (reading.whole(response.headers.get("x-wp-totalpages")) or 1):
            return
        progress.saw(found)
        page += 1


def call(
    context: Context,
    method: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    body: Json | None = None,
    token: str = READ,
) -> HttpResponse:
    """One request; the key and its secret go as Basic credentials, over https only."""
    settings = cast("Settings", context.settings)
    credentials = base64.b64encode(context.secret(token).encode()).decode()
    address = f"{settings.store_url}/wp-json/wc/v3/{path}"
    return context.http(
        method,
        f"{address}?{urlencode(query)}" if query else address,
        headers={
            "accept": "application/json",
            "authorization": f"Basic {credentials}",
            "content-type": "application/json",
        },
        body=None if body is None else json.dumps(body).encode(),
    )

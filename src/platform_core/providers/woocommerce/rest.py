"""Call WooCommerce's REST API, version 3: fetch one resource, or list all page by page."""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Final, cast
from urllib.parse import urlencode

from platform_core.http import HttpResponse
from platform_core.provider import Context
from platform_core.provider_kit import parsing
from platform_core.provider_kit.pagination import PageGuard
from platform_core.provider_kit.parsing import Json
from platform_core.providers.woocommerce.settings import Settings

PER_PAGE: Final = 100
READ_TOKEN: Final = "read_token"  # noqa: S105 - the name of a secret
PRODUCTS: Final = "products"
CATEGORIES: Final = "products/categories"


def fetch_one(context: Context, kind: str, number: str) -> Json | None:
    """Fetch a product or a category. None if it does not exist or is in the trash."""
    resource = parsing.parse_object(
        parsing.parse_response(send_request(context, "GET", f"{kind}/{number}"))
    )
    return resource if resource and resource.get("status") != "trash" else None


def iterate_resources(context: Context, kind: str, **query: str) -> Iterator[Json]:
    """Yield all resources of a kind, sorted by id so that new ones do not shift the pages."""
    return iterate_records(context, kind, {"orderby": "id", "order": "asc", **query})


def list_variations(context: Context, number: str) -> list[Json]:
    """List the variations of a product, whose own resource only has their ids."""
    return list(iterate_resources(context, f"{PRODUCTS}/{number}/variations"))


def iterate_records(
    context: Context, path: str, query: Mapping[str, str], token: str = READ_TOKEN
) -> Iterator[Json]:
    """Yield every record of a listing. The response headers contain the number of pages."""
    page, guard = 1, PageGuard()
    while True:
        page_query = {**query, "per_page": str(PER_PAGE), "page": str(page)}
        response = send_request(context, "GET", path, query=page_query, token=token)
        records = parsing.parse_objects(parsing.parse_response(response, absent=()))
        yield from records
        # The header has the number of pages, so the end needs no extra request.
        if page >= (parsing.parse_integer(response.headers.get("x-wp-totalpages")) or 1):
            return
        guard.check_page(records)
        page += 1


def send_request(
    context: Context,
    method: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    body: Json | None = None,
    token: str = READ_TOKEN,
) -> HttpResponse:
    """Send one request. The key and its secret are Basic credentials, over https only."""
    settings = cast("Settings", context.settings)
    credentials = base64.b64encode(context.secret(token).encode()).decode()
    url = f"{settings.store_url}/wp-json/wc/v3/{path}"
    return context.http(
        method,
        f"{url}?{urlencode(query)}" if query else url,
        headers={
            "accept": "application/json",
            "authorization": f"Basic {credentials}",
            "content-type": "application/json",
        },
        body=None if body is None else json.dumps(body).encode(),
    )

"""Query Shopify's Admin API: run one GraphQL query, or iterate over a connection."""

import json
from collections.abc import Iterator, Mapping
from typing import Final, cast

from platform_core.errors import VendorRefused, VendorUnavailable
from platform_core.provider import Context
from platform_core.provider_kit import parsing
from platform_core.provider_kit.pagination import PageGuard
from platform_core.provider_kit.parsing import Json
from platform_core.providers._shopify.settings import Settings

READ_TOKEN: Final = "read_token"  # noqa: S105 - the name of a secret


def run_query(
    context: Context, query: str, variables: Mapping[str, object], token: str = READ_TOKEN
) -> Json:
    """Run a query and return its data."""
    settings = cast("Settings", context.settings)
    response = context.http(
        "POST",
        f"https://{settings.store_domain}/admin/api/{settings.api_version}/graphql.json",
        headers={
            "content-type": "application/json",
            "x-shopify-access-token": context.secret(token),
        },
        body=json.dumps({"query": query, "variables": variables}).encode(),
    )
    answer = parsing.parse_object(parsing.parse_response(response, absent=()))
    # GraphQL reports its errors in a response with status 200.
    if errors := parsing.parse_objects(answer.get("errors")):
        code = parsing.parse_object(errors[0].get("extensions")).get("code")
        # Throttling is an error code in GraphQL, not status 429, and worth a retry.
        if code in {"THROTTLED", "INTERNAL_SERVER_ERROR"}:
            raise VendorUnavailable(f"the vendor answered {code}")
        raise VendorRefused(f"the vendor refused the query: {code or 'no code'}")
    data = answer.get("data")
    if not isinstance(data, dict):
        raise VendorUnavailable("the vendor's response has no data")
    return data


def iterate_nodes(
    context: Context,
    query: str,
    path: tuple[str, ...],
    *,
    after: str | None = None,
    token: str = READ_TOKEN,
    **variables: str,
) -> Iterator[Json]:
    """Yield every node of a connection, starting at a cursor."""
    guard = PageGuard()
    while True:
        value: object = run_query(context, query, {**variables, "after": after}, token)
        for name in path:
            value = parsing.parse_object(value).get(name)
        page = parsing.parse_object(value)
        nodes, after = parsing.parse_objects(page.get("nodes")), next_cursor(page)
        yield from nodes
        if after is None:
            return
        guard.check_page(nodes, after)


def next_cursor(page: Json) -> str | None:
    """Return the cursor of the next page, or None on the last page."""
    page_info = parsing.parse_object(page.get("pageInfo"))
    return parsing.parse_text(page_info.get("endCursor")) if page_info.get("hasNextPage") else None

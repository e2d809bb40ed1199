"""Shopify's Admin API: one question in GraphQL, and a connection read to its end."""

import json
from collections.abc import Iterator, Mapping
from typing import Final, cast

from platform_core.errors import VendorRefused, VendorUnavailable
from platform_core.provider import Context
from platform_core.providers import reading
from platform_core.providers._shopify.settings import Settings
from platform_core.providers.paging import Progress
from platform_core.providers.reading import Json

READ: Final = "read_token"


def ask(context: Context, query: str, variables: Mapping[str, object], token: str = READ) -> Json:
    """The data of an answer. GraphQL tells of its failures in an answer of status 200."""
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
    answer = reading.part(reading.answer(response, absent=()))
    if errors := reading.records(answer.get("errors")):
        code = reading.part(errors[0].get("extensions")).get("code")
        if code in {"THROTTLED", "INTERNAL_SERVER_ERROR"}:
            raise VendorUnavailable(f"the vendor answered {code}")
        raise VendorRefused(f"the vendor refused the query: {code or 'no code'}")
    data = answer.get("data")
    if not isinstance(data, dict):
        raise VendorUnavailable("the vendor's answer holds no data")
    return data


def pages(
    context: Context,
    query: str,
    path: tuple[str, ...],
    *,
    after: str | None = None,
    token: str = READ,
    **variables: str,
) -> Iterator[Json]:
    """Every node of a connection, from a cursor on."""
    progress = Progress()
    while True:
        found: object = ask(context, query, {**variables, "after": after}, token)
        for name in path:
            found = reading.part(found).get(name)
        page = reading.part(found)
        nodes, after = reading.records(page.get("nodes")), next_cursor(page)
        yield from nodes
        if after is None:
            return
        progress.saw(nodes, after)


def next_cursor(page: Json) -> str | None:
    told = reading.part(page.get("pageInfo"))
    return reading.text(told.get("endCursor")) if told.get("hasNextPage") else None

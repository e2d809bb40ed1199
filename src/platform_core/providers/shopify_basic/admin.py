"""Shopify's Admin API: the questions that we ask it, in GraphQL, page by page.

Page sizes keep every question under the 1,000 points that one may cost.
"""

import json
from collections.abc import Iterator
from typing import Final, cast

from platform_core.errors import VendorRefused, VendorUnavailable
from platform_core.provider import Context
from platform_core.providers import reading
from platform_core.providers.reading import Json
from platform_core.providers.shopify_basic.settings import Settings

_VARIANTS: Final = """
nodes {
  id title sku price compareAtPrice inventoryQuantity inventoryPolicy
  inventoryItem { id tracked } selectedOptions { name value }
}
pageInfo { hasNextPage endCursor }
"""
_PRODUCT: Final = f"""
id handle title descriptionHtml status vendor productType tags createdAt updatedAt publishedAt
seo {{ title description }}
media(first: 10) {{ nodes {{
  ... on MediaImage {{ id alt mimeType image {{ url width height }} }}
}} }}
variants(first: 25) {{ {_VARIANTS} }}
"""
_MEMBERS: Final = "nodes { id } pageInfo { hasNextPage endCursor }"
_COLLECTION: Final = f"""
id handle title descriptionHtml updatedAt seo {{ title description }}
image {{ url altText width height }}
products(first: 50) {{ {_MEMBERS} }}
"""

PRODUCT: Final = f"query Product($id: ID!) {{ product(id: $id) {{ {_PRODUCT} }} }}"
COLLECTION: Final = f"query Collection($id: ID!) {{ collection(id: $id) {{ {_COLLECTION} }} }}"
STOCK: Final = "query Stock($id: ID!) { inventoryItem(id: $id) { id variant { product { id } } } }"
PRODUCTS: Final = (
    "query Products($after: String) { products(first: 10, after: $after, sortKey: ID) "
    f"{{ nodes {{ {_PRODUCT} }} pageInfo {{ hasNextPage endCursor }} }} }}"
)
COLLECTIONS: Final = (
    "query Collections($after: String) { collections(first: 10, after: $after, sortKey: ID) "
    f"{{ nodes {{ {_COLLECTION} }} pageInfo {{ hasNextPage endCursor }} }} }}"
)
MORE_VARIANTS: Final = (
    "query MoreVariants($id: ID!, $after: String) { product(id: $id) "
    f"{{ variants(first: 100, after: $after) {{ {_VARIANTS} }} }} }}"
)
MORE_MEMBERS: Final = (
    "query MoreMembers($id: ID!, $after: String) { collection(id: $id) "
    f"{{ products(first: 250, after: $after) {{ {_MEMBERS} }} }} }}"
)


def product(context: Context, gid: str) -> Json | None:
    """A product with all of its variants; None: it is gone."""
    found = _one(context, PRODUCT, "product", gid)
    return found and _whole_product(context, found)


def collection(context: Context, gid: str) -> Json | None:
    """A collection with all of its products' ids; None: it is gone."""
    found = _one(context, COLLECTION, "collection", gid)
    return found and _whole_collection(context, found)


def product_of_stock(context: Context, gid: str) -> str | None:
    """The product that an inventory item belongs to."""
    found = _one(context, STOCK, "inventoryItem", gid) or {}
    owner = reading.part(reading.part(found.get("variant")).get("product"))
    return reading.text(owner.get("id"))


def products(context: Context) -> Iterator[Json]:
    for node in _pages(context, PRODUCTS, ("products",)):
        yield _whole_product(context, node)


def collections(context: Context) -> Iterator[Json]:
    for node in _pages(context, COLLECTIONS, ("collections",)):
        yield _whole_collection(context, node)


def _whole_product(context: Context, node: Json) -> Json:
    more = _rest(context, node, "variants", MORE_VARIANTS, ("product", "variants"))
    return node | {"variants": {"nodes": more}}


def _whole_collection(context: Context, node: Json) -> Json:
    more = _rest(context, node, "products", MORE_MEMBERS, ("collection", "products"))
    return node | {"products": {"nodes": more}}


def _rest(
    context: Context, node: Json, field: str, query: str, path: tuple[str, ...]
) -> list[Json]:
    """The nodes of a connection: the page that is there, and all that follow it."""
    first = reading.part(node.get(field))
    nodes = reading.records(first.get("nodes"))
    after = _next(first)
    if after is None:
        return nodes
    return nodes + list(_pages(context, query, path, after=after, id=str(node["id"])))


def _pages(
    context: Context,
    query: str,
    path: tuple[str, ...],
    *,
    after: str | None = None,
    **variables: str,
) -> Iterator[Json]:
    """Every node of a connection, from a cursor on."""
    while True:
        found: object = _ask(context, query, {**variables, "after": after})
        for name in path:
            found = reading.part(found).get(name)
        page = reading.part(found)
        yield from reading.records(page.get("nodes"))
        after = _next(page)
        if after is None:
            return


def _next(page: Json) -> str | None:
    told = reading.part(page.get("pageInfo"))
    return reading.text(told.get("endCursor")) if told.get("hasNextPage") else None


def _one(context: Context, query: str, field: str, gid: str) -> Json | None:
    found = _ask(context, query, {"id": gid}).get(field)
    return found if isinstance(found, dict) else None


def _ask(context: Context, query: str, variables: dict[str, str | None]) -> Json:
    """The data of an answer. GraphQL tells of its failures in an answer of status 200."""
    settings = cast("Settings", context.settings)
    response = context.http(
        "POST",
        f"https://{settings.store_domain}/admin/api/{settings.api_version}/graphql.json",
        headers={
            "content-type": "application/json",
            "x-shopify-access-token": context.secret("read_token"),
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

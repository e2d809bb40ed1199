"""What we ask Shopify about products, collections and stock, page by page.

Page sizes keep every question under the 1,000 points that one may cost.
"""

from collections.abc import Iterator
from typing import Final

from platform_core.provider import Context
from platform_core.providers import reading
from platform_core.providers._shopify import graphql
from platform_core.providers.reading import Json

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
    for node in graphql.pages(context, PRODUCTS, ("products",)):
        yield _whole_product(context, node)


def collections(context: Context) -> Iterator[Json]:
    for node in graphql.pages(context, COLLECTIONS, ("collections",)):
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
    after = graphql.next_cursor(first)
    if after is None:
        return nodes
    return nodes + list(graphql.pages(context, query, path, after=after, id=str(node["id"])))


def _one(context: Context, query: str, field: str, gid: str) -> Json | None:
    found = graphql.ask(context, query, {"id": gid}).get(field)
    return found if isinstance(found, dict) else None

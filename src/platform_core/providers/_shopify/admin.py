"""Query products, collections and stock from Shopify's Admin API, page by page.

The page sizes keep every query below Shopify's limit of 1,000 cost points.
"""

from collections.abc import Iterator
from typing import Final

from platform_core.provider import Context
from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers._shopify import graphql

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


def fetch_product(context: Context, gid: str) -> Json | None:
    """Fetch a product with all of its variants. None if it does not exist."""
    node = _fetch_node(context, PRODUCT, "product", gid)
    return node and _fetch_remaining_variants(context, node)


def fetch_collection(context: Context, gid: str) -> Json | None:
    """Fetch a collection with the ids of all its products. None if it does not exist."""
    node = _fetch_node(context, COLLECTION, "collection", gid)
    return node and _fetch_remaining_members(context, node)


def fetch_product_id_of_inventory_item(context: Context, gid: str) -> str | None:
    """Return the id of the product that an inventory item belongs to."""
    item = _fetch_node(context, STOCK, "inventoryItem", gid) or {}
    owner = parsing.parse_object(parsing.parse_object(item.get("variant")).get("product"))
    return parsing.parse_text(owner.get("id"))


def list_products(context: Context) -> Iterator[Json]:
    """Yield every product with all of its variants."""
    for node in graphql.iterate_nodes(context, PRODUCTS, ("products",)):
        yield _fetch_remaining_variants(context, node)


def list_collections(context: Context) -> Iterator[Json]:
    """Yield every collection with the ids of all its products."""
    for node in graphql.iterate_nodes(context, COLLECTIONS, ("collections",)):
        yield _fetch_remaining_members(context, node)


def _fetch_remaining_variants(context: Context, node: Json) -> Json:
    """Add the variants that did not fit into the first page."""
    variants = _fetch_all_nodes(context, node, "variants", MORE_VARIANTS, ("product", "variants"))
    return node | {"variants": {"nodes": variants}}


def _fetch_remaining_members(context: Context, node: Json) -> Json:
    """Add the products that did not fit into the first page."""
    members = _fetch_all_nodes(context, node, "products", MORE_MEMBERS, ("collection", "products"))
    return node | {"products": {"nodes": members}}


def _fetch_all_nodes(
    context: Context, node: Json, field: str, query: str, path: tuple[str, ...]
) -> list[Json]:
    """Return all nodes of a connection: those of the first page and of the following pages."""
    first_page = parsing.parse_object(node.get(field))
    nodes = parsing.parse_objects(first_page.get("nodes"))
    after = graphql.next_cursor(first_page)
    if after is None:
        return nodes
    return nodes + list(
        graphql.iterate_nodes(context, query, path, after=after, id=str(node["id"]))
    )


def _fetch_node(context: Context, query: str, field: str, gid: str) -> Json | None:
    node = graphql.run_query(context, query, {"id": gid}).get(field)
    return node if isinstance(node, dict) else None

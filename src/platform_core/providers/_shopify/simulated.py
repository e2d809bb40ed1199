"""Simulate Shopify's Admin API, limited to the GraphQL queries of our modules.

The state is `{"products": {gid: node}, "collections": {gid: node}, "deleted": {gid: time},
"subscriptions": {gid: node}}`, with nodes in the API's shape and collections with `members`. An
empty state starts with the catalog of a small shop for ceramics and tea.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from platform_core.http import HttpResponse
from platform_core.provider_kit import parsing
from platform_core.provider_kit.simulated_vendor import SimulatedVendor, State, json_response
from platform_core.providers._shopify import admin, payload, registration
from platform_core.providers._shopify.payload import GID_PREFIX, BodyKind
from platform_core.webhooks.request import Request

Node = dict[str, Any]


class Simulated(SimulatedVendor):
    """One shop."""

    HOSTS: ClassVar[tuple[str, ...]] = ("*.myshopify.com",)

    def respond(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """Answer one call of the API."""
        path = urlsplit(url).path
        if method != "POST" or not (
            path.startswith("/admin/api/") and path.endswith("/graphql.json")
        ):
            return json_response(404, {"errors": "Not Found"})
        question = json.loads(body)
        handler = _HANDLERS.get(question["query"])
        if handler is None:
            return json_response(200, {"errors": [{"message": "the simulation has no such query"}]})
        state = self._state()
        data = handler(state, question["variables"])
        if question["query"] in _MUTATIONS:
            self._save(state)
        return json_response(200, {"data": data})

    def record(self, request: Request) -> None:
        """Apply a delivery to the state, unless the state is newer."""
        body = parsing.parse_document(request.body)
        state = self._state()
        match payload.classify_body(body, request.headers.get("x-shopify-topic", "")):
            case BodyKind.PRODUCT:
                _store_item_if_newer(state, "products", payload.webhook_product_to_api_shape(body))
            case BodyKind.COLLECTION:
                _store_item_if_newer(state, "collections", _to_collection(state, body))
            case BodyKind.DELETED_PRODUCT:
                _delete_item(state, "products", payload.global_id(body, BodyKind.PRODUCT))
            case BodyKind.DELETED_COLLECTION:
                _delete_item(state, "collections", payload.global_id(body, BodyKind.COLLECTION))
            case BodyKind.STOCK_LEVEL:
                _set_stock(state, body)
            case _:
                return
        self._save(state)

    def _seed_state(self) -> State:
        return _seed_state()


def _store_item_if_newer(state: State, kind: str, node: Node) -> None:
    """Store an item unless the state has a newer one."""
    gid = str(node["id"])
    known_time = state[kind].get(gid, {}).get("updatedAt") or state["deleted"].get(gid)
    known_at, now = parsing.parse_timestamp(known_time), parsing.parse_timestamp(node["updatedAt"])
    if now and (known_at is None or now >= known_at):
        state[kind][gid] = node


def _delete_item(state: State, kind: str, gid: str | None) -> None:
    deleted = state[kind].pop(gid, None)
    if deleted:
        state["deleted"][gid] = deleted["updatedAt"]
    for collection in state["collections"].values():
        collection["members"] = [member for member in collection["members"] if member != gid]


def _to_collection(state: State, body: Mapping[str, Any]) -> Node:
    gid = payload.global_id(body, BodyKind.COLLECTION)
    existing: Node = state["collections"].get(gid, {"members": []})
    return existing | {
        "id": gid,
        "handle": body.get("handle"),
        "title": body.get("title"),
        "descriptionHtml": body.get("body_html"),
        "updatedAt": body.get("updated_at"),
    }


def _set_stock(state: State, body: Mapping[str, Any]) -> None:
    """Set a stock level. A change of stock is also a change of its product."""
    item = payload.global_id(body, BodyKind.STOCK_LEVEL, "inventory_item_id")
    quantity, changed_at = (
        parsing.parse_integer(body.get("available")),
        parsing.parse_timestamp(body.get("updated_at")),
    )
    for product in state["products"].values():
        for variant in product["variants"]["nodes"]:
            if variant["inventoryItem"]["id"] == item and quantity is not None and changed_at:
                variant["inventoryQuantity"] = quantity
                known_at = parsing.parse_timestamp(product["updatedAt"])
                if known_at is None or changed_at > known_at:
                    product["updatedAt"] = body["updated_at"]


def _answer_product(state: State, variables: Mapping[str, str]) -> Node:
    return {"product": state["products"].get(variables["id"])}


def _answer_collection(state: State, variables: Mapping[str, str]) -> Node:
    collection = state["collections"].get(variables["id"])
    return {"collection": collection and _with_members(collection)}


def _answer_inventory_item(state: State, variables: Mapping[str, str]) -> Node:
    for product in state["products"].values():
        for variant in product["variants"]["nodes"]:
            if variant["inventoryItem"]["id"] == variables["id"]:
                owner = {"variant": {"product": {"id": product["id"]}}}
                return {"inventoryItem": {"id": variables["id"]} | owner}
    return {"inventoryItem": None}


def _answer_products(state: State, variables: Mapping[str, str]) -> Node:
    return {"products": _make_page(list(state["products"].values()), variables)}


def _answer_collections(state: State, variables: Mapping[str, str]) -> Node:
    page = _make_page(list(state["collections"].values()), variables)
    return {"collections": page | {"nodes": [_with_members(node) for node in page["nodes"]]}}


def _with_members(collection: Node) -> Node:
    nodes = [{"id": member} for member in collection["members"]]
    return {**collection, "products": {"nodes": nodes}}


def _answer_subscriptions(state: State, variables: Mapping[str, Any]) -> Node:
    subscriptions = list(state.get("subscriptions", {}).values())
    return {"webhookSubscriptions": _make_page(subscriptions, variables, size=100)}


def _create_subscription(state: State, variables: Mapping[str, Any]) -> Node:
    subscriptions: Node = state.setdefault("subscriptions", {})
    gid = f"{GID_PREFIX}WebhookSubscription/{len(subscriptions) + 1}"
    subscriptions[gid] = {"id": gid, "topic": variables["topic"], **variables["input"]}
    return {
        "webhookSubscriptionCreate": {"webhookSubscription": subscriptions[gid], "userErrors": []}
    }


def _update_subscription(state: State, variables: Mapping[str, Any]) -> Node:
    subscription = state["subscriptions"][variables["id"]]
    subscription |= variables["input"]
    return {"webhookSubscriptionUpdate": {"webhookSubscription": subscription, "userErrors": []}}


def _make_page(nodes: list[Node], variables: Mapping[str, str | None], size: int = 10) -> Node:
    """Return the page after a cursor. Cursors are positions here."""
    start = int(variables.get("after") or 0)
    more = start + size < len(nodes)
    info = {"hasNextPage": more, "endCursor": str(start + size) if more else None}
    return {"nodes": nodes[start : start + size], "pageInfo": info}


_HANDLERS: Final[Mapping[str, Callable[[State, Mapping[str, Any]], Node]]] = {
    admin.PRODUCT: _answer_product,
    admin.COLLECTION: _answer_collection,
    admin.STOCK: _answer_inventory_item,
    admin.PRODUCTS: _answer_products,
    admin.COLLECTIONS: _answer_collections,
    registration.SUBSCRIPTIONS: _answer_subscriptions,
    registration.CREATE: _create_subscription,
    registration.UPDATE: _update_subscription,
}
_MUTATIONS: Final = {registration.CREATE, registration.UPDATE}


def _seed_state() -> State:
    products = [_seed_product(number, row) for number, row in enumerate(_PRODUCTS, start=1)]
    collections = [
        {
            "id": f"{GID_PREFIX}Collection/{500 + number}",
            "handle": handle,
            "title": title,
            "descriptionHtml": f"<p>{text}</p>",
            "updatedAt": "2026-09-01T08:00:00Z",
            "members": [row["id"] for row in products if row["productType"] == title],
        }
        for number, (handle, title, text) in enumerate(_COLLECTIONS, start=1)
    ]
    return {
        "products": {row["id"]: row for row in products},
        "collections": {row["id"]: row for row in collections},
        "deleted": {},
    }


def _seed_product(number: int, row: tuple[str, ...]) -> Node:
    """Make a product of the initial state.

    The last column has one line for each variant: name, price, compare-at price and stock.
    """
    handle, title, kind, tags, html, variants = row
    return {
        "id": f"{GID_PREFIX}Product/{8100 + number}",
        "handle": handle,
        "title": title,
        "descriptionHtml": html,
        "status": "ACTIVE",
        "vendor": "Fjord & Fern",
        "productType": kind,
        "tags": tags.split(),
        "createdAt": "2026-08-01T08:00:00Z",
        "updatedAt": f"2026-09-{number:02}T08:00:00Z",
        "publishedAt": "2026-08-02T08:00:00Z",
        "seo": {"title": None, "description": None},
        "media": {"nodes": []},
        "variants": {
            "nodes": [
                _seed_variant(number * 100 + index, handle, *map(str.strip, line.split("|")))
                for index, line in enumerate(variants.strip().splitlines(), start=1)
            ]
        },
    }


def _seed_variant(number: int, handle: str, name: str, price: str, was: str, stock: str) -> Node:
    option, _, value = name.rpartition(": ")
    return {
        "id": f"{GID_PREFIX}ProductVariant/{44000 + number}",
        "title": value,
        "sku": f"{handle}-{number % 100}".upper(),
        "price": price,
        "compareAtPrice": was or None,
        "inventoryQuantity": int(stock),
        "inventoryPolicy": "DENY",
        "inventoryItem": {"id": f"{GID_PREFIX}InventoryItem/{46000 + number}", "tracked": True},
        "selectedOptions": [{"name": option or "Title", "value": value}],
    }


_COLLECTIONS: Final = (
    ("tableware", "Tableware", "Stoneware for every day, fired in our own kiln."),
    ("tea", "Tea", "Four teas, chosen for what they do on a grey afternoon."),
)
_PRODUCTS: Final = (
    (
        "tide-bowl", "Tide bowl", "Tableware", "stoneware bowl",
        "<p>A deep bowl with a rim like the waterline: pale above, dark below.</p>"
        "<ul><li>Stoneware, glazed inside</li><li>Safe in oven and dishwasher</li></ul>",
        "Size: Small | 28.00 | | 14\nSize: Large | 42.00 | | 6",
    ),
    (
        "moss-mug", "Moss mug", "Tableware", "stoneware mug",
        "<p>Three hundred millilitres, a thumb rest, and a glaze that breaks green over brown.</p>",
        "Default Title | 24.00 | | 31",
    ),
    (
        "harbour-teapot", "Harbour teapot", "Tableware", "stoneware teapot",
        "<p>Holds four cups, pours without a drip, and keeps its heat for an hour.</p>",
        "Glaze: Ash | 96.00 | 112.00 | 3\nGlaze: Bracken | 96.00 | | 0",
    ),
    (
        "apple-ash-plate", "Apple ash plate", "Tableware", "stoneware plate",
        "<p>A flat plate with the autumn glaze. Sold out until the next firing.</p>",
        "Default Title | 34.00 | | 0",
    ),
    (
        "first-snow-tea", "First Snow", "Tea", "black smoked",
        "<p>Black leaf and pine smoke, with orange peel from above the kiln.</p>",
        "Weight: 50 g | 9.50 | | 40\nWeight: 100 g | 17.00 | 19.00 | 22",
    ),
    (
        "north-bank-green", "North Bank green", "Tea", "green",
        "<p>A spring green that forgives water that is a little too hot.</p>",
        "Default Title | 12.00 | | 18",
    ),
)  # fmt: skip

"""Simulate WooCommerce's REST API, as far as our modules call it.

The state is `{"products": {id: node}, "variations": {product id: [node]}, "categories": {id: node},
"deleted": {id: time}, "webhooks": {id: node}}`, with nodes in the API's shape. An empty state
starts with the catalog of a small shop for ceramics and tea.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from platform_core.http import HttpResponse
from platform_core.provider_kit import parsing
from platform_core.provider_kit.simulated_vendor import SimulatedVendor, State
from platform_core.providers.woocommerce import payload
from platform_core.providers.woocommerce.payload import BodyKind
from platform_core.webhooks.request import Request

Node = dict[str, Any]


class Simulated(SimulatedVendor):
    """One shop on any host."""

    HOSTS: ClassVar[tuple[str, ...]] = ("*/wp-json/wc/v3/*",)

    def respond(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """Answer one call of the API."""
        address = urlsplit(url)
        path = address.path.partition("/wp-json/wc/v3/")[2]
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        state = self._state()
        if path.startswith("webhooks") and method in {"POST", "PUT"}:
            webhook = _put_webhook(state, path, json.loads(body))
            self._save(state)
            return _json_response(201 if method == "POST" else 200, webhook)
        return _answer_get(state, path, query) if method == "GET" else _not_found()

    def record(self, request: Request) -> None:
        """Apply a delivery to the state, unless the state is newer."""
        body = parsing.parse_document(request.body)
        state = self._state()
        match payload.classify_body(body, request.headers.get("x-wc-webhook-topic", "")):
            case BodyKind.PRODUCT:
                _store_product_if_newer(state, payload.require_id(body), body)
            case BodyKind.VARIATION:
                _put_variation(state, payload.require_id(body, "parent_id"), body)
            case BodyKind.DELETED_PRODUCT:
                _delete_product(state, payload.require_id(body))
            case _:
                return
        self._save(state)

    def _seed_state(self) -> State:
        return _seed_state()


def _answer_get(state: State, path: str, query: Mapping[str, str]) -> HttpResponse:
    if path == "webhooks":
        return _page_response(list(state["webhooks"].values()), query)
    if path == "products":
        return _page_response(_products_in(state, query.get("category")), query)
    if path == "products/categories":
        return _page_response(
            [category for category in _counted_categories(state).values() if category["count"]],
            query,
        )
    if match := re.fullmatch(r"products/(\d+)/variations", path):
        return _page_response(state["variations"].get(match[1], []), query)
    if match := re.fullmatch(r"products/categories/(\d+)", path):
        return _json_or_404(_counted_categories(state).get(match[1]))
    match = re.fullmatch(r"products/(\d+)", path)
    return _json_or_404(state["products"].get(match[1])) if match else _not_found()


def _products_in(state: State, category: str | None) -> list[Node]:
    """Return all products, or those of a category. Like the vendor, include its subcategories."""
    by_id = sorted(state["products"].values(), key=lambda product: product["id"])
    children = {
        number for number, node in state["categories"].items() if str(node["parent"]) == category
    }
    return [
        product
        for product in by_id
        if category is None or {category, *children} & {*_category_numbers(product)}
    ]


def _category_numbers(product: Node) -> list[str]:
    return [
        str(category.get("id")) for category in parsing.parse_objects(product.get("categories"))
    ]


def _counted_categories(state: State) -> dict[str, Node]:
    """Return the categories with their number of products."""
    used_numbers = [
        number for product in state["products"].values() for number in _category_numbers(product)
    ]
    return {
        number: {**node, "count": used_numbers.count(number)}
        for number, node in state["categories"].items()
    }


def _store_product_if_newer(state: State, number: str, node: Node) -> None:
    """Store a product unless the state has a newer one."""
    known_time = state["products"].get(number, {}).get("date_modified_gmt")
    known_at = parsing.parse_timestamp(known_time or state["deleted"].get(number))
    changed_at = parsing.parse_timestamp(node.get("date_modified_gmt"))
    # Deliveries can arrive out of order and more than once.
    if changed_at is None or (known_at is not None and changed_at < known_at):
        return
    if node.get("status") == "trash":
        _delete_product(state, number)
        return
    state["products"][number] = node
    ids = node.get("variations")
    if isinstance(ids, list) and number not in state["variations"]:
        state["variations"][number] = [
            _placeholder_variation(node, variation, index) for index, variation in enumerate(ids)
        ]


def _placeholder_variation(product: Node, variation_id: object, index: int) -> Node:
    """Make a variation of which only the id is known, from the facts of its product.

    It gets the option with the same position in the product's list.
    """
    copied_fields = (
        "price",
        "regular_price",
        "status",
        "stock_status",
        "manage_stock",
        "stock_quantity",
    )
    attributes = [
        {"name": attribute.get("name"), "option": options[index]}
        for attribute in parsing.parse_objects(product.get("attributes"))
        if isinstance(options := attribute.get("options"), list) and index < len(options)
    ]
    facts = {name: product.get(name) for name in copied_fields}
    return facts | {"id": variation_id, "attributes": attributes}


def _put_variation(state: State, parent: str, node: Node) -> None:
    """Store a variation."""
    existing = state["variations"].setdefault(parent, [])
    kept = [variation for variation in existing if variation["id"] != node.get("id")]
    state["variations"][parent] = sorted([*kept, node], key=lambda variation: str(variation["id"]))


def _delete_product(state: State, number: str) -> None:
    deleted = state["products"].pop(number, None)
    state["variations"].pop(number, None)
    if deleted:
        state["deleted"][number] = deleted["date_modified_gmt"]


def _put_webhook(state: State, path: str, definition: Node) -> Node:
    """Store a webhook. Like the vendor, never return its secret."""
    webhooks = state["webhooks"]
    number = path.partition("/")[2] or str(len(webhooks) + 1)
    public = {name: value for name, value in definition.items() if name != "secret"}
    webhooks[number] = webhooks.get(number, {"id": int(number)}) | public
    webhook: Node = webhooks[number]
    return webhook


def _page_response(nodes: list[Node], query: Mapping[str, str]) -> HttpResponse:
    size, page = int(query["per_page"]), int(query["page"])
    headers = {"x-wp-total": str(len(nodes)), "x-wp-totalpages": str(-(-len(nodes) // size))}
    return _json_response(200, nodes[(page - 1) * size : page * size], headers)


def _json_or_404(node: Node | None) -> HttpResponse:
    return _json_response(200, node) if node else _not_found()


def _not_found() -> HttpResponse:
    return _json_response(
        404, {"code": "woocommerce_rest_product_invalid_id", "data": {"status": 404}}
    )


def _json_response(
    status: int, body: object, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    kind = {"content-type": "application/json; charset=UTF-8"}
    return HttpResponse(status, json.dumps(body).encode(), {**kind, **(headers or {})})


def _seed_state() -> State:
    products = [_seed_product(number, row) for number, row in enumerate(_PRODUCTS, start=101)]
    return {
        "products": {str(product["id"]): product for product in products},
        "variations": {
            str(product["id"]): [
                _seed_variation(product, number) for number in product["variations"]
            ]
            for product in products
        },
        "categories": {
            str(number): {
                "id": number,
                "name": name,
                "slug": name.lower(),
                "parent": parent,
                "description": text,
                "image": None,
                "menu_order": number,
            }
            for number, (name, parent, text) in _CATEGORIES.items()
        },
        "deleted": {},
        "webhooks": {},
    }


def _seed_product(number: int, row: tuple[Any, ...]) -> Node:
    """Make a product of the initial state. The last column lists its sizes, if it has several."""
    name, category, price, stock, text, sizes = row
    options = sizes.split()
    return {
        "id": number,
        "name": name,
        "slug": name.lower().replace(" ", "-"),
        "permalink": f"https://shop.fjord-and-fern.example/product/{number}/",
        "date_created_gmt": "2026-08-01T08:00:00",
        "date_modified_gmt": f"2026-09-{number - 100:02}T08:00:00",
        "type": "variable" if options else "simple",
        "status": "publish",
        "catalog_visibility": "visible",
        "description": f"<p>{text}</p>",
        "short_description": f"<p>{text.partition('.')[0]}.</p>",
        "sku": f"FF-{number}",
        "price": price,
        "regular_price": price,
        "sale_price": "",
        "manage_stock": not options,
        "stock_quantity": None if options else stock,
        "stock_status": "instock" if stock else "outofstock",
        "backorders_allowed": False,
        "categories": [{"id": category, "name": _CATEGORIES[category][0]}],
        "tags": [],
        "images": [],
        "attributes": [{"name": "Size", "variation": True, "options": options}] if options else [],
        "variations": [number * 10 + index for index in range(len(options))],
        "menu_order": 0,
    }


def _seed_variation(product: Node, number: int) -> Node:
    """Make a variation of the initial state. Each one costs more than the one before."""
    index = number % 10
    price = f"{float(product['price']) + 14 * index:.2f}"
    return {
        "id": number,
        "status": "publish",
        "sku": f"{product['sku']}-{index + 1}",
        "price": price,
        "regular_price": price,
        "manage_stock": True,
        "stock_quantity": 8 - index,
        "stock_status": "instock",
        "backorders_allowed": False,
        "attributes": [{"name": "Size", "option": product["attributes"][0]["options"][index]}],
    }


_CATEGORIES: Final = {
    21: ("Tableware", 0, "Stoneware for every day, fired in our own kiln."),
    22: ("Tea", 0, "Teas for a grey afternoon."),
    23: ("Bowls", 21, "Round ones, and one that is not."),
}
_PRODUCTS: Final = (
    ("Shore plate", 21, "34.00", 12, "A wide plate with a sandy rim. It stacks.", ""),
    ("Heron jug", 21, "58.00", 4, "A tall jug with a long neck. It never drips.", ""),
    (
        "Rain bowl",
        23,
        "28.00",
        9,
        "A bowl with a grey glaze that ran. No two alike.",
        "Small Large",
    ),
    ("Kiln shelf cup", 21, "22.00", 0, "A cup without a handle. Sold out until spring.", ""),
    ("Pine needle tea", 22, "9.50", 30, "Green leaf with young pine. Pour it cool.", "50g 100g"),
    ("Late harvest oolong", 22, "14.00", 17, "Dark, slow and sweet. Four pots from one leaf.", ""),
)

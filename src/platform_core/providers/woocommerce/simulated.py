"""A double of WooCommerce's REST API: what our modules ask of a shop.

Its state is `{"products": {id: node}, "variations": {id of a product: [node]}, "categories": {id:
node}, "deleted": {id: time}, "webhooks": {id: node}}`, nodes in the shape of the API. An empty one
starts with the shelves of a small shop for ceramics and tea.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from platform_core.provider import HttpResponse
from platform_core.providers import reading
from platform_core.providers.woocommerce import payload
from platform_core.providers.woocommerce.payload import About
from platform_core.webhook import Request

State = dict[str, Any]
Node = dict[str, Any]


class Simulated:
    """One shop, wherever it is hosted."""

    HOSTS: ClassVar[tuple[str, ...]] = ("*/wp-json/wc/v3/*",)

    def __init__(self, load: Callable[[], State], save: Callable[[State], None]) -> None:
        self._load = load
        self._save = save

    def respond(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """The answer to one call of the API."""
        address = urlsplit(url)
        path = address.path.partition("/wp-json/wc/v3/")[2]
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        state = self._state()
        if path.startswith("webhooks") and method in {"POST", "PUT"}:
            made = _webhook(state, path, json.loads(body))
            self._save(state)
            return _answer(201 if method == "POST" else 200, made)
        return _read(state, path, asked) if method == "GET" else _missing()

    def record(self, request: Request) -> None:
        """Take over what a delivery tells: the newest word on a product counts."""
        body = reading.document(request.body)
        state = self._state()
        match payload.about(body, request.headers.get("x-wc-webhook-topic", "")):
            case About.PRODUCT:
                _put(state, payload.number(body), body)
            case About.VARIATION:
                _vary(state, payload.number(body, "parent_id"), body)
            case About.GONE_PRODUCT:
                _drop(state, payload.number(body))
            case _:
                return
        self._save(state)

    def _state(self) -> State:
        return self._load() or _seed()


def _read(state: State, path: str, asked: Mapping[str, str]) -> HttpResponse:
    if path == "webhooks":
        return _page(list(state["webhooks"].values()), asked)
    if path == "products":
        return _page(_of_category(state, asked.get("category")), asked)
    if path == "products/categories":
        return _page([each for each in _categories(state).values() if each["count"]], asked)
    if found := re.fullmatch(r"products/(\d+)/variations", path):
        return _page(state["variations"].get(found[1], []), asked)
    if found := re.fullmatch(r"products/categories/(\d+)", path):
        return _one(_categories(state).get(found[1]))
    found = re.fullmatch(r"products/(\d+)", path)
    return _one(state["products"].get(found[1])) if found else _missing()


def _of_category(state: State, category: str | None) -> list[Node]:
    """All products, or those of a category; the vendor counts those of the ones below it, too."""
    by_id = sorted(state["products"].values(), key=lambda each: each["id"])
    below = {
        number for number, each in state["categories"].items() if str(each["parent"]) == category
    }
    return [
        each for each in by_id if category is None or {category, *below} & {*_standing_in(each)}
    ]


def _standing_in(product: Node) -> list[str]:
    return [str(each.get("id")) for each in reading.records(product.get("categories"))]


def _categories(state: State) -> dict[str, Node]:
    """The categories with how many products each holds."""
    held = [number for each in state["products"].values() for number in _standing_in(each)]
    return {
        number: {**node, "count": held.count(number)}
        for number, node in state["categories"].items()
    }


def _put(state: State, number: str, node: Node) -> None:
    """A product as it is now, unless something newer is known of it."""
    known = state["products"].get(number, {}).get("date_modified_gmt")
    before = reading.moment(known or state["deleted"].get(number))
    now = reading.moment(node.get("date_modified_gmt"))
    if now is None or (before is not None and now < before):
        return
    if node.get("status") == "trash":
        _drop(state, number)
        return
    state["products"][number] = node
    ids = node.get("variations")
    if isinstance(ids, list) and number not in state["variations"]:
        state["variations"][number] = [
            _made_up(node, each, place) for place, each in enumerate(ids)
        ]


def _made_up(product: Node, number: object, place: int) -> Node:
    """A variation of which nobody has told more than its id: the product's own facts, and the
    option that stands in its place."""
    taken = ("price", "regular_price", "status", "stock_status", "manage_stock", "stock_quantity")
    attributes = [
        {"name": each.get("name"), "option": options[place]}
        for each in reading.records(product.get("attributes"))
        if isinstance(options := each.get("options"), list) and place < len(options)
    ]
    facts = {name: product.get(name) for name in taken}
    return facts | {"id": number, "attributes": attributes}


def _vary(state: State, parent: str, node: Node) -> None:
    """A variation as it is now."""
    known = state["variations"].setdefault(parent, [])
    others = [each for each in known if each["id"] != node.get("id")]
    state["variations"][parent] = sorted([*others, node], key=lambda each: str(each["id"]))


def _drop(state: State, number: str) -> None:
    gone = state["products"].pop(number, None)
    state["variations"].pop(number, None)
    if gone:
        state["deleted"][number] = gone["date_modified_gmt"]


def _webhook(state: State, path: str, told: Node) -> Node:
    """A webhook, new or changed; its secret goes in and never comes out."""
    known = state["webhooks"]
    number = path.partition("/")[2] or str(len(known) + 1)
    shown = {name: value for name, value in told.items() if name != "secret"}
    known[number] = known.get(number, {"id": int(number)}) | shown
    made: Node = known[number]
    return made


def _page(nodes: list[Node], asked: Mapping[str, str]) -> HttpResponse:
    size, page = int(asked["per_page"]), int(asked["page"])
    headers = {"x-wp-total": str(len(nodes)), "x-wp-totalpages": str(-(-len(nodes) // size))}
    return _answer(200, nodes[(page - 1) * size : page * size], headers)


def _one(node: Node | None) -> HttpResponse:
    return _answer(200, node) if node else _missing()


def _missing() -> HttpResponse:
    return _answer(404, {"code": "woocommerce_rest_product_invalid_id", "data": {"status": 404}})


def _answer(status: int, body: object, headers: Mapping[str, str] | None = None) -> HttpResponse:
    kind = {"content-type": "application/json; charset=UTF-8"}
    return HttpResponse(status, json.dumps(body).encode(), {**kind, **(headers or {})})


def _seed() -> State:
    products = [_product(number, *each) for number, each in enumerate(_PRODUCTS, start=101)]
    return {
        "products": {str(each["id"]): each for each in products},
        "variations": {
            str(each["id"]): [_variation(each, number) for number in each["variations"]]
            for each in products
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


def _product(
    number: int, name: str, category: int, price: str, stock: int, text: str, sizes: str
) -> Node:
    """A product of the seed; `sizes` are the options that it comes in, if there are several."""
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
        "variations": [number * 10 + place for place in range(len(options))],
        "menu_order": 0,
    }


def _variation(product: Node, number: int) -> Node:
    """The larger, the dearer."""
    place = number % 10
    price = f"{float(product['price']) + 14 * place:.2f}"
    return {
        "id": number,
        "status": "publish",
        "sku": f"{product['sku']}-{place + 1}",
        "price": price,
        "regular_price": price,
        "manage_stock": True,
        "stock_quantity": 8 - place,
        "stock_status": "instock",
        "backorders_allowed": False,
        "attributes": [{"name": "Size", "option": product["attributes"][0]["options"][place]}],
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

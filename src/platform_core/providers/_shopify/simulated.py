"""A double of Shopify's Admin API: the GraphQL questions that our modules ask.

Its state is `{"products": {gid: node}, "collections": {gid: node}, "deleted": {gid: time},
"subscriptions": {gid: node}}`, nodes in the shape of the API, a collection with its `members`. An
empty one starts with the shelves of a small shop for ceramics and tea.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from platform_core.provider import HttpResponse
from platform_core.providers import reading
from platform_core.providers._shopify import admin, payload, registration
from platform_core.providers._shopify.payload import GID, About
from platform_core.webhook import Request

State = dict[str, Any]
Answer = dict[str, Any]


class Simulated:
    """One shop."""

    HOSTS: ClassVar[tuple[str, ...]] = ("*.myshopify.com",)

    def __init__(self, load: Callable[[], State], save: Callable[[State], None]) -> None:
        self._load = load
        self._save = save

    def respond(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """The answer to one call of the API."""
        path = urlsplit(url).path
        if method != "POST" or not (
            path.startswith("/admin/api/") and path.endswith("/graphql.json")
        ):
            return _answer(404, {"errors": "Not Found"})
        asked = json.loads(body)
        ask = _QUESTIONS.get(asked["query"])
        if ask is None:
            return _answer(200, {"errors": [{"message": "this double does not know that query"}]})
        state = self._state()
        told = ask(state, asked["variables"])
        if asked["query"] in _CHANGING:
            self._save(state)
        return _answer(200, {"data": told})

    def record(self, request: Request) -> None:
        """Take over what a delivery tells: the newest word on an item counts."""
        body = reading.document(request.body)
        state = self._state()
        match payload.about(body, request.headers.get("x-shopify-topic", "")):
            case About.PRODUCT:
                _put(state, "products", payload.product(body))
            case About.COLLECTION:
                _put(state, "collections", _collection(state, body))
            case About.GONE_PRODUCT:
                _drop(state, "products", payload.gid(body, About.PRODUCT))
            case About.GONE_COLLECTION:
                _drop(state, "collections", payload.gid(body, About.COLLECTION))
            case About.STOCK:
                _count(state, body)
            case _:
                return
        self._save(state)

    def _state(self) -> State:
        return self._load() or _seed()


def _put(state: State, shelf: str, node: Answer) -> None:
    """An item as it is now, unless something newer is known of it."""
    gid = str(node["id"])
    known = state[shelf].get(gid, {}).get("updatedAt") or state["deleted"].get(gid)
    before, now = reading.moment(known), reading.moment(node["updatedAt"])
    if now and (before is None or now >= before):
        state[shelf][gid] = node


def _drop(state: State, shelf: str, gid: str | None) -> None:
    gone = state[shelf].pop(gid, None)
    if gone:
        state["deleted"][gid] = gone["updatedAt"]
    for each in state["collections"].values():
        each["members"] = [member for member in each["members"] if member != gid]


def _collection(state: State, body: Mapping[str, Any]) -> Answer:
    gid = payload.gid(body, About.COLLECTION)
    known: Answer = state["collections"].get(gid, {"members": []})
    return known | {
        "id": gid,
        "handle": body.get("handle"),
        "title": body.get("title"),
        "descriptionHtml": body.get("body_html"),
        "updatedAt": body.get("updated_at"),
    }


def _count(state: State, body: Mapping[str, Any]) -> None:
    """A stock level as it is now; a change of stock is a change of its product."""
    item = payload.gid(body, About.STOCK, "inventory_item_id")
    quantity, when = reading.whole(body.get("available")), reading.moment(body.get("updated_at"))
    for product in state["products"].values():
        for variant in product["variants"]["nodes"]:
            if variant["inventoryItem"]["id"] == item and quantity is not None and when:
                variant["inventoryQuantity"] = quantity
                known = reading.moment(product["updatedAt"])
                if known is None or when > known:
                    product["updatedAt"] = body["updated_at"]


def _one_product(state: State, variables: Mapping[str, str]) -> Answer:
    return {"product": state["products"].get(variables["id"])}


def _one_collection(state: State, variables: Mapping[str, str]) -> Answer:
    found = state["collections"].get(variables["id"])
    return {"collection": found and _with_members(found)}


def _owner(state: State, variables: Mapping[str, str]) -> Answer:
    for product in state["products"].values():
        for variant in product["variants"]["nodes"]:
            if variant["inventoryItem"]["id"] == variables["id"]:
                owner = {"variant": {"product": {"id": product["id"]}}}
                return {"inventoryItem": {"id": variables["id"]} | owner}
    return {"inventoryItem": None}


def _all_products(state: State, variables: Mapping[str, str]) -> Answer:
    return {"products": _page(list(state["products"].values()), variables)}


def _all_collections(state: State, variables: Mapping[str, str]) -> Answer:
    page = _page(list(state["collections"].values()), variables)
    return {"collections": page | {"nodes": [_with_members(each) for each in page["nodes"]]}}


def _with_members(collection: Answer) -> Answer:
    nodes = [{"id": each} for each in collection["members"]]
    return {**collection, "products": {"nodes": nodes}}


def _subscriptions(state: State, variables: Mapping[str, Any]) -> Answer:
    known = list(state.get("subscriptions", {}).values())
    return {"webhookSubscriptions": _page(known, variables, size=100)}


def _subscribe(state: State, variables: Mapping[str, Any]) -> Answer:
    known: Answer = state.setdefault("subscriptions", {})
    gid = f"{GID}WebhookSubscription/{len(known) + 1}"
    known[gid] = {"id": gid, "topic": variables["topic"], **variables["wanted"]}
    return {"webhookSubscriptionCreate": {"webhookSubscription": known[gid], "userErrors": []}}


def _mend(state: State, variables: Mapping[str, Any]) -> Answer:
    found = state["subscriptions"][variables["id"]]
    found |= variables["wanted"]
    return {"webhookSubscriptionUpdate": {"webhookSubscription": found, "userErrors": []}}


def _page(nodes: list[Answer], variables: Mapping[str, str | None], size: int = 10) -> Answer:
    """A page from a cursor on; a cursor is a position here."""
    start = int(variables.get("after") or 0)
    more = start + size < len(nodes)
    info = {"hasNextPage": more, "endCursor": str(start + size) if more else None}
    return {"nodes": nodes[start : start + size], "pageInfo": info}


_QUESTIONS: Final[Mapping[str, Callable[[State, Mapping[str, Any]], Answer]]] = {
    admin.PRODUCT: _one_product,
    admin.COLLECTION: _one_collection,
    admin.STOCK: _owner,
    admin.PRODUCTS: _all_products,
    admin.COLLECTIONS: _all_collections,
    registration.SUBSCRIPTIONS: _subscriptions,
    registration.CREATE: _subscribe,
    registration.UPDATE: _mend,
}
_CHANGING: Final = {registration.CREATE, registration.UPDATE}


def _answer(status: int, body: object) -> HttpResponse:
    return HttpResponse(status, json.dumps(body).encode(), {"content-type": "application/json"})


def _seed() -> State:
    products = [_product(number, *each) for number, each in enumerate(_PRODUCTS, start=1)]
    collections = [
        {
            "id": f"{GID}Collection/{500 + number}",
            "handle": handle,
            "title": title,
            "descriptionHtml": f"<p>{text}</p>",
            "updatedAt": "2026-09-01T08:00:00Z",
            "members": [each["id"] for each in products if each["productType"] == title],
        }
        for number, (handle, title, text) in enumerate(_COLLECTIONS, start=1)
    ]
    return {
        "products": {each["id"]: each for each in products},
        "collections": {each["id"]: each for each in collections},
        "deleted": {},
    }


def _product(
    number: int, handle: str, title: str, kind: str, tags: str, html: str, variants: str
) -> Answer:
    """A product of the seed; `variants` is a line each: name, price, compared with, stock."""
    return {
        "id": f"{GID}Product/{8100 + number}",
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
                _variant(number * 100 + index, handle, *map(str.strip, line.split("|")))
                for index, line in enumerate(variants.strip().splitlines(), start=1)
            ]
        },
    }


def _variant(number: int, handle: str, name: str, price: str, before: str, stock: str) -> Answer:
    option, _, value = name.rpartition(": ")
    return {
        "id": f"{GID}ProductVariant/{44000 + number}",
        "title": value,
        "sku": f"{handle}-{number % 100}".upper(),
        "price": price,
        "compareAtPrice": before or None,
        "inventoryQuantity": int(stock),
        "inventoryPolicy": "DENY",
        "inventoryItem": {"id": f"{GID}InventoryItem/{46000 + number}", "tracked": True},
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

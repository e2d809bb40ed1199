"""A double of Snipcart's API: products, orders, and whether a webhook's token is genuine.

Its state is `{"products": {id: product}, "orders": {token: order}}`; an empty one starts with the
shelves of a small shop for ceramics and tea, and one order.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, unquote, urlsplit

from platform_core.proof import is_callback_token
from platform_core.provider import HttpResponse
from platform_core.providers import reading
from platform_core.webhook import Request

State = dict[str, Any]


class Simulated:
    """One account. It has no key of its own: a token was issued with the key that asks, or not."""

    HOSTS: ClassVar[tuple[str, ...]] = ("app.snipcart.com",)

    def __init__(self, load: Callable[[], State], save: Callable[[State], None]) -> None:
        self._load = load
        self._save = save

    def respond(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """The answer to one call of the API."""
        address = urlsplit(url)
        place, _, name = address.path.removeprefix("/api/").partition("/")
        key = _key(headers)
        if not key:
            return _answer(401, {"message": "no API key"})
        asked = {each: values[0] for each, values in parse_qs(address.query).items()}
        match (method, place, unquote(name)):
            case ("GET", "requestvalidation", token):
                return _found({"token": token} if is_callback_token(token, key) else None)
            case ("GET", "products", ""):
                return _answer(200, _page(list(self._state()["products"].values()), asked))
            case ("GET", "products" | "orders", name):
                return _found(self._state()[place].get(name))
            case _:
                return _answer(404, {"message": "no such path"})

    def record(self, request: Request) -> None:
        """Take over an order as a delivery tells it; a new one takes its pieces off the shelf."""
        content = reading.part(reading.document(request.body).get("content"))
        told = reading.part(content.get("order")) or content
        token, when = reading.text(told.get("token")), _changed(told)
        lines = reading.records(told.get("items"))
        if not (token and when and lines):
            return
        state = self._state()
        known = state["orders"].get(token)
        if known is None:
            _sell(state["products"], lines, told["modificationDate"])
        if known is None or when >= (_changed(known) or when):
            state["orders"][token] = told
        self._save(state)

    def _state(self) -> State:
        return self._load() or _seed()


def _key(headers: Mapping[str, str]) -> bytes:
    """The user name of Basic authentication."""
    try:
        given = headers.get("authorization", "").removeprefix("Basic ")
        return base64.b64decode(given, validate=True).partition(b":")[0]
    except binascii.Error:
        return b""


def _changed(told: State) -> Any:
    return reading.moment(told.get("modificationDate"))


def _sell(products: State, lines: list[State], when: str) -> None:
    for line in lines:
        product = products.get(str(line.get("id")))
        quantity = reading.whole(line.get("quantity"))
        if product and quantity and product["stock"] is not None:
            product["stock"] = max(0, product["stock"] - quantity)
            product["modificationDate"] = when


def _page(nodes: list[State], asked: Mapping[str, str]) -> State:
    offset, limit = int(asked.get("offset", 0)), int(asked.get("limit", 20))
    page = nodes[offset : offset + limit]
    return {"totalItems": len(nodes), "offset": offset, "limit": limit, "items": page}


def _found(thing: object) -> HttpResponse:
    return _answer(404, {"message": "not found"}) if thing is None else _answer(200, thing)


def _answer(status: int, body: object) -> HttpResponse:
    return HttpResponse(status, json.dumps(body).encode(), {"content-type": "application/json"})


def _seed() -> State:
    products = [_product(number, *each) for number, each in enumerate(_PRODUCTS, start=1)]
    return {
        "products": {each["userDefinedId"]: each for each in products},
        "orders": {_ORDER["token"]: dict(_ORDER)},
    }


def _product(number: int, name: str, title: str, price: float, stock: str, text: str) -> State:
    """A product of the seed; `stock` is a number, or `choice: stock` for each variant."""
    choices = [line.split(": ") for line in stock.split(", ")] if ":" in stock else []
    options = "|".join(choice for choice, _ in choices)
    return {
        "id": f"325bfaef-d665-4c9a-a965-{number:012}",
        "mode": "Test",
        "userDefinedId": name,
        "url": f"/products/{name}/",
        "price": price,
        "name": title,
        "description": text,
        "image": None,
        "archived": False,
        "statistics": {"numberOfSales": 0, "totalSales": 0},
        "customFields": [{"name": "Kind", "options": options}] if choices else [],
        "inventoryManagementMethod": "Variant" if choices else "Single",
        "stock": None if choices else int(stock),
        "allowOutOfStockPurchases": False,
        "variants": [
            {
                "stock": int(left),
                "variation": [{"name": "Kind", "option": choice.partition("[")[0]}],
                "allowOutOfStockPurchases": False,
            }
            for choice, left in choices
        ],
        "creationDate": "2026-08-01T08:00:00Z",
        "modificationDate": f"2026-09-{number:02}T08:00:00Z",
    }


_ORDER: Final[State] = {
    "token": "7c1f0a52-3f3e-4a55-8d0c-0000000000a1",
    "invoiceNumber": "FERN-1001",
    "currency": "usd",
    "status": "Processed",
    "paymentStatus": "Paid",
    "mode": "Test",
    "creationDate": "2026-11-18T09:00:00Z",
    "modificationDate": "2026-11-18T09:01:00Z",
    "items": [{"id": "moss-mug", "name": "Moss mug", "price": 24, "quantity": 1}],
    "subtotal": 24,
    "taxesTotal": 0,
    "refundsAmount": 24,
    "finalGrandTotal": 24,
}
_PRODUCTS: Final = (
    (
        "tide-bowl", "Tide bowl", 28.0, "Small: 14, Large[+14.00]: 6",
        "A deep bowl with a rim like the waterline: pale above, dark below.",
    ),
    (
        "moss-mug", "Moss mug", 24.0, "31",
        "Three hundred millilitres, a thumb rest, and a glaze that breaks green over brown.",
    ),
    (
        "harbour-teapot", "Harbour teapot", 96.0, "Ash: 3, Bracken: 0",
        "Holds four cups, pours without a drip, and keeps its heat for an hour.",
    ),
    (
        "apple-ash-plate", "Apple ash plate", 34.0, "0",
        "A flat plate with the autumn glaze. Sold out until the next firing.",
    ),
    (
        "first-snow-tea", "First Snow", 9.5, "50 g: 40, 100 g[+7.50]: 22",
        "Black leaf and pine smoke, with orange peel from above the kiln.",
    ),
    (
        "north-bank-green", "North Bank green", 12.0, "18",
        "A spring green that forgives water that is a little too hot.",
    ),
)  # fmt: skip

"""Simulate Snipcart's API: products, orders and the validation of webhook tokens.

The state is `{"products": {id: product}, "orders": {token: order}}`; an empty state starts with the
catalog of a small shop for ceramics and tea and one order.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, unquote, urlsplit

from platform_core.http import HttpResponse
from platform_core.provider_kit import parsing
from platform_core.provider_kit.simulated_vendor import SimulatedVendor, State, json_response
from platform_core.webhooks.request import Request
from platform_core.webhooks.signature_scheme import is_callback_token


class Simulated(SimulatedVendor):
    """One account. It accepts any API key: a token is valid if it was issued with the same key."""

    HOSTS: ClassVar[tuple[str, ...]] = ("app.snipcart.com",)

    def respond(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """Answer one call of the API."""
        address = urlsplit(url)
        resource, _, item_id = address.path.removeprefix("/api/").partition("/")
        key = _api_key(headers)
        if not key:
            return json_response(401, {"message": "no API key"})
        query = {parameter: values[0] for parameter, values in parse_qs(address.query).items()}
        match (method, resource, unquote(item_id)):
            case ("GET", "requestvalidation", token):
                return _json_or_404({"token": token} if is_callback_token(token, key) else None)
            case ("GET", "products", ""):
                return json_response(
                    200, _make_page(list(self._state()["products"].values()), query)
                )
            case ("GET", "products" | "orders", item_id):
                return _json_or_404(self._state()[resource].get(item_id))
            case _:
                return json_response(404, {"message": "no such path"})

    def record(self, request: Request) -> None:
        """Apply an order from a delivery. A new order reduces the stock of its products."""
        content = parsing.parse_object(parsing.parse_document(request.body).get("content"))
        order = parsing.parse_object(content.get("order")) or content
        token, changed_at = parsing.parse_text(order.get("token")), _changed_at(order)
        lines = parsing.parse_objects(order.get("items"))
        if not (token and changed_at and lines):
            return
        state = self._state()
        existing = state["orders"].get(token)
        if existing is None:
            _take_from_stock(state["products"], lines, order["modificationDate"])
        # Deliveries can arrive out of order and more than once.
        if existing is None or changed_at >= (_changed_at(existing) or changed_at):
            state["orders"][token] = order
        self._save(state)

    def _seed_state(self) -> State:
        return _seed_state()


def _api_key(headers: Mapping[str, str]) -> bytes:
    """Return the API key: the user name of Basic authentication."""
    try:
        credentials = headers.get("authorization", "").removeprefix("Basic ")
        return base64.b64decode(credentials, validate=True).partition(b":")[0]
    except binascii.Error:
        return b""


def _changed_at(order: State) -> Any:
    return parsing.parse_timestamp(order.get("modificationDate"))


def _take_from_stock(products: State, lines: list[State], changed_at: str) -> None:
    for line in lines:
        product = products.get(str(line.get("id")))
        quantity = parsing.parse_integer(line.get("quantity"))
        if product and quantity and product["stock"] is not None:
            product["stock"] = max(0, product["stock"] - quantity)
            product["modificationDate"] = changed_at


def _make_page(nodes: list[State], query: Mapping[str, str]) -> State:
    offset, limit = int(query.get("offset", 0)), int(query.get("limit", 20))
    page = nodes[offset : offset + limit]
    return {"totalItems": len(nodes), "offset": offset, "limit": limit, "items": page}


def _json_or_404(thing: object) -> HttpResponse:
    return (
        json_response(404, {"message": "not found"}) if thing is None else json_response(200, thing)
    )


def _seed_state() -> State:
    products = [_seed_product(number, *row) for number, row in enumerate(_PRODUCTS, start=1)]
    return {
        "products": {product["userDefinedId"]: product for product in products},
        "orders": {_ORDER["token"]: dict(_ORDER)},
    }


def _seed_product(number: int, name: str, title: str, price: float, stock: str, text: str) -> State:
    """Make a product of the initial state; `stock` is one number, or `choice: stock` pairs."""
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

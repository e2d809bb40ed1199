"""Convert Shopify's privacy requests: to erase a customer or the shop, or to see a customer's data.

They are the topics `customers/redact`, `shop/redact` and `customers/data_request`, with numbers as
ids of orders (payloads: shopify.dev, Privacy law compliance, read 2026-12-01). One app has one
address for the requests of all its shops, so a request names its shop.
"""

from platform_core.errors import Malformed
from platform_core.provider import DATA_REQUESTED, Erasure, Signal
from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers._shopify import payload

TOPICS = ("customers/redact", "customers/data_request", "shop/redact")


def customer_erasure(body: Json, store_domain: str) -> Erasure:
    """Return the erasure of a customer, with the orders that Shopify names."""
    _require_own_shop(body, store_domain)
    email = parsing.parse_text(parsing.parse_object(body.get("customer")).get("email"))
    orders = _order_numbers(body.get("orders_to_redact"))
    return Erasure(_customer_gid(body), orders, (email,) if email else ())


def shop_erasure(body: Json, store_domain: str) -> Erasure:
    """Return the erasure of everything that the shop has sent."""
    _require_own_shop(body, store_domain)
    gid = payload.global_id(body, "Shop", "shop_id")
    if gid is None:
        raise Malformed("the request has no shop id")
    return Erasure(gid, is_whole_shop=True)


def data_request(body: Json, store_domain: str) -> Signal:
    """Return the request of a customer's data: ids only, since an event has no personal data."""
    _require_own_shop(body, store_domain)
    orders = list(_order_numbers(body.get("orders_requested")))
    return Signal(DATA_REQUESTED, _customer_gid(body), {"orders": orders})


def _require_own_shop(body: Json, store_domain: str) -> None:
    if body.get("shop_domain") != store_domain:
        raise Malformed("the request is about another shop of the app")


def _customer_gid(body: Json) -> str:
    gid = payload.global_id(parsing.parse_object(body.get("customer")), "Customer")
    if gid is None:
        raise Malformed("the request has no customer id")
    return gid


def _order_numbers(values: object) -> tuple[str, ...]:
    numbers = values if isinstance(values, list) else []
    return tuple(str(number) for number in numbers if isinstance(number, int | str))

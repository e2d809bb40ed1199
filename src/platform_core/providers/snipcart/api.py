"""Call Snipcart's API. Its rate limits are unpublished; a 429 response is retried."""

import base64
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from platform_core.provider import Context
from platform_core.provider_kit import parsing
from platform_core.provider_kit.pagination import PageGuard
from platform_core.provider_kit.parsing import Json
from platform_core.webhooks.request import WEBHOOK_SECRET

API: Final = "https://app.snipcart.com/api"
PAGE_SIZE: Final = 50


def fetch_order(context: Context, token: str) -> Json | None:
    """Fetch an order. None if Snipcart does not know it."""
    return parsing.parse_object(_get_json(context, f"orders/{quote(token, safe='')}")) or None


def fetch_product(context: Context, item_id: str) -> Json | None:
    """Fetch a product by the id of its button. None if it does not exist."""
    product = parsing.parse_object(_get_json(context, f"products/{quote(item_id, safe='')}"))
    return product if parsing.parse_text(product.get("userDefinedId")) == item_id else None


def list_products(context: Context) -> Iterator[Json]:
    """Yield every product, newest first. Archived products are not listed.

    A listing can omit variants; those products are fetched one by one.
    """
    offset, guard = 0, PageGuard()
    while True:
        page = parsing.parse_object(
            _get_json(context, f"products?limit={PAGE_SIZE}&offset={offset}&orderBy=creationDate")
        )
        products = parsing.parse_objects(page.get("items"))
        for product in products:
            yield _fetch_omitted_variants(context, product)
        # Count the received products: a page can be shorter than requested.
        offset += len(products)
        if not products or offset >= (parsing.parse_integer(page.get("totalItems")) or 0):
            return
        guard.check_page(products)


def _fetch_omitted_variants(context: Context, listed_product: Json) -> Json:
    """Fetch a product whose variants the listing omits."""
    item_id = parsing.parse_text(listed_product.get("userDefinedId"))
    has_variant_stock = listed_product.get("inventoryManagementMethod") == "Variant"
    if item_id and has_variant_stock and not parsing.parse_objects(listed_product.get("variants")):
        return fetch_product(context, item_id) or listed_product
    return listed_product


def _get_json(context: Context, path: str) -> Any:
    # Basic authentication with the secret key as the user name and no password.
    credentials = base64.b64encode(f"{context.secret(WEBHOOK_SECRET)}:".encode()).decode()
    response = context.http(
        "GET",
        f"{API}/{path}",
        headers={"authorization": f"Basic {credentials}", "accept": "application/json"},
    )
    return parsing.parse_response(response)

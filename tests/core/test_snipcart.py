"""Snipcart: no body is trusted, an order refreshes its products, a button sells any item."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from platform_core import providers
from platform_core.content.model import ContentStatus, UnifiedContent
from platform_core.errors import (
    Malformed,
    NotYetVisible,
    Rejected,
    VendorRefused,
    VendorUnavailable,
)
from platform_core.http import HttpResponse
from platform_core.provider import PAGE, Change, Signal, Upsert
from platform_core.providers.snipcart import content, webhook
from platform_core.webhooks.secrets import Secrets
from tests.fakes.pipeline.vendor import article
from tests.fakes.vendors import NOW, SECRET, World, recordings, request, signed

ORDER = recordings("snipcart")["order.completed"]["body"]
TOKEN = ORDER["content"]["token"]
key = providers.load_webhook("snipcart").delivery_key


def arrives(world: World, body: object, *, recorded: bool = True) -> list[Change]:
    delivery = signed("snipcart", request(json.dumps(body).encode()))
    if recorded:
        world.double.record(delivery)
    return world.changes(delivery)


def cms(**more: Any) -> UnifiedContent:
    price = {"amount": "9.9", "currency_code": "USD"}
    values = {"content_type": "product", "provider_name": "cms", "price": price}
    return article("cms:spoon", 1, "Spoon", slug="spoon", **{**values, **more})


# --- webhooks ---------------------------------------------------------------------------------


def test_every_token_is_validated_by_snipcart() -> None:
    world = World("snipcart")
    scheme = providers.load_webhook("snipcart").SIGNATURE.with_http(world.http)
    delivery = signed("snipcart", request(b"{}"))
    scheme.verify(delivery, Secrets((SECRET,)), NOW.timestamp())
    token = delivery.headers["x-snipcart-requesttoken"]
    assert world.requested_urls == [f"https://app.snipcart.com/api/requestvalidation/{token}"]
    forged = replace(delivery, headers={"x-snipcart-requesttoken": "f" * 64})
    with pytest.raises(Rejected):
        scheme.verify(forged, Secrets((SECRET,)), NOW.timestamp())


def test_a_large_body_is_not_parsed_before_its_proof() -> None:
    body = json.dumps({"eventName": "order.completed"}).encode()
    assert webhook.is_known_event(request(body))
    assert not webhook.is_known_event(request(body + b" " * 256 * 1024))


def test_a_manual_resend_is_the_same_delivery_but_a_recurring_status_is_not() -> None:
    def keyed(**fields: object) -> str:
        return key(request(json.dumps({**ORDER, **fields}).encode()))

    assert keyed(createdOn="2026-12-24T00:00:00Z") == keyed()
    assert keyed(eventName="order.status.changed") != keyed()
    back = {**ORDER["content"], "modificationDate": "2026-11-21T00:00:00Z"}
    assert keyed(content=back) != keyed()


# --- orders -----------------------------------------------------------------------------------


def test_an_order_is_read_from_the_api() -> None:
    world = World("snipcart")
    arrives(world, ORDER)
    forged = {**ORDER["content"], "finalGrandTotal": 1, "items": []}
    signal, *_ = arrives(world, {**ORDER, "content": forged}, recorded=False)
    assert isinstance(signal, Signal)
    assert signal.data["total"] == "112"
    assert signal.data["lines"] == [
        {"code": "moss-mug", "quantity": 2, "price": "24"},
        {"code": "site/sanity:gift-box-two-cups#moss", "quantity": 1, "price": "58"},
    ]
    assert signal.data["currency"] == "USD"


@pytest.mark.parametrize("token", ["nobody", "../products", "a/../../orders", "?x=1"])
def test_an_order_unknown_to_snipcart_changes_nothing(token: str) -> None:
    world = World("snipcart")
    order = {**ORDER["content"], "token": token}
    assert arrives(world, {**ORDER, "content": order}, recorded=False) == []
    (requested,) = world.requested_urls
    assert requested.startswith("https://app.snipcart.com/api/orders/")
    assert not set(requested.removeprefix("https://app.snipcart.com/api/orders/")) & set("/?#")


def test_a_lagging_api_is_read_again_later() -> None:
    world = World("snipcart")
    arrives(world, ORDER)
    later = {**ORDER["content"], "modificationDate": "2026-11-20T09:00:11Z"}
    with pytest.raises(NotYetVisible):
        arrives(world, {**ORDER, "content": later}, recorded=False)


def test_an_order_refreshes_snipcarts_own_products() -> None:
    world = World("snipcart")
    before = content.current(world.context, "snipcart:moss-mug", "product")
    _, upsert, stock = arrives(world, ORDER)
    assert isinstance(upsert, Upsert)
    assert upsert.authoritative
    assert before
    assert before.inventory
    assert upsert.item.inventory
    assert upsert.item.inventory.quantity == before.inventory.quantity - 2
    assert stock == Signal("inventory.updated", "snipcart:moss-mug", {"available": True})


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (HttpResponse(401, b"{}"), VendorRefused),
        (HttpResponse(429, b"{}"), VendorUnavailable),
        (HttpResponse(200, b"<html>"), VendorUnavailable),
    ],
)
def test_a_failed_lookup_is_not_an_order(answer: HttpResponse, expected: type[Exception]) -> None:
    world = World("snipcart")
    world.double.respond = lambda *_: answer
    with pytest.raises(expected):
        arrives(world, ORDER, recorded=False)


@pytest.mark.parametrize(
    ("event", "body", "expected"),
    [
        ("order.notification.created", {"orderToken": "T"}, ["order.updated"]),
        ("order.withdrawal.created", {"id": "W", "orderToken": "T"}, ["order.updated"]),
        ("order.refund.created", {"id": "R", "orderToken": "T"}, ["order.refunded"]),
        ("subscription.paused", {"id": "S"}, ["subscription.updated"]),
        (
            "v3/subscription.invoice.payment.succeeded",
            {"subscription": {"id": "S"}, "order": {"token": "T"}},
            ["subscription.updated", "order.placed"],
        ),
        (
            "v3/subscription.invoice.payment.failed",
            {"subscription": {"id": "S"}, "order": {"token": "T"}},
            ["subscription.updated"],
        ),
        ("shippingrates.fetch", {"token": "T"}, []),
        ("taxes.calculate", {}, []),
        ("customauth:customer_updated", {"email": "mail@example.org"}, []),
    ],
)
def test_every_event_is_understood(event: str, body: dict[str, Any], expected: list[str]) -> None:
    world = World("snipcart", state={"products": {}, "orders": {"T": {"token": "T"}}})
    changes = arrives(world, {"eventName": event, "content": body})
    assert [change.event_type for change in changes if isinstance(change, Signal)] == expected
    assert {change.subject_id for change in changes if isinstance(change, Signal)} <= {"T", "S"}


@pytest.mark.parametrize(
    "body", [{}, {"eventName": "order.completed"}, {"eventName": "subscription.created"}]
)
def test_an_event_without_an_id_is_malformed(body: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        arrives(World("snipcart"), body)


# --- products ---------------------------------------------------------------------------------


def node(**fields: object) -> dict[str, Any]:
    values: dict[str, Any] = {
        "userDefinedId": "spoon",
        "name": "Spoon",
        "price": 10,
        "modificationDate": "2026-11-01T00:00:00Z",
    }
    return {**values, **fields}


def world_with(*nodes: dict[str, Any]) -> World:
    products = {node["userDefinedId"]: node for node in nodes}
    return World("snipcart", state={"products": products, "orders": {}})


def test_a_listing_reads_all_pages_and_skips_a_broken_product() -> None:
    many = [node(userDefinedId=f"n{number}") for number in range(120)]
    world = world_with(*many, node(userDefinedId="broken", price="free"))
    assert len(list(content.list_all(world.context))) == 120
    assert [url.partition("?")[2] for url in world.requested_urls] == [
        f"limit=50&offset={offset}&orderBy=creationDate" for offset in (0, 50, 100)
    ]


def test_products_sold_for_another_provider_are_left_out() -> None:
    sold = content.buy(world_with().context, cms(), None)
    assert sold
    world = world_with(node(), node(userDefinedId=sold.attributes["data-item-id"]))
    assert [item.id for item in content.list_all(world.context)] == ["snipcart:spoon"]
    name = f"snipcart:{sold.attributes['data-item-id']}"
    assert content.current(world.context, name, "product") is None


def test_options_become_variants_with_prices_and_stock() -> None:
    fields = [{"name": "Size", "options": "S|L[+2.50]|XL[+50%]"}]
    variants = [
        {"stock": stock, "variation": [{"name": "Size", "option": size}]}
        for size, stock in (("S", 1), ("L", 0), ("XL", -1))
    ]
    world = world_with(node(customFields=fields, variants=variants, stock=5))
    item = content.current(world.context, "snipcart:spoon", "product")
    assert item
    assert item.inventory is None
    assert {variant.title: variant.price.amount for variant in item.variants} == {
        "S": Decimal(10), "L": Decimal("12.50"), "XL": Decimal(15),
    }  # fmt: skip
    assert [variant.available for variant in item.variants] == [True, False, False]
    offer = content.buy(world.context, item, item.variants[1])
    assert offer
    assert offer.attributes["data-item-price"] == "10.00"
    assert offer.attributes["data-item-custom1-options"] == "S|L[+2.50]|XL[+50%]"
    assert offer.attributes["data-item-custom1-value"] == "L"


def test_variants_missing_in_a_listing_are_looked_up() -> None:
    complete = node(
        inventoryManagementMethod="Variant",
        variants=[{"stock": 1, "variation": [{"name": "Size", "option": "S"}]}],
    )
    world = world_with(complete)
    excerpt = {name: value for name, value in complete.items() if name != "variants"}
    respond = world.double.respond

    def listing(method: str, url: str, headers: Any, body: bytes) -> HttpResponse:
        if "?" in url:
            return HttpResponse(200, json.dumps({"totalItems": 1, "items": [excerpt]}).encode())
        return HttpResponse(*_parts(respond(method, url, headers, body)))

    world.double.respond = listing
    (item,) = content.list_all(world.context)
    assert [variant.title for variant in item.variants] == ["S"]


def _parts(answer: HttpResponse) -> tuple[int, bytes]:
    return answer.status, answer.body


@pytest.mark.parametrize(
    ("fields", "status", "available"),
    [
        ({}, ContentStatus.PUBLISHED, True),
        ({"stock": 0}, ContentStatus.PUBLISHED, False),
        ({"stock": 0, "allowOutOfStockPurchases": True}, ContentStatus.PUBLISHED, True),
        ({"archived": True}, ContentStatus.ARCHIVED, True),
    ],
)
def test_stock_and_archived_products_are_read(
    fields: dict[str, Any], status: ContentStatus, available: bool
) -> None:
    item = content.current(world_with(node(**fields)).context, "snipcart:spoon", "product")
    assert item
    assert (item.status, item.available) == (status, available)


# --- the cart ---------------------------------------------------------------------------------


def test_a_button_sells_a_product_of_the_cms() -> None:
    context = World("snipcart").context
    offer = content.buy(context, cms(description="Of birch."), None)
    assert offer
    assert (offer.kind, offer.css_class) == ("button", "snipcart-add-item")
    assert offer.attributes == {
        "data-item-id": "site/cms:spoon",
        "data-item-name": "Spoon",
        "data-item-price": "9.90",
        "data-item-url": PAGE,
        "data-item-description": "Of birch.",
    }


def test_each_variant_of_the_cms_is_an_item_of_its_own() -> None:
    variants = [
        {"id": name, "title": name, "price": {"amount": amount, "currency_code": "USD"}}
        for name, amount in (("small", "9"), ("large", "12.5"))
    ]
    item = cms(variants=variants)
    offers = [content.buy(World("snipcart").context, item, variant) for variant in item.variants]
    attributes = [(offer.attributes["data-item-id"], offer.attributes["data-item-price"],
             offer.attributes["data-item-name"]) for offer in offers if offer]  # fmt: skip
    assert attributes == [
        ("site/cms:spoon#small", "9.00", "Spoon (small)"),
        ("site/cms:spoon#large", "12.50", "Spoon (large)"),
    ]


def test_a_price_in_another_currency_is_not_sold() -> None:
    euros = cms(price={"amount": "20", "currency_code": "EUR"})
    assert content.buy(World("snipcart").context, euros, None) is None
    sold = content.buy(World("snipcart", {"currency": "EUR"}).context, euros, None)
    assert sold
    assert content.buy(World("snipcart").context, cms(price=None), None) is None


def test_every_page_carries_the_cart() -> None:
    front = content.storefront(World("snipcart", {"public_api_key": "key123"}).context)
    assert 'data-api-key="key123"' in front.html
    assert 'data-currency="usd"' in front.html
    origins = {script.split("/themes")[0] for script in (*front.scripts, *front.styles)}
    assert origins <= set(front.origins)


@pytest.mark.parametrize("evil", ['x"><script>', "ab", "a b c d", "key123===", "key/123"])
def test_a_key_cannot_break_out_of_its_attribute(evil: str) -> None:
    with pytest.raises(ValueError, match="public_api_key"):
        _ = World("snipcart", {"public_api_key": evil}).context

"""Shopify: the body's shape decides, a deletion is confirmed, a cart is a link."""

import json
from typing import Any

import pytest

from platform_core.content.model import ContentStatus
from platform_core.errors import Malformed, NotYetVisible, VendorRefused, VendorUnavailable
from platform_core.http import HttpResponse
from platform_core.provider import Change, Removal, Signal, Upsert
from platform_core.providers.shopify_basic import content
from tests.fakes.vendors import World, recordings, request, signed

BOWL = "gid://shopify/Product/8101"


def arrives(world: World, topic: str, body: object) -> list[Change]:
    delivery = request(json.dumps(body).encode(), {"x-shopify-topic": topic})
    return world.changes(signed("shopify_basic", delivery))


def product(**fields: object) -> dict[str, Any]:
    body: dict[str, Any] = recordings("shopify_basic")["products/create"]["body"]
    return {**body, **fields}


def item_of(**fields: object) -> Any:
    (change,) = arrives(World("shopify_basic"), "products/update", product(**fields))
    assert isinstance(change, Upsert)
    return change.item


def test_a_product_is_read_from_its_own_body() -> None:
    world = World("shopify_basic")
    (change,) = arrives(world, "products/create", product())
    assert world.requested_urls == []
    assert isinstance(change, Upsert)
    item = change.item
    assert [str(variant.price.amount) for variant in item.variants] == ["48.00", "64.00"]
    assert [variant.options for variant in item.variants] == [
        {"Length": "Short"},
        {"Length": "Long"},
    ]
    assert item.price == item.variants[0].price
    assert item.variants[0].price.compare_at_amount is None
    assert str(item.variants[1].price.compare_at_amount) == "72.00"
    assert item.provider_data["vendor"] == "Fjord & Fern"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, ContentStatus.PUBLISHED),
        ({"published_at": None}, ContentStatus.DRAFT),
        ({"status": "draft"}, ContentStatus.DRAFT),
        ({"status": "archived"}, ContentStatus.ARCHIVED),
        ({"status": "something new"}, ContentStatus.DRAFT),
        ({"status": None}, ContentStatus.DRAFT),
        ({"status": "unlisted"}, ContentStatus.DRAFT),
        ({"published_at": "someday"}, ContentStatus.DRAFT),
        ({"published_scope": "global"}, ContentStatus.PUBLISHED),
        ({"published_scope": None}, ContentStatus.PUBLISHED),
        ({"published_scope": "pos"}, ContentStatus.DRAFT),
    ],
)
def test_only_visible_products_are_published(fields: dict[str, Any], status: ContentStatus) -> None:
    assert item_of(**fields).status is status


@pytest.mark.parametrize("fields", [{"status": "mystery"}, {"published_at": "someday"}])
def test_a_fact_that_is_not_understood_is_logged(
    fields: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    assert item_of(**fields).left_out_because
    assert "gid://shopify/Product/8190 is a draft: un" in caplog.text


@pytest.mark.parametrize("price", [None, "", "ask us"])
def test_a_variant_without_a_price_is_left_out(
    price: object, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = product()["variants"]
    item = item_of(variants=[{**first, "price": price}, second])
    assert [str(variant.price.amount) for variant in item.variants] == ["64.00"]
    assert item.price == item.variants[0].price
    assert "no id or no price" in caplog.text
    assert item_of(variants=[{**first, "price": price}], variant_gids=None).price is None


def test_amounts_of_a_currency_without_decimals_and_missing_lists() -> None:
    first, second = product()["variants"]
    world = World("shopify_basic", {"currency": "JPY"})
    body = product(
        variants=[{**first, "price": "1,500"}, {**second, "price": "¥1500"}],
        images=None, options=None, tags=None, variant_gids=None,
    )  # fmt: skip
    (change,) = arrives(world, "products/update", body)
    assert isinstance(change, Upsert)
    assert [str(variant.price.amount) for variant in change.item.variants] == ["1500", "1500"]
    assert (change.item.tags, change.item.images) == ([], [])


@pytest.mark.parametrize(
    ("fields", "available"),
    [
        ({"inventory_quantity": 0}, False),
        ({"inventory_quantity": -3}, False),
        ({"inventory_quantity": 0, "inventory_policy": "continue"}, True),
        ({"inventory_quantity": 0, "inventory_management": None}, True),
        ({"inventory_quantity": 0, "inventory_management": "shopify"}, False),
        ({"inventory_quantity": 1}, True),
    ],
)
def test_an_unavailable_variant_is_marked(fields: dict[str, Any], available: bool) -> None:
    first = product()["variants"][0]
    assert item_of(variants=[{**first, **fields}], variant_gids=[]).available is available


def test_a_forged_topic_turns_no_product_into_a_deletion() -> None:
    (change,) = arrives(World("shopify_basic"), "products/delete", product())
    assert isinstance(change, Upsert)


def test_a_deletion_is_confirmed() -> None:
    world = World("shopify_basic")
    (change,) = arrives(world, "products/delete", {"id": 8101})
    assert isinstance(change, Upsert)
    assert change.authoritative
    (change,) = arrives(world, "collections/delete", {"id": 8101})
    assert change == Removal("gid://shopify/Collection/8101", "collection")
    (change,) = arrives(world, "products/delete", {"id": 999})
    assert change == Removal("gid://shopify/Product/999", "product")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (HttpResponse(401, b"{}"), VendorRefused),
        (HttpResponse(503, b"{}"), VendorUnavailable),
        (HttpResponse(200, b"<html>"), VendorUnavailable),
        (HttpResponse(200, b"{}"), VendorUnavailable),
        (HttpResponse(200, b'{"errors":[{"extensions":{"code":"THROTTLED"}}]}'), VendorUnavailable),
        (HttpResponse(200, b'{"errors":[{"extensions":{"code":"ACCESS_DENIED"}}]}'), VendorRefused),
    ],
)
def test_a_failed_lookup_is_not_a_deletion(answer: HttpResponse, expected: type[Exception]) -> None:
    world = World("shopify_basic")
    world.double.respond = lambda *_: answer
    with pytest.raises(expected):
        arrives(world, "products/delete", {"id": 8101})


def test_ids_too_large_for_floats_are_exact() -> None:
    number = 9007199254740993
    (change,) = arrives(World("shopify_basic"), "products/delete", {"id": number})
    assert change == Removal(f"gid://shopify/Product/{number}", "product")


def test_a_stock_level_refreshes_its_product() -> None:
    level = {"inventory_item_id": 46101, "location_id": 1, "available": 2}
    upsert, signal = arrives(World("shopify_basic"), "inventory_levels/update", level)
    assert isinstance(upsert, Upsert)
    assert upsert.item.id == BOWL
    assert signal == Signal(
        "inventory.updated",
        BOWL,
        {"inventory_item_id": "gid://shopify/InventoryItem/46101", "available": 2},
    )


def test_a_stock_level_of_an_unknown_product_changes_nothing() -> None:
    level = {"inventory_item_id": 1, "location_id": 1, "available": None}
    assert arrives(World("shopify_basic"), "inventory_levels/update", level) == []


def test_the_members_of_a_collection_are_looked_up() -> None:
    body = {"id": 501, "handle": "tableware", "updated_at": "2026-09-01T08:00:00Z"}
    (change,) = arrives(World("shopify_basic"), "collections/update", body)
    assert isinstance(change, Upsert)
    assert BOWL in change.item.members
    with pytest.raises(NotYetVisible):
        arrives(
            World("shopify_basic"),
            "collections/update",
            {**body, "updated_at": "2027-01-01T00:00:00Z"},
        )


def test_a_product_with_more_variants_than_a_webhook_lists_is_looked_up() -> None:
    world = World("shopify_basic")
    gids = [{"admin_graphql_api_id": f"gid://shopify/ProductVariant/{n}"} for n in range(3)]
    assert arrives(world, "products/update", product(variant_gids=gids)) == [
        Removal("gid://shopify/Product/8190", "product")
    ]
    assert world.requested_urls


def test_long_connections_are_read_to_the_end() -> None:
    world = World("shopify_basic")
    pages = [
        {
            "products": {
                "nodes": [{**node(1), "variants": connection([1, 2], "next")}],
                "pageInfo": {},
            }
        },
        {"product": {"variants": connection([3], "last")}},
        {"product": {"variants": connection([4], None)}},
        {"collections": connection([], None)},
    ]
    queries: list[dict[str, Any]] = []

    def respond(method: str, url: str, headers: object, body: bytes) -> HttpResponse:
        queries.append(json.loads(body)["variables"])
        return HttpResponse(200, json.dumps({"data": pages[len(queries) - 1]}).encode())

    world.double.respond = respond
    (product_item,) = content.list_all(world.context)
    assert [variant.id for variant in product_item.variants] == ["v1", "v2", "v3", "v4"]
    assert [each["after"] for each in queries] == [None, "next", "last", None]


def node(number: int) -> dict[str, Any]:
    return {
        "id": f"p{number}",
        "title": "P",
        "updatedAt": "2026-01-01T00:00:00Z",
        "status": "ACTIVE",
    }


def connection(numbers: list[int], cursor: str | None) -> dict[str, Any]:
    variants = [{"id": f"v{number}", "title": "V", "price": "1.00"} for number in numbers]
    return {"nodes": variants, "pageInfo": {"hasNextPage": bool(cursor), "endCursor": cursor}}


@pytest.mark.parametrize(
    ("topic", "event"), [("orders/create", "order.placed"), ("orders/paid", "order.updated")]
)
def test_an_order_contains_lines_and_totals_only(topic: str, event: str) -> None:
    order = recordings("shopify_basic")["orders/create"]["body"]
    (change,) = arrives(World("shopify_basic"), topic, order)
    assert isinstance(change, Signal)
    assert change.event_type == event
    assert set(change.data) == {
        "lines", "total_price", "subtotal_price", "total_tax", "total_discounts", "currency",
    }  # fmt: skip


def test_a_refund_names_its_order() -> None:
    refund = {
        "id": 1,
        "order_id": 6100,
        "note": "a name",
        "refund_line_items": [{"line_item_id": 2, "quantity": 1, "subtotal": 24.0}],
    }
    (change,) = arrives(World("shopify_basic"), "refunds/create", refund)
    assert change == Signal(
        "order.refunded",
        "gid://shopify/Order/6100",
        {"lines": [{"line_item_id": 2, "quantity": 1, "subtotal": "24.0"}]},
    )


def test_a_topic_without_content_changes_nothing() -> None:
    assert arrives(World("shopify_basic"), "app/uninstalled", {"id": 1, "domain": "x"}) == []
    with pytest.raises(Malformed):
        arrives(World("shopify_basic"), "products/update", {"sku": "?"})


def test_a_variant_is_bought_by_a_link_into_the_shops_cart() -> None:
    world = World("shopify_basic")
    bowl = content.current(world.context, BOWL, "product")
    assert bowl
    offer = content.buy(world.context, bowl, bowl.variants[1])
    assert offer
    assert (offer.kind, offer.href) == (
        "link",
        "https://fjord-and-fern.myshopify.com/cart/44102:1",
    )
    stranger = bowl.model_copy(update={"provider_name": "somebody"})
    assert content.buy(world.context, stranger, None) is None


@pytest.mark.parametrize(
    "domain",
    [
        "shop.example",
        "evil.example/.myshopify.com",
        "a.b.myshopify.com",
        "x.myshopify.com.evil.example",
        "@x.myshopify.com",
        "x.myshopify.com:8",
    ],
)
def test_a_shop_address_must_be_at_shopify(domain: str) -> None:
    with pytest.raises(ValueError, match="store_domain"):
        _ = World("shopify_basic", {"store_domain": domain}).context

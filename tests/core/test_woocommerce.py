"""WooCommerce: a ping that grants nothing, variations that are looked up, a cart of links."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core import providers
from platform_core.content.model import ContentStatus
from platform_core.errors import Malformed, NotYetVisible, VendorRefused, VendorUnavailable
from platform_core.http import HttpResponse
from platform_core.ingress.receive import receive
from platform_core.provider import Change, Removal, Signal, Upsert
from platform_core.providers.woocommerce import content, registration, webhook
from platform_core.webhooks.request import Request
from platform_core.webhooks.secrets import Secrets
from tests.fakes.vendors import NOW, World, recordings, request, signed
from tests.fakes.world import World as DoorWorld

NAME = "woocommerce"
TRAY = "woocommerce:product:140"
FORM = {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"}
ADDRESS = "https://hooks.acme.example/webhooks/x"


def arrives(world: World, topic: str, body: object) -> list[Change]:
    delivery = request(json.dumps(body).encode(), {"x-wc-webhook-topic": topic})
    return world.changes(signed(NAME, delivery))


def product(event: str = "product.created", /, **fields: Any) -> dict[str, Any]:
    return {**recordings(NAME)[event]["body"], **fields}


def item_of(**fields: Any) -> Any:
    (change,) = arrives(World(NAME), "product.updated", product(**fields))
    assert isinstance(change, Upsert)
    return change.item


# --- the ping ---------------------------------------------------------------------------------


def door() -> DoorWorld:
    return DoorWorld(providers.load_webhook(NAME))


def hello(body: bytes = b"webhook_id=17", **headers: str) -> Request:
    return request(body, {**FORM, **{name.replace("_", "-"): v for name, v in headers.items()}})


def test_the_ping_of_a_new_webhook_is_200_and_is_not_stored() -> None:
    world = door()
    answer = receive(hello(), "shop", world.deps)
    assert (answer.status, answer.outcome) == (200, "greeted")
    assert world.inbox.puts == 0


def test_a_ping_is_accepted_before_a_secret_is_set() -> None:
    world = door()
    world.secrets.down = True
    assert receive(hello(), "shop", world.deps).status == 200


@pytest.mark.parametrize(
    "unproven",
    [
        hello(b"webhook_id=17&id=140"),
        hello(b"webhook_id=17\n"),
        hello(b"webhook_id="),
        hello(b"webhook_id=" + b"9" * 21),
        hello(b"webhook_id=1e3"),
        hello(b"webhook_id=\xd9\xa1\xd9\xa7"),
        hello(b'{"id": 140}'),
        hello(b""),
        hello(x_wc_webhook_signature="forged"),
        hello(x_wc_webhook_signature=""),
        hello(x_wc_webhook_topic="product.deleted"),
        replace(hello(), method="PUT"),
        replace(hello(), headers={"content-type": "application/json"}),
        replace(hello(), headers={}),
    ],
)
def test_no_other_request_is_accepted_without_a_proof(unproven: Request) -> None:
    world = door()
    answer = receive(unproven, "shop", world.deps)
    assert (answer.status, answer.body) == (401, {"error": "unauthorized"})
    assert world.inbox.puts == 0


@given(st.binary(), st.sampled_from([b"", b"webhook_id=", b"webhook_id=1"]))
def test_no_unproven_request_is_stored(rest: bytes, start: bytes) -> None:
    world = door()
    receive(hello(start + rest), "shop", world.deps)
    assert world.inbox.puts == 0


def test_only_providers_that_declare_a_ping_accept_one() -> None:
    world = DoorWorld()
    assert receive(hello(), "shop", world.deps).status == 401


# --- the proof --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("secret", "signs"),
    [
        (b"a&amp;b", b"a&b"),
        (b"&lt;&#039;&quot;&#x27;&gt;", b"<'\"'>"),
        (b"&#0000038;&#x0026;", b"&&"),
        (b"a&amp;lt;b", b"a&lt;b"),
        (b"&copy;&#65;&AMP;", b"&copy;&#65;&AMP;"),
        (b"plain&simple", b"plain&simple"),
    ],
)
def test_a_secret_signs_with_its_entities_decoded_once(secret: bytes, signs: bytes) -> None:
    delivery = request(b'{"id":1}')
    plain = replace(webhook.SIGNATURE, decodes_secret=False).sign(delivery, signs, 0.0)
    assert webhook.SIGNATURE.sign(delivery, secret, 0.0) == plain
    proven = replace(delivery, headers={**delivery.headers, **plain})
    webhook.SIGNATURE.verify(proven, Secrets((secret,)), NOW.timestamp())


def test_two_deliveries_with_one_delivery_id_are_not_duplicates() -> None:
    headers = {"x-wc-webhook-delivery-id": "d" * 32}
    first, second = request(b'{"id":1}', headers), request(b'{"id":2}', headers)
    assert webhook.delivery_key(first) != webhook.delivery_key(second)


# --- products ---------------------------------------------------------------------------------


def test_a_simple_product_is_read_from_its_own_body() -> None:
    world = World(NAME)
    (change,) = arrives(world, "product.created", product())
    assert world.requested_urls == []
    assert isinstance(change, Upsert)
    price = change.item.price
    assert price
    assert (str(price.amount), str(price.compare_at_amount)) == ("48.00", "56.00")
    assert change.item.description == "Shallow, grey and long."
    assert change.item.tags == ["stoneware"]


def test_all_variations_of_a_product_are_looked_up() -> None:
    world = World(NAME)
    delivery = signed(NAME, request(json.dumps(product("product.updated.variable")).encode()))
    world.double.record(delivery)
    (change,) = world.changes(delivery)
    assert isinstance(change, Upsert)
    assert change.authoritative
    assert [variant.options for variant in change.item.variants] == [
        {"Length": "Short"},
        {"Length": "Long"},
    ]


def test_more_variations_than_a_page_holds_are_read_to_their_end() -> None:
    world = World(NAME)
    (bowl,) = [item for item in content.list_all(world.context) if item.slug == "rain-bowl"]
    world.double.record(signed(NAME, request(json.dumps(product()).encode())))
    first = world.state["variations"]["103"][0]
    world.state["variations"]["103"] = [{**first, "id": 5000 + each} for each in range(250)]
    product_item = content.current(world.context, bowl.id, "product")
    assert product_item
    assert [variant.id for variant in product_item.variants] == [
        str(5000 + each) for each in range(250)
    ]


def test_a_changed_variation_refreshes_its_product() -> None:
    variation = {"id": 1030, "parent_id": 103, "type": "variation", "name": "Rain bowl - Small"}
    (change,) = arrives(World(NAME), "product.updated", variation)
    assert isinstance(change, Upsert)
    assert change.item.id == "woocommerce:product:103"


def test_a_disabled_variation_is_not_for_sale() -> None:
    world = World(NAME)
    world.double.record(signed(NAME, request(json.dumps(product()).encode())))
    world.state["variations"]["103"][0]["status"] = "private"
    product_item = content.current(world.context, "woocommerce:product:103", "product")
    assert product_item
    assert [variant.id for variant in product_item.variants] == ["1031"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, ContentStatus.PUBLISHED),
        ({"status": "draft"}, ContentStatus.DRAFT),
        ({"status": "private"}, ContentStatus.DRAFT),
        ({"status": "pending"}, ContentStatus.DRAFT),
        ({"catalog_visibility": "hidden"}, ContentStatus.DRAFT),
        ({"catalog_visibility": "search"}, ContentStatus.PUBLISHED),
    ],
)
def test_only_visible_products_are_published(fields: dict[str, Any], status: ContentStatus) -> None:
    assert item_of(**fields).status is status


@pytest.mark.parametrize(
    ("fields", "quantity", "available"),
    [
        ({}, 9, True),
        ({"stock_quantity": 0, "stock_status": "outofstock"}, 0, False),
        ({"stock_quantity": 2, "stock_status": "outofstock"}, 0, False),
        ({"stock_quantity": -3, "stock_status": "onbackorder"}, 0, True),
        ({"stock_quantity": 0, "backorders_allowed": True}, 0, True),
        ({"manage_stock": False, "stock_quantity": None}, None, True),
        ({"manage_stock": False, "stock_status": "outofstock"}, 0, False),
    ],
)
def test_the_stock_status_overrides_the_quantity(
    fields: dict[str, Any], quantity: int | None, available: bool
) -> None:
    item = item_of(**fields)
    assert (item.inventory and item.inventory.quantity) == quantity
    assert item.available is available


@pytest.mark.parametrize("price", ["", None, "free", "-1"])
def test_a_product_without_a_price_is_not_for_sale(price: object) -> None:
    item = item_of(price=price)
    assert item.price is None
    assert content.buy(World(NAME).context, item, None) is None


def test_a_name_that_wordpress_escaped_is_read_as_it_was_written() -> None:
    assert item_of(name="Plates &amp; bowls").title == "Plates & bowls"


def test_a_forged_topic_turns_no_product_into_a_deletion() -> None:
    (change,) = arrives(World(NAME), "product.deleted", product())
    assert isinstance(change, Upsert)


def test_a_deletion_is_confirmed() -> None:
    (change,) = arrives(World(NAME), "product.deleted", {"id": 101})
    assert isinstance(change, Upsert)
    assert change.authoritative
    (change,) = arrives(World(NAME), "product.deleted", {"id": 999})
    assert change == Removal("woocommerce:product:999", "product")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (HttpResponse(401, b"{}"), VendorRefused),
        (HttpResponse(503, b"{}"), VendorUnavailable),
        (HttpResponse(200, b"<html>"), VendorUnavailable),
    ],
)
def test_a_failed_lookup_is_not_a_deletion(answer: HttpResponse, expected: type[Exception]) -> None:
    world = World(NAME)
    world.double.respond = lambda *_: answer
    with pytest.raises(expected):
        arrives(world, "product.deleted", {"id": 101})


def test_a_product_in_the_trash_is_removed() -> None:
    world = World(NAME)
    trashed = json.dumps({"id": 101, "status": "trash"}).encode()
    world.double.respond = lambda *_: HttpResponse(200, trashed)
    (change,) = arrives(world, "product.deleted", {"id": 101})
    assert change == Removal("woocommerce:product:101", "product")


def test_a_lagging_api_is_read_again() -> None:
    newer = product("product.updated.variable", id=103, date_modified_gmt="2027-01-01T00:00:00")
    with pytest.raises(NotYetVisible):
        arrives(World(NAME), "product.updated", newer)


# --- categories -------------------------------------------------------------------------------


def test_a_category_contains_its_direct_products() -> None:
    items_by_title = {item.title: item for item in content.list_all(World(NAME).context)}
    tea = items_by_title["Tea"]
    assert tea.content_type == "collection"
    assert tea.members == ["woocommerce:product:105", "woocommerce:product:106"]


def test_a_category_without_products_is_no_page() -> None:
    world = World(NAME)
    for number in (105, 106):
        world.double.record(signed(NAME, request(json.dumps({"id": number}).encode())))
    listed = [item.title for item in content.list_all(world.context)]
    assert "Tea" not in listed
    assert content.current(world.context, "woocommerce:category:22", "collection") is None


# --- orders and the rest ----------------------------------------------------------------------


def test_an_order_contains_lines_and_totals_only() -> None:
    (change,) = arrives(World(NAME), "order.created", product("order.created"))
    assert isinstance(change, Signal)
    assert set(change.data) == {
        "lines", "total", "total_tax", "discount_total", "shipping_total", "currency",
    }  # fmt: skip
    assert change.data["total"] == "96.00"


@pytest.mark.parametrize(
    ("topic", "body", "expected"),
    [
        ("order.deleted", {"id": 7}, Removal("woocommerce:order:7", "order")),
        ("coupon.created", {"id": 16, "code": "x", "discount_type": "percent"},
         Signal("coupon.created", "woocommerce:coupon:16")),
        ("customer.deleted", {"id": 3}, Signal("customer.deleted", "woocommerce:customer:3")),
    ],
)  # fmt: skip
def test_an_event_without_a_page_has_an_id_only(topic: str, body: object, expected: Change) -> None:
    assert arrives(World(NAME), topic, body) == [expected]


def test_an_action_webhook_of_wordpress_changes_nothing() -> None:
    body = {"action": "woocommerce_add_to_cart", "arg": "5"}
    assert arrives(World(NAME), "action.woocommerce_add_to_cart", body) == []
    with pytest.raises(Malformed):
        arrives(World(NAME), "product.updated", {"code": "woocommerce_rest_product_invalid_id"})


# --- the cart ---------------------------------------------------------------------------------


def test_a_link_adds_the_chosen_product_to_the_cart() -> None:
    world = World(NAME)
    items_by_slug = {item.slug: item for item in content.list_all(world.context)}
    plate, bowl = items_by_slug["shore-plate"], items_by_slug["rain-bowl"]
    store = "https://shop.fjord-and-fern.example"
    for item, variant, number in (
        (plate, None, "101"),
        (bowl, None, "1030"),
        (bowl, bowl.variants[1], "1031"),
    ):
        offer = content.buy(world.context, item, variant)
        assert offer
        assert (offer.kind, offer.href) == ("link", f"{store}/?add-to-cart={number}")
    stranger = plate.model_copy(update={"provider_name": "somebody"})
    assert content.buy(world.context, stranger, None) is None


@pytest.mark.parametrize(
    ("permalink", "href"),
    [
        ("https://shop.fjord-and-fern.example/product/x/", True),
        ("https://evil.example/x", False),
        ("https://shop.fjord-and-fern.example.evil.example/", False),
    ],
)
def test_a_product_that_no_cart_link_can_add_links_to_its_shop_page(
    permalink: str, href: bool
) -> None:
    item = item_of(type="external", permalink=permalink, external_url="https://other.example/")
    offer = content.buy(World(NAME).context, item, None)
    assert (offer.href if offer else None) == (permalink if href else None)


@pytest.mark.parametrize(
    "address",
    [
        "http://shop.example", "https://shop.example/", "https://127.0.0.1", "https://localhost",
        "https://a@shop.example", "https://shop.example/../x", "https://shop.example/a/./b",
        "https://shop.example?x=1", "https://shop.example#x", "https://[::1]", "https://shop.1",
    ],
)  # fmt: skip
def test_a_shop_address_must_be_https_with_a_host_name(address: str) -> None:
    with pytest.raises(ValueError, match="store_url"):
        _ = World(NAME, {"store_url": address}).context


# --- registering ------------------------------------------------------------------------------


def test_registration_repairs_a_disabled_webhook() -> None:
    world = World(NAME)
    webhooks = registration.register(world.context, ADDRESS)
    world.state["webhooks"]["1"]["status"] = "disabled"
    (sick, *_) = registration.hooks(world.context)
    assert (sick.active, sick.trouble) == (False, "disabled after too many failures")
    assert registration.register(world.context, ADDRESS) == webhooks


def test_each_webhook_gets_the_secret_and_calls_use_basic_credentials() -> None:
    world = World(NAME)
    requests: list[tuple[dict[str, str], bytes]] = []
    answer = world.double.respond

    def respond(method: str, url: str, headers: dict[str, str], body: bytes) -> HttpResponse:
        requests.append((headers, body))
        return answer(method, url, headers, body)  # type: ignore[no-any-return]

    world.double.respond = respond
    registration.register(world.context, ADDRESS)
    assert {headers["authorization"] for headers, _ in requests} == {
        "Basic dGhlIHZhbHVlIG9mIG1hbmFnZV90b2tlbg=="
    }
    secrets = [json.loads(body)["secret"] for _, body in requests if body]
    assert secrets == ["the value of webhook_secret"] * len(registration.TOPICS)


# --- visibility, names and amounts ------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "private"},
        {"status": "pending"},
        {"status": "future"},
        {"status": "draft"},
        {"status": "something new"},
        {"status": None},
        {"post_password": "letmein"},
        {"catalog_visibility": "hidden"},
        {"catalog_visibility": "something new"},
    ],
)
def test_a_product_that_the_shop_hides_is_not_public(fields: dict[str, Any]) -> None:
    item = item_of(**fields)
    assert item.status is ContentStatus.DRAFT
    assert item.left_out_because


@pytest.mark.parametrize("fields", [{"status": "mystery"}, {"catalog_visibility": "mystery"}])
def test_an_unknown_status_is_logged(
    fields: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    item_of(**fields)
    assert "woocommerce:product:140 is a draft: unknown" in caplog.text


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("%d1%87%d0%b0%d1%88%d0%ba%d0%b0", "chashka"),
        ("zzz-123%2b", "zzz-123"),
        ("100%25-wool", "100-wool"),
        ("tasse", "tasse"),
    ],
)
def test_an_encoded_slug_is_spelled(slug: str, expected: str) -> None:
    assert item_of(slug=slug).slug == expected


def test_attributes_of_another_script_have_their_names_and_stay_apart() -> None:
    color = "pa_%d1%86%d0%b2%d0%b5%d1%82"
    attributes = [
        {"name": color, "option": "%d0%ba%d1%80%d0%b0%d1%81%d0%bd%d1%8b%d0%b9"},
        {"name": "цвет", "option": "синий"},
        {"name": "Material", "option": "100% wool"},
        {"name": "Size", "option": None},
    ]
    world = World(NAME)
    world.double.record(request(json.dumps(product(variations=[7])).encode(), {}))
    variation = {"id": 7, "price": "9.00", "attributes": attributes}
    world.state["variations"]["140"] = [variation]
    (change,) = arrives(world, "product.updated", product(variations=[7]))
    assert isinstance(change, Upsert)
    assert change.item.variants[0].options == {
        "цвет": "красный", "цвет 2": "синий", "Material": "100% wool",
    }  # fmt: skip


def test_a_tag_can_be_an_object_or_a_text_and_lists_can_be_missing() -> None:
    assert item_of(tags=[{"id": 1, "name": "Tea &amp; cups"}, "clay"]).tags == [
        "Tea & cups",
        "clay",
    ]
    item = item_of(tags=None, images=None, categories=None, attributes=None)
    assert (item.tags, item.images) == ([], [])


def test_a_price_can_have_a_sign_and_a_comma() -> None:
    world = World(NAME, settings={"currency": "EUR"})
    written = product(price="1.299,00 €", regular_price="1.399,00 €")
    (change,) = arrives(world, "product.updated", written)
    assert isinstance(change, Upsert)
    assert change.item.price
    assert change.item.price.model_dump() == {
        "amount": Decimal("1299.00"),
        "currency_code": "EUR",
        "compare_at_amount": Decimal("1399.00"),
    }
    assert item_of(price="1.299,00 €").price is None
    assert item_of(price="ask us").price is None


def test_a_date_without_a_time_zone_replaces_a_missing_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    item = item_of(date_modified_gmt=None, date_modified="2026-11-20T11:00:00")
    assert item.updated_at.hour == 11
    # East of Greenwich this moment is hours ago, so a later state may not have a lower version.
    soon = item_of(date_modified_gmt="2026-11-19T21:30:00")
    assert item.version <= soon.version
    item_of(date_created_gmt="someday")
    assert "left out date_created of a product (140): unreadable date" in caplog.text

"""Foxy: the signed body defines an order, and a form is signed for the price on the page."""

import hashlib
import hmac
import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest

from platform_core import providers
from platform_core.content.model import UnifiedContent
from platform_core.errors import Malformed, SecretMissing, VendorRefused, VendorUnavailable
from platform_core.http import HttpResponse
from platform_core.provider import Change, Signal
from platform_core.providers.foxy import content, form, registration
from tests.fakes.pipeline.vendor import article
from tests.fakes.vendors import World, recordings, request, signed

ORDER = recordings("foxy")["transaction/created"]["body"]
SUBSCRIPTION = recordings("foxy")["subscription/cancelled"]["body"]
SECRET = "the value of store_secret"
ADDRESS = "https://hooks.acme.example/webhooks/foxy"


def arrives(event: str, body: object) -> list[Change]:
    delivery = request(json.dumps(body).encode(), {"foxy-webhook-event": event})
    return World("foxy").changes(signed("foxy", delivery))


def read_signal(event: str, body: object) -> Signal:
    (change,) = arrives(event, body)
    assert isinstance(change, Signal)
    return change


# --- orders and subscriptions -----------------------------------------------------------------


def test_an_order_contains_lines_and_totals_only() -> None:
    assert read_signal("transaction/created", ORDER) == Signal(
        "order.placed",
        "41021",
        {
            "lines": [
                {"code": "sanity:moss-mug", "quantity": 2, "price": "24"},
                {"code": "sanity:gift-box-two-cups#moss", "quantity": 1, "price": "58"},
            ],
            "complete": True, "is_test": True, "total": "112", "subtotal": "106", "tax": "0",
            "shipping": "6", "currency": "USD", "status": "approved",
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    ("event", "fields", "expected", "complete"),
    [
        ("transaction/created", {"status": ""}, "order.placed", True),
        ("transaction/created", {"status": "pending"}, "order.placed", False),
        ("transaction/created", {"status": "declined"}, "order.updated", False),
        ("transaction/created", {"type": "updateinfo"}, "order.updated", True),
        ("transaction/refeed", {}, "order.placed", True),
        ("transaction/modified", {}, "order.updated", True),
        ("transaction/captured", {"status": "captured"}, "order.updated", True),
        ("transaction/refunded", {"status": "refunded"}, "order.refunded", False),
        ("transaction/created", {"status": "refunded"}, "order.refunded", False),
        ("transaction/voided", {"status": "voided"}, "order.refunded", False),
    ],
)
def test_the_body_has_the_status_of_an_order(
    event: str, fields: dict[str, Any], expected: str, complete: bool
) -> None:
    signal = read_signal(event, {**ORDER, **fields})
    assert (signal.event_type, signal.data["complete"]) == (expected, complete)


def test_a_forged_event_header_causes_no_refund_and_no_second_delivery() -> None:
    assert read_signal("transaction/refunded", ORDER).event_type == "order.updated"
    key = providers.load_webhook("foxy").delivery_key
    body = json.dumps(ORDER).encode()
    keys = {key(request(body, {"foxy-webhook-event": each})) for each in ("a/b", "c/d")}
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("event", "fields", "expected"),
    [
        ("subscription/created", {"end_date": None}, "subscription.created"),
        ("subscription/modified", {"end_date": "0000-00-00"}, "subscription.updated"),
        ("subscription/modified", {"end_date": "2027-05-20"}, "subscription.updated"),
        ("subscription/cancelled", {}, "subscription.cancelled"),
        ("subscription/refeed", {"is_active": False}, "subscription.cancelled"),
    ],
)
def test_a_subscription_ends_on_its_last_day(
    event: str, fields: dict[str, Any], expected: str
) -> None:
    signal = read_signal(event, {**SUBSCRIPTION, **fields})
    assert (signal.event_type, signal.subject_id) == (expected, "3105")


@pytest.mark.parametrize("event", ["customer/created", "customer/refeed", "changelog/created"])
def test_an_event_without_a_sale_changes_nothing(event: str) -> None:
    assert arrives(event, {"id": 7001, "email": "mail@example.org"}) == []


@pytest.mark.parametrize("body", [{}, {"total_order": 3}, {"total_order": 3, "id": "x"}])
def test_a_transaction_without_an_id_is_malformed(body: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        arrives("transaction/created", body)


def test_a_shop_without_a_catalogue_says_so() -> None:
    world = World("foxy")
    assert not providers.load_manifest("foxy").needs.listing
    assert list(content.list_all(world.context)) == []
    assert content.current(world.context, "foxy:1", "product") is None
    assert world.requested_urls == []


# --- the form ---------------------------------------------------------------------------------


def product(title: str = "Spoon", amount: str = "9.9", currency: str = "USD") -> UnifiedContent:
    price = {"amount": amount, "currency_code": currency}
    values: dict[str, Any] = {"content_type": "product", "price": price, "slug": "spoon"}
    return article("cms:spoon", 1, title, **values)


def signature(message: str) -> str:
    return hmac.new(SECRET.encode(), message.encode(), hashlib.sha256).hexdigest()


def test_each_field_of_a_form_is_signed() -> None:
    offer = content.buy(World("foxy").context, product(), None)
    assert offer
    assert (offer.kind, offer.href) == ("form", "https://fjord-and-fern.foxycart.com/cart")
    assert offer.fields == {
        f"code||{signature('cms:spooncodecms:spoon')}": "cms:spoon",
        f"name||{signature('cms:spoonnameSpoon')}": "Spoon",
        f"price||{signature('cms:spoonprice9.90')}": "9.90",
    }
    assert SECRET not in str(offer)


def test_a_signed_price_is_valid_for_one_product() -> None:
    cheap = form.signed_fields(SECRET, "a", "A", "1.00")
    dear = form.signed_fields(SECRET, "b", "A", "1.00")
    assert not cheap.keys() & dear.keys()


def test_a_name_contains_no_syntax_of_foxy() -> None:
    fields = form.signed_fields(SECRET, "x", 'Jo\'s "<b>" {p-10|c} & co', "1.00")
    assert list(fields.values())[1] == "Jo\u2019s \u201d\u2039b\u203a\u201d (p-10/c) & co"
    escaped = "xnameJo\u2019s \u201d\u2039b\u203a\u201d (p-10/c) &amp; co"
    assert list(fields)[1] == f"name||{signature(escaped)}"


def test_no_product_is_sold_unsigned_or_in_another_currency() -> None:
    context = World("foxy").context
    assert content.buy(context, product(currency="EUR"), None) is None

    def missing(name: str) -> str:
        raise SecretMissing(name)

    with pytest.raises(SecretMissing, match="store_secret"):
        content.buy(replace(context, secret=missing), product(), None)


def test_pages_may_post_to_the_store() -> None:
    front = content.storefront(World("foxy", {"store_domain": "cart.fern.example"}).context)
    assert front.origins == ("https://cart.fern.example",)


@pytest.mark.parametrize(
    "domain", ["fern", "a..b.example", "fern.example/x", "fern.example:8", "@fern.example"]
)
def test_a_store_must_be_a_host_name(domain: str) -> None:
    with pytest.raises(ValueError, match="store_domain"):
        _ = World("foxy", {"store_domain": domain}).context


# --- registration -----------------------------------------------------------------------------


def test_a_webhook_is_created_for_each_resource_and_repaired() -> None:
    world = World("foxy")
    webhooks = registration.register(world.context, ADDRESS)
    assert [webhook.topics for webhook in webhooks] == [("transaction",), ("subscription",)]
    for hook in world.state["hooks"].values():
        assert hook["encryption_key"] == "the value of webhook_secret"
        assert "customer" not in hook["query"]
        hook.update(is_active=0, query="", encryption_key="old")
    stale = registration.hooks(world.context)
    assert not any(webhook.active for webhook in stale)
    assert stale[0].trouble
    assert registration.register(world.context, ADDRESS) == webhooks
    keys = {webhook["encryption_key"] for webhook in world.state["hooks"].values()}
    assert keys == {"the value of webhook_secret"}


def test_a_token_is_requested_with_the_integrations_secrets() -> None:
    world = World("foxy")
    bodies: list[bytes] = []
    respond = world.double.respond

    def noting(method: str, url: str, headers: Any, body: bytes) -> HttpResponse:
        bodies.append(body)
        answer: HttpResponse = respond(method, url, headers, body)
        return answer

    world.double.respond = noting
    registration.hooks(world.context)
    assert parse_qs(bodies[0].decode()) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["the value of manage_token"],
        "client_id": ["the value of manage_id"],
        "client_secret": ["the value of manage_secret"],
    }


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/stores/1",
        "http://api.foxy.io/stores/1",
        "https://api.foxy.io:8/stores/1",
        "https://api.foxy.io@evil.example/",
        None,
    ],
)
def test_a_token_is_sent_only_to_foxy(link: str | None) -> None:
    world = World("foxy")
    answers = iter([{"access_token": "t"}, {"_links": {"fx:store": {"href": link}}}])
    world.double.respond = lambda *_: HttpResponse(200, json.dumps(next(answers)).encode())
    with pytest.raises(VendorRefused):
        registration.hooks(world.context)
    assert world.requested_urls == ["https://api.foxy.io/token", "https://api.foxy.io"]


def test_a_missing_token_is_an_outage() -> None:
    world = World("foxy")
    world.double.respond = lambda *_: HttpResponse(200, b"{}")
    with pytest.raises(VendorUnavailable):
        registration.hooks(world.context)


def test_webhooks_are_read_to_their_last_page() -> None:
    world = World("foxy")
    registration.register(world.context, ADDRESS)
    respond = world.double.respond

    def paged(method: str, url: str, headers: Any, body: bytes) -> HttpResponse:
        answer: HttpResponse = respond(method, url, headers, body)
        if "webhooks" not in url or method != "GET":
            return answer
        page, at = json.loads(answer.body), "offset=1" in url
        page["_embedded"]["fx:webhooks"] = page["_embedded"]["fx:webhooks"][at : at + 1]
        following = f"{url.partition('?')[0]}?offset=1"
        page["_links"] = {"self": {"href": url}, "next": {"href": following}}
        return HttpResponse(200, json.dumps(page).encode())

    world.double.respond = paged
    assert len(registration.hooks(world.context)) == 2

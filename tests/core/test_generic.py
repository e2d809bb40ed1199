"""The generic provider: Standard Webhooks signatures, and valid results for any content."""

import json
from dataclasses import replace
from typing import Any

import pytest

from platform_core.content.model import to_row
from platform_core.errors import Malformed, NoListing, SecretMissing, VendorRefused
from platform_core.http import HttpResponse
from platform_core.provider import Change, Context, Removal, Upsert
from platform_core.providers.generic import content, webhook
from tests.fakes.vendors import NOW, World, assert_sound, recordings, request, signed

NAME = "generic"
LISTING = "https://press.fjord-and-fern.example/content.json"


def event(kind: str, data: object, timestamp: object = "2026-11-20T10:00:00Z") -> list[Change]:
    body = json.dumps({"type": kind, "timestamp": timestamp, "data": data}).encode()
    return World(NAME).changes(signed(NAME, request(body)))


def item(**fields: Any) -> dict[str, Any]:
    article: dict[str, Any] = recordings(NAME)["content.created"]["body"]["data"]
    return {**article, **fields}


def upserted(**fields: Any) -> Any:
    (change,) = event("content.updated", item(**fields))
    assert isinstance(change, Upsert)
    assert_sound(change.item, NAME)
    return change.item


def listing(*pages: object) -> World:
    """Return a world whose sender gives these responses in turn."""
    world, remaining = World(NAME), list(pages)
    world.double.respond = lambda *_: HttpResponse(200, json.dumps(remaining.pop(0)).encode())
    return world


def listed(world: World) -> list[str]:
    return [item.id for item in content.list_all(world.context)]


# --- deliveries -------------------------------------------------------------------------------


def test_a_retry_is_the_same_delivery_but_a_reused_id_is_not() -> None:
    first = request(b'{"type":"x"}', {"webhook-id": "msg_1"})
    retry = signed(NAME, first, NOW.timestamp() + 60)
    assert webhook.delivery_key(signed(NAME, first)) == webhook.delivery_key(retry)
    reused = request(b'{"type":"y"}', {"webhook-id": "msg_1"})
    assert webhook.delivery_key(signed(NAME, reused)) != webhook.delivery_key(retry)
    new_id = request(b'{"type":"x"}', {"webhook-id": "msg_2"})
    assert webhook.delivery_key(signed(NAME, new_id)) != webhook.delivery_key(retry)


def test_a_deletion_applies_up_to_its_time() -> None:
    (change,) = event("content.deleted", {"id": "first-frost", "content_type": "article"})
    assert isinstance(change, Removal)
    assert change.version == 1_795_168_800 * 10**6
    assert upserted(updated_at="2026-11-20T10:00:01Z").version > change.version


def test_a_deletion_without_a_type_applies_to_any_item_with_the_id() -> None:
    deletion = event("content.deleted", {"id": "x"})
    assert {change.content_type for change in deletion if isinstance(change, Removal)} == {
        "article", "page", "product", "collection",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "data", "timestamp"),
    [
        ("content.deleted", {"id": "x"}, None),
        ("content.deleted", {}, "2026-11-20T10:00:00Z"),
        ("content.deleted", {"id": "x", "content_type": "order"}, "2026-11-20T10:00:00Z"),
        ("content.updated", {"id": "x", "content_type": "article", "title": "T"}, None),
        ("content.updated", item(content_type="order"), None),
        ("content.updated", item(content_type=["article"]), None),
        ("content.updated", item(id=""), None),
        ("content.updated", item(id="x" * 501), None),
        ("content.updated", "an item", None),
        (None, item(), None),
    ],
)
def test_a_missing_required_member_is_malformed(kind: Any, data: object, timestamp: object) -> None:
    with pytest.raises(Malformed):
        event(kind, data, timestamp)


def test_an_unknown_event_changes_nothing() -> None:
    assert event("invoice.paid", {"id": "x"}) == []


# --- hostile text and the unified shape -------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script><p>x</p>",
        '<p onclick="x()">x</p>',
        '<a href="javascript:x()">x</a>',
        '<iframe src="https://evil.example"></iframe>',
        "<style>*{}</style>",
    ],
)
def test_html_is_sanitized(body: str) -> None:
    assert "evil" not in (upserted(body=body).body or "")


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        (None, "first-frost-on-the-north-bank"),
        ("../../etc/passwd", "etc-passwd"),
        ("Crème Brûlée", "creme-brulee"),
        ("<script>", "script"),
    ],
)
def test_any_slug_becomes_valid(slug: object, expected: str) -> None:
    assert upserted(slug=slug).slug == expected


def test_an_id_with_special_characters_is_safe() -> None:
    assert upserted(id="../x\ny", title="§", slug=None).slug == "x-y"


def test_a_product_in_the_unified_shape_is_read_unchanged() -> None:
    product = upserted(
        content_type="product",
        price={"amount": "18.00", "currency_code": "EUR", "compare_at_amount": "20.00"},
        inventory={"quantity": 0, "track_quantity": False},
        featured_image={"url": "https://cms.example/a.jpg", "alt_text": "A dish", "width": 10},
        images=["https://cms.example/b.jpg", {"url": "javascript:x"}],
    )
    assert (str(product.price.amount), product.price.currency_code) == ("18.00", "EUR")
    assert str(product.price.compare_at_amount) == "20.00"
    assert product.available
    assert product.featured_image.alt_text == "A dish"
    assert [image.url for image in product.images] == ["https://cms.example/b.jpg"]
    assert to_row(product, "acme")["price"]["amount"] == product.price.amount


# --- the listing ------------------------------------------------------------------------------


def test_without_a_listing_no_item_counts_as_deleted() -> None:
    context = World(NAME, {"listing_url": None}).context
    with pytest.raises(NoListing):
        list(content.list_all(context))
    with pytest.raises(NoListing):
        content.current(context, "generic:x", "article")


def test_a_listing_is_read_to_its_end() -> None:
    page = {"items": [item(id="a")], "next": "/content.json?page=2"}
    world = listing(page, {"items": [item(id="b")], "next": None})
    assert listed(world) == ["generic:a", "generic:b"]
    assert world.requested_urls == [LISTING, f"{LISTING}?page=2"]
    assert listed(listing([item(id="c")])) == ["generic:c"]


@pytest.mark.parametrize(
    "following",
    [
        "https://evil.example/content.json",
        "http://press.fjord-and-fern.example/content.json",
        "//evil.example/x",
        "https://press.fjord-and-fern.example:8443/x",
        "https://[x/",
        "file:///etc/passwd",
        LISTING,
    ],
)
def test_a_listing_follows_no_foreign_address_and_no_loop(following: str) -> None:
    world = listing({"items": [item()], "next": following}, [])
    with pytest.raises(VendorRefused):
        listed(world)
    assert world.requested_urls == [LISTING]


@pytest.mark.parametrize("answer", [{}, {"items": {}}, {"items": None}, "x", 5])
def test_a_response_that_is_not_a_list_is_refused(answer: object) -> None:
    with pytest.raises(VendorRefused):
        listed(listing(answer))


def test_only_the_broken_item_is_left_out() -> None:
    assert listed(listing([item(id="a"), {"id": "b"}, item(id="c")])) == ["generic:a", "generic:c"]


def test_a_public_listing_is_read_without_a_token() -> None:
    world = World(NAME)
    sent_headers: list[dict[str, str]] = []

    def respond(method: str, url: str, headers: dict[str, str], body: bytes) -> HttpResponse:
        sent_headers.append(headers)
        return HttpResponse(200, b"[]")

    world.double.respond = respond
    context = world.context
    list(content.list_all(context))
    list(content.list_all(_without_secrets(context)))
    assert [header.get("authorization") for header in sent_headers] == [
        "Bearer the value of read_token",
        None,
    ]


def _without_secrets(context: Context) -> Context:
    def missing(name: str) -> str:
        raise SecretMissing(name)

    return replace(context, secret=missing)

"""Sanity: the API is final; the delivery counts where the API has no document."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.content.model import ContentType, MediaAsset
from platform_core.errors import Malformed, NotYetVisible, VendorRefused, VendorUnavailable
from platform_core.http import HttpResponse
from platform_core.provider import Removal, Upsert
from platform_core.providers.sanity import registration
from platform_core.providers.sanity.assets import parse_image
from platform_core.providers.sanity.portable_text import TextParsers, render_html
from platform_core.providers.sanity.settings import Settings
from platform_core.webhooks.request import Request
from tests.fakes.vendors import NOW, World, request, signed

DOCUMENT = {
    "_id": "spoons",
    "_type": "article",
    "_updatedAt": "2026-11-20T10:00:00Z",
    "title": "On spoons",
    "slug": {"current": "on-spoons"},
}
SETTINGS = Settings(project_id="fjordfrn")


def make_delivery(
    body: object,
    operation: str = "update",
    at: datetime = NOW,
    headers: dict[str, str] | None = None,
) -> Request:
    named = {"sanity-operation": operation, **(headers or {})}
    delivery = request(json.dumps(body).encode(), named)
    return signed("sanity", delivery, at.timestamp())


def world_with(*documents: dict[str, Any]) -> World:
    return World(
        "sanity",
        state={"documents": {document["_id"]: document for document in documents}, "deleted": {}},
    )


def test_content_of_the_api_is_final() -> None:
    (change,) = world_with(DOCUMENT).changes(make_delivery({**DOCUMENT, "title": "Forged"}))
    assert isinstance(change, Upsert)
    assert change.authoritative
    assert change.item.title == "On spoons"
    assert change.item.version == int(datetime(2026, 11, 20, 10, tzinfo=UTC).timestamp()) * 10**6


def test_a_complete_document_missing_in_the_api_counts_at_its_signed_time() -> None:
    bare = {name: value for name, value in DOCUMENT.items() if name != "_updatedAt"}
    (change,) = world_with().changes(make_delivery(bare))
    assert isinstance(change, Upsert)
    assert not change.authoritative
    assert change.item.version == int(NOW.timestamp() * 10**6)


@pytest.mark.parametrize("operation", ["update", "delete"])
def test_a_bare_id_missing_in_the_api_is_removed(operation: str) -> None:
    changes = world_with().changes(make_delivery({"_id": "spoons"}, operation))
    assert {change.content_type for change in changes if isinstance(change, Removal)} == {
        "article", "page", "product", "collection",
    }  # fmt: skip
    assert {change.content_id for change in changes if isinstance(change, Removal)} == {
        "sanity:spoons"
    }


def test_a_deletion_of_a_document_in_the_api_is_an_update() -> None:
    """The operation is in a header that is not signed."""
    (change,) = world_with(DOCUMENT).changes(make_delivery({"_id": "spoons"}, "delete"))
    assert isinstance(change, Upsert)


def test_a_deletion_has_the_type_of_the_body() -> None:
    changes = world_with().changes(make_delivery(DOCUMENT, "delete"))
    assert changes == [Removal("sanity:spoons", "article")]


def test_the_operation_in_the_signed_body_overrides_the_header() -> None:
    changes = world_with().changes(make_delivery({**DOCUMENT, "operation": "delete"}, "update"))
    assert changes == [Removal("sanity:spoons", "article")]


def test_a_lagging_api_is_read_again_later() -> None:
    newer = {**DOCUMENT, "_updatedAt": "2026-11-20T10:00:00.001Z"}
    with pytest.raises(NotYetVisible) as error:
        world_with(DOCUMENT).changes(make_delivery(newer))
    assert error.value.retry


@pytest.mark.parametrize("name", ["drafts.spoons", "versions.rABC.spoons"])
def test_an_unpublished_document_changes_nothing(name: str) -> None:
    world = world_with(DOCUMENT)
    assert world.changes(make_delivery({**DOCUMENT, "_id": name})) == []
    assert world.requested_urls == []


def test_a_type_that_the_site_does_not_show_changes_nothing() -> None:
    assert world_with().changes(make_delivery({**DOCUMENT, "_type": "settings"})) == []


def test_settings_map_the_clients_types() -> None:
    world = world_with({**DOCUMENT, "_type": "recipe"})
    world.settings = {"types": {"recipe": "page"}}
    (change,) = world.changes(make_delivery({"_id": "spoons"}))
    assert isinstance(change, Upsert)
    assert change.item.content_type is ContentType.PAGE


def test_an_id_can_be_in_the_header_only() -> None:
    (change,) = world_with(DOCUMENT).changes(
        make_delivery({"title": "x"}, headers={"sanity-document-id": "spoons"})
    )
    assert isinstance(change, Upsert)
    with pytest.raises(Malformed):
        world_with(DOCUMENT).changes(make_delivery({"title": "x"}))


def test_lookups_use_the_token_and_never_the_cdn() -> None:
    world = world_with(DOCUMENT)
    sent_headers: list[dict[str, str]] = []
    respond = world.double.respond

    def watch(method: str, url: str, headers: dict[str, str], body: bytes) -> HttpResponse:
        sent_headers.append(headers)
        answer: HttpResponse = respond(method, url, headers, body)
        return answer

    world.double.respond = watch
    world.changes(make_delivery(DOCUMENT))
    assert world.requested_urls[0].startswith(
        "https://fjordfrn.api.sanity.io/v2025-02-19/data/query/production?"
    )
    assert sent_headers[0]["authorization"] == "Bearer the value of read_token"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, VendorRefused),
        (404, VendorRefused),
        (429, VendorUnavailable),
        (503, VendorUnavailable),
    ],
)
def test_a_failed_lookup_is_not_a_deletion(status: int, expected: type[Exception]) -> None:
    world = world_with()
    world.double.respond = lambda *_: HttpResponse(status, b"{}")
    with pytest.raises(expected):
        world.changes(make_delivery({"_id": "spoons"}, "delete"))


def test_a_listing_reads_all_pages_and_skips_a_broken_document() -> None:
    many = [{**DOCUMENT, "_id": f"n{number:03}"} for number in range(250)]
    broken = {**DOCUMENT, "_id": "n100", "_updatedAt": "yesterday"}
    world = world_with(*many, broken)
    from platform_core.providers.sanity import content

    assert len(list(content.list_all(world.context))) == 249
    assert len(world.requested_urls) == 4


def test_the_simulation_keeps_the_newest_version() -> None:
    world = world_with()
    bare = {"_id": "spoons", "_type": "article"}
    later = NOW + timedelta(seconds=5)
    world.double.record(make_delivery({**bare, "title": "new"}, at=later))
    world.double.record(make_delivery({**bare, "title": "old"}))
    assert world.state["documents"]["spoons"]["title"] == "new"
    world.double.record(make_delivery(bare, "delete", at=later))
    world.double.record(make_delivery({**bare, "title": "old"}))
    assert world.state["documents"] == {}


# --- fields, assets and rich text -------------------------------------------------------------


def test_a_product_has_all_fields_of_a_shop() -> None:
    document = {
        **DOCUMENT,
        "_type": "product",
        "compareAtPrice": 12.5,
        "sku": "SPOON",
        "variants": [
            {"_key": "a", "title": "Small", "price": 9.9, "stock": 0, "options": {"Size": "S"}},
            {"_key": "b", "title": "Large", "price": "12", "stock": 3, "sku": "SPOON-L"},
        ],
        "seo": {"metaTitle": "Spoons", "canonicalUrl": "javascript:alert(1)"},
    }
    (change,) = world_with(document).changes(make_delivery({"_id": "spoons"}))
    assert isinstance(change, Upsert)
    item = change.item
    assert item.price
    assert (str(item.price.amount), item.price.currency_code) == ("9.9", "USD")
    assert [variant.available for variant in item.variants] == [False, True]
    assert item.variants[0].options == {"Size": "S"}
    assert item.seo
    assert item.seo.canonical_url is None


def test_an_invalid_slug_is_replaced() -> None:
    document = {**DOCUMENT, "slug": {"current": "Blå/Skål_no. 5"}}
    (change,) = world_with(document).changes(make_delivery({"_id": "spoons"}))
    assert isinstance(change, Upsert)
    assert change.item.slug == "bla-skal-no-5"
    assert change.item.provider_data["original_slug"] == "Blå/Skål_no. 5"


def test_the_address_of_an_image_follows_from_its_id() -> None:
    field = {"asset": {"_ref": "image-ab12cd-1600x900-jpg"}, "alt": "A spoon"}
    assert parse_image(field, SETTINGS) == MediaAsset(
        id="image-ab12cd-1600x900-jpg",
        url="https://cdn.sanity.io/images/fjordfrn/production/ab12cd-1600x900.jpg",
        alt_text="A spoon",
        width=1600,
        height=900,
        mime_type="image/jpeg",
    )


@pytest.mark.parametrize(
    "reference", ["image-../../x-1x1-jpg", "file-ab-pdf", "", "image-ab-1x1-jpg/..", 7, None]
)
def test_an_invalid_image_id_is_no_image(reference: object) -> None:
    assert parse_image({"asset": {"_ref": reference}}, SETTINGS) is None


def block(text: str, **fields: object) -> dict[str, object]:
    return {"_type": "block", "children": [{"_type": "span", "text": text}], **fields}


def test_rich_text_is_headings_lists_marks_links_and_images() -> None:
    picture = {
        "_type": "image",
        "asset": {"_ref": "image-ab-4x3-png"},
        "alt": '"A"',
        "caption": "C",
    }
    linked = block(
        "", markDefs=[{"_key": "k", "_type": "link", "href": "https://a.example/?b=1&c"}]
    )
    linked["children"] = [{"_type": "span", "text": "go", "marks": ["k", "strong"]}]
    html = render_html(
        [
            block("Title", style="h2"),
            block("one", listItem="bullet", level=1),
            block("deeper", listItem="number", level=2),
            block("two", listItem="bullet", level=1),
            linked,
            picture,
        ],
        TextParsers(image=lambda value: parse_image(value, SETTINGS)),
    )
    assert html == (
        "<h2>Title</h2>\n"
        "<ul><li>one<ol><li>deeper</li></ol></li><li>two</li></ul>\n"
        '<p><a href="https://a.example/?b=1&amp;c" rel="noopener noreferrer">'
        "<strong>go</strong></a></p>\n"
        '<figure><img src="https://cdn.sanity.io/images/fjordfrn/production/ab-4x3.png" '
        'alt="&quot;A&quot;" width="4" height="3"><figcaption>C</figcaption></figure>'
    )


def test_markup_in_a_text_is_escaped() -> None:
    html = render_html([block("a < b & <em>c</em> {{ 7*7 }}")], TextParsers(image=lambda _: None))
    assert html == "<p>a &lt; b &amp; &lt;em&gt;c&lt;/em&gt; {{ 7*7 }}</p>"


@given(st.text())
def test_text_contains_no_script(text: str) -> None:
    html = render_html([block(text)], TextParsers(image=lambda _: None)) or ""
    assert "<script" not in html.lower()
    assert html.count("<p") <= 1


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", '"><script>']
)
def test_unsafe_links_are_removed(href: str) -> None:
    evil = block("x", markDefs=[{"_key": "k", "href": href}])
    evil["children"] = [{"text": "x", "marks": ["k"]}]
    html = render_html([evil], TextParsers(image=lambda _: None)) or ""
    assert "script:" not in html
    assert "data:" not in html
    assert "<script" not in html


# --- registration -----------------------------------------------------------------------------


def test_an_incomplete_webhook_has_a_problem_until_it_is_repaired() -> None:
    address = "https://hooks.acme.example/webhooks/x"
    poor = {
        "id": "hk1", "name": "by hand", "url": address, "dataset": "production",
        "rule": {"on": ["create", "update"]}, "isDisabledByUser": True,
    }  # fmt: skip
    world = World("sanity", state={"documents": {}, "deleted": {}, "hooks": {"hk1": poor}})
    (before,) = registration.hooks(world.context)
    assert (before.trouble, before.active) == ("does not send deletion events", False)
    (after,) = registration.register(world.context, address)
    assert (after.id, after.trouble, after.active) == ("hk1", "", True)
    assert world.state["hooks"]["hk1"]["name"] == "by hand"
    assert "operation" in world.state["hooks"]["hk1"]["rule"]["projection"]


def test_a_webhook_of_another_dataset_is_reported() -> None:
    world = World("sanity", {"dataset": "staging"})
    registration.register(world.context, "https://hooks.acme.example/webhooks/x")
    world.settings = {}
    (hook,) = registration.hooks(world.context)
    assert hook.trouble == "sends events of the dataset staging"


def test_each_registration_sends_the_secret_to_the_webhook_only() -> None:
    world = World("sanity")
    sent_bodies: list[Any] = []
    respond = world.double.respond

    def watch(method: str, url: str, headers: dict[str, str], body: bytes) -> HttpResponse:
        sent_bodies.append(json.loads(body or b"{}").get("secret"))
        assert headers["authorization"] == "Bearer the value of manage_token"
        answer: HttpResponse = respond(method, url, headers, body)
        return answer

    world.double.respond = watch
    for _ in range(2):
        registration.register(world.context, "https://hooks.acme.example/webhooks/x")
    assert [body for body in sent_bodies if body] == ["the value of webhook_secret"] * 2
    assert "the value of" not in json.dumps(world.state)

"""Sanity: the API's word is final; the delivery speaks where the API is silent."""

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
from platform_core.providers.sanity.portable_text import render_html
from platform_core.providers.sanity.settings import Settings
from platform_core.webhooks.request import Request
from tests.fakes.vendors import (
    NOW,
    World,
    request,
    signed,
)

DOCUMENT = {
    "_id": "spoons",
    "_type": "article",
    "_updatedAt": "2026-11-20T10:00:00Z",
    "title": "On spoons",
    "slug": {"current": "on-spoons"},
}
SETTINGS = Settings(project_id="fjordfrn")


def sent(
    body: object,
    operation: str = "update",
    at: datetime = NOW,
    headers: dict[str, str] | None = None,
) -> Request:
    named = {"sanity-operation": operation, **(headers or {})}
    made = request(json.dumps(body).encode(), named)
    return signed("sanity", made, at.timestamp())


def world_with(*documents: dict[str, Any]) -> World:
    return World(
        "sanity", state={"documents": {each["_id"]: each for each in documents}, "deleted": {}}
    )


def test_what_the_api_has_is_final() -> None:
    (change,) = world_with(DOCUMENT).changes(sent({**DOCUMENT, "title": "Forged"}))
    assert isinstance(change, Upsert)
    assert change.authoritative
    assert change.item.title == "On spoons"
    assert change.item.version == int(datetime(2026, 11, 20, 10, tzinfo=UTC).timestamp()) * 10**6


def test_a_whole_document_that_the_api_lacks_is_taken_at_its_signed_time() -> None:
    bare = {name: value for name, value in DOCUMENT.items() if name != "_updatedAt"}
    (change,) = world_with().changes(sent(bare))
    assert isinstance(change, Upsert)
    assert not change.authoritative
    assert change.item.version == int(NOW.timestamp() * 10**6)


@pytest.mark.parametrize("operation", ["update", "delete"])
def test_a_bare_id_that_the_api_lacks_is_gone_whatever_it_was(operation: str) -> None:
    found = world_with().changes(sent({"_id": "spoons"}, operation))
    assert {each.content_type for each in found if isinstance(each, Removal)} == {
        "article", "page", "product", "collection",
    }  # fmt: skip
    assert {each.content_id for each in found if isinstance(each, Removal)} == {"sanity:spoons"}


def test_a_deletion_that_the_api_denies_is_an_update() -> None:
    """The operation stands in a header that nobody signed."""
    (change,) = world_with(DOCUMENT).changes(sent({"_id": "spoons"}, "delete"))
    assert isinstance(change, Upsert)


def test_a_deletion_names_its_type_where_the_body_does() -> None:
    found = world_with().changes(sent(DOCUMENT, "delete"))
    assert found == [Removal("sanity:spoons", "article")]


def test_an_operation_in_the_signed_body_counts_more_than_the_header() -> None:
    found = world_with().changes(sent({**DOCUMENT, "operation": "delete"}, "update"))
    assert found == [Removal("sanity:spoons", "article")]


def test_an_api_that_lags_is_asked_again_later() -> None:
    newer = {**DOCUMENT, "_updatedAt": "2026-11-20T10:00:00.001Z"}
    with pytest.raises(NotYetVisible) as error:
        world_with(DOCUMENT).changes(sent(newer))
    assert error.value.retry


@pytest.mark.parametrize("name", ["drafts.spoons", "versions.rABC.spoons"])
def test_what_is_not_published_changes_nothing(name: str) -> None:
    world = world_with(DOCUMENT)
    assert world.changes(sent({**DOCUMENT, "_id": name})) == []
    assert world.asked == []


def test_a_type_that_the_site_does_not_show_changes_nothing() -> None:
    assert world_with().changes(sent({**DOCUMENT, "_type": "settings"})) == []


def test_types_are_the_clients_own_to_map() -> None:
    world = world_with({**DOCUMENT, "_type": "recipe"})
    world.settings = {"types": {"recipe": "page"}}
    (change,) = world.changes(sent({"_id": "spoons"}))
    assert isinstance(change, Upsert)
    assert change.item.content_type is ContentType.PAGE


def test_an_id_may_stand_in_the_header_alone() -> None:
    (change,) = world_with(DOCUMENT).changes(
        sent({"title": "x"}, headers={"sanity-document-id": "spoons"})
    )
    assert isinstance(change, Upsert)
    with pytest.raises(Malformed):
        world_with(DOCUMENT).changes(sent({"title": "x"}))


def test_the_origin_is_asked_with_the_token_and_never_the_cdn() -> None:
    world = world_with(DOCUMENT)
    seen: list[dict[str, str]] = []
    respond = world.double.respond

    def watch(method: str, url: str, headers: dict[str, str], body: bytes) -> HttpResponse:
        seen.append(headers)
        answer: HttpResponse = respond(method, url, headers, body)
        return answer

    world.double.respond = watch
    world.changes(sent(DOCUMENT))
    assert world.asked[0].startswith(
        "https://fjordfrn.api.sanity.io/v2025-02-19/data/query/production?"
    )
    assert seen[0]["authorization"] == "Bearer the value of read_token"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, VendorRefused),
        (404, VendorRefused),
        (429, VendorUnavailable),
        (503, VendorUnavailable),
    ],
)
def test_no_answer_is_no_deletion(status: int, expected: type[Exception]) -> None:
    world = world_with()
    world.double.respond = lambda *_: HttpResponse(status, b"{}")
    with pytest.raises(expected):
        world.changes(sent({"_id": "spoons"}, "delete"))


def test_a_listing_goes_through_all_pages_and_past_a_broken_document() -> None:
    many = [{**DOCUMENT, "_id": f"n{number:03}"} for number in range(250)]
    broken = {**DOCUMENT, "_id": "n100", "_updatedAt": "yesterday"}
    world = world_with(*many, broken)
    from platform_core.providers.sanity import content

    assert len(list(content.list_all(world.context))) == 249
    assert len(world.asked) == 4


def test_the_double_keeps_the_newest_word() -> None:
    world = world_with()
    bare = {"_id": "spoons", "_type": "article"}
    later = NOW + timedelta(seconds=5)
    world.double.record(sent({**bare, "title": "new"}, at=later))
    world.double.record(sent({**bare, "title": "old"}))
    assert world.state["documents"]["spoons"]["title"] == "new"
    world.double.record(sent(bare, "delete", at=later))
    world.double.record(sent({**bare, "title": "old"}))
    assert world.state["documents"] == {}


# --- fields, assets and rich text -------------------------------------------------------------


def test_a_product_has_all_that_a_shop_needs() -> None:
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
    (change,) = world_with(document).changes(sent({"_id": "spoons"}))
    assert isinstance(change, Upsert)
    item = change.item
    assert item.price
    assert (str(item.price.amount), item.price.currency_code) == ("9.9", "USD")
    assert [each.available for each in item.variants] == [False, True]
    assert item.variants[0].options == {"Size": "S"}
    assert item.seo
    assert item.seo.canonical_url is None


def test_a_slug_that_fits_no_address_is_made_to_fit() -> None:
    document = {**DOCUMENT, "slug": {"current": "Blå/Skål_no. 5"}}
    (change,) = world_with(document).changes(sent({"_id": "spoons"}))
    assert isinstance(change, Upsert)
    assert change.item.slug == "bla-skal-no-5"
    assert change.item.provider_data["original_slug"] == "Blå/Skål_no. 5"


def test_an_image_is_where_its_name_says() -> None:
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
def test_a_name_that_is_no_image_is_none(reference: object) -> None:
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
        lambda value: parse_image(value, SETTINGS),
    )
    assert html == (
        "<h2>Title</h2>\n"
        "<ul><li>one<ol><li>deeper</li></ol></li><li>two</li></ul>\n"
        '<p><a href="https://a.example/?b=1&amp;c" rel="noopener noreferrer">'
        "<strong>go</strong></a></p>\n"
        '<figure><img src="https://cdn.sanity.io/images/fjordfrn/production/ab-4x3.png" '
        'alt="&quot;A&quot;" width="4" height="3"><figcaption>C</figcaption></figure>'
    )


def test_markup_in_a_text_is_text() -> None:
    html = render_html([block("a < b & <em>c</em> {{ 7*7 }}")], lambda _: None)
    assert html == "<p>a &lt; b &amp; &lt;em&gt;c&lt;/em&gt; {{ 7*7 }}</p>"


@given(st.text())
def test_text_holds_no_script(text: str) -> None:
    html = render_html([block(text)], lambda _: None) or ""
    assert "<script" not in html.lower()
    assert html.count("<p") <= 1


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", '"><script>']
)
def test_a_link_leads_nowhere_evil(href: str) -> None:
    evil = block("x", markDefs=[{"_key": "k", "href": href}])
    evil["children"] = [{"text": "x", "marks": ["k"]}]
    html = render_html([evil], lambda _: None) or ""
    assert "script:" not in html
    assert "data:" not in html
    assert "<script" not in html


# --- registration -----------------------------------------------------------------------------


def test_a_hook_that_tells_too_little_is_in_trouble_until_it_is_mended() -> None:
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


def test_a_hook_of_another_dataset_says_so() -> None:
    world = World("sanity", {"dataset": "staging"})
    registration.register(world.context, "https://hooks.acme.example/webhooks/x")
    world.settings = {}
    (hook,) = registration.hooks(world.context)
    assert hook.trouble == "sends events of the dataset staging"


def test_our_secret_is_told_to_the_hook_each_time_and_kept_nowhere_else() -> None:
    world = World("sanity")
    told: list[Any] = []
    respond = world.double.respond

    def watch(method: str, url: str, headers: dict[str, str], body: bytes) -> HttpResponse:
        told.append(json.loads(body or b"{}").get("secret"))
        assert headers["authorization"] == "Bearer the value of manage_token"
        answer: HttpResponse = respond(method, url, headers, body)
        return answer

    world.double.respond = watch
    for _ in range(2):
        registration.register(world.context, "https://hooks.acme.example/webhooks/x")
    assert [each for each in told if each] == ["the value of webhook_secret"] * 2
    assert "the value of" not in json.dumps(world.state)

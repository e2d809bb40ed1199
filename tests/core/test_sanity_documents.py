"""Sanity's documents: languages, links to other documents, and products of its app for Shopify."""

import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.content.model import ContentStatus, UnifiedContent
from platform_core.provider import Removal, Upsert
from platform_core.providers.sanity import content
from platform_core.providers.sanity.languages import document_language, in_language
from tests.core.test_sanity import DOCUMENT, block, make_delivery, world_with


def only(document: dict[str, Any], *others: dict[str, Any], **settings: str) -> UnifiedContent:
    world = world_with(document, *others)
    world.settings = settings
    (change,) = world.changes(make_delivery({"_id": document["_id"]}))
    assert isinstance(change, Upsert)
    (listed,) = [item for item in content.list_all(world.context) if item.id == change.item.id]
    assert listed.body == change.item.body
    return change.item


# --- languages --------------------------------------------------------------------------------

BY_LANGUAGE = [
    {"_type": "localeString", "en": "Cups", "no": "Kopper"},
    {"en": "Cups", "no": "Kopper"},
    [{"_key": "en", "value": "Cups"}, {"_key": "no", "value": "Kopper"}],
    [{"_key": "x1", "language": "en", "value": "Cups"}, {"language": "no", "value": "Kopper"}],
]


@pytest.mark.parametrize("title", BY_LANGUAGE)
def test_a_field_is_read_in_the_sites_language(title: object) -> None:
    document = {**DOCUMENT, "title": title}
    assert only(document).title == "Cups"
    assert only(document, locale="no").title == "Kopper"
    assert only(document, locale="en-GB").title == "Cups"
    assert only(document, locale="fr").title == "Cups"


def test_rich_text_and_slug_can_have_languages() -> None:
    document = {
        **DOCUMENT,
        "body": [{"_key": "de", "value": [block("Tassen")]}, {"_key": "en", "value": []}],
        "slug": {"_type": "localeSlug", "de": {"current": "tassen"}},
    }
    item = only(document, locale="en")
    assert (item.body, item.slug) == ("<p>Tassen</p>", "tassen")


@given(st.text())
def test_a_value_without_languages_stays_as_it_is(value: str) -> None:
    wrapped = {"_type": "x", "anything": {"id": value, "to": value}, "list": [{"value": value}]}
    assert in_language(wrapped, "en") == wrapped


@given(st.recursive(st.none() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_no_value_makes_the_choice_of_a_language_fail(value: Any) -> None:
    in_language(value, "en")


@pytest.mark.parametrize("field", ["language", "__i18n_lang", "_lang"])
def test_a_document_of_another_language_is_not_on_the_site(
    field: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It may have been there in the site's language before, so a delivery removes it."""
    world = world_with({**DOCUMENT, field: "de-AT"}, {**DOCUMENT, "_id": "cups", field: "en"})
    world.settings = {"locale": "en-US"}
    with caplog.at_level(logging.WARNING):
        removal = Removal("sanity:spoons", "article")
        assert world.changes(make_delivery({"_id": "spoons"})) == [removal]
        assert world.changes(make_delivery({"_id": "forks", field: "de-AT"})) == []
    assert "left out a document (spoons): its language is de-AT" in caplog.text
    assert [item.id for item in content.list_all(world.context)] == ["sanity:cups"]
    assert content.current(world.context, "sanity:spoons", "article") is None
    world.settings = {"locale": "de"}
    assert len(world.changes(make_delivery({"_id": "spoons"}))) == 1


def test_an_id_can_have_the_language() -> None:
    assert document_language({"_id": "a1__i18n_de"}) == "de"
    assert document_language({"_id": "i18n.a1.nb"}) == "nb"
    assert document_language({"_id": "spoons", "language": "English"}) is None


# --- links and embedded documents -------------------------------------------------------------

CUPS_LINK = "/articles/cups/#item=sanity/sanity%3Acups"
CUPS = {**DOCUMENT, "_id": "cups", "title": "Cups & more", "slug": {"current": "cups"}}


def linking(definition: dict[str, Any]) -> dict[str, Any]:
    text = {"_type": "span", "text": "these", "marks": ["m"]}
    body = [{**block(""), "markDefs": [{"_key": "m", **definition}], "children": [text]}]
    return {**DOCUMENT, "body": body}


@pytest.mark.parametrize(
    "definition",
    [
        {"_type": "internalLink", "reference": {"_type": "reference", "_ref": "cups"}},
        {"_type": "reference", "_ref": "cups"},
        {"_type": "link", "internal": {"page": {"_ref": "cups"}}},
    ],
)
def test_a_link_to_a_document_leads_to_its_page(definition: dict[str, Any]) -> None:
    item = only(linking(definition), CUPS)
    assert item.body == f'<p><a href="{CUPS_LINK}" rel="noopener noreferrer">these</a></p>'


@pytest.mark.parametrize(
    "target",
    [{"_id": "other"}, {"draft": True}, {"_type": "settings"}],
)
def test_a_link_to_a_document_without_a_page_keeps_its_text(
    target: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    definition = {"_type": "internalLink", "reference": {"_ref": "cups"}}
    with caplog.at_level(logging.WARNING):
        assert only(linking(definition), {**CUPS, **target}).body == "<p>these</p>"
    assert "left out a link (internalLink): its target is not on the site" in caplog.text


def test_a_link_can_lead_to_a_file_or_an_address() -> None:
    file = {"_type": "download", "file": {"asset": {"_ref": "file-ab12-pdf"}}}
    assert 'href="https://cdn.sanity.io/files/fjordfrn/production/ab12.pdf"' in str(
        only(linking(file)).body
    )
    assert 'href="https://a.example/"' in str(
        only(linking({"_type": "link", "link": {"url": "https://a.example/"}})).body
    )


def test_a_document_inside_of_a_text_is_a_link_or_its_words() -> None:
    callout = {**DOCUMENT, "_id": "callout", "_type": "callout", "title": "Order before noon"}
    body = [
        {"_type": "reference", "_ref": "cups"},
        {"_type": "callToAction", "content": {"_type": "reference", "_ref": "callout"}},
        block("end"),
    ]
    item = only({**DOCUMENT, "body": body}, CUPS, callout)
    assert f'<a href="{CUPS_LINK}" rel="noopener noreferrer">Cups &amp; more</a>' in str(item.body)
    assert "Order before noon" in str(item.body)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ({"_type": "product"}, "/products/cups/"),
        ({"_type": "category"}, "/collections/cups/"),
        ({"_type": "page"}, "/cups/"),
        ({"_type": "page", "slug": {"current": "home"}}, "/"),
        ({"_type": "page", "slug": {"current": "assets"}}, "/page-assets/"),
    ],
)
def test_a_link_leads_to_the_folder_of_its_type(target: dict[str, Any], path: str) -> None:
    definition = {"_type": "reference", "_ref": "cups"}
    body = only(linking(definition), {**CUPS, **target}).body
    assert f'<a href="{path}#item=sanity/sanity%3Acups"' in str(body)


def test_objects_between_words_keep_their_words_and_pictures() -> None:
    picture = {"_type": "icon", "asset": {"_ref": "image-ab-4x3-png"}}
    badge = {"_type": "badge", "label": "new"}
    body = [{**block(""), "children": [{"_type": "span", "text": "a "}, badge, picture]}]
    assert only({**DOCUMENT, "body": body}).body == (
        '<p>a new<img src="https://cdn.sanity.io/images/fjordfrn/production/ab-4x3.png" alt=""></p>'
    )


def test_an_object_of_several_paragraphs_between_words_makes_no_paragraph() -> None:
    note = {"_type": "note", "text": "One.\n\nTwo.", "url": "https://a.example/"}
    body = [{**block(""), "children": [{"_type": "span", "text": "a "}, note]}]
    html = str(only({**DOCUMENT, "body": body}).body)
    assert html.count("<p>") == html.count("</p>") == 1


@pytest.mark.parametrize("field", ["pageBuilder", "pageSections", "sections"])
def test_sections_have_many_names(field: str) -> None:
    hero: dict[str, Any] = {"_type": "hero", "text": [block("From clay.")]}
    assert only({**DOCUMENT, field: [hero]}).body == "<p>From clay.</p>"


def test_a_page_of_sections_has_their_words() -> None:
    hero: dict[str, Any] = {"_type": "hero", "heading": "Cups", "text": [block("From clay.")]}
    hero["product"] = {"_type": "reference", "_ref": "cups"}
    item = only({**DOCUMENT, "pageBuilder": [hero]}, CUPS)
    assert item.body == (
        "<p><strong>Cups</strong></p>\n<p>From clay.</p>\n"
        f'<p><a href="{CUPS_LINK}" rel="noopener noreferrer">Cups &amp; more</a></p>'
    )


# --- products of Sanity Connect ---------------------------------------------------------------

PRODUCT: dict[str, Any] = {
    "_id": "shopifyProduct-2",
    "_type": "product",
    "_updatedAt": "2026-11-20T10:00:00Z",
    "store": {
        "title": "Cup",
        "slug": {"current": "cup"},
        "descriptionHtml": "<p>A <em>cup</em>.</p><script>x</script>",
        "priceRange": {"minVariantPrice": 12.5, "maxVariantPrice": 15},
        "previewImageUrl": "https://cdn.shopify.com/a.jpg",
        "status": "active",
        "isDeleted": False,
    },
}


def store(**fields: Any) -> dict[str, Any]:
    return {**PRODUCT, "store": {**PRODUCT["store"], **fields}}


def test_a_product_of_the_shopify_app_has_its_price_text_and_image() -> None:
    item = only(PRODUCT)
    assert item.price
    assert (str(item.price.amount), item.body) == ("12.5", "<p>A <em>cup</em>.</p>")
    assert item.featured_image
    money = {"minVariantPrice": {"amount": "9.00", "currencyCode": "EUR"}}
    priced = only(store(priceRange=money))
    assert priced.price
    assert (str(priced.price.amount), priced.price.currency_code) == ("9.00", "EUR")


def variant(name: str, **fields: Any) -> dict[str, Any]:
    store = {"gid": f"gid://shopify/ProductVariant/{name}", "title": name, "price": 12.5, **fields}
    document = {"_id": f"shopifyProductVariant-{name}", "_type": "productVariant", "store": store}
    return {**document, "_updatedAt": "2026-11-20T10:00:00Z"}


def test_the_variants_of_a_product_are_documents_of_their_own() -> None:
    names = ["1", "2", "3", "gone"]
    references = [{"_type": "reference", "_ref": f"shopifyProductVariant-{x}"} for x in names]
    options = [{"name": "Size", "values": ["S", "L"]}]
    item = only(
        store(variants=references, options=options),
        variant("1", option1="S", sku="C-S"),
        variant("2", option1="L", price=15, inventory={"isAvailable": False}),
        variant("3", isDeleted=True),
    )
    assert [(each.id[-1], each.options, each.available) for each in item.variants] == [
        ("1", {"Size": "S"}, True), ("2", {"Size": "L"}, False),
    ]  # fmt: skip
    assert [str(each.price.amount) for each in item.variants] == ["12.5", "15"]


@pytest.mark.parametrize("status", ["draft", "archived", "unlisted", "something"])
def test_a_product_that_the_shop_hides_is_not_public(status: str) -> None:
    assert only(store(status=status)).status is not ContentStatus.PUBLISHED
    for own in ("", "active"):
        product = {**store(status=status), "status": own}
        assert only(product).status is not ContentStatus.PUBLISHED


def test_a_product_that_the_shop_deleted_is_removed() -> None:
    world = world_with(store(isDeleted=True))
    changes = world.changes(make_delivery({"_id": "shopifyProduct-2"}))
    assert changes == [Removal("sanity:shopifyProduct-2", "product")]
    assert list(content.list_all(world.context)) == []

"""Contentful: embedded entries, links to entries, and fields in several locales."""

import logging
from typing import Any

import pytest

from platform_core.content.model import UnifiedContent
from platform_core.errors import VendorRefused
from platform_core.provider import Removal
from platform_core.providers.contentful import content
from tests.core.test_contentful import (
    entry,
    link,
    make_delivery,
    node,
    only,
    picture,
    space,
    text,
)


def shown(document: dict[str, Any], *others: dict[str, Any]) -> UnifiedContent:
    """Return the item of an entry, which is the same from the API, a listing and a delivery."""
    body = {**document, "sys": {**document["sys"], "revision": 3}}
    item: UnifiedContent = only(space(body, *others).changes(make_delivery(body)))
    from_body = only(space(*others).changes(make_delivery(body)))
    listed = [each for each in content.list_all(space(body, *others).context) if each.id == item.id]
    assert {item.body} == {from_body.body, *(each.body for each in listed)}
    return item


def with_body(*nodes: dict[str, Any]) -> dict[str, Any]:
    return entry(body=node("document", *nodes))


CALLOUT = entry(
    "cta", "callout", title="Ship by Friday", note="Order **before** noon.",
    icon=link("Asset", "cup"), internalName="CTA for the home page",
)  # fmt: skip
CUPS = entry("cups", title="Cups", slug="cups")
CUPS_LINK = "/articles/cups/#item=contentful/contentful%3Acups"


def test_an_embedded_entry_keeps_its_words_and_pictures() -> None:
    embedded = node("embedded-entry-block", target=link("Entry", "cta"))
    item = shown(with_body(embedded), CALLOUT, picture())
    for words in ("Ship by Friday", "Order <strong>before</strong> noon.", "/cup.jpg"):
        assert words in str(item.body)
    assert "home page" not in str(item.body)


def test_an_embedded_entry_with_a_page_is_a_link_to_it() -> None:
    anchor = f'<a href="{CUPS_LINK}" rel="noopener noreferrer">{{}}</a>'
    target = link("Entry", "cups")
    block = shown(with_body(node("embedded-entry-block", target=target)), CUPS)
    assert block.body == f"<p>{anchor.format('Cups')}</p>"
    inline = node("paragraph", text("See "), node("embedded-entry-inline", target=target))
    assert shown(with_body(inline), CUPS).body == f"<p>See {anchor.format('Cups')}</p>"
    hyperlink = node("paragraph", node("entry-hyperlink", text("these"), target=target))
    assert shown(with_body(hyperlink), CUPS).body == f"<p>{anchor.format('these')}</p>"


def test_what_leads_nowhere_keeps_its_text_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    target = link("Entry", "gone")
    hyperlink = node("paragraph", node("entry-hyperlink", text("these"), target=target))
    embedded = node("embedded-entry-block", target=target)
    with caplog.at_level(logging.WARNING):
        assert shown(with_body(hyperlink, embedded)).body == "<p>these</p>"
    assert "left out a link (entry-hyperlink): its target is not on the site" in caplog.text
    assert "left out a block (embedded-entry-block): no words, picture or file" in caplog.text


@pytest.mark.parametrize("field", ["sections", "content", "pageBuilder"])
def test_a_page_of_sections_has_their_words(field: str) -> None:
    page = entry()
    sections = [link("Entry", name) for name in ("cta", "cups", "gone")]
    page["fields"][field] = {"en-US": sections}
    body = str(shown(page, CALLOUT, CUPS, picture()).body)
    assert "Order <strong>before</strong> noon." in body
    assert f'<a href="{CUPS_LINK}" rel="noopener noreferrer">Cups</a>' in body


def test_entries_that_embed_each_other_end() -> None:
    embedded = node("embedded-entry-block", target=link("Entry", "cta"))
    circle = entry("cta", "callout", title="Round", text=node("document", embedded))
    assert "Round" in str(shown(with_body(embedded), circle).body)


# --- locales ----------------------------------------------------------------------------------


def in_locales(**values: Any) -> dict[str, Any]:
    return {name.replace("_", "-"): value for name, value in values.items()}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (in_locales(de_CH="Schweiz", de_DE="Deutsch", en_US="English"), "Schweiz"),
        (in_locales(de_DE="Deutsch", en_US="English"), "Deutsch"),
        (in_locales(de="Deutsch", en_US="English"), "Deutsch"),
        (in_locales(de_CH=" ", en_US="English"), "English"),
        (in_locales(en_US="English", fr="Français"), "English"),
    ],
)
def test_a_field_falls_back_to_its_language_and_then_the_default(
    title: dict[str, str], expected: str
) -> None:
    body = entry()
    body["fields"]["title"] = title
    assert only(space(body, locale="de-CH").changes(make_delivery(body))).title == expected


def test_an_empty_rich_text_falls_back() -> None:
    empty = node("document", node("paragraph", text("")))
    body = entry()
    body["fields"]["body"] = {"de-DE": empty, "en-US": node("document", node("hr"))}
    assert only(space(body, locale="de-DE").changes(make_delivery(body))).body == "<hr>"


def test_an_entry_without_the_sites_locale_is_not_on_the_site() -> None:
    french = entry("spoons")
    french["fields"] = {"title": {"fr": "Cuillères"}}
    world = space(french, entry("cups"))
    assert world.changes(make_delivery(french)) == [Removal("contentful:spoons", "article")]
    assert [item.id for item in content.list_all(world.context)] == ["contentful:cups"]
    assert content.current(world.context, "contentful:spoons", "article") is None


def test_a_space_without_the_sites_locale_is_refused_and_not_emptied() -> None:
    french = entry("spoons")
    french["fields"] = {"title": {"fr": "Cuillères"}}
    with pytest.raises(VendorRefused, match="no entry has a field in en-US"):
        list(content.list_all(space(french).context))

"""Strapi 4 and 5: a body is a hint, and the REST API is the source of truth."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.content.model import ContentStatus, MediaAsset
from platform_core.errors import Malformed, NotYetVisible, VendorRefused, VendorUnavailable
from platform_core.http import HttpResponse
from platform_core.provider import Change, Removal, Upsert
from platform_core.provider_kit.rich_text.unknown_blocks import BlockParsers
from platform_core.providers.strapi import content
from platform_core.providers.strapi.blocks import render_html
from platform_core.providers.strapi.webhook import delivery_key
from tests.fakes.vendors import World, request, signed

NAME = "hq3t0snowglaze8kettle2x"
DATE = "2026-11-20T10:00:00.000Z"
BASE = "https://cms.fjord-and-fern.example"


def document(**fields: Any) -> dict[str, Any]:
    return {
        "id": 1, "documentId": NAME, "title": "On spoons", "updatedAt": DATE, "publishedAt": DATE,
    } | fields  # fmt: skip


def server(*documents: dict[str, Any], model: str = "article", **settings: Any) -> World:
    by_id = {str(document.get("documentId") or document["id"]): document for document in documents}
    return World("strapi", settings, state={"documents": {model: by_id}, "deleted": {}})


def arrives(world: World, event: str, entry: dict[str, Any], **body: Any) -> list[Change]:
    message = {"event": event, "createdAt": DATE, "model": "article", "entry": entry} | body
    return world.changes(signed("strapi", request(json.dumps(message).encode())))


def only(changes: list[Change]) -> Any:
    (change,) = changes
    assert isinstance(change, Upsert)
    assert change.authoritative
    return change.item


# --- changes of a delivery --------------------------------------------------------------------


@pytest.mark.parametrize(
    "event", ["entry.publish", "entry.update", "entry.delete", "entry.unpublish"]
)
def test_the_api_overrides_the_body(event: str) -> None:
    item = only(arrives(server(document()), event, document(title="Forged")))
    assert (item.id, item.title) == (f"strapi:article:{NAME}", "On spoons")
    assert arrives(server(), event, document()) == [Removal(f"strapi:article:{NAME}", "article")]


def test_a_lagging_api_is_read_again_later() -> None:
    with pytest.raises(NotYetVisible):
        arrives(server(document()), "entry.publish", document(updatedAt="2026-11-20T10:00:01Z"))


def test_a_saved_draft_changes_nothing() -> None:
    world = server(document())
    assert arrives(world, "entry.update", document(publishedAt=None)) == []
    assert arrives(world, "entry.draft-discard", document()) == []
    assert world.requested_urls == []
    assert arrives(world, "entry.unpublish", document(publishedAt=None))


def test_a_type_can_be_in_the_uid_only() -> None:
    body = {"model": None, "uid": "api::article.article"}
    assert only(arrives(server(document()), "entry.update", document(), **body))
    with pytest.raises(Malformed):
        arrives(server(document()), "entry.update", document(), model=None)
    with pytest.raises(Malformed):
        arrives(server(document()), "entry.update", {"title": "x"})


def test_a_type_that_the_site_does_not_show_changes_nothing() -> None:
    assert arrives(server(), "entry.delete", document(), model="author") == []


def test_two_unpublications_of_one_document_are_two_deliveries() -> None:
    bodies = ({"event": "entry.unpublish", "createdAt": at, "entry": document()} for at in "ab")
    assert len({delivery_key(request(json.dumps(body).encode())) for body in bodies}) == 2


def test_a_changed_file_updates_its_items_and_a_deleted_one_rereads_all() -> None:
    file = {"id": 5, "url": "/uploads/cup.jpg", "mime": "image/jpeg"}
    world = server(
        document(cover=file),
        document(documentId="inwords", body="![c](/uploads/cup.jpg)"),
        document(documentId="other"),
    )
    changes = arrives(world, "media.update", {}, media=file)
    assert {change.item.id for change in changes if isinstance(change, Upsert)} == {
        f"strapi:article:{NAME}", "strapi:article:inwords",
    }  # fmt: skip
    assert len(arrives(world, "media.delete", {}, media=file)) == 3
    assert arrives(world, "media.create", {}, media=file) == []


# --- the API ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "expected"),
    [(401, VendorRefused), (403, VendorRefused), (404, VendorRefused), (502, VendorUnavailable)],
)
def test_a_failed_lookup_is_not_a_deletion(status: int, expected: type[Exception]) -> None:
    world = server()
    world.double.respond = lambda *_: HttpResponse(status, b"{}")
    with pytest.raises(expected):
        arrives(world, "entry.delete", document())
    with pytest.raises(expected):
        list(content.list_all(world.context))


def test_an_unknown_type_is_empty_if_another_type_exists() -> None:
    world = server(document())
    respond = world.double.respond

    def without_pages(method: str, url: str, *args: Any) -> HttpResponse:
        answer: HttpResponse = respond(method, url, *args)
        return HttpResponse(404, b"{}") if "/api/pages" in url else answer

    world.double.respond = without_pages
    assert [item.title for item in content.list_all(world.context)] == ["On spoons"]


def test_a_listing_reads_all_pages_and_skips_a_broken_document() -> None:
    many = [document(documentId=f"n{number:03}") for number in range(230)]
    many[7] |= {"updatedAt": "yesterday"}
    world = server(*many, types={"article": "page"})
    assert len(list(content.list_all(world.context))) == 229
    assert len(world.requested_urls) == 3


def test_lookups_use_the_sites_locale_and_the_endpoints_name() -> None:
    world = server(
        url=f"{BASE}/strapi", locale="nb-NO", types={"news": "article"}, plurals={"news": "news"}
    )
    arrives(world, "entry.delete", document(), model="news")
    assert world.requested_urls == [
        f"{BASE}/strapi/api/news?populate=%2A&filters%5BdocumentId%5D%5B%24eq%5D={NAME}&locale=nb-NO"
    ]


def test_version_four_wraps_attributes_and_version_five_does_not() -> None:
    media = {"id": 3, "attributes": {"url": "/uploads/cup.jpg", "mime": "image/jpeg", "width": 4}}
    four = {
        "id": 7,
        "attributes": {
            "title": "Cups",
            "updatedAt": DATE,
            "image": {"data": media},
            "products": {"data": [{"id": 8, "attributes": {"title": "Cup"}}]},
            "seo": {"id": 1, "metaTitle": "Cups!"},
        },
    }
    world = server()
    answer = json.dumps({"data": [four], "meta": {"pagination": {"pageCount": 1}}}).encode()
    world.double.respond = lambda *_: HttpResponse(200, answer)
    item = only(arrives(world, "entry.update", {"id": 7}, model="category"))
    assert (item.id, item.title) == ("strapi:category:7", "Cups")
    assert item.members == ["strapi:product:8"]
    assert item.seo.meta_title == "Cups!"
    assert item.featured_image == MediaAsset(
        id="3", url=f"{BASE}/uploads/cup.jpg", width=4, mime_type="image/jpeg"
    )


def test_a_single_type_has_one_document() -> None:
    world = server(types={"about": "page"}, plurals={"about": "about"})
    answer = json.dumps({"data": document(), "meta": {}}).encode()
    world.double.respond = lambda *_: HttpResponse(200, answer)
    assert [item.title for item in content.list_all(world.context)] == ["On spoons"]
    assert only(arrives(world, "entry.update", document(), model="about"))
    changes = arrives(world, "entry.delete", document(documentId="before"), model="about")
    assert changes == [Removal("strapi:about:before", "page")]


# --- fields and rich text ---------------------------------------------------------------------


def test_a_long_text_is_markdown_with_images_of_the_server() -> None:
    body = "**Hi** <script>x</script> ![c](/uploads/c.png)"
    item = only(arrives(server(document(body=body)), "entry.update", document()))
    assert item.body == f'<p><strong>Hi</strong>  <img src="{BASE}/uploads/c.png" alt="c"></p>'


def test_a_dynamic_zone_keeps_the_order_of_its_components() -> None:
    zone = [
        {"__component": "shared.rich-text", "body": "## One"},
        {"__component": "shared.media", "file": {"url": "/uploads/c.png", "mime": "image/png"}},
        {"__component": "shared.newsletter", "id": 3},
        {"__component": "shared.quote", "title": "Somebody", "body": "Two"},
    ]
    item = only(arrives(server(document(blocks=zone, body=None)), "entry.update", document()))
    assert item.body == (
        f'<h2>One</h2>\n<figure><img src="{BASE}/uploads/c.png" alt=""></figure>\n'
        "<p><strong>Somebody</strong></p>\n<p>Two</p>"
    )


def test_a_component_keeps_all_words_pictures_and_files() -> None:
    picture = {"url": "/uploads/a.png", "mime": "image/png", "name": "a.png", "caption": "A"}
    manual = {"url": "/uploads/m.pdf", "mime": "application/pdf", "ext": ".pdf", "name": "Manual"}
    zone = [
        {"__component": "shared.slider", "files": [picture, {**picture, "url": "/uploads/b.png"}]},
        {
            "__component": "sections.hero", "id": 4, "theme": "dark", "heading": "Cups",
            "button": {"id": 1, "label": "Shop", "url": "https://a.example/shop"},
            "cards": [{"id": 2, "title": "One", "text": "First **card**"}],
            "document": manual,
            "intro": [{"type": "paragraph", "children": [{"type": "text", "text": "Hello"}]}],
        },
    ]  # fmt: skip
    item = only(arrives(server(document(sections=[], blocks=zone)), "entry.update", document()))
    for text in ("/uploads/a.png", "/uploads/b.png", "<figcaption>A", "Cups", "One", "Hello"):
        assert text in item.body
    assert "First <strong>card</strong>" in item.body
    assert '<a href="https://a.example/shop" rel="noopener noreferrer">Shop</a>' in item.body
    assert f'<a href="{BASE}/uploads/m.pdf" rel="noopener noreferrer">Manual</a>' in item.body
    assert "dark" not in item.body


def test_a_dynamic_zone_of_any_name_is_the_body() -> None:
    zone = [{"__component": "blocks.table", "rows": [{"cells": ["Small", "$10"]}]}]
    item = only(arrives(server(document(pageSections=zone)), "entry.update", document()))
    assert "<td>Small</td><td>$10</td>" in item.body


def test_a_picture_and_a_file_can_lack_their_type() -> None:
    zone = [
        {"__component": "shared.slider", "files": [{"url": "/uploads/one.jpg"}]},
        {"__component": "shared.file", "file": {"url": "/uploads/list.pdf", "name": "List"}},
        {"__component": "shared.link", "link": {"url": "https://a.example/shop", "text": "Shop"}},
    ]
    item = only(arrives(server(document(blocks=zone)), "entry.update", document()))
    assert item.body == (
        f'<figure><img src="{BASE}/uploads/one.jpg" alt=""></figure>\n'
        f'<p><a href="{BASE}/uploads/list.pdf" rel="noopener noreferrer">List</a></p>\n'
        '<p><a href="https://a.example/shop" rel="noopener noreferrer">Shop</a></p>'
    )


def test_an_api_without_fragments_still_gives_the_words_of_a_zone() -> None:
    zone = [{"__component": "shared.quote", "body": "Clay is patient."}]
    world = server(document(blocks=zone))
    respond = world.double.respond

    def refuse_fragments(method: str, url: str, *args: Any) -> HttpResponse:
        answer: HttpResponse = respond(method, url, *args)
        return HttpResponse(400, b"{}") if "%5Bon%5D" in url else answer

    world.double.respond = refuse_fragments
    assert "Clay is patient." in only(arrives(world, "entry.update", document())).body


# --- locales and drafts -----------------------------------------------------------------------


@pytest.mark.parametrize("event", ["entry.publish", "entry.unpublish", "entry.delete"])
def test_an_event_of_another_locale_changes_nothing(event: str) -> None:
    world = server(document(locale="en"), locale="en")
    french = document(locale="fr", updatedAt="2026-11-20T11:00:00Z")
    assert arrives(world, event, french) == []
    assert world.requested_urls == []
    assert only(arrives(server(document(locale="en")), event, french)).title == "On spoons"


def test_a_listing_has_the_documents_of_the_sites_locale() -> None:
    world = server(
        document(documentId="a", locale="en"),
        document(documentId="b", locale="fr"),
        document(documentId="c", locale=None),
        locale="en",
    )
    assert [item.id for item in content.list_all(world.context)] == [
        "strapi:article:a", "strapi:article:c",
    ]  # fmt: skip


def test_a_publish_event_is_always_looked_up() -> None:
    """Version 4 sends the entry in its state before the publication."""
    world = server(document())
    assert only(arrives(world, "entry.publish", document(publishedAt=None)))


def test_a_publication_without_an_entry_rereads_its_type() -> None:
    world = server(document(), document(documentId="other"))
    assert len(arrives(world, "entry.publish", {})) == 2
    assert len(arrives(world, "entry.publish", {"title": "On spoons"})) == 2
    assert arrives(world, "entry.publish", {}, model="author") == []


def test_a_draft_of_the_api_is_not_public() -> None:
    world = server(document(publishedAt=None))
    item = only(arrives(world, "entry.publish", document()))
    assert item.status is ContentStatus.DRAFT


@pytest.mark.parametrize("field", ["title", "slug"])
def test_a_hostile_text_is_literal(field: str) -> None:
    hostile = "{{ 7*7 }} <script>alert(1)</script>"
    item = only(arrives(server(document(**{field: hostile})), "entry.update", document()))
    assert item.title == (hostile if field == "title" else "On spoons")
    assert "<" not in item.slug


def block(kind: str, *children: Any, **fields: Any) -> dict[str, Any]:
    texts = [
        {"type": "text", "text": child} if isinstance(child, str) else child for child in children
    ]
    return {"type": kind, "children": texts, **fields}


def parsers(image: Callable[[object], MediaAsset | None]) -> BlockParsers:
    return BlockParsers(image, file=lambda _: None, rich_text=lambda _: None)


CUP = MediaAsset(id="c", url="https://a.example/c.png", alt_text='"A"')


def test_blocks_become_html_with_lists_links_code_and_images() -> None:
    nested = block("list", block("list-item", "deeper"), format="ordered")
    html = render_html(
        [
            block("heading", "Title", level=2),
            block("list", block("list-item", "one"), nested, block("list-item", "two")),
            block("paragraph", {"type": "text", "text": "b", "bold": True, "code": True}),
            block("paragraph", block("link", "go", url="https://a.example/?b=1&c")),
            block("code", "x < y"),
            {"type": "image", "image": {"caption": "C"}, "children": []},
            block("paragraph", ""),
        ],
        parsers(lambda _: CUP),
    )
    assert html == (
        "<h2>Title</h2>\n"
        "<ul><li>one<ol><li>deeper</li></ol></li><li>two</li></ul>\n"
        "<p><strong><code>b</code></strong></p>\n"
        '<p><a href="https://a.example/?b=1&amp;c" rel="noopener noreferrer">go</a></p>\n'
        "<pre><code>x &lt; y</code></pre>\n"
        '<figure><img src="https://a.example/c.png" alt="&quot;A&quot;"><figcaption>C</figcaption>'
        "</figure>"
    )


@given(st.text())
def test_markup_in_a_text_is_escaped(text: str) -> None:
    html = render_html([block("paragraph", text)], parsers(lambda _: None)) or ""
    assert "<script" not in html.lower()
    assert html.count("<p") <= 1


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", '"><script>'])
def test_unsafe_links_are_removed(url: str) -> None:
    html = (
        render_html([block("paragraph", block("link", "x", url=url))], parsers(lambda _: None))
        or ""
    )
    assert "script:" not in html
    assert "data:" not in html
    assert "<script" not in html


def test_the_simulation_keeps_the_newest_version() -> None:
    world = server()

    def told(event: str, title: str, at: str) -> None:
        entry = document(title=title, updatedAt=at)
        body = {"event": event, "model": "article", "entry": entry}
        world.double.record(request(json.dumps(body).encode()))

    told("entry.publish", "new", "2026-11-20T10:00:02Z")
    told("entry.publish", "old", "2026-11-20T10:00:01Z")
    assert world.state["documents"]["article"][NAME]["title"] == "new"
    told("entry.delete", "new", "2026-11-20T10:00:02Z")
    told("entry.publish", "old", "2026-11-20T10:00:01Z")
    assert world.state["documents"]["article"] == {}

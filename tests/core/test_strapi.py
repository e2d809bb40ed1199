"""Strapi: a body is a hint, and what the REST API shows is the truth, in versions 4 and 5."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.content.model import MediaAsset
from platform_core.errors import Malformed, NotYetVisible, VendorRefused, VendorUnavailable
from platform_core.http import HttpResponse
from platform_core.provider import (
    Change,
    Removal,
    Upsert,
)
from platform_core.providers.strapi import content
from platform_core.providers.strapi.blocks import render_html
from platform_core.providers.strapi.webhook import delivery_key
from tests.fakes.vendors import (
    World,
    request,
    signed,
)

NAME = "hq3t0snowglaze8kettle2x"
DATE = "2026-11-20T10:00:00.000Z"
BASE = "https://cms.fjord-and-fern.example"


def document(**fields: Any) -> dict[str, Any]:
    return {
        "id": 1, "documentId": NAME, "title": "On spoons", "updatedAt": DATE, "publishedAt": DATE,
    } | fields  # fmt: skip


def server(*documents: dict[str, Any], model: str = "article", **settings: Any) -> World:
    shelf = {str(each.get("documentId") or each["id"]): each for each in documents}
    return World("strapi", settings, state={"documents": {model: shelf}, "deleted": {}})


def arrives(world: World, event: str, entry: dict[str, Any], **body: Any) -> list[Change]:
    told = {"event": event, "createdAt": DATE, "model": "article", "entry": entry} | body
    return world.changes(signed("strapi", request(json.dumps(told).encode())))


def only(changes: list[Change]) -> Any:
    (change,) = changes
    assert isinstance(change, Upsert)
    assert change.authoritative
    return change.item


# --- what a delivery becomes ------------------------------------------------------------------


@pytest.mark.parametrize(
    "event", ["entry.publish", "entry.update", "entry.delete", "entry.unpublish"]
)
def test_whatever_a_body_claims_the_api_says_what_is(event: str) -> None:
    item = only(arrives(server(document()), event, document(title="Forged")))
    assert (item.id, item.title) == (f"strapi:article:{NAME}", "On spoons")
    assert arrives(server(), event, document()) == [Removal(f"strapi:article:{NAME}", "article")]


def test_an_api_that_lags_is_asked_again_later() -> None:
    with pytest.raises(NotYetVisible):
        arrives(server(document()), "entry.publish", document(updatedAt="2026-11-20T10:00:01Z"))


def test_a_saved_draft_changes_nothing() -> None:
    world = server(document())
    assert arrives(world, "entry.update", document(publishedAt=None)) == []
    assert arrives(world, "entry.draft-discard", document()) == []
    assert world.asked == []
    assert arrives(world, "entry.unpublish", document(publishedAt=None))


def test_a_type_may_stand_in_the_uid_alone() -> None:
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
    assert len({delivery_key(request(json.dumps(each).encode())) for each in bodies}) == 2


def test_a_file_changes_what_shows_it_and_one_that_is_gone_has_all_read_anew() -> None:
    file = {"id": 5, "url": "/uploads/cup.jpg", "mime": "image/jpeg"}
    world = server(
        document(cover=file),
        document(documentId="inwords", body="![c](/uploads/cup.jpg)"),
        document(documentId="other"),
    )
    shown = arrives(world, "media.update", {}, media=file)
    assert {each.item.id for each in shown if isinstance(each, Upsert)} == {
        f"strapi:article:{NAME}", "strapi:article:inwords",
    }  # fmt: skip
    assert len(arrives(world, "media.delete", {}, media=file)) == 3
    assert arrives(world, "media.create", {}, media=file) == []


# --- the API ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "expected"),
    [(401, VendorRefused), (403, VendorRefused), (404, VendorRefused), (502, VendorUnavailable)],
)
def test_no_answer_is_no_deletion(status: int, expected: type[Exception]) -> None:
    world = server()
    world.double.respond = lambda *_: HttpResponse(status, b"{}")
    with pytest.raises(expected):
        arrives(world, "entry.delete", document())
    with pytest.raises(expected):
        list(content.list_all(world.context))


def test_a_type_that_this_strapi_lacks_is_empty_where_it_has_another() -> None:
    world = server(document())
    respond = world.double.respond

    def without_pages(method: str, url: str, *rest: Any) -> HttpResponse:
        answer: HttpResponse = respond(method, url, *rest)
        return HttpResponse(404, b"{}") if "/api/pages" in url else answer

    world.double.respond = without_pages
    assert [each.title for each in content.list_all(world.context)] == ["On spoons"]


def test_a_listing_goes_through_all_pages_and_past_a_broken_document() -> None:
    many = [document(documentId=f"n{number:03}") for number in range(230)]
    many[7] |= {"updatedAt": "yesterday"}
    world = server(*many, types={"article": "page"})
    assert len(list(content.list_all(world.context))) == 229
    assert len(world.asked) == 3


def test_it_is_asked_for_one_language_and_under_the_name_that_it_has() -> None:
    world = server(
        url=f"{BASE}/strapi", locale="nb-NO", types={"news": "article"}, plurals={"news": "news"}
    )
    arrives(world, "entry.delete", document(), model="news")
    assert world.asked == [
        f"{BASE}/strapi/api/news?populate=%2A&filters%5BdocumentId%5D%5B%24eq%5D={NAME}&locale=nb-NO"
    ]


def test_version_four_wraps_what_version_five_does_not() -> None:
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


def test_a_single_type_answers_one_document() -> None:
    world = server(types={"about": "page"}, plurals={"about": "about"})
    answer = json.dumps({"data": document(), "meta": {}}).encode()
    world.double.respond = lambda *_: HttpResponse(200, answer)
    assert [each.title for each in content.list_all(world.context)] == ["On spoons"]
    assert only(arrives(world, "entry.update", document(), model="about"))
    gone = arrives(world, "entry.delete", document(documentId="before"), model="about")
    assert gone == [Removal("strapi:about:before", "page")]


# --- fields and rich text ---------------------------------------------------------------------


def test_a_long_text_is_markdown_whose_pictures_are_the_servers() -> None:
    body = "**Hi** <script>x</script> ![c](/uploads/c.png)"
    item = only(arrives(server(document(body=body)), "entry.update", document()))
    assert item.body == f'<p><strong>Hi</strong>  <img src="{BASE}/uploads/c.png" alt="c"></p>'


def test_a_dynamic_zone_is_its_components_in_their_order() -> None:
    zone = [
        {"__component": "shared.rich-text", "body": "## One"},
        {"__component": "shared.media", "file": {"url": "/uploads/c.png", "mime": "image/png"}},
        {"__component": "shared.newsletter", "id": 3},
        {"__component": "shared.quote", "title": "Somebody", "body": "Two"},
    ]
    item = only(arrives(server(document(blocks=zone, body=None)), "entry.update", document()))
    assert item.body == (
        f'<h2>One</h2>\n<figure><img src="{BASE}/uploads/c.png" alt=""></figure>\n<p>Two</p>'
    )


@pytest.mark.parametrize("field", ["title", "slug"])
def test_a_hostile_text_is_literal(field: str) -> None:
    hostile = "{{ 7*7 }} <script>alert(1)</script>"
    item = only(arrives(server(document(**{field: hostile})), "entry.update", document()))
    assert item.title == (hostile if field == "title" else "On spoons")
    assert "<" not in item.slug


def block(kind: str, *children: Any, **fields: Any) -> dict[str, Any]:
    texts = [{"type": "text", "text": each} if isinstance(each, str) else each for each in children]
    return {"type": kind, "children": texts, **fields}


CUP = MediaAsset(id="c", url="https://a.example/c.png", alt_text='"A"')


def test_blocks_are_headings_lists_marks_links_code_and_pictures() -> None:
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
        lambda _: CUP,
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
def test_text_holds_no_markup_of_its_own(text: str) -> None:
    html = render_html([block("paragraph", text)], lambda _: None) or ""
    assert "<script" not in html.lower()
    assert html.count("<p") <= 1


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", '"><script>'])
def test_a_link_leads_nowhere_evil(url: str) -> None:
    html = render_html([block("paragraph", block("link", "x", url=url))], lambda _: None) or ""
    assert "script:" not in html
    assert "data:" not in html
    assert "<script" not in html


def test_the_double_keeps_the_newest_word() -> None:
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

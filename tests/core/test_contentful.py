"""Contentful: what is signed counts, the delivery API has the last word, and it may lag."""

import json
from dataclasses import replace
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
from platform_core.providers.contentful import content, registration
from platform_core.providers.contentful.rich_text import AssetResolver, render_html
from platform_core.providers.contentful.webhook import SIGNATURE, delivery_key, topic
from platform_core.webhooks.request import Request
from tests.fakes.vendors import (
    NOW,
    SECRET,
    World,
    request,
    signed,
)

ADDRESS = "https://hooks.acme.example/webhooks/x"
BEFORE, THEN, AFTER = (f"2026-11-20T10:00:0{second}.000Z" for second in (0, 1, 2))


def link(kind: str, name: str) -> dict[str, Any]:
    return {"sys": {"type": "Link", "linkType": kind, "id": name}}


def entry(
    name: str = "spoons",
    kind: str | None = "post",
    revision: int = 3,
    at: str = BEFORE,
    **fields: Any,
) -> dict[str, Any]:
    sys: dict[str, Any] = {"type": "Entry", "id": name, "revision": revision, "updatedAt": at}
    if kind:
        sys["contentType"] = link("ContentType", kind)
    said = {"title": "On spoons", **fields}
    return {"sys": sys, "fields": {field: {"en-US": value} for field, value in said.items()}}


def tombstone(at: str | None = THEN, kind: str | None = "post") -> dict[str, Any]:
    sys = {"type": "DeletedEntry", "id": "spoons", "revision": 4}
    sys |= {"deletedAt": at, "updatedAt": at} if at else {}
    return {"sys": sys | ({"contentType": link("ContentType", kind)} if kind else {})}


def picture(name: str = "cup", revision: int = 1) -> dict[str, Any]:
    file = {
        "url": f"//images.ctfassets.net/fjordfern42x/{name}.jpg",
        "contentType": "image/jpeg",
        "details": {"size": 900, "image": {"width": 4, "height": 3}},
    }
    return {
        "sys": {"type": "Asset", "id": name, "revision": revision, "updatedAt": BEFORE},
        "fields": {"title": {"en-US": "A cup"}, "file": {"en-US": file}},
    }


def sent(body: object, said: str = "Entry.publish", at: float = 0, **headers: str) -> Request:
    named = {"x-contentful-topic": f"ContentManagement.{said}", **headers}
    return signed("contentful", request(json.dumps(body).encode(), named), NOW.timestamp() + at)


def space(*documents: dict[str, Any], **settings: Any) -> World:
    places = {f"{each['sys']['type']}/{each['sys']['id']}": each for each in documents}
    return World("contentful", settings, state={"documents": places, "buried": {}})


def only(changes: list[Change]) -> Any:
    (change,) = changes
    assert isinstance(change, Upsert)
    return change.item


# --- what is signed ---------------------------------------------------------------------------


def test_a_topic_counts_only_where_it_is_signed() -> None:
    made = sent(entry())
    assert topic(made) == "ContentManagement.Entry.publish"
    bare = request(made.body)
    unlisted = replace(bare, headers={**bare.headers, **SIGNATURE.sign(bare, SECRET, 0)})
    forged = {**unlisted.headers, "x-contentful-topic": "ContentManagement.Entry.delete"}
    assert topic(replace(unlisted, headers=forged)) == ""
    assert delivery_key(replace(unlisted, headers=forged)) == delivery_key(unlisted)


def test_a_retry_is_signed_anew_and_has_the_same_key() -> None:
    attempt = "x-contentful-webhook-request-attempt"
    first, second = (sent(entry(), at=at, **{attempt: str(at)}) for at in (1, 31))
    assert delivery_key(first) == delivery_key(second)


def test_revision_and_topic_tell_deliveries_apart() -> None:
    keys = {
        delivery_key(sent(entry(revision=revision), said))
        for revision in (3, 4)
        for said in ("Entry.publish", "Entry.unpublish")
    }
    assert len(keys) == 4


def test_a_body_without_a_version_is_told_apart_by_its_signed_time() -> None:
    body = {"sys": {"id": "spoons"}}
    assert delivery_key(sent(body)) != delivery_key(sent(body, at=1))


# --- what a delivery becomes ------------------------------------------------------------------


def test_what_the_api_has_is_final() -> None:
    (change,) = space(entry()).changes(sent(entry(title="Forged")))
    assert isinstance(change, Upsert)
    assert change.authoritative
    assert (change.item.title, change.item.version) == ("On spoons", 3)


def test_an_api_that_shows_an_older_revision_is_asked_again_later() -> None:
    with pytest.raises(NotYetVisible):
        space(entry()).changes(sent(entry(revision=4)))


def test_a_publication_that_the_api_does_not_show_is_taken_as_signed() -> None:
    body = entry(image=link("Asset", "cup"), revision=1)
    (change,) = space(picture()).changes(sent(body))
    assert isinstance(change, Upsert)
    assert not change.authoritative
    assert change.item.version == 1
    assert change.item.featured_image


def test_a_tombstone_waits_until_the_api_forgets_the_entry() -> None:
    for said in ("Entry.unpublish", "Entry.delete"):
        assert space().changes(sent(tombstone(), said)) == [Removal("contentful:spoons", "article")]
        with pytest.raises(NotYetVisible):
            space(entry(at=BEFORE)).changes(sent(tombstone(), said))
    for end in (THEN, None):
        assert only(space(entry(at=AFTER, revision=1)).changes(sent(tombstone(end))))


def test_a_tombstone_without_a_type_removes_whatever_it_was() -> None:
    found = space().changes(sent(tombstone(kind=None), "Entry.delete"))
    kinds = [each.content_type for each in found if isinstance(each, Removal)]
    assert kinds == ["article", "collection", "page", "product"]


def test_an_archived_entry_is_removed_though_its_body_is_whole() -> None:
    assert space().changes(sent(entry(), "Entry.archive")) == [
        Removal("contentful:spoons", "article")
    ]


@pytest.mark.parametrize("said", ["Entry.save", "Entry.auto_save", "Entry.create", "Task.create"])
def test_what_no_visitor_can_see_changes_nothing(said: str) -> None:
    world = space(entry())
    body = entry() if said.startswith("Entry") else {"sys": {"type": "Task", "id": "t"}}
    assert world.changes(sent(body, said)) == []
    assert world.asked == []


def test_another_environment_changes_nothing() -> None:
    body = entry()
    body["sys"]["environment"] = link("Environment", "staging")
    assert space(entry()).changes(sent(body)) == []
    assert space(entry(), environment="staging").changes(sent(body))


def test_a_body_that_names_nothing_is_malformed() -> None:
    with pytest.raises(Malformed):
        space().changes(sent({"fields": {}}))


def test_a_picture_that_changes_changes_the_entries_that_show_it() -> None:
    shown, other = entry(image=link("Asset", "cup")), entry("forks")
    world = space(picture(revision=2), shown, other)
    item = only(world.changes(sent(picture(revision=2), "Asset.publish")))
    assert item.id == "contentful:spoons"
    with pytest.raises(NotYetVisible):
        world.changes(sent(picture(revision=3), "Asset.publish"))


def test_all_that_show_a_picture_change_however_many() -> None:
    shown = [entry(f"n{number:03}", image=link("Asset", "cup")) for number in range(130)]
    assert len(space(picture(), *shown).changes(sent(picture(), "Asset.publish"))) == 130


def test_an_entry_that_is_a_part_changes_what_links_to_it() -> None:
    part = entry("large", "variant", title="Large", price=12)
    whole = entry(kind="product", variants=[link("Entry", "large")])
    item = only(space(part, whole).changes(sent(part)))
    assert [(each.id, each.title) for each in item.variants] == [("large", "Large")]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, VendorRefused),
        (404, VendorRefused),
        (429, VendorUnavailable),
        (500, VendorUnavailable),
    ],
)
def test_no_answer_is_no_deletion(status: int, expected: type[Exception]) -> None:
    world = space()
    world.double.respond = lambda *_: HttpResponse(status, b"{}")
    with pytest.raises(expected):
        world.changes(sent(tombstone(), "Entry.delete"))


# --- the listing ------------------------------------------------------------------------------


def test_a_listing_goes_through_all_pages_and_past_a_broken_entry() -> None:
    many = [entry(f"n{number:02}") for number in range(24)]
    world = space(*many, {**entry("n99"), "fields": {"price": {"en-US": 1}}}, entry("x", "other"))
    world.state["documents"]["Entry/n07"]["sys"]["updatedAt"] = "yesterday"
    assert len(list(content.list_all(world.context))) == 24
    assert [each.partition("?")[2] for each in world.asked] == [
        "initial=true", "sync_token=10", "sync_token=20",
    ]  # fmt: skip


def test_a_cursor_is_followed_at_the_vendors_own_address_only() -> None:
    world = space()
    answers = [
        {"items": [], "nextPageUrl": "https://evil.example/sync?sync_token=abc"},
        {"items": [], "nextSyncUrl": "https://evil.example/sync?sync_token=def"},
    ]
    world.double.respond = lambda *_: HttpResponse(200, json.dumps(answers.pop(0)).encode())
    assert list(content.list_all(world.context)) == []
    assert world.asked[1] == (
        "https://cdn.contentful.com/spaces/fjordfern42x/environments/master/sync?sync_token=abc"
    )


def test_a_listing_that_just_stops_is_no_listing() -> None:
    world = space()
    world.double.respond = lambda *_: HttpResponse(200, b'{"items": []}')
    with pytest.raises(VendorUnavailable):
        list(content.list_all(world.context))


def test_the_region_says_which_hosts_are_asked() -> None:
    world = space(entry(), region="eu")
    world.changes(sent(entry()))
    registration.hooks(world.context)
    assert [each.split("/")[2] for each in world.asked] == [
        "cdn.eu.contentful.com", "api.eu.contentful.com",
    ]  # fmt: skip


# --- fields -----------------------------------------------------------------------------------


def test_a_field_comes_in_the_sites_locale_or_in_the_default_one() -> None:
    body = entry(slug="on-spoons", excerpt="English")
    body["fields"]["title"] = {"en-US": "On spoons", "nb-NO": "Om skjeer"}
    body["fields"]["excerpt"]["nb-NO"] = ""
    item = only(space(body, locale="nb-NO").changes(sent(body)))
    assert (item.title, item.slug, item.description) == ("Om skjeer", "on-spoons", "English")


def test_a_link_to_a_picture_is_the_picture() -> None:
    shown = entry(image=link("Asset", "cup"), images=[link("Asset", "cup"), link("Asset", "gone")])
    item = only(space(picture(), shown).changes(sent(shown)))
    cup = MediaAsset(
        id="cup",
        url="https://images.ctfassets.net/fjordfern42x/cup.jpg",
        alt_text="A cup",
        width=4,
        height=3,
        file_size=900,
        mime_type="image/jpeg",
    )
    assert (item.featured_image, item.images) == (cup, [cup])


def test_a_collection_names_its_products_by_their_content_ids() -> None:
    whole = entry(kind="collection", products=[link("Entry", "a"), link("Entry", "b"), "x"])
    item = only(space(entry("a", "product"), whole).changes(sent(whole)))
    assert item.members == ["contentful:a", "contentful:b"]


def test_a_long_text_is_markdown_whose_pictures_have_a_scheme() -> None:
    body = entry(body="**Hi** <script>x</script> ![c](//images.ctfassets.net/c.png)")
    item = only(space(body).changes(sent(body)))
    assert item.body == (
        '<p><strong>Hi</strong>  <img src="https://images.ctfassets.net/c.png" alt="c"></p>'
    )


def test_a_title_is_literal_text() -> None:
    hostile = "{{ 7*7 }} <script>alert(1)</script> {% raw %}"
    item = only(space(entry(title=hostile)).changes(sent(entry())))
    assert item.title == hostile


# --- rich text --------------------------------------------------------------------------------


def text(value: str, *marks: str) -> dict[str, Any]:
    return {"nodeType": "text", "value": value, "marks": [{"type": each} for each in marks]}


def node(kind: str, *inner: dict[str, Any], **data: Any) -> dict[str, Any]:
    return {"nodeType": kind, "content": list(inner), "data": data}


CUP = MediaAsset(id="cup", url="https://a.example/cup.jpg", alt_text='"A"', width=4, height=3)
LINKS = AssetResolver(
    image=lambda target: CUP if target == "cup" else None,
    file=lambda target: f"https://a.example/{target}",
)


def html(*nodes: dict[str, Any]) -> str | None:
    return render_html(node("document", *nodes), LINKS)


def test_rich_text_is_headings_lists_tables_marks_links_and_pictures() -> None:
    made = html(
        node("heading-2", text("Title")),
        node("unordered-list", node("list-item", node("paragraph", text("one", "bold", "code")))),
        node("table", node("table-row", node("table-cell", node("paragraph", text("cell"))))),
        node("paragraph", node("hyperlink", text("go"), uri="https://a.example/?b=1&c")),
        node("paragraph", node("entry-hyperlink", text("words"), target="x")),
        node("embedded-asset-block", target="cup"),
        node("embedded-asset-block", target="price-list.pdf"),
        node("embedded-entry-block", target="x"),
        node("hr"),
        node("paragraph", text("")),
    )
    assert made == (
        "<h2>Title</h2>\n"
        "<ul><li><p><strong><code>one</code></strong></p></li></ul>\n"
        "<table><tbody><tr><td><p>cell</p></td></tr></tbody></table>\n"
        '<p><a href="https://a.example/?b=1&amp;c" rel="noopener noreferrer">go</a></p>\n'
        "<p>words</p>\n"
        '<figure><img src="https://a.example/cup.jpg" alt="&quot;A&quot;" width="4" height="3">'
        "</figure>\n"
        '<p><a href="https://a.example/price-list.pdf" rel="noopener noreferrer">price-list.pdf'
        "</a></p>\n<hr>"
    )


def test_nothing_to_say_is_none() -> None:
    assert html(node("paragraph", text(""))) is None


@given(st.text())
def test_text_holds_no_markup_of_its_own(value: str) -> None:
    made = html(node("paragraph", text(value, "bold"))) or ""
    assert "<script" not in made.lower()
    assert made.count("<p") <= 1


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "data:text/html,x", '"><script>'])
def test_a_link_leads_nowhere_evil(uri: str) -> None:
    made = html(node("paragraph", node("hyperlink", text("x"), uri=uri))) or ""
    assert "script:" not in made
    assert "data:" not in made
    assert "<script" not in made


# --- registration -----------------------------------------------------------------------------


def with_hooks(*hooks: dict[str, Any], **state: Any) -> World:
    kept = {each["sys"]["id"]: each for each in hooks}
    return World("contentful", state={"documents": {}, "buried": {}, "hooks": kept, **state})


def hook(name: str, url: str = ADDRESS, **fields: Any) -> dict[str, Any]:
    return {"sys": {"id": name, "version": 7}, "name": "by hand", "url": url, **fields}


def test_a_hook_that_tells_too_little_is_mended_and_the_space_signs() -> None:
    world = with_hooks(hook("h1", topics=["Entry.*", "Asset.publish"], active=False))
    (before,) = registration.hooks(world.context)
    assert not before.active
    assert before.trouble == "does not send Asset.unpublish, Asset.archive, Asset.delete"
    (after,) = registration.register(world.context, ADDRESS)
    assert (after.id, after.active, after.trouble) == ("h1", True, "")
    assert world.state["hooks"]["h1"]["name"] == "by hand"
    assert world.state["hooks"]["h1"]["sys"]["version"] == 8
    assert "the value of" not in json.dumps(world.state)


@pytest.mark.parametrize("told", [["*.*"], ["Entry.*", "Asset.*"], list(registration.TOPICS)])
def test_a_wider_choice_of_events_is_no_trouble(told: list[str]) -> None:
    world = with_hooks(hook("h1", topics=told), secret="cret")
    assert [each.trouble for each in registration.hooks(world.context)] == [""]


def test_the_spaces_secret_is_replaced_only_where_nobody_else_lives_by_it() -> None:
    alone = with_hooks(secret="zzzz")
    assert [each.trouble for each in registration.register(alone.context, ADDRESS)] == [""]
    shared = with_hooks(hook("h1", "https://other.example/hook", topics=["*.*"]), secret="zzzz")
    (ours,) = registration.register(shared.context, ADDRESS)
    assert ours.trouble == registration.SIGNED_DIFFERENTLY
    assert shared.state["secret"] == "zzzz"
    unsigned = with_hooks(hook("h1", "https://other.example/hook", topics=["*.*"]))
    (ours,) = registration.register(unsigned.context, ADDRESS)
    assert ours.trouble == ""

"""Contentful: signed data counts, the delivery API is final, and the API may lag."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.content.model import MediaAsset
from platform_core.errors import Malformed, NotYetVisible, VendorRefused, VendorUnavailable
from platform_core.http import HttpResponse
from platform_core.provider import Change, Removal, Upsert
from platform_core.providers.contentful import content, registration
from platform_core.providers.contentful.rich_text import LinkResolver, render_html
from platform_core.providers.contentful.webhook import SIGNATURE, delivery_key, topic
from platform_core.webhooks.request import Request
from tests.fakes.vendors import NOW, SECRET, World, request, signed

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


def make_delivery(
    body: object, topic: str = "Entry.publish", at: float = 0, **headers: str
) -> Request:
    named = {"x-contentful-topic": f"ContentManagement.{topic}", **headers}
    return signed("contentful", request(json.dumps(body).encode(), named), NOW.timestamp() + at)


def space(*documents: dict[str, Any], **settings: Any) -> World:
    places = {
        f"{document['sys']['type']}/{document['sys']['id']}": document for document in documents
    }
    return World("contentful", settings, state={"documents": places, "buried": {}})


def only(changes: list[Change]) -> Any:
    (change,) = changes
    assert isinstance(change, Upsert)
    return change.item


# --- signed data ------------------------------------------------------------------------------


def test_a_topic_counts_only_where_it_is_signed() -> None:
    delivery = make_delivery(entry())
    assert topic(delivery) == "ContentManagement.Entry.publish"
    bare = request(delivery.body)
    unlisted = replace(bare, headers={**bare.headers, **SIGNATURE.sign(bare, SECRET, 0)})
    forged = {**unlisted.headers, "x-contentful-topic": "ContentManagement.Entry.delete"}
    assert topic(replace(unlisted, headers=forged)) == ""
    assert delivery_key(replace(unlisted, headers=forged)) == delivery_key(unlisted)


def test_a_retry_with_a_new_signature_has_the_same_key() -> None:
    attempt = "x-contentful-webhook-request-attempt"
    first, second = (make_delivery(entry(), at=at, **{attempt: str(at)}) for at in (1, 31))
    assert delivery_key(first) == delivery_key(second)


def test_revision_and_topic_distinguish_deliveries() -> None:
    keys = {
        delivery_key(make_delivery(entry(revision=revision), said))
        for revision in (3, 4)
        for said in ("Entry.publish", "Entry.unpublish")
    }
    assert len(keys) == 4


def test_the_signed_time_distinguishes_bodies_without_a_version() -> None:
    body = {"sys": {"id": "spoons"}}
    assert delivery_key(make_delivery(body)) != delivery_key(make_delivery(body, at=1))


# --- changes of a delivery --------------------------------------------------------------------


def test_content_of_the_api_is_final() -> None:
    (change,) = space(entry()).changes(make_delivery(entry(title="Forged")))
    assert isinstance(change, Upsert)
    assert change.authoritative
    assert (change.item.title, change.item.version) == ("On spoons", 3)


def test_an_older_revision_in_the_api_is_looked_up_again_later() -> None:
    with pytest.raises(NotYetVisible):
        space(entry()).changes(make_delivery(entry(revision=4)))


def test_a_publication_missing_in_the_api_is_read_from_the_signed_body() -> None:
    body = entry(image=link("Asset", "cup"), revision=1)
    (change,) = space(picture()).changes(make_delivery(body))
    assert isinstance(change, Upsert)
    assert not change.authoritative
    assert change.item.version == 1
    assert change.item.featured_image


def test_a_deletion_waits_until_the_api_no_longer_shows_the_entry() -> None:
    for said in ("Entry.unpublish", "Entry.delete"):
        assert space().changes(make_delivery(tombstone(), said)) == [
            Removal("contentful:spoons", "article")
        ]
        with pytest.raises(NotYetVisible):
            space(entry(at=BEFORE)).changes(make_delivery(tombstone(), said))
    for end in (THEN, None):
        assert only(space(entry(at=AFTER, revision=1)).changes(make_delivery(tombstone(end))))


def test_a_deletion_without_a_type_removes_an_item_of_any_type() -> None:
    changes = space().changes(make_delivery(tombstone(kind=None), "Entry.delete"))
    kinds = [change.content_type for change in changes if isinstance(change, Removal)]
    assert kinds == ["article", "collection", "page", "product"]


def test_an_archived_entry_with_a_complete_body_is_removed() -> None:
    assert space().changes(make_delivery(entry(), "Entry.archive")) == [
        Removal("contentful:spoons", "article")
    ]


@pytest.mark.parametrize("topic", ["Entry.save", "Entry.auto_save", "Entry.create", "Task.create"])
def test_unpublished_content_changes_nothing(topic: str) -> None:
    world = space(entry())
    body = entry() if topic.startswith("Entry") else {"sys": {"type": "Task", "id": "t"}}
    assert world.changes(make_delivery(body, topic)) == []
    assert world.requested_urls == []


def in_environment(document: dict[str, Any], name: str) -> dict[str, Any]:
    return {**document, "sys": {**document["sys"], "environment": link("Environment", name)}}


def test_the_sites_environment_decides_about_a_delivery_of_another_one() -> None:
    staged = in_environment(entry(title="Staged", revision=9), "staging")
    world = space(in_environment(entry(), "master"))
    assert only(world.changes(make_delivery(staged))).title == "On spoons"
    removed = in_environment(tombstone(), "staging")
    assert only(world.changes(make_delivery(removed, "Entry.unpublish"))).title == "On spoons"
    assert space().changes(make_delivery(staged)) == []
    assert space().changes(make_delivery(removed, "Entry.unpublish")) == [
        Removal("contentful:spoons", "article")
    ]


def test_an_environment_behind_an_alias_is_the_sites_own() -> None:
    world = space(in_environment(entry(), "master-2026"))
    body = in_environment(entry(revision=4), "master-2026")
    with pytest.raises(NotYetVisible):
        world.changes(make_delivery(body))
    with pytest.raises(NotYetVisible):
        world.changes(make_delivery(in_environment(tombstone(), "master-2026"), "Entry.delete"))


def test_a_body_without_an_id_is_malformed() -> None:
    with pytest.raises(Malformed):
        space().changes(make_delivery({"fields": {}}))


def test_a_changed_image_updates_the_entries_that_show_it() -> None:
    shown, other = entry(image=link("Asset", "cup")), entry("forks")
    world = space(picture(revision=2), shown, other)
    item = only(world.changes(make_delivery(picture(revision=2), "Asset.publish")))
    assert item.id == "contentful:spoons"
    with pytest.raises(NotYetVisible):
        world.changes(make_delivery(picture(revision=3), "Asset.publish"))


def test_a_changed_image_updates_any_number_of_entries() -> None:
    shown = [entry(f"n{number:03}", image=link("Asset", "cup")) for number in range(130)]
    assert len(space(picture(), *shown).changes(make_delivery(picture(), "Asset.publish"))) == 130


def test_a_changed_component_updates_the_entries_that_link_to_it() -> None:
    part = entry("large", "variant", title="Large", price=12)
    product = entry(kind="product", variants=[link("Entry", "large")])
    item = only(space(part, product).changes(make_delivery(part)))
    assert [(variant.id, variant.title) for variant in item.variants] == [("large", "Large")]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, VendorRefused),
        (404, VendorRefused),
        (429, VendorUnavailable),
        (500, VendorUnavailable),
    ],
)
def test_a_failed_lookup_is_not_a_deletion(status: int, expected: type[Exception]) -> None:
    world = space()
    world.double.respond = lambda *_: HttpResponse(status, b"{}")
    with pytest.raises(expected):
        world.changes(make_delivery(tombstone(), "Entry.delete"))


# --- the listing ------------------------------------------------------------------------------


def test_a_listing_reads_all_pages_and_skips_a_broken_entry() -> None:
    many = [entry(f"n{number:02}") for number in range(24)]
    world = space(*many, {**entry("n99"), "fields": {"price": {"en-US": 1}}}, entry("x", "other"))
    world.state["documents"]["Entry/n07"]["sys"]["updatedAt"] = "yesterday"
    assert len(list(content.list_all(world.context))) == 24
    assert [url.partition("?")[2] for url in world.requested_urls] == [
        "initial=true", "sync_token=10", "sync_token=20",
    ]  # fmt: skip


def test_a_cursor_is_followed_only_at_the_vendors_address() -> None:
    world = space()
    answers = [
        {"items": [], "nextPageUrl": "https://evil.example/sync?sync_token=abc"},
        {"items": [], "nextSyncUrl": "https://evil.example/sync?sync_token=def"},
    ]
    world.double.respond = lambda *_: HttpResponse(200, json.dumps(answers.pop(0)).encode())
    assert list(content.list_all(world.context)) == []
    assert world.requested_urls[1] == (
        "https://cdn.contentful.com/spaces/fjordfern42x/environments/master/sync?sync_token=abc"
    )


def test_an_incomplete_listing_is_refused() -> None:
    world = space()
    world.double.respond = lambda *_: HttpResponse(200, b'{"items": []}')
    with pytest.raises(VendorUnavailable):
        list(content.list_all(world.context))


def test_the_region_selects_the_hosts() -> None:
    world = space(entry(), region="eu")
    world.changes(make_delivery(entry()))
    registration.hooks(world.context)
    assert [url.split("/")[2] for url in world.requested_urls] == [
        "cdn.eu.contentful.com", "api.eu.contentful.com",
    ]  # fmt: skip


# --- fields -----------------------------------------------------------------------------------


def test_a_field_is_read_in_the_sites_locale_or_the_default_one() -> None:
    body = entry(slug="on-spoons", excerpt="English")
    body["fields"]["title"] = {"en-US": "On spoons", "nb-NO": "Om skjeer"}
    body["fields"]["excerpt"]["nb-NO"] = ""
    item = only(space(body, locale="nb-NO").changes(make_delivery(body)))
    assert (item.title, item.slug, item.description) == ("Om skjeer", "on-spoons", "English")


def test_a_link_to_an_image_becomes_the_image() -> None:
    shown = entry(image=link("Asset", "cup"), images=[link("Asset", "cup"), link("Asset", "gone")])
    item = only(space(picture(), shown).changes(make_delivery(shown)))
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
    collection = entry(kind="collection", products=[link("Entry", "a"), link("Entry", "b"), "x"])
    item = only(space(entry("a", "product"), collection).changes(make_delivery(collection)))
    assert item.members == ["contentful:a", "contentful:b"]


def test_a_long_text_is_markdown_with_absolute_image_addresses() -> None:
    body = entry(body="**Hi** <script>x</script> ![c](//images.ctfassets.net/c.png)")
    item = only(space(body).changes(make_delivery(body)))
    assert item.body == (
        '<p><strong>Hi</strong>  <img src="https://images.ctfassets.net/c.png" alt="c"></p>'
    )


def test_a_title_is_literal_text() -> None:
    hostile = "{{ 7*7 }} <script>alert(1)</script> {% raw %}"
    item = only(space(entry(title=hostile)).changes(make_delivery(entry())))
    assert item.title == hostile


# --- rich text --------------------------------------------------------------------------------


def text(value: str, *marks: str) -> dict[str, Any]:
    return {"nodeType": "text", "value": value, "marks": [{"type": mark} for mark in marks]}


def node(kind: str, *inner: dict[str, Any], **data: Any) -> dict[str, Any]:
    return {"nodeType": kind, "content": list(inner), "data": data}


CUP = MediaAsset(id="cup", url="https://a.example/cup.jpg", alt_text='"A"', width=4, height=3)
LINKS = LinkResolver(
    image=lambda target: CUP if target == "cup" else None,
    file=lambda target: f"https://a.example/{target}",
)


def html(*nodes: dict[str, Any]) -> str | None:
    return render_html(node("document", *nodes), LINKS)


def test_rich_text_becomes_html_with_tables_links_and_images() -> None:
    rendered = html(
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
    assert rendered == (
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


def test_an_empty_text_is_none() -> None:
    assert html(node("paragraph", text(""))) is None


@given(st.text())
def test_markup_in_a_text_is_escaped(value: str) -> None:
    rendered = html(node("paragraph", text(value, "bold"))) or ""
    assert "<script" not in rendered.lower()
    assert rendered.count("<p") <= 1


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "data:text/html,x", '"><script>'])
def test_unsafe_links_are_removed(uri: str) -> None:
    rendered = html(node("paragraph", node("hyperlink", text("x"), uri=uri))) or ""
    assert "script:" not in rendered
    assert "data:" not in rendered
    assert "<script" not in rendered


# --- registration -----------------------------------------------------------------------------


def with_hooks(*hooks: dict[str, Any], **state: Any) -> World:
    hooks_by_id = {webhook["sys"]["id"]: webhook for webhook in hooks}
    return World("contentful", state={"documents": {}, "buried": {}, "hooks": hooks_by_id, **state})


def hook(name: str, url: str = ADDRESS, **fields: Any) -> dict[str, Any]:
    return {"sys": {"id": name, "version": 7}, "name": "by hand", "url": url, **fields}


def test_an_incomplete_webhook_is_repaired_and_signing_is_enabled() -> None:
    world = with_hooks(hook("h1", topics=["Entry.*", "Asset.publish"], active=False))
    (before,) = registration.hooks(world.context)
    assert not before.active
    assert before.trouble == "does not send Asset.unpublish, Asset.archive, Asset.delete"
    (after,) = registration.register(world.context, ADDRESS)
    assert (after.id, after.active, after.trouble) == ("h1", True, "")
    assert world.state["hooks"]["h1"]["name"] == "by hand"
    assert world.state["hooks"]["h1"]["sys"]["version"] == 8
    assert "the value of" not in json.dumps(world.state)


@pytest.mark.parametrize("topics", [["*.*"], ["Entry.*", "Asset.*"], list(registration.TOPICS)])
def test_additional_events_of_a_webhook_are_accepted(topics: list[str]) -> None:
    world = with_hooks(hook("h1", topics=topics), secret="cret")
    assert [webhook.trouble for webhook in registration.hooks(world.context)] == [""]


def test_the_spaces_secret_is_replaced_only_if_no_other_webhook_uses_it() -> None:
    alone = with_hooks(secret="zzzz")
    assert [webhook.trouble for webhook in registration.register(alone.context, ADDRESS)] == [""]
    shared = with_hooks(hook("h1", "https://other.example/hook", topics=["*.*"]), secret="zzzz")
    (webhook,) = registration.register(shared.context, ADDRESS)
    assert webhook.trouble == registration.SIGNED_DIFFERENTLY
    assert shared.state["secret"] == "zzzz"
    unsigned = with_hooks(hook("h1", "https://other.example/hook", topics=["*.*"]))
    (webhook,) = registration.register(unsigned.context, ADDRESS)
    assert webhook.trouble == ""

"""The content feed: the items that the site shows at a moment, with their order and prices."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.content.model import SLUG, UnifiedContent
from platform_core.content.money import currency_exponent, to_minor_units
from platform_core.content.page_links import page_link
from platform_core.feed import content_feed
from platform_core.feed.content_feed import Feed, Shop, SiteFacts
from platform_core.provider import PAGE, Buy, Storefront

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
FACTS = SiteFacts(
    client_id="acme", environment="prod", name="Acme & Söhne", domain="acme.example",
    url="https://acme.example", contact_email="web@acme.example", source_digest="s1",
)  # fmt: skip
EUR_19_99 = {"amount": "19.99", "currency_code": "EUR"}


def item(name: str, kind: str = "article", **more: Any) -> UnifiedContent:
    fields: dict[str, Any] = {
        "id": f"id-{name}",
        "title": name.title(),
        "slug": name,
        "content_type": kind,
        "provider_type": "cms",
        "provider_name": "shop",
        "version": 1,
        "created_at": NOW - timedelta(days=9),
        "updated_at": NOW - timedelta(days=8),
    }
    return UnifiedContent.model_validate(fields | more)


def built(*items: UnifiedContent, **more: Any) -> Feed:
    return content_feed.build_feed(items, FACTS, now=NOW, **more)


def read(feed: Feed, revision: int = 7) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(b"".join(feed.chunks(revision, NOW)))
    return document


def slugs(entries: Iterable[dict[str, Any]]) -> list[str]:
    return [entry["slug"] for entry in entries]


def test_an_empty_site_has_a_complete_document() -> None:
    document = read(built())
    assert list(document) == [
        "version", "revision", "generated_at", "site", "articles", "pages", "products",
        "collections", "media", "tags",
    ]  # fmt: skip
    assert (document["version"], document["revision"]) == (1, 7)
    assert document["generated_at"] == "2026-11-21T10:00:00Z"
    assert document["site"]["name"] == "Acme & Söhne"
    assert document["site"]["currency"] is None
    nothing = {"scripts": [], "styles": [], "origins": [], "html": ""}
    assert document["site"]["storefront"] == nothing


def test_an_article_has_all_its_keys() -> None:
    image = {"id": "i", "url": "https://x.example/i.jpg", "width": 4, "height": 3}
    (entry,) = read(
        built(item("tea", body="<p>{{ 7*7 }}</p>", featured_image=image, tags=["green"]))
    )["articles"]
    assert entry == {
        "id": "id-tea", "slug": "tea", "title": "Tea", "description": None,
        "html": "<p>{{ 7*7 }}</p>", "updated_at": "2026-11-13T10:00:00Z", "draft": False,
        "image": {"id": "i", "url": "https://x.example/i.jpg", "alt": "Tea", "width": 4,
                  "height": 3, "mime_type": None, "srcset": "",
                  "share_url": "https://x.example/i.jpg"},
        "lede": None, "images": [], "seo": {}, "provider": "shop",
        "published_at": "2026-11-12T10:00:00Z",
        "tags": ["green"], "tag_links": [{"title": "green", "url": "/tags/green/"}],
    }  # fmt: skip


def test_drafts_appear_only_in_previews_and_archived_items_never() -> None:
    items = [item(status, status=status) for status in ("draft", "published", "archived")]
    assert slugs(read(built(*items))["articles"]) == ["published"]
    preview = read(built(*items, preview=True))["articles"]
    assert {entry["slug"]: entry["draft"] for entry in preview} == {
        "draft": True,
        "published": False,
    }


def test_future_dates_are_reported_with_the_earliest() -> None:
    hour = timedelta(hours=1)
    feed = built(
        item("now", published_at=NOW, expires_at=NOW + 3 * hour),
        item("later", published_at=NOW + hour),
        item("over", expires_at=NOW),
        item("draft", status="draft", published_at=NOW + hour / 2),
    )
    assert slugs(read(feed)["articles"]) == ["now"]
    assert feed.next_due == NOW + hour
    assert built(item("tea")).next_due is None


def test_the_order_is_the_display_order() -> None:
    day = timedelta(days=1)
    articles = [item(name, published_at=NOW - n * day) for n, name in enumerate(["a", "b", "c"])]
    pages = [
        item("zoo", "page", position=1), item("ant", "page"), item("bee", "page", title="A Bee"),
        item("yak", "page", position=0),
    ]  # fmt: skip
    document = read(built(*reversed(articles), *pages))
    assert slugs(document["articles"]) == ["a", "b", "c"]
    assert slugs(document["pages"]) == ["yak", "zoo", "bee", "ant"]


def test_money_is_in_minor_units_of_its_currency() -> None:
    prices = [EUR_19_99, {"amount": "1500", "currency_code": "JPY"},
              {"amount": "1.234", "currency_code": "KWD", "compare_at_amount": "2"}]  # fmt: skip
    document = read(built(*(item(f"p{n}", "product", price=p) for n, p in enumerate(prices))))
    money = [entry["price"] for entry in document["products"]]
    assert money == [
        {"amount": 1999, "currency": "EUR", "exponent": 2, "compare_at": None},
        {"amount": 1500, "currency": "JPY", "exponent": 0, "compare_at": None},
        {"amount": 1234, "currency": "KWD", "exponent": 3, "compare_at": 2000},
    ]
    assert document["site"]["currency"] == "KWD"


@given(st.integers(0, 10**12))
def test_no_price_loses_a_cent(cents: int) -> None:
    assert to_minor_units(Decimal(cents) / 100, "USD") == cents
    assert currency_exponent("USD") == 2


def test_a_product_without_variants_is_its_own_variant() -> None:
    sold_out = {"quantity": 0}
    document = read(built(item("mug", "product", price=EUR_19_99, inventory=sold_out)))
    (product,) = document["products"]
    (variant,) = product["variants"]
    assert (variant["id"], variant["title"], variant["sku"]) == ("id-mug", "Mug", None)
    assert not product["available"]
    assert not variant["available"]
    assert variant["price"] == product["price"]


def test_a_product_without_a_price_cannot_be_bought() -> None:
    (product,) = read(built(item("mug", "product")))["products"]
    assert (product["price"], product["variants"], product["available"]) == (None, [], False)


def variant(name: str, amount: str, **more: Any) -> dict[str, Any]:
    price = {"amount": amount, "currency_code": "EUR"}
    return {"id": name, "title": name, "price": price, "options": {"Size": name}} | more


def test_variants_carry_the_price_and_how_each_is_bought() -> None:
    requested: list[str | None] = []
    kinds = {
        "s": Buy("link", "https://x/s"),
        "m": Buy("form", "https://x/m", {"n": "1"}),
        "l": Buy("button", css_class="buy", attributes={"data-id": "l"}),
    }

    def buy(product: UnifiedContent, one: Any) -> Buy | None:
        requested.append(one.id)
        return kinds.get(one.id)

    shop = Shop(buy, (Storefront(("s.js",), origins=("https://x",)), Storefront(("s.js", "t.js"))))
    variants = [
        variant("s", "9"), variant("m", "8", inventory={"quantity": 0}), variant("l", "7"),
        variant("xl", "10", sku="XL"),
    ]  # fmt: skip
    document = read(built(item("mug", "product", variants=variants), shop=shop))
    (product,) = document["products"]
    assert product["price"]["amount"] == 700
    assert [variant["available"] for variant in product["variants"]] == [True, False, True, True]
    assert [variant["buy"] for variant in product["variants"]] == [
        {"kind": "link", "href": "https://x/s"},
        {"kind": "form", "href": "https://x/m", "fields": {"n": "1"}},
        {"kind": "button", "css_class": "buy", "attributes": {"data-id": "l"}},
        None,
    ]
    assert requested == ["s", "m", "l", "xl"]
    assert document["site"]["storefront"]["scripts"] == ["s.js", "t.js"]


def test_a_collection_names_its_existing_products_in_order() -> None:
    members = ["id-pot", "id-gone", "id-mug"]
    document = read(
        built(
            item("mug", "product"), item("pot", "product"),
            item("hidden", "product", status="draft"),
            item("all", "collection", members=[*members, "id-hidden"]),
        )
    )  # fmt: skip
    assert document["collections"][0]["products"] == ["pot", "mug"]


def test_the_older_of_two_items_keeps_a_shared_slug() -> None:
    hour = timedelta(hours=1)
    old = item("tea", created_at=NOW - 2 * hour)
    young = item("tea", id="id-2", created_at=NOW - hour)
    third = item("tea", id="id-3", created_at=NOW)
    both = {entry["id"]: entry["slug"] for entry in read(built(young, old))["articles"]}
    all_three = {e["id"]: e["slug"] for e in read(built(third, young, old))["articles"]}
    assert both["id-tea"] == "tea"
    assert both["id-2"].startswith("tea-")
    assert all_three.items() >= both.items(), "nobody's address moves for another one"
    assert len(set(all_three.values())) == 3


def test_a_button_uses_the_final_address_of_its_product() -> None:
    old, new = NOW - timedelta(days=9), NOW - timedelta(days=1)
    twins = [
        item("x", "product", id="new", slug="tea", price=EUR_19_99, created_at=new),
        item("x", "product", id="old", slug="tea", price=EUR_19_99, created_at=old),
    ]
    shop = Shop(
        buy=lambda product, one: Buy("button", attributes={"data-url": PAGE, "data-x": "x"})
    )
    entries = read(built(*twins, shop=shop))["products"]
    assert len({entry["slug"] for entry in entries}) == 2
    for entry in entries:
        assert entry["variants"][0]["buy"]["attributes"] == {
            "data-url": f"https://acme.example/products/{entry['slug']}/",
            "data-x": "x",
        }


def test_a_link_leads_to_the_final_address_of_its_target() -> None:
    old, new = NOW - timedelta(days=9), NOW - timedelta(days=1)
    targets = [
        item("x", "product", id="a:new/1", slug="tea", created_at=new),
        item("x", "product", id="a:old", slug="tea", created_at=old),
        item("home", "page"),
        item("draft", status="draft"),
    ]
    links = (f'<a href="{page_link(each)}" rel="noopener">{each.id}</a>' for each in targets)
    # The slug of the second link has changed since its text was stored.
    text = f"<p>{' and '.join(links)}</p>".replace(
        "/products/tea/#item=shop/a%3Aold", "/products/cup/#item=shop/a%3Aold"
    )
    document = read(built(*targets, item("text", body=text)))
    (entry,) = document["articles"]
    slugs_by_id = {each["id"]: each["slug"] for each in document["products"]}
    assert slugs_by_id["a:old"] == "tea"
    assert slugs_by_id["a:new/1"] != "tea"
    assert entry["html"] == (
        f'<p><a href="/products/{slugs_by_id["a:new/1"]}/" rel="noopener">a:new/1</a> and '
        '<a href="/products/tea/" rel="noopener">a:old</a> and '
        '<a href="/" rel="noopener">id-home</a> and id-draft</p>'
    )


def test_a_link_of_an_author_stays() -> None:
    text = '<p><a href="/about/#item">a</a> <a href="https://a.example/#x">b</a></p>'
    assert read(built(item("text", body=text)))["articles"][0]["html"] == text


def test_an_item_listed_twice_appears_once() -> None:
    first, second = item("tea"), item("tea", version=2, title="Newer")
    assert [e["title"] for e in read(built(second, first))["articles"]] == ["Newer"]


def test_media_have_no_page() -> None:
    image = {"id": "i", "url": "https://x.example/i.jpg", "alt_text": "A pot"}
    document = read(
        built(item("pic", "media", images=[image]), item("none", "media"), item("o", "order"))
    )
    assert document["media"] == [
        {"id": "id-pic", "url": "https://x.example/i.jpg", "alt": "A pot", "width": None,
         "height": None, "mime_type": None, "srcset": "",
         "share_url": "https://x.example/i.jpg"},
    ]  # fmt: skip
    assert built(item("none", "media"), item("o", "order")).items == 0


def test_the_digest_changes_only_with_the_input() -> None:
    first_feed, same_feed = built(item("a"), item("b")), built(item("b"), item("a"))
    assert first_feed.input_hash() == same_feed.input_hash()
    assert first_feed.input_hash() != built(item("a")).input_hash()
    newer = SiteFacts(**{**FACTS.as_dict(), "source_digest": "s2"})
    assert (
        content_feed.build_feed([], FACTS, now=NOW).input_hash()
        != content_feed.build_feed([], newer, now=NOW).input_hash()
    )
    first, second = (b"".join(first_feed.chunks(n, NOW + n * timedelta(days=1))) for n in (1, 2))
    assert first != second
    assert first[first.index(b'"site"') :] == second[second.index(b'"site"') :]


def test_facts_of_another_version_are_readable() -> None:
    facts = SiteFacts.from_dict(FACTS.as_dict() | {"added_later": "x"})
    assert facts == FACTS


titles = st.text(max_size=20)
wanted = st.sampled_from(["tea", "tea-2", "pot", "x" * 200])


@given(st.lists(st.tuples(wanted, titles, st.integers(0, 5)), max_size=12), st.randoms())
def test_the_document_does_not_depend_on_the_order_of_items(
    given_items: list[tuple[str, str, int]], random: Any
) -> None:
    items = [
        item("x", id=f"id-{n}", slug=slug, title=title, created_at=NOW - timedelta(hours=age))
        for n, (slug, title, age) in enumerate(given_items)
    ]
    feed = built(*items)
    random.shuffle(items)
    assert b"".join(feed.chunks(1, NOW)) == b"".join(built(*items).chunks(1, NOW))
    found_slugs = slugs(read(feed)["articles"])
    assert len(set(found_slugs)) == len(items)
    assert all(SLUG.match(slug) and len(slug) <= 200 for slug in found_slugs)


@pytest.mark.parametrize("text", ["</script>", "{{ 7*7 }}", "مرحبا", "\x00\x1f", "🫖"])
def test_text_is_not_changed(text: str) -> None:
    (entry,) = read(built(item("tea", title=f"x{text}x", description=f"x{text}x")))["articles"]
    assert entry["title"] == entry["description"] == f"x{text}x"

"""The facts of the feed that every starter prints: ledes, tags, images, links and the policy."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core import providers
from platform_core.content.model import SLUG, UnifiedContent
from platform_core.feed import content_feed
from platform_core.feed.images import WIDTHS, add_image_sizes, make_srcset
from platform_core.feed.ledes import choose_lede
from platform_core.feed.navigation import is_legal, make_navigation
from platform_core.feed.security_policy import make_policy
from platform_core.feed.tags import collect_tags, tag_key
from tests.core.test_feed import FACTS, NOW, item, read

NO_SHOP: dict[str, Any] = {"scripts": [], "styles": [], "origins": [], "html": ""}
PICTURE = {"id": "i", "url": "https://cdn.example/i.jpg", "width": 700, "height": 500}


def resize(url: str, width: int) -> str | None:
    return f"{url}?w={width}" if url.startswith("https://cdn.example/") else None


def built(*items: UnifiedContent, facts: content_feed.SiteFacts = FACTS) -> dict[str, Any]:
    return read(content_feed.build_feed(items, facts, now=NOW, resize=resize))


# --- the description is not shown twice ---------------------------------------------------------


@pytest.mark.parametrize(
    ("description", "body"),
    [
        ("We bake bread", "<p>We bake bread and cakes.</p>"),
        ("We bake “bread” …", "<h2>We</h2><p>bake &quot;bread&quot; and cakes</p>"),
        ("WE BAKE BREAD...", "<p>We&nbsp;<b>bake</b> bread.</p>"),
        (
            "Our bread is baked in a stone oven by hand.",
            "<h2>About</h2><p>Our bread is baked in a stone oven by hand.</p>",
        ),
    ],
)
def test_a_description_from_the_body_is_no_lede(description: str, body: str) -> None:
    assert choose_lede(description, body) is None
    (entry,) = built(item("tea", description=description, body=body))["articles"]
    assert (entry["lede"], entry["description"]) == (None, description)


@pytest.mark.parametrize("body", [None, "", "<p>The oven is old. Bread is good.</p>"])
def test_a_description_of_its_own_is_the_lede(body: str | None) -> None:
    assert choose_lede("Bread", body) == "Bread"


# --- tags lead somewhere ------------------------------------------------------------------------


def test_each_tag_has_a_page_that_lists_its_items() -> None:
    document = built(
        item("a", tags=["Green Tea", "Cups", " "]),
        item("b", tags=["green  tea", "green tea"]),
        item("c", "product", tags=["Cups"]),
    )
    assert document["tags"] == [
        {
            "title": "Cups",
            "url": "/tags/cups/",
            "slug": "cups",
            "articles": ["a"],
            "products": ["c"],
        },
        {
            "title": "green tea",
            "url": "/tags/green-tea/",
            "slug": "green-tea",
            "articles": ["a", "b"],
            "products": [],
        },
    ]
    first, second = document["articles"]
    assert [link["url"] for link in first["tag_links"]] == ["/tags/green-tea/", "/tags/cups/"]
    assert second["tag_links"] == [{"title": "green tea", "url": "/tags/green-tea/"}]
    assert second["tags"] == ["green  tea", "green tea"]


def test_a_tag_on_no_public_item_has_no_page() -> None:
    assert built(item("a", status="draft", tags=["secret"]))["tags"] == []


@given(st.lists(st.text(max_size=6), max_size=12))
def test_every_tag_has_a_slug_of_its_own(tags: list[str]) -> None:
    known = collect_tags(tags)
    assert known.keys() == {tag_key(tag) for tag in tags} - {""}
    assert all(SLUG.fullmatch(tag.slug) for tag in known.values())
    assert len({tag.slug for tag in known.values()}) == len(known)
    assert collect_tags(reversed(tags)) == known


def test_a_tag_without_special_characters_has_the_plain_slug() -> None:
    slugs = {key: tag.slug for key, tag in collect_tags(["C++", "C#", "C"]).items()}
    assert slugs["c"] == "c"
    assert slugs["c++"].startswith("c-")


# --- images -------------------------------------------------------------------------------------


def test_an_image_has_sizes_up_to_its_own_and_one_to_share() -> None:
    (entry,) = built(item("tea", featured_image=PICTURE))["articles"]
    url = PICTURE["url"]
    assert entry["image"]["srcset"] == f"{url}?w=320 320w, {url}?w=640 640w, {url}?w=700 700w"
    assert entry["image"]["share_url"] == f"{url}?w=1200"
    assert entry["image"]["url"] == url


def test_an_image_of_another_vendor_has_one_address() -> None:
    other = PICTURE | {"url": "https://x.example/i.jpg"}
    (entry,) = built(item("tea", featured_image=other))["articles"]
    assert (entry["image"]["srcset"], entry["image"]["share_url"]) == ("", other["url"])


def test_an_address_cannot_end_a_srcset() -> None:
    srcset = make_srcset("https://cdn.example/a, b 3x.jpg", None, resize)
    assert [part.split(" ")[1] for part in srcset.split(", ")] == [f"{width}w" for width in WIDTHS]


def test_images_in_a_text_have_sizes_and_load_late() -> None:
    html = '<p><img src="https://cdn.example/a.jpg?x=1&amp;y=2" alt="a > b" width="640"></p>'
    (entry,) = built(item("tea", body=html))["articles"]
    assert entry["html"] == (
        '<p><img src="https://cdn.example/a.jpg?x=1&amp;y=2" alt="a > b" width="640" loading="lazy"'
        ' srcset="https://cdn.example/a.jpg?x=1&amp;y=2?w=320 320w, '
        'https://cdn.example/a.jpg?x=1&amp;y=2?w=640 640w"'
        ' sizes="(min-width: 44rem) 42rem, 100vw"></p>'
    )
    plain = '<img src="https://x.example/a.jpg" loading="eager">'
    assert add_image_sizes(plain, resize) == plain


@pytest.mark.parametrize(
    ("provider", "url", "resized"),
    [
        (
            "sanity",
            "https://cdn.sanity.io/images/p/production/abc-2000x1000.jpg",
            "https://cdn.sanity.io/images/p/production/abc-2000x1000.jpg?w=640&fit=max&auto=format",
        ),
        (
            "contentful",
            "https://images.ctfassets.net/s/a/b/c.png",
            "https://images.ctfassets.net/s/a/b/c.png?w=640&fm=webp",
        ),
        (
            "shopify_basic",
            "https://cdn.shopify.com/s/files/1/2/a.jpg?v=17",
            "https://cdn.shopify.com/s/files/1/2/a.jpg?v=17&width=640",
        ),
        (
            "shopify_advanced",
            "https://cdn.shopify.com/s/files/1/2/a.jpg?width=90",
            "https://cdn.shopify.com/s/files/1/2/a.jpg?width=640",
        ),
    ],
)
def test_a_vendor_resizes_its_own_images_only(provider: str, url: str, resized: str) -> None:
    module = providers.load_images(provider)
    assert module is not None
    assert module.resize(url, 640) == resized
    for other in (
        url.replace("https://", "http://"),
        url.replace(".com/", ".com.evil.example/").replace(".net/", ".evil/").replace(".io", ".x"),
        "https://[broken",
        "/uploads/a.jpg",
        url.split("?")[0].rpartition(".")[0] + ".svg",
    ):
        assert module.resize(other, 640) is None, other


def test_a_provider_without_an_image_cdn_resizes_nothing() -> None:
    assert providers.load_images("strapi") is None


# --- the site -----------------------------------------------------------------------------------


def test_the_picture_of_the_site_is_that_of_its_home_page() -> None:
    products = [item("cup", "product"), item("pot", "product", featured_image=PICTURE)]
    home = item("home", "page", featured_image=PICTURE | {"id": "h", "alt_text": "Our oven"})
    assert built(*products)["site"]["image"]["alt"] == "Pot"
    assert built(*products, home)["site"]["image"]["alt"] == "Our oven"
    assert built(item("tea"))["site"]["image"] is None


def test_legal_pages_are_in_the_footer_and_not_in_the_menu() -> None:
    pages = [
        item(slug, "page", position=place)
        for place, slug in enumerate(
            [
                "home",
                "impressum",
                "about",
                "products",
                "privacy-policy",
                "contact",
                "a",
                "b",
                "assets",
            ]
        )
    ]
    navigation = built(*pages)["site"]["navigation"]
    urls = {name: [link["url"] for link in links] for name, links in navigation.items()}
    assert urls == {
        "menu": ["/about/", "/contact/", "/a/", "/b/"],
        "footer": ["/about/", "/contact/", "/a/", "/b/", "/page-assets/"],
        "legal": ["/impressum/", "/privacy-policy/"],
    }
    assert make_navigation([]) == {"menu": [], "footer": [], "legal": []}


@pytest.mark.parametrize(
    "slug",
    [
        "privacy", "privacy-policy", "privacy-notice", "cookie-policy", "terms", "terms-of-service",
        "terms-and-conditions", "refund-policy", "shipping-policy", "imprint", "legal-notice",
        "impressum", "agb", "datenschutz", "datenschutzerklarung", "widerrufsbelehrung",
        "mentions-legales", "politique-de-confidentialite", "aviso-legal", "politica-de-privacidad",
    ],
)  # fmt: skip
def test_a_legal_page_is_known_by_its_slug(slug: str) -> None:
    assert is_legal(slug)


@pytest.mark.parametrize(
    "slug", ["cookies", "shipping", "about", "legal-advice", "privacy-screens"]
)
def test_another_page_is_not_legal(slug: str) -> None:
    assert not is_legal(slug)


def test_the_policy_allows_what_the_site_needs() -> None:
    policy = make_policy("https://acme.example", NO_SHOP)
    assert "script-src 'none'; style-src 'self'" in policy
    assert "connect-src 'none'" in policy
    shop = NO_SHOP | {
        "scripts": ["https://s.example/a.js"],
        "origins": ["https://s.example", "x;y"],
    }
    policy = make_policy("http://127.0.0.1:80", shop)
    assert (
        "script-src https://s.example; style-src 'self' 'unsafe-inline' https://s.example" in policy
    )
    assert "img-src 'self' data: https: http:" in policy
    assert "x;y" not in policy


def test_analytics_may_load_scripts_and_send_data() -> None:
    facts = content_feed.SiteFacts.from_dict(
        FACTS.as_dict() | {"analytics_origins": "https://a.example https://b.example"}
    )
    policy = built(facts=facts)["site"]["content_security_policy"]
    assert "script-src 'self' https://a.example https://b.example;" in policy
    assert "connect-src https://a.example https://b.example;" in policy
    assert "frame-src 'none'" in policy

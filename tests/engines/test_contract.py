"""The contract of a site with visitors, search engines and browsers, for every engine."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from platform_cli.engines import Engine
from tests.engines.feeds import HOSTILE
from tests.engines.markup import Element
from tests.engines.sites import SECTIONS, Site, addresses, present

pytestmark = pytest.mark.engine

Built = Callable[[str, str], Site]
AROUND = {"404.html", "robots.txt", "sitemap.xml", "feed.xml", "favicon.svg"}
ANY_FEED = pytest.mark.parametrize("feed", ["rich", "empty", "numbered", "draft"])


@pytest.fixture
def rich(engine: Engine, built: Built) -> Site:
    return built(engine.name, "rich")


def another_engine(engine: Engine) -> str:
    """Return an engine to compare this one with. Skips the test where no other can build."""
    others = [name for name in present() if name != engine.name]
    if not others:
        pytest.skip("this machine can build with one engine only")
    return others[0]


@ANY_FEED
def test_the_feed_decides_which_files_exist(engine: Engine, built: Built, feed: str) -> None:
    site = built(engine.name, feed)
    (stylesheet,) = (name for name in site.files if name.startswith("assets/"))
    digest = hashlib.sha256((site.root / stylesheet).read_bytes()).hexdigest()
    assert digest in stylesheet
    pages = {address.removeprefix("/") + "index.html" for address in addresses(site.feed)}
    assert site.files == pages | AROUND | {stylesheet}


@ANY_FEED
def test_visitors_see_no_difference_between_engines(
    engine: Engine, built: Built, feed: str
) -> None:
    first, other = built(another_engine(engine), feed), built(engine.name, feed)
    assert other.files == first.files
    for address, page in first.pages.items():
        assert list(other.pages[address].outline()) == list(page.outline()), address


@ANY_FEED
@pytest.mark.parametrize("name", ["sitemap.xml", "feed.xml", "robots.txt", "favicon.svg"])
def test_machine_readable_files_do_not_depend_on_the_engine(
    engine: Engine, built: Built, feed: str, name: str
) -> None:
    first, other = built(another_engine(engine), feed), built(engine.name, feed)
    assert _facts(other.text(name)) == _facts(first.text(name))


@ANY_FEED
def test_every_page_is_complete(engine: Engine, built: Built, feed: str) -> None:
    site = built(engine.name, feed)
    facts = site.feed["site"]
    for address, page in site.pages.items():
        html = page.one("html")
        assert html.attributes["lang"] == facts["language"], address
        assert html.attributes["dir"] == "ltr", address
        assert page.one("h1").text, address
        assert page.one("main", id="content"), address
        assert page.one("header", class_="top"), address
        assert page.one("footer"), address
        assert page.one("a", class_="skip").attributes["href"] == "#content", address
        assert facts["name"] in page.one("title").text, address
        assert _meta(page, "description"), address
        assert "width=device-width" in _meta(page, "viewport"), address
        for name in ("og:site_name", "og:type", "og:title", "og:description"):
            assert page.one("meta", property=name).attributes["content"], address
        assert page.one("meta", name="twitter:card"), address
        assert all("alt" in image.attributes for image in page.every("img")), address
        assert all(button.text for button in page.every("button")), address
        ids = [element.attributes["id"] for element in page.every() if "id" in element.attributes]
        assert len(ids) == len(set(ids)), address


@ANY_FEED
def test_no_level_of_headings_is_skipped(engine: Engine, built: Built, feed: str) -> None:
    """This covers the layout of the starter; an editor's own text has headings of its own."""
    site = built(engine.name, feed)
    for address, page in site.pages.items():
        written = {id(element) for prose in page.every(class_="prose") for element in prose.every()}
        levels = [
            int(element.tag[1])
            for element in page.every()
            if element.tag in {"h1", "h2", "h3", "h4", "h5", "h6"} and id(element) not in written
        ]
        assert levels[0] == 1, address
        assert all(below - above <= 1 for above, below in pairwise(levels)), address


@ANY_FEED
def test_pages_name_their_own_address(engine: Engine, built: Built, feed: str) -> None:
    site = built(engine.name, feed)
    for address in addresses(site.feed):
        canonical = site.pages[address].one("link", rel="canonical").attributes["href"]
        assert canonical == site.feed["site"]["url"] + address
    error_page = site.pages["/404.html"]
    assert not error_page.every("link", rel="canonical")
    assert _meta(error_page, "robots") == "noindex"


@ANY_FEED
def test_every_link_of_the_site_has_a_target(engine: Engine, built: Built, feed: str) -> None:
    site = built(engine.name, feed)
    there = {f"/{name}" for name in site.files} | addresses(site.feed)
    for address, page in site.pages.items():
        named = {element.attributes.get("id") for element in page.every()}
        for target in _targets(page):
            if target.startswith("#"):
                assert target[1:] in named, address
            elif target.startswith("/"):
                assert target in there, f"{target} on {address}"


def test_every_page_can_be_reached_from_home(rich: Site) -> None:
    reached: set[str] = set()
    waiting = ["/"]
    while waiting:
        address = waiting.pop()
        if address not in reached:
            reached.add(address)
            waiting += [target for target in _targets(rich.pages[address]) if target in rich.pages]
    assert addresses(rich.feed) <= reached


def test_text_is_escaped(rich: Site) -> None:
    for number, text in enumerate(HOSTILE):
        page = rich.page_of("articles", f"hostile-{number}")
        assert page.one("h1").text == text
        assert _meta(page, "description") == text
        assert page.one("ul", class_="tags").text == text
        assert page.one("div", class_="picture").one("img").attributes["alt"] == text
        assert json.loads(page.one("script", type="application/ld+json").text)["headline"] == text
    assert rich.page_of("products", "shirt").one("h1").text == "{{ 7*7 }}"


def test_a_description_that_the_text_repeats_is_not_shown_above_it(rich: Site) -> None:
    repeated = rich.page_of("articles", "undated")
    assert not repeated.every("p", class_="lede")
    assert _meta(repeated, "description") == "We tell …"
    assert rich.page_of("articles", "hostile-5").one("p", class_="lede").text == HOSTILE[5]


def test_the_tagline_describes_the_site(rich: Site) -> None:
    tagline = rich.feed["site"]["tagline"]
    home = rich.pages["/"]
    assert home.one("p", class_="lede").text == tagline == _meta(home, "description")
    for address, page in rich.pages.items():
        assert tagline in page.one("footer").text, address
    assert ElementTree.fromstring(rich.text("feed.xml")).findtext("channel/description") == tagline


def test_a_tag_leads_to_a_page_with_its_items(rich: Site) -> None:
    tags = rich.page_of("articles", "undated").one("ul", class_="tags").every("a")
    assert [tag.attributes["href"] for tag in tags] == ["/tags/shared-tag/", "/tags/another/"]
    page = rich.pages["/tags/shared-tag/"]
    assert page.one("h1").text == "shared Tag"
    assert _cards(page) == ["/products/print/", "/articles/undated/"]
    assert "/tags/shared-tag/</loc>" in rich.text("sitemap.xml")


def test_every_page_but_an_error_has_a_picture_to_share(rich: Site) -> None:
    def shared(address: str) -> str:
        return rich.pages[address].one("meta", property="og:image").attributes["content"]

    assert shared("/") == shared("/about/") == "https://resized.example/site.jpg?w=1200&q=80"
    assert shared("/articles/undated/") == "https://resized.example/a,b.jpg?w=1200&q=80"
    assert shared("/products/shirt/") == "https://images.example/shirt.jpg"
    for address in addresses(rich.feed):
        assert _meta(rich.pages[address], "twitter:card") == "summary_large_image", address


def test_pictures_have_the_sizes_that_their_vendor_offers(rich: Site) -> None:
    image = next(item["image"] for item in rich.feed["articles"] if item["slug"] == "undated")
    lead = rich.page_of("articles", "undated").one("img").attributes
    assert lead["srcset"] == image["srcset"]
    assert lead["srcset"].startswith("https://resized.example/a%2Cb.jpg?w=320&q=80 320w, ")
    assert lead["sizes"] == "(min-width: 82rem) 76rem, 100vw"
    assert "loading" not in lead
    card = next(
        picture.attributes
        for picture in rich.pages["/articles/"].every("img")
        if picture.attributes["src"] == image["url"]
    )
    assert (card["srcset"], card["loading"]) == (image["srcset"], "lazy")
    assert card["sizes"].startswith("auto, ")
    plain = rich.page_of("articles", "hostile-0").one("img").attributes
    assert not {"srcset", "sizes"} & plain.keys()
    assert (plain["width"], plain["height"]) == ("1200", "900")


def test_the_footer_has_legal_pages_and_the_contact(rich: Site) -> None:
    for address, page in rich.pages.items():
        footer = page.one("footer")
        assert footer.one("a", href="mailto:web@acme.example"), address
        assert _targets(footer.one("ul", class_="legal")) == ["/privacy/"], address
        (menu, _) = footer.every("ul")
        assert "/privacy/" not in _targets(menu) + _targets(
            page.one("nav", **{"aria-label": "Main"})
        )
        assert {"/about/", "/tags/"} <= set(_targets(menu)), address


def test_html_of_the_feed_is_not_changed(rich: Site) -> None:
    for kind in (*SECTIONS, "pages"):
        for item in rich.feed[kind]:
            folder = "" if kind == "pages" else f"{kind}/"
            if item["html"] and item["slug"] != "products":
                assert item["html"] in rich.text(f"{folder}{item['slug']}/index.html")
    assert rich.feed["pages"][-1]["html"] in rich.text("products/index.html")


def test_a_form_has_a_label_for_each_input_and_needs_no_script(rich: Site) -> None:
    form = rich.pages["/about/"].one("form")
    assert form.attributes["action"] == "/_forms/contact"
    labels = {label.attributes["for"] for label in form.every("label") if "for" in label.attributes}
    inputs = [*form.every("input"), *form.every("textarea")]
    named = {each.attributes["name"]: each.attributes.get("id") for each in inputs}
    assert named.keys() == {"name", "email", "message", "bot-field"}
    assert {named[name] for name in ("name", "email", "message")} == labels
    assert form.one("button").attributes["type"] == "submit"


def test_only_scripts_of_the_shop_run(rich: Site) -> None:
    for address, page in rich.pages.items():
        for script in page.every("script"):
            is_data = script.attributes.get("type") == "application/ld+json"
            assert is_data or script.attributes.get("src") == "https://cart.example/cart.js", (
                address
            )
        for element in page.every():
            assert not [name for name in element.attributes if name.startswith("on")], address
            assert not {"style", "srcdoc"} & element.attributes.keys(), address


def test_the_content_policy_lists_allowed_sources(engine: Engine, built: Built) -> None:
    for feed in ("empty", "rich"):
        site = built(engine.name, feed)
        for page in site.pages.values():
            (policy,) = page.every("meta", **{"http-equiv": "Content-Security-Policy"})
            assert policy.attributes["content"] == site.feed["site"]["content_security_policy"]
    alone = _policy(built(engine.name, "empty").pages["/"])
    assert alone["default-src"] == alone["script-src"] == alone["base-uri"] == "'none'"
    assert alone["style-src"] == "'self'"
    shop = _policy(built(engine.name, "rich").pages["/"])
    assert shop["script-src"] == "https://cart.example https://shop.example"
    assert shop["form-action"] == "'self' https://cart.example https://shop.example"


def test_pages_load_only_files_that_the_feed_names(engine: Engine, built: Built) -> None:
    for feed in ("rich", "empty"):
        site = built(engine.name, feed)
        named = json.dumps([site.feed[kind] for kind in ("articles", "products")])
        front = site.feed["site"]["storefront"]
        for address, page in site.pages.items():
            for url in _loaded(page):
                if urlsplit(url).netloc:
                    assert url in named or url in front["scripts"] + front["styles"], address


def test_the_shops_scripts_and_styles_are_on_every_page(rich: Site) -> None:
    for address, page in rich.pages.items():
        assert page.one("div", id="cart").attributes["data-key"] == "k1", address
        assert page.one("link", href="https://cart.example/cart.css"), address
        assert page.one("script", src="https://cart.example/cart.js"), address


def test_buy_buttons_have_the_form_that_the_shop_needs(rich: Site) -> None:
    link = rich.page_of("products", "lamp").one("a", class_="buy")
    assert link.attributes["href"] == "https://shop.example/cart/1:1"

    print_ = next(item for item in rich.feed["products"] if item["slug"] == "print")
    offer = print_["variants"][0]["buy"]
    form = rich.page_of("products", "print").one("form")
    assert form.attributes == {"action": offer["href"], "method": "post"}
    fields = {f.attributes["name"]: f.attributes["value"] for f in form.every("input")}
    assert fields == offer["fields"]
    assert form.one("button", class_="buy").text == "Buy A print"

    mug = rich.feed["products"][0]["variants"][0]["buy"]
    button = rich.page_of("products", "mug").one("button", class_="cart-add-item")
    assert mug["attributes"].items() <= button.attributes.items()
    assert "disabled" not in button.attributes


@pytest.mark.parametrize(
    ("slug", "label"), [("gone", "Sold out Sold out"), ("shown", "Not sold online Only shown")]
)
def test_unavailable_products_have_no_link_to_the_shop(rich: Site, slug: str, label: str) -> None:
    page = rich.page_of("products", slug)
    assert page.one("button", class_="buy").text == label
    assert "disabled" in page.one("button", class_="buy").attributes
    assert not page.every("form")
    assert not [target for target in _targets(page) if "shop.example" in target]


def test_each_variant_has_its_own_price_and_button(rich: Site) -> None:
    small, large = rich.page_of("products", "shirt").one("ul", class_="variants").every("li")
    assert small.one("span", class_="what").text == "small $25.00"
    assert small.one("a", class_="buy").attributes["href"] == "https://shop.example/cart/3:1"
    assert large.one("button", class_="buy").text == "Sold out large"


def test_prices_are_written_without_rounding(rich: Site) -> None:
    prices = {
        element.one("h2").one("a").attributes["href"]: element.one("p", class_="price").text
        for element in rich.pages["/products/"].every("article", class_="card")
    }
    assert prices == {
        "/products/mug/": "now $1,250.00 Was $1,500.00",
        "/products/print/": "€48.50",
        "/products/lamp/": "¥12,500",
        "/products/gone/": "$0.05 Sold out",
        "/products/shown/": "KWD\N{NO-BREAK SPACE}0.100",
        "/products/none/": "Sold out",
        "/products/shirt/": "from $25.00",
    }


def test_structured_data_equals_the_page(rich: Site) -> None:
    for product in rich.feed["products"]:
        data = _data(rich.page_of("products", product["slug"]))
        assert (data["@type"], data["name"]) == ("Product", product["title"])
        assert data["url"] == f"http://127.0.0.1:8080/products/{product['slug']}/"
        listed_offers = [(o["sku"], o["priceCurrency"], o["availability"]) for o in data["offers"]]
        stock = {True: "https://schema.org/InStock", False: "https://schema.org/OutOfStock"}
        assert listed_offers == [
            (v["sku"], v["price"]["currency"], stock[v["available"]]) for v in product["variants"]
        ]
    offers = {
        slug: _data(rich.page_of("products", slug))["offers"] for slug in ("mug", "lamp", "shown")
    }
    assert [o[0]["price"] for o in offers.values()] == ["1250.00", "12500", "0.100"]
    article = _data(rich.page_of("articles", "hostile-0"))
    assert (article["@type"], article["datePublished"]) == ("Article", "2026-11-03T08:00:00Z")
    assert _data(rich.pages["/"])["@type"] == "WebSite"


def test_lists_keep_the_order_of_the_feed(engine: Engine, built: Built) -> None:
    site = built(engine.name, "numbered")
    for kind in ("articles", "products"):
        expected = [f"/{kind}/{item['slug']}/" for item in site.feed[kind]]
        assert _cards(site.pages[f"/{kind}/"]) == expected
    members = site.feed["collections"][0]["products"]
    assert _cards(site.page_of("collections", "backwards")) == [f"/products/{m}/" for m in members]
    around = site.page_of("articles", "story-24").one("nav", class_="around")
    assert _targets(around) == ["/articles/story-25/", "/articles/story-23/"]


def test_an_edit_changes_only_the_files_that_show_it(engine: Engine, built: Built) -> None:
    before, after = built(engine.name, "numbered"), built(engine.name, "edited")
    assert after.files == before.files | {"admin/index.html", "admin/config.yml"}  # `test_editor`
    assert {name for name in before.files if _bytes(after, name) != _bytes(before, name)} == {
        "articles/story-13/index.html",
        "articles/index.html",
        "feed.xml",
        "sitemap.xml",
    }


def test_a_collection_leaves_out_missing_products(rich: Site) -> None:
    assert _cards(rich.page_of("collections", "all")) == [
        "/products/shirt/",
        "/products/mug/",
        "/products/gone/",
    ]
    assert rich.page_of("collections", "index").one("p", class_="empty").text


def test_a_page_can_introduce_a_section(engine: Engine, built: Built) -> None:
    assert built(engine.name, "rich").pages["/products/"].one("h1").text == "The shelves"
    home = built(engine.name, "numbered").pages["/"]
    assert home.one("h1").text == "Twenty-five things"
    assert home.one("div", class_="prose").text == "Welcome."


def test_an_empty_site_has_a_notice(engine: Engine, built: Built) -> None:
    site = built(engine.name, "empty")
    assert site.pages["/"].one("h1").text == "Acme & Daughters"
    assert not site.pages["/"].every("nav")
    for kind in SECTIONS:
        assert "come back" in site.pages[f"/{kind}/"].one("p", class_="empty").text


def test_a_preview_shows_its_drafts_and_hides_from_search(engine: Engine, built: Built) -> None:
    site = built(engine.name, "draft")
    for address, page in site.pages.items():
        assert _meta(page, "robots") == "noindex", address
    for address in ("/articles/bald/", "/products/tasse/", "/collections/alles/", "/wir/"):
        assert site.pages[address].one("h1").one("span", class_="badge").text == "Entwurf"
    assert not site.page_of("articles", "da").one("h1").every("span")
    assert "Disallow: /\n" in site.text("robots.txt")
    published = built(engine.name, "rich")
    assert "Allow: /\n" in published.text("robots.txt")
    assert not published.pages["/"].every("meta", name="robots")


def test_the_site_uses_its_language(engine: Engine, built: Built) -> None:
    site = built(engine.name, "draft")
    product = site.page_of("products", "tasse")
    assert product.one("p", class_="price").text == "12.345,67\N{NO-BREAK SPACE}€"
    assert product.one("a", class_="buy").text == "Kaufen Tasse"
    assert site.page_of("articles", "da").one("time").text == "3. November 2026"


def _facts(file: str) -> Sequence[object]:
    """Return an XML file element by element, and any other file as lines."""
    if not file.startswith("<"):
        return file.splitlines()
    return [
        (element.tag, element.attrib, (element.text or "").strip())
        for element in ElementTree.fromstring(file).iter()
    ]


def _meta(page: Element, name: str) -> str:
    return page.one("meta", name=name).attributes["content"]


def _bytes(site: Site, name: str) -> bytes:
    return (site.root / name).read_bytes()


def _data(page: Element) -> Any:
    return json.loads(page.one("script", type="application/ld+json").text)


def _policy(page: Element) -> dict[str, str]:
    (policy,) = page.every("meta", **{"http-equiv": "Content-Security-Policy"})
    rules = (rule.partition(" ") for rule in policy.attributes["content"].split("; "))
    return {name: value for name, _, value in rules}


def _cards(page: Element) -> list[str]:
    return [card.one("h2").one("a").attributes["href"] for card in page.every(class_="card")]


def _targets(page: Element) -> list[str]:
    return [element.attributes["href"] for element in page.every("a")]


def _loaded(page: Element) -> Iterator[str]:
    for element in page.every():
        if element.tag == "link" and element.attributes["rel"] in {"stylesheet", "icon"}:
            yield element.attributes["href"]
        if "src" in element.attributes:
            yield element.attributes["src"]

"""Content feeds to build sites from: a shop with a journal, and difficult content."""

from typing import Any

from platform_core.feed.images import SHARE_WIDTH, make_srcset
from platform_core.feed.ledes import choose_lede
from platform_core.feed.navigation import make_navigation
from platform_core.feed.security_policy import make_policy
from platform_core.feed.tags import collect_tags, tag_links, tag_sections
from platform_core.forms.markup import render_form
from tests.fakes.forms import CONTACT

Feed = dict[str, Any]
Entry = dict[str, Any]

HOSTILE = (
    "{{ 7*7 }}",
    "{% raw %}unclosed",
    '{{< youtube id="x" >}}',
    "</script><script>alert(1)</script>",
    "Tom & \"Jerry\" <b>bold</b> 'quoted'",
    "${7*7} <%= 7*7 %> #{7*7}",
    "مرحبا بالعالم",
    "Ünïcödé 株式会社 🫖",
    "\x0bcontrol\x1fcharacters",
)


def money(amount: int, currency: str = "USD", exponent: int = 2, was: int | None = None) -> Entry:
    return {"amount": amount, "currency": currency, "exponent": exponent, "compare_at": was}


def resize(url: str, width: int) -> str | None:
    """Resize the images of one host only, as a vendor does."""
    return f"{url}?w={width}&q=80" if url.startswith("https://resized.example/") else None


def image(url: str, alt: str, width: int | None = 1200, height: int | None = 900) -> Entry:
    return {
        "id": url,
        "url": url,
        "alt": alt,
        "width": width,
        "height": height,
        "mime_type": "image/jpeg",
        "srcset": make_srcset(url, width, resize),
        "share_url": resize(url, SHARE_WIDTH) or url,
    }


def entry(slug: str, title: str, **more: Any) -> Entry:
    return {
        "id": f"id-{slug}",
        "slug": slug,
        "title": title,
        "description": None,
        "html": "",
        "updated_at": "2026-11-20T09:30:00Z",
        "draft": False,
        "image": None,
        "images": [],
        "seo": {},
        "provider": "anything",
    } | more


def article(slug: str, title: str, **more: Any) -> Entry:
    return entry(slug, title, **{"published_at": "2026-11-03T08:00:00Z", "tags": []} | more)


def variant(name: str, price: Entry, buy: Entry | None, **more: Any) -> Entry:
    return {
        "id": f"id-{name}",
        "sku": f"SKU-{name}",
        "title": name,
        "options": {"Title": name},
        "price": price,
        "available": True,
        "buy": buy,
    } | more


def product(slug: str, title: str, variants: list[Entry], **more: Any) -> Entry:
    facts = {
        "tags": [],
        "price": variants[0]["price"] if variants else None,
        "available": any(v["available"] for v in variants),
        "variants": variants,
    }
    return entry(slug, title, **facts | more)


def collection(slug: str, title: str, products: list[str], **more: Any) -> Entry:
    return entry(slug, title, **{"products": products} | more)


def link(number: int) -> Entry:
    return {"kind": "link", "href": f"https://shop.example/cart/{number}:1"}


FORM = {
    "kind": "form",
    "href": "https://shop.example/cart",
    "fields": {"name": "A & B", "Price||ab12": "12.50", "quantity": '1"><script>'},
}
BUTTON = {
    "kind": "button",
    "css_class": "cart-add-item",
    "attributes": {"data-item-id": "mug", "data-item-name": 'The "Mug" & <co>'},
}


def empty(**site: Any) -> Feed:
    return {
        "version": 1,
        "revision": 1,
        "generated_at": "2026-11-21T10:00:00Z",
        "site": {
            "client_id": "acme",
            "name": "Acme & Daughters",
            "tagline": "",
            "domain": "acme.example",
            "url": "http://127.0.0.1:8080",
            "language": "en",
            "environment": "prod",
            "contact_email": "web@acme.example",
            "currency": None,
            "image": None,
            "storefront": {"scripts": [], "styles": [], "origins": [], "html": ""},
        }
        | site,
        "articles": [],
        "pages": [],
        "products": [],
        "collections": [],
        "media": [],
    }


def complete(feed: Feed) -> Feed:
    """Add the facts that the core computes from the rest of a feed."""
    site, tagged = feed["site"], ("articles", "products")
    known = collect_tags(tag for kind in tagged for item in feed[kind] for tag in item["tags"])
    items = {kind: [(item["slug"], item["tags"]) for item in feed[kind]] for kind in tagged}
    for kind in tagged:
        for item in feed[kind]:
            item["tag_links"] = tag_links(item["tags"], known)
    for kind in ("articles", "pages", "products", "collections"):
        for item in feed[kind]:
            item["lede"] = choose_lede(item["description"], item["html"])
    site["navigation"] = make_navigation(feed["pages"])
    site["content_security_policy"] = make_policy(site["url"], site["storefront"])
    return feed | {"tags": tag_sections(known, items)}


def hostile_articles() -> list[Entry]:
    return [
        article(
            f"hostile-{number}",
            text,
            description=text,
            tags=[text],
            html="<p>{{ 7*7 }} {% raw %} {{&lt; youtube &gt;}} {{< shortcode >}} ${x}</p>",
            image=image(f"https://images.example/{number}.jpg?w=1&h=2", text),
            seo={"meta_description": text},
        )
        for number, text in enumerate(HOSTILE)
    ]


def rich() -> Feed:
    """Every kind of item, every kind of buy button, hostile text everywhere."""
    feed = empty(
        currency="USD",
        tagline=f"All that you {HOSTILE[4]} need",
        image=image("https://resized.example/site.jpg", 'The "site"'),
        storefront={
            "scripts": ["https://cart.example/cart.js"],
            "styles": ["https://cart.example/cart.css"],
            "origins": ["https://cart.example", "https://shop.example"],
            "html": '<div id="cart" data-key="k1" hidden></div>',
        },
    )
    feed["articles"] = [
        article("index", "An article that is called index", html="<h2>Part</h2><p>Text</p>"),
        *hostile_articles(),
        article(
            "undated",
            "Without a date",
            published_at=None,
            description="We tell …",
            html="<p>We tell it once.</p>",
            image=image("https://resized.example/a,b.jpg", "Sizes", 2400, 1600),
            tags=["Shared tag", "Another"],
        ),
    ]
    feed["products"] = [
        product("mug", "The “Mug” & <co>", [variant("mug", money(125000, was=150000), BUTTON)]),
        product(
            "print", "A print", [variant("print", money(4850, "EUR"), FORM)], tags=["shared Tag"]
        ),
        product("lamp", "A lamp", [variant("lamp", money(12500, "JPY", 0), link(1))]),
        product("gone", "Sold out", [variant("gone", money(5), link(2), available=False)]),
        product("shown", "Only shown", [variant("shown", money(100, "KWD", 3), None)]),
        product("none", "Without variants", []),
        product(
            "shirt",
            HOSTILE[0],
            [
                variant("small", money(2500), link(3)),
                variant("large", money(2900), link(4), available=False),
            ],
            image=image("https://images.example/shirt.jpg", "A shirt", None, None),
            images=[
                image("https://images.example/shirt.jpg", "A shirt"),
                image("https://images.example/back.jpg", 'Its "back"'),
            ],
        ),
    ]
    feed["collections"] = [
        collection("all", "Everything", ["shirt", "mug", "never-there", "gone"]),
        collection("index", "A collection without products", []),
    ]
    feed["pages"] = [
        entry(
            "about",
            "About us",
            html=f"<p>We make <em>things</em>.</p>\n{render_form(CONTACT, 'en')}",
        ),
        entry("index", "A page that is called index"),
        entry("assets", "A page that is called assets"),
        entry("404", "A page that is called 404"),
        entry("pages", "A page that is called pages"),
        entry("tags", "A page that is called tags"),
        entry("privacy", HOSTILE[3], html="<p>None of it.</p>"),
        entry("products", "The shelves", description="All we make.", html="<p>By hand.</p>"),
    ]
    return feed


def many(count: int) -> Feed:
    """`count` articles and as many products, in an order that is not the alphabet's."""
    feed = empty()
    numbers = range(count, 0, -1)
    feed["articles"] = [article(f"story-{n}", f"Story {n}", html="<p>x</p>") for n in numbers]
    feed["products"] = [
        product(f"thing-{n}", f"Thing {n}", [variant(f"v{n}", money(n * 100), link(n))])
        for n in numbers
    ]
    feed["collections"] = [
        collection("backwards", "Backwards", [f"thing-{n}" for n in range(1, count + 1)])
    ]
    return feed


def numbered() -> Feed:
    """More articles than a page of the RSS feed, and a home page with its own text."""
    feed = many(25)
    feed["pages"] = [entry("home", "Twenty-five things", html="<p>Welcome.</p>")]
    return feed


def edited() -> Feed:
    """The numbered feed as a later revision, in which one article has changed."""
    feed = numbered() | {"revision": 2, "generated_at": "2026-11-22T10:00:00Z"}
    story = next(item for item in feed["articles"] if item["slug"] == "story-13")
    story |= {
        "html": "<p>y</p>",
        "description": "Now told anew",
        "updated_at": "2026-11-22T09:59:00Z",
    }
    return feed


def draft() -> Feed:
    """A preview in German: one published article, one draft of each kind."""
    feed = empty(language="de-CH", currency="EUR", environment="staging")
    feed["articles"] = [article("da", "Da"), article("bald", "Bald da", draft=True)]
    offer = variant("tasse", money(1234567, "EUR"), link(1))
    feed["products"] = [product("tasse", "Tasse", [offer], draft=True)]
    feed["collections"] = [collection("alles", "Alles", ["tasse"], draft=True)]
    feed["pages"] = [entry("wir", "Über uns", draft=True)]
    return feed


MADE = {"rich": rich, "empty": empty, "numbered": numbered, "edited": edited, "draft": draft}
NAMED = {name: lambda name=name: complete(MADE[name]()) for name in MADE}

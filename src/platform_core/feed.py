"""The content feed a site is built from: one immutable snapshot, `content.json`, version 1.

    {"version": 1, "revision": 42, "generated_at": "2026-11-21T10:00:00Z",
     "site": {"client_id", "name", "domain", "url", "language", "environment", "contact_email",
              "currency": "USD" | null,
              "storefront": {"scripts": [url], "styles": [url], "origins": [origin], "html": ""}},
     "articles":    [Entry + {"published_at", "tags"}],               newest first
     "pages":       [Entry],                                          by position, then title
     "products":    [Entry + {"tags", "price": Money|null, "available": bool,
                              "variants": [Variant]}],                by position, then title
     "collections": [Entry + {"products": [product slug, ...]}],      by position, then title
     "media":       [Media]}

    Entry   {"id", "slug", "title", "description": text|null, "html": sanitized HTML ("" if none),
             "updated_at", "draft": bool, "image": Media|null, "images": [Media],
             "seo": {"meta_title"?, "meta_description"?, "canonical_url"?, "og_title"?,
                     "og_description"?, "og_image"?}, "provider": name}
    Money   {"amount": integer minor units, "currency": "USD", "exponent": 2,
             "compare_at": integer minor units|null}
    Variant {"id", "sku": text|null, "title", "options": {name: value}, "price": Money,
             "available": bool, "buy": Buy|null}
    Buy     {"kind": "link",   "href"}
            {"kind": "form",   "href", "fields": {name: value}}      a form that posts to href
            {"kind": "button", "css_class", "attributes": {name: value}}
            (`buy` is null, or `available` false: the button is shown disabled)
    Media   {"id", "url", "alt": text, "width": int|null, "height": int|null, "mime_type": text|null}

A product without variants has one variant, of its own id, title, price and availability.
Times are ISO-8601 UTC with a `Z`. Keys are always present. An unchanged site gives the same
bytes but for `revision` and `generated_at`.
"""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What a deploy knows of a site; stands in the data bucket as `contract.SITE_FACTS`.

    It is a build input: a change of any field builds anew.
    """

    client_id: str
    environment: str
    name: str
    domain: str
    url: str
    """The address that visitors use, without a trailing slash."""
    contact_email: str
    language: str = "en"
    source_key: str = ""
    """Object key of the zipped site source in the data bucket."""
    source_digest: str = ""
    engine: str = ""
    engine_version: str = ""
    buildspec_digest: str = ""

    def as_dict(self) -> dict[str, str]:
        """As JSON-ready text fields."""
        return asdict(self)

"""Documents whose fields people named themselves, as unified items.

A structured CMS and a file's front matter have no fixed schema: what one site calls `mainImage`,
another calls `cover`. This is the one list of names that are understood; spelling (camelCase,
snake_case, hyphens) does not matter. A provider says how its rich text, its images and its
references are read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from platform_core.content import (
    ContentStatus,
    Inventory,
    InventoryPolicy,
    MediaAsset,
    Price,
    ProductVariant,
    SEOMetadata,
    UnifiedContent,
)
from platform_core.markup import as_text
from platform_core.providers import reading
from platform_core.providers.reading import Json

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title", "name", "heading"),
    "slug": ("slug", "handle"),
    "description": ("description", "excerpt", "summary", "subtitle", "intro"),
    "body": ("body", "content", "text", "descriptionhtml", "bodyhtml"),
    "image": ("featuredimage", "mainimage", "image", "coverimage", "cover", "thumbnail", "photo"),
    "images": ("images", "gallery", "photos"),
    "price": ("price", "amount"),
    "compare_at": ("compareatprice", "compareat", "oldprice"),
    "currency": ("currency", "currencycode"),
    "stock": ("inventory", "stock", "quantity", "inventoryquantity"),
    "backorder": ("continuesellingwhenoutofstock", "backorder"),
    "track": ("trackquantity", "trackinventory"),
    "sku": ("sku",),
    "variants": ("variants",),
    "options": ("options",),
    "tags": ("tags", "keywords", "labels"),
    "seo": ("seo",),
    "members": ("products", "members", "items"),
    "position": ("position", "order", "weight", "sortorder"),
    "published_at": ("publishedat", "publishdate", "date"),
    "expires_at": ("expiresat", "expirydate", "unpublishat"),
    "updated_at": ("updatedat", "lastmod", "updated"),
    "status": ("status",),
    "draft": ("draft",),
}
_HIDDEN: Final = {"archived": ContentStatus.ARCHIVED, "draft": ContentStatus.DRAFT}


@dataclass(frozen=True, slots=True)
class Reader:
    """How one provider's values are read."""

    html: Callable[[object], str | None]
    """Rich text as sanitized HTML; None where it is none."""
    image: Callable[[object], MediaAsset | None]
    member: Callable[[object], str | None]
    """A reference to a product as its content id."""
    currency: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of a document besides its own fields."""

    id: str
    content_type: str
    provider: str
    version: int
    created_at: datetime
    updated_at: datetime
    fallback_slug: str
    data: Mapping[str, Any]
    """For `provider_data`."""


class Fields:
    """The fields of a document by what they mean, whatever they are called."""

    def __init__(self, *documents: Mapping[str, Any]) -> None:
        self._values: dict[str, object] = {}
        for document in documents:
            for name, value in document.items():
                self._values.setdefault(name.replace("_", "").replace("-", "").lower(), value)

    def __getitem__(self, meaning: str) -> object:
        values = (self._values.get(name) for name in NAMES[meaning])
        return next((value for value in values if value not in (None, "", [], {})), None)


@reading.strictly()
def unified(fields: Fields, origin: Origin, reader: Reader) -> UnifiedContent:
    """The item that a document is. Raises `Malformed`."""
    title = reading.text(fields["title"]) or "Untitled"
    given = fields["slug"]
    slug, original = reading.slug(
        reading.part(given).get("current", given), title, origin.fallback_slug
    )
    image = reader.image(fields["image"])
    return UnifiedContent(
        id=origin.id,
        title=title,
        slug=slug,
        content_type=origin.content_type,
        status=_status(fields),
        description=_line(fields["description"], reader),
        body=reader.html(fields["body"]),
        featured_image=image,
        images=_images(fields["images"], reader),
        seo=_seo(reading.part(fields["seo"]), reader),
        tags=reading.texts(fields["tags"]),
        position=reading.whole(fields["position"]),
        provider_type="cms",
        provider_name=origin.provider,
        provider_data={**origin.data, **({"original_slug": original} if original else {})},
        version=origin.version,
        created_at=origin.created_at,
        updated_at=reading.moment(fields["updated_at"]) or origin.updated_at,
        published_at=reading.moment(fields["published_at"]),
        expires_at=reading.moment(fields["expires_at"]),
        **_of_its_type(fields, origin, reader),
    )


def _of_its_type(fields: Fields, origin: Origin, reader: Reader) -> Json:
    """What only a product or a collection has."""
    if origin.content_type == "product":
        currency = reading.text(fields["currency"]) or reader.currency
        price = _price(fields, currency)
        variants = _variants(fields, price, currency)
        cheapest = min((each.price for each in variants), key=lambda one: one.amount, default=None)
        return {
            "price": price or cheapest,
            "inventory": _inventory(fields),
            "variants": variants,
        }
    if origin.content_type == "collection":
        given = fields["members"]
        members = map(reader.member, given if isinstance(given, list) else [])
        return {"members": list(dict.fromkeys(each for each in members if each))}
    return {}


def _status(fields: Fields) -> ContentStatus:
    if fields["draft"] is True:
        return ContentStatus.DRAFT
    return _HIDDEN.get(str(fields["status"]).lower(), ContentStatus.PUBLISHED)


def _line(value: object, reader: Reader) -> str | None:
    """A description: plain text as it stands, rich text without its markup."""
    if isinstance(value, str):
        return reading.text(value)
    html = reader.html(value)
    return reading.text(as_text(html)) if html else None


def _images(value: object, reader: Reader) -> list[MediaAsset]:
    found = map(reader.image, value if isinstance(value, list) else [])
    return [each for each in found if each]


def _seo(given: Json, reader: Reader) -> SEOMetadata | None:
    if not given:
        return None
    values = {name.replace("_", "").lower(): value for name, value in given.items()}
    image = reader.image(values.get("ogimage") or values.get("image"))
    found = SEOMetadata(
        meta_title=reading.text(values.get("metatitle"), values.get("title")),
        meta_description=reading.text(values.get("metadescription"), values.get("description")),
        canonical_url=reading.address(values.get("canonicalurl") or values.get("canonical")),
        og_title=reading.text(values.get("ogtitle")),
        og_description=reading.text(values.get("ogdescription")),
        og_image=image.url if image else None,
    )
    return found if found != SEOMetadata() else None


def _price(fields: Fields, currency: str) -> Price | None:
    given = fields["price"]
    inner = reading.part(given)
    amount = reading.money(inner.get("amount", inner.get("value")) if inner else given)
    if amount is None:
        return None
    return reading.price(
        amount,
        reading.text(Fields(inner)["currency"]) or currency,
        fields["compare_at"] or inner.get("compare_at_amount"),
    )


def _inventory(fields: Fields) -> Inventory | None:
    given = fields["stock"]
    inner = Fields(reading.part(given))
    quantity = reading.whole(inner["stock"] if isinstance(given, dict) else given)
    if quantity is None:
        return None
    backorder = fields["backorder"] is True or inner["backorder"] is True
    return Inventory(
        quantity=max(0, quantity),
        track_quantity=fields["track"] is not False and inner["track"] is not False,
        continue_selling_when_out_of_stock=backorder,
        inventory_policy=InventoryPolicy.CONTINUE if backorder else InventoryPolicy.DENY,
    )


def _variants(fields: Fields, price: Price | None, currency: str) -> list[ProductVariant]:
    made = []
    for number, each in enumerate(reading.records(fields["variants"]), start=1):
        own = Fields(each)
        cost = _price(own, currency) or price
        if cost is None:
            continue
        title = reading.text(own["title"]) or f"No. {number}"
        sku = reading.text(own["sku"])
        made.append(
            ProductVariant(
                id=reading.text(each.get("id"), each.get("_key"), sku, title) or str(number),
                title=title,
                price=cost,
                sku=sku,
                inventory=_inventory(own),
                options=_options(own["options"]),
            )
        )
    return made


def _options(given: object) -> dict[str, str]:
    """`{Size: Small}`, or a list of `{name, value}`."""
    if isinstance(given, dict):
        pairs = [(name, reading.text(value)) for name, value in given.items()]
    else:
        pairs = [
            (str(each.get("name")), reading.text(each.get("value")))
            for each in reading.records(given)
        ]
    return {name: value for name, value in pairs if value}

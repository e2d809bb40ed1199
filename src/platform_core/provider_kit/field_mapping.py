"""Map documents with freely named fields to unified items.

A structured CMS and the front matter of a file have no fixed schema: one site names a field
`mainImage`, another one `cover`. This module has the only list of recognized names. The notation
(camelCase, snake_case, hyphens) does not matter. Each provider supplies functions that parse its
rich text, images and references.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from platform_core.content.html import strip_markup
from platform_core.content.model import (
    ContentStatus,
    Inventory,
    InventoryPolicy,
    MediaAsset,
    Price,
    ProductVariant,
    SEOMetadata,
    UnifiedContent,
)
from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json

FIELD_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
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
_STATUS_BY_NAME: Final = {"archived": ContentStatus.ARCHIVED, "draft": ContentStatus.DRAFT}


@dataclass(frozen=True, slots=True)
class ValueParsers:
    """The functions that parse one provider's values."""

    html: Callable[[object], str | None]
    """Converts rich text to sanitized HTML, or returns None if there is none."""
    image: Callable[[object], MediaAsset | None]
    member: Callable[[object], str | None]
    """Converts a reference to a product to its content id."""
    currency: str


@dataclass(frozen=True, slots=True)
class DocumentOrigin:
    """The facts about a document outside its own fields."""

    id: str
    content_type: str
    provider: str
    version: int
    created_at: datetime
    updated_at: datetime
    fallback_slug: str
    data: Mapping[str, Any]
    """Stored as `provider_data`."""


class DocumentFields:
    """The fields of a document by meaning, independent of their names."""

    def __init__(self, *documents: Mapping[str, Any]) -> None:
        self._values: dict[str, object] = {}
        for document in documents:
            for name, value in document.items():
                # The first document wins, so callers pass the most specific one first.
                self._values.setdefault(name.replace("_", "").replace("-", "").lower(), value)

    def __getitem__(self, meaning: str) -> object:
        values = (self._values.get(name) for name in FIELD_NAMES[meaning])
        # Empty values count as missing, so that another name of the same field can apply.
        return next((value for value in values if value not in (None, "", [], {})), None)


@parsing.invalid_item_is_malformed()
def build_item(
    fields: DocumentFields, origin: DocumentOrigin, parsers: ValueParsers
) -> UnifiedContent:
    """Build the item of a document. Raises `Malformed`."""
    title = parsing.parse_text(fields["title"]) or "Untitled"
    slug_field = fields["slug"]
    # Sanity wraps a slug in an object: {"current": "the-slug"}.
    slug, original = parsing.make_slug(
        parsing.parse_object(slug_field).get("current", slug_field), title, origin.fallback_slug
    )
    image = parsers.image(fields["image"])
    return UnifiedContent(
        id=origin.id,
        title=title,
        slug=slug,
        content_type=origin.content_type,
        status=_parse_status(fields),
        description=_parse_description(fields["description"], parsers),
        body=parsers.html(fields["body"]),
        featured_image=image,
        images=_parse_images(fields["images"], parsers),
        seo=_parse_seo(parsing.parse_object(fields["seo"]), parsers),
        tags=parsing.parse_texts(fields["tags"]),
        position=parsing.parse_integer(fields["position"]),
        provider_type="cms",
        provider_name=origin.provider,
        provider_data={**origin.data, **({"original_slug": original} if original else {})},
        version=origin.version,
        created_at=origin.created_at,
        updated_at=parsing.parse_timestamp(fields["updated_at"]) or origin.updated_at,
        published_at=parsing.parse_timestamp(fields["published_at"]),
        expires_at=parsing.parse_timestamp(fields["expires_at"]),
        **_type_specific_fields(fields, origin, parsers),
    )


def _type_specific_fields(
    fields: DocumentFields, origin: DocumentOrigin, parsers: ValueParsers
) -> Json:
    """Return the fields that only a product or a collection has."""
    if origin.content_type == "product":
        currency = parsing.parse_text(fields["currency"]) or parsers.currency
        price = _parse_price(fields, currency)
        variants = _parse_variants(fields, price, currency)
        cheapest = min(
            (variant.price for variant in variants), key=lambda price: price.amount, default=None
        )
        return {
            "price": price or cheapest,
            "inventory": _parse_inventory(fields),
            "variants": variants,
        }
    if origin.content_type == "collection":
        references = fields["members"]
        members = map(parsers.member, references if isinstance(references, list) else [])
        # Editors can link a product twice; a page lists it once.
        return {"members": list(dict.fromkeys(member for member in members if member))}
    return {}


def _parse_status(fields: DocumentFields) -> ContentStatus:
    """Parse the status from the fields `draft` and `status`."""
    if fields["draft"] is True:
        return ContentStatus.DRAFT
    return _STATUS_BY_NAME.get(str(fields["status"]).lower(), ContentStatus.PUBLISHED)


def _parse_description(value: object, parsers: ValueParsers) -> str | None:
    """Parse a description: plain text as it is, rich text without its markup."""
    if isinstance(value, str):
        return parsing.parse_text(value)
    html = parsers.html(value)
    return parsing.parse_text(strip_markup(html)) if html else None


def _parse_images(value: object, parsers: ValueParsers) -> list[MediaAsset]:
    images = map(parsers.image, value if isinstance(value, list) else [])
    return [image for image in images if image]


def _parse_seo(seo_object: Json, parsers: ValueParsers) -> SEOMetadata | None:
    if not seo_object:
        return None
    values = {name.replace("_", "").lower(): value for name, value in seo_object.items()}
    image = parsers.image(values.get("ogimage") or values.get("image"))
    seo = SEOMetadata(
        meta_title=parsing.parse_text(values.get("metatitle"), values.get("title")),
        meta_description=parsing.parse_text(
            values.get("metadescription"), values.get("description")
        ),
        canonical_url=parsing.parse_url(values.get("canonicalurl") or values.get("canonical")),
        og_title=parsing.parse_text(values.get("ogtitle")),
        og_description=parsing.parse_text(values.get("ogdescription")),
        og_image=image.url if image else None,
    )
    return seo if seo != SEOMetadata() else None


def _parse_price(fields: DocumentFields, currency: str) -> Price | None:
    """Parse a price: a number, or an object with an amount and a currency."""
    price_field = fields["price"]
    price_object = parsing.parse_object(price_field)
    amount = parsing.parse_amount(
        price_object.get("amount", price_object.get("value")) if price_object else price_field
    )
    if amount is None:
        return None
    return parsing.make_price(
        amount,
        parsing.parse_text(DocumentFields(price_object)["currency"]) or currency,
        fields["compare_at"] or price_object.get("compare_at_amount"),
    )


def _parse_inventory(fields: DocumentFields) -> Inventory | None:
    """Parse the stock: a number, or an object with its quantity and policy."""
    stock_field = fields["stock"]
    stock_object = DocumentFields(parsing.parse_object(stock_field))
    quantity = parsing.parse_integer(
        stock_object["stock"] if isinstance(stock_field, dict) else stock_field
    )
    if quantity is None:
        return None
    backorder = fields["backorder"] is True or stock_object["backorder"] is True
    return Inventory(
        quantity=max(0, quantity),
        track_quantity=fields["track"] is not False and stock_object["track"] is not False,
        continue_selling_when_out_of_stock=backorder,
        inventory_policy=InventoryPolicy.CONTINUE if backorder else InventoryPolicy.DENY,
    )


def _parse_variants(
    fields: DocumentFields, price: Price | None, currency: str
) -> list[ProductVariant]:
    """Parse the variants that have a price, their own or the product's."""
    variants = []
    for number, variant in enumerate(parsing.parse_objects(fields["variants"]), start=1):
        variant_fields = DocumentFields(variant)
        variant_price = _parse_price(variant_fields, currency) or price
        if variant_price is None:
            continue
        title = parsing.parse_text(variant_fields["title"]) or f"No. {number}"
        sku = parsing.parse_text(variant_fields["sku"])
        variants.append(
            ProductVariant(
                id=parsing.parse_text(variant.get("id"), variant.get("_key"), sku, title)
                or str(number),
                title=title,
                price=variant_price,
                sku=sku,
                inventory=_parse_inventory(variant_fields),
                options=_parse_options(variant_fields["options"]),
            )
        )
    return variants


def _parse_options(options: object) -> dict[str, str]:
    """Parse options: `{Size: Small}`, or a list of `{name, value}`."""
    if isinstance(options, dict):
        pairs = [(name, parsing.parse_text(value)) for name, value in options.items()]
    else:
        pairs = [
            (str(option.get("name")), parsing.parse_text(option.get("value")))
            for option in parsing.parse_objects(options)
        ]
    return {name: value for name, value in pairs if value}

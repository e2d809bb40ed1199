"""WooCommerce's products and categories as unified items."""

from collections.abc import Iterable
from datetime import datetime
from html import unescape
from typing import Any, Final

from platform_core.content import (
    ContentStatus,
    Inventory,
    InventoryPolicy,
    MediaAsset,
    Price,
    ProductVariant,
    UnifiedContent,
)
from platform_core.errors import Malformed
from platform_core.markup import as_text, sanitize
from platform_core.providers import reading
from platform_core.providers.reading import Json
from platform_core.providers.woocommerce.manifest import PROVIDER
from platform_core.providers.woocommerce.settings import Settings

PRODUCT: Final = "woocommerce:product:"
CATEGORY: Final = "woocommerce:category:"
_SHOWN: Final = {"visible", "catalog", "search"}


@reading.strictly()
def product(node: Json, variations: Iterable[Json], settings: Settings) -> UnifiedContent:
    """A product as a unified item. Raises `Malformed`."""
    updated = _moment(node, "date_modified") or _moment(node, "date_created")
    if updated is None:
        raise Malformed("a product without the time of its last change")
    images = [made for each in reading.records(node.get("images")) if (made := _image(each))]
    found = (_variant(each, settings.currency) for each in variations)
    variants = [each for each in found if each]
    cheapest = min((each.price for each in variants), key=lambda one: one.amount, default=None)
    return UnifiedContent(
        content_type="product",
        status=_status(node),
        description=_line(node.get("short_description")),
        featured_image=images[0] if images else None,
        images=images,
        price=_price(node, settings.currency) if not variants else cheapest,
        inventory=_inventory(node) if not variants else None,
        variants=variants,
        tags=[name for each in reading.records(node.get("tags")) if (name := _name(each))],
        position=reading.whole(node.get("menu_order")),
        version=reading.micros(updated),
        created_at=_moment(node, "date_created") or updated,
        updated_at=updated,
        **_shared(
            node,
            PRODUCT,
            product_type=reading.text(node.get("type")),
            permalink=reading.address(node.get("permalink")),
            sku=reading.text(node.get("sku")),
        ),
    )


@reading.strictly()
def collection(node: Json, members: Iterable[str]) -> UnifiedContent:
    """A category as a unified item. It has no dates and no revision, so its version says nothing:
    what a listing says just now replaces what was known. Raises `Malformed`."""
    return UnifiedContent(
        content_type="collection",
        featured_image=_image(reading.part(node.get("image"))),
        members=list(members),
        position=reading.whole(node.get("menu_order")),
        version=0,
        created_at=reading.EPOCH,
        updated_at=reading.EPOCH,
        **_shared(node, CATEGORY),
    )


def categories(node: Json) -> list[str]:
    """The numbers of the categories that a product stands in."""
    found = (reading.whole(each.get("id")) for each in reading.records(node.get("categories")))
    return [str(each) for each in found if each]


def _shared(node: Json, prefix: str, **data: str | None) -> dict[str, Any]:
    """What products and categories have in common."""
    number = reading.text(node.get("id"))
    if number is None:
        raise Malformed("an item without an id")
    title = _name(node) or "Untitled"
    slug, original = reading.slug(node.get("slug"), title, number)
    markup = node.get("description")
    facts = data | {"original_slug": original}
    return {
        "id": prefix + number,
        "title": title,
        "slug": slug,
        "body": (sanitize(markup) if isinstance(markup, str) else "") or None,
        "provider_type": PROVIDER.kind.value,
        "provider_name": PROVIDER.name,
        "provider_data": {name: value for name, value in facts.items() if value},
    }


def _name(node: Json) -> str | None:
    """WordPress keeps names with their ampersands escaped."""
    name = node.get("name")
    return reading.text(unescape(name) if isinstance(name, str) else name)


def _line(markup: object) -> str | None:
    return as_text(markup) or None if isinstance(markup, str) else None


def _moment(node: Json, field: str) -> datetime | None:
    """A time of the API: `..._gmt` is in UTC and does not say so."""
    return reading.moment(node.get(f"{field}_gmt"))


def _status(node: Json) -> ContentStatus:
    """What the shop's own catalogue does not show is not on the site either."""
    shown = str(node.get("catalog_visibility") or "visible") in _SHOWN
    return (
        ContentStatus.PUBLISHED
        if shown and node.get("status") == "publish"
        else ContentStatus.DRAFT
    )


def _image(node: Json) -> MediaAsset | None:
    url = reading.address(node.get("src"))
    if url is None:
        return None
    return MediaAsset(
        id=reading.text(node.get("id")) or url, url=url, alt_text=reading.text(node.get("alt"))
    )


def _price(node: Json, currency: str) -> Price | None:
    """What it costs now; amounts are texts, and an empty one is none."""
    amount = reading.money(node.get("price"))
    return (
        reading.price(amount, currency, node.get("regular_price")) if amount is not None else None
    )


def _variant(node: Json, currency: str) -> ProductVariant | None:
    """A variation; None for one that is switched off or has no price."""
    price, number = _price(node, currency), reading.text(node.get("id"))
    if price is None or number is None or node.get("status", "publish") != "publish":
        return None
    chosen = {
        name: value
        for each in reading.records(node.get("attributes"))
        if (name := _name(each)) and (value := reading.text(each.get("option")))
    }
    return ProductVariant(
        id=number,
        title=", ".join(chosen.values()) or _name(node) or f"No. {number}",
        price=price,
        sku=reading.text(node.get("sku")),
        inventory=_inventory(node),
        options=chosen,
    )


def _inventory(node: Json) -> Inventory | None:
    """The stock; None where it is not counted and there is some. The status has the last word: a
    shop may call a product sold out while a few are left."""
    counted = reading.whole(node.get("stock_quantity")) if node.get("manage_stock") else None
    status = str(node.get("stock_status"))
    if counted is None and status not in {"outofstock", "onbackorder"}:
        return None
    goes_on = status == "onbackorder" or (
        status != "outofstock" and bool(node.get("backorders_allowed"))
    )
    return Inventory(
        quantity=0 if status == "outofstock" else max(0, counted or 0),
        continue_selling_when_out_of_stock=goes_on,
        inventory_policy=InventoryPolicy.CONTINUE if goes_on else InventoryPolicy.DENY,
    )

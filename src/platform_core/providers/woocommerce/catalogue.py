"""Convert WooCommerce's products and categories to unified items."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from html import unescape
from typing import Any, Final

from platform_core.content.html import sanitize, strip_markup
from platform_core.content.model import (
    UNTITLED,
    ContentStatus,
    Inventory,
    InventoryPolicy,
    MediaAsset,
    Price,
    ProductVariant,
    UnifiedContent,
)
from platform_core.content.slugs import decode_escapes
from platform_core.content.visibility import PUBLIC, Visibility, judge
from platform_core.errors import Malformed
from platform_core.provider_kit import parsing
from platform_core.provider_kit.left_out import log_hidden, log_left_out
from platform_core.provider_kit.parsing import Json
from platform_core.providers.woocommerce.manifest import PROVIDER
from platform_core.providers.woocommerce.settings import Settings

PRODUCT: Final = "woocommerce:product:"
CATEGORY: Final = "woocommerce:category:"
_VISIBLE: Final = {"visible", "catalog", "search"}
_EASTERNMOST: Final = timedelta(hours=14)
"""The largest offset of a time zone."""
_ATTRIBUTE_PREFIX: Final = "pa_"
"""Start of the internal name of an attribute that several products share."""


@parsing.invalid_item_is_malformed()
def build_product(node: Json, variations: Iterable[Json], settings: Settings) -> UnifiedContent:
    """Build the item of a product. Raises `Malformed`."""
    updated, version_time = _parse_change_time(node)
    images = [
        image for node in parsing.parse_objects(node.get("images")) if (image := _parse_image(node))
    ]
    parsed_variants = (_parse_variant(variation, settings.currency) for variation in variations)
    variants = [variant for variant in parsed_variants if variant]
    visibility = _judge_visibility(node)
    # The price of a product with variations is that of its cheapest one.
    cheapest = min(
        (variant.price for variant in variants), key=lambda price: price.amount, default=None
    )
    return UnifiedContent(
        content_type="product",
        status=visibility.status,
        left_out_because=visibility.reason,
        description=_parse_plain_text(node.get("short_description")),
        featured_image=images[0] if images else None,
        images=images,
        price=_parse_price(node, settings.currency) if not variants else cheapest,
        inventory=_parse_inventory(node) if not variants else None,
        variants=variants,
        tags=[unescape(tag) for tag in parsing.parse_texts(node.get("tags"))],
        position=parsing.parse_integer(node.get("menu_order")),
        version=parsing.to_microseconds(version_time),
        created_at=_parse_gmt(node, "date_created") or updated,
        updated_at=updated,
        **_common_fields(
            node,
            PRODUCT,
            product_type=parsing.parse_text(node.get("type")),
            permalink=parsing.parse_url(node.get("permalink")),
            sku=parsing.parse_text(node.get("sku")),
        ),
    )


@parsing.invalid_item_is_malformed()
def build_collection(node: Json, members: Iterable[str]) -> UnifiedContent:
    """Build the item of a category. Raises `Malformed`.

    A category has no dates and no revision, so its version is constant. A fresh listing always
    replaces the stored state.
    """
    return UnifiedContent(
        content_type="collection",
        featured_image=_parse_image(parsing.parse_object(node.get("image"))),
        members=list(members),
        position=parsing.parse_integer(node.get("menu_order")),
        version=0,
        created_at=parsing.EPOCH,
        updated_at=parsing.EPOCH,
        **_common_fields(node, CATEGORY),
    )


def category_ids(node: Json) -> list[str]:
    """Return the ids of a product's categories."""
    numbers = (
        parsing.parse_integer(category.get("id"))
        for category in parsing.parse_objects(node.get("categories"))
    )
    return [str(number) for number in numbers if number]


def _common_fields(node: Json, prefix: str, **data: str | None) -> dict[str, Any]:
    """Return the fields that products and categories share."""
    number = parsing.parse_text(node.get("id"))
    if number is None:
        raise Malformed("an item has no id")
    title = _parse_name(node) or UNTITLED
    slug, original = parsing.make_slug(node.get("slug"), title, number)
    markup = node.get("description")
    facts = data | {"original_slug": original}
    return {
        "id": prefix + number,
        "title": title,
        "slug": slug,
        "former_slug": parsing.make_former_slug(node.get("slug"), title, number, slug),
        "body": (sanitize(markup) if isinstance(markup, str) else "") or None,
        "provider_type": PROVIDER.kind.value,
        "provider_name": PROVIDER.name,
        "provider_data": {name: value for name, value in facts.items() if value},
    }


def _parse_name(node: Json) -> str | None:
    """Parse a name, in which WordPress stores ampersands as HTML entities."""
    name = node.get("name")
    return parsing.parse_text(unescape(name) if isinstance(name, str) else name)


def _parse_plain_text(markup: object) -> str | None:
    return strip_markup(markup) or None if isinstance(markup, str) else None


def _parse_change_time(node: Json) -> tuple[datetime, datetime]:
    """Parse the time of the last change, and the time that serves as the version.

    A version that is too high would block the next states for hours, so a time in the shop's own
    zone is the earliest one that it can be.
    """
    for field in ("date_modified", "date_created"):
        if time := _parse_gmt(node, field):
            return time, time if node.get(f"{field}_gmt") else time - _EASTERNMOST
    raise Malformed("a product has no time of change")


def _parse_gmt(node: Json, field: str) -> datetime | None:
    """Parse a time. The `..._gmt` fields are in UTC without saying so.

    A product that was never published can have only the field in the shop's own time zone.
    """
    value = node.get(f"{field}_gmt") or node.get(field)
    time = parsing.parse_timestamp(value)
    if value and time is None:
        log_left_out(f"{field} of a product", node.get("id"), "unreadable date")
    return time


def _judge_visibility(node: Json) -> Visibility:
    """Decide whether a product is public. One that the shop's catalog hides is a draft here."""
    visibility = judge({**node, "status": node.get("status") or "missing"})
    place = str(node.get("catalog_visibility") or "visible")
    if visibility == PUBLIC and place not in _VISIBLE:
        reason = "hidden in the catalog" if place == "hidden" else "unknown visibility"
        visibility = Visibility(ContentStatus.DRAFT, reason, is_understood=place == "hidden")
    if not visibility.is_understood:
        log_hidden(f"{PRODUCT}{node.get('id')}", visibility.reason)
    return visibility


def _parse_image(node: Json) -> MediaAsset | None:
    url = parsing.parse_url(node.get("src"))
    if url is None:
        return None
    return MediaAsset(
        id=parsing.parse_text(node.get("id")) or url,
        url=url,
        alt_text=parsing.parse_text(node.get("alt")),
    )


def _parse_price(node: Json, currency: str) -> Price | None:
    """Parse the current price. Amounts are text, and an empty one means no price."""
    amount = parsing.parse_amount(node.get("price"), currency)
    return (
        parsing.make_price(amount, currency, node.get("regular_price"))
        if amount is not None
        else None
    )


def _parse_variant(node: Json, currency: str) -> ProductVariant | None:
    """Parse a variation. None if it is disabled or has no price."""
    price, number = _parse_price(node, currency), parsing.parse_text(node.get("id"))
    if price is None or number is None or node.get("status", "publish") != "publish":
        reason = "no price" if price is None else "not published"
        log_left_out("a variation", number, reason)
        return None
    options = _parse_options(node)
    return ProductVariant(
        id=number,
        title=", ".join(options.values()) or _parse_name(node) or f"No. {number}",
        price=price,
        sku=parsing.parse_text(node.get("sku")),
        inventory=_parse_inventory(node),
        options=options,
    )


def _parse_options(node: Json) -> dict[str, str]:
    """Parse the attributes of a variation, each with its value.

    A name or a value in another script can be its percent-encoded internal name.
    """
    options: dict[str, str] = {}
    for attribute in parsing.parse_objects(node.get("attributes")):
        name, value = _parse_name(attribute), parsing.parse_text(attribute.get("option"))
        if name is None or value is None:
            continue
        name = decode_escapes(name).removeprefix(_ATTRIBUTE_PREFIX)
        # Two attributes of one name stay apart.
        names = (name, *(f"{name} {number}" for number in range(2, len(options) + 3)))
        free_name = next(candidate for candidate in names if candidate not in options)
        options[free_name] = unescape(decode_escapes(value))
    return options


def _parse_inventory(node: Json) -> Inventory | None:
    """Parse the stock. None if it is not counted and the product is available.

    The status takes precedence, because a shop can mark a product as sold out with units left.
    """
    quantity = (
        parsing.parse_integer(node.get("stock_quantity")) if node.get("manage_stock") else None
    )
    status = str(node.get("stock_status"))
    if quantity is None and status not in {"outofstock", "onbackorder"}:
        return None
    allows_backorder = status == "onbackorder" or (
        status != "outofstock" and bool(node.get("backorders_allowed"))
    )
    return Inventory(
        quantity=0 if status == "outofstock" else max(0, quantity or 0),
        continue_selling_when_out_of_stock=allows_backorder,
        inventory_policy=InventoryPolicy.CONTINUE if allows_backorder else InventoryPolicy.DENY,
    )

"""Convert Snipcart's products to unified items, and build the buttons that sell products.

Snipcart discovers products through the buttons that its crawler finds. Products that our pages sell
for another provider have a prefix in their id, so that they do not return as Snipcart's own.
"""

import re
from decimal import Decimal
from typing import Final

from platform_core.content.html import render_plain_text
from platform_core.content.model import (
    UNTITLED,
    Inventory,
    InventoryPolicy,
    MediaAsset,
    ProductVariant,
    UnifiedContent,
)
from platform_core.content.visibility import judge
from platform_core.errors import Malformed
from platform_core.provider import PAGE, Buy
from platform_core.provider_kit import cart, parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers.snipcart.manifest import PROVIDER
from platform_core.providers.snipcart.settings import Settings

PREFIX: Final = "snipcart:"
_SITE_PREFIX: Final = "site/"
_OPTION: Final = re.compile(r"\s*(.*?)\s*(?:\[([+-]\d{1,9}(?:\.\d{1,4})?)(%?)\])?\s*")
"""`Large[+10.00]`: an option and its surcharge."""


def is_own_product_id(item_id: str) -> bool:
    """Check that an id does not belong to another provider's product on our pages."""
    return not item_id.startswith(_SITE_PREFIX)


@parsing.invalid_item_is_malformed()
def build_product(node: Json, settings: Settings) -> UnifiedContent:
    """Build the item of a product. Raises `Malformed`."""
    item_id, amount = (
        parsing.parse_text(node.get("userDefinedId")),
        _parse_amount(node.get("price"), settings.currency),
    )
    updated = parsing.parse_timestamp(node.get("modificationDate"))
    if item_id is None or amount is None or updated is None:
        raise Malformed("a product has no id, no price or no time of change")
    title = parsing.parse_text(node.get("name")) or UNTITLED
    slug, _ = parsing.make_slug(None, title, item_id)
    visibility = judge({"archived": node.get("archived")})
    image = _parse_image(node)
    description = parsing.parse_text(node.get("description"))
    return UnifiedContent(
        id=PREFIX + item_id,
        title=title,
        slug=slug,
        content_type="product",
        former_slug=parsing.make_former_slug(None, title, item_id, slug),
        status=visibility.status,
        left_out_because=visibility.reason,
        description=description,
        body=render_plain_text(description) if description else None,
        featured_image=image,
        images=[image] if image else [],
        price=parsing.make_price(amount, settings.currency),
        inventory=_parse_inventory(node),
        variants=_parse_variants(node, amount, settings.currency),
        provider_type="ecommerce",
        provider_name=PROVIDER.name,
        provider_data={"item_id": item_id, "choices": _parse_choices(node)},
        version=parsing.to_microseconds(updated),
        created_at=parsing.parse_timestamp(node.get("creationDate")) or updated,
        updated_at=updated,
    )


def build_button(
    item: UnifiedContent, variant: ProductVariant | None, settings: Settings
) -> Buy | None:
    """Build the button that adds a product to the cart.

    Before the payment, Snipcart looks for the same button on the product's page, so a visitor
    cannot change the price.
    """
    # Snipcart's own products keep their ids; others get a prefix, see the module's docstring.
    is_own = item.provider_name == PROVIDER.name
    price = cart.item_price(item, None if is_own else variant, settings.currency)
    if price is None:
        return None
    values = {
        "id": item.provider_data["item_id"]
        if is_own
        else _SITE_PREFIX + cart.item_code(item, variant),
        "name": item.title if is_own else cart.item_title(item, variant),
        "price": price,
        "url": PAGE,
        "description": item.description,
        "image": item.featured_image.url if item.featured_image else None,
        **(_choice_attributes(item, variant) if is_own else {}),
    }
    attributes = {f"data-item-{name}": value for name, value in values.items() if value}
    return Buy("button", css_class="snipcart-add-item", attributes=attributes)


def _choice_attributes(
    item: UnifiedContent, variant: ProductVariant | None
) -> dict[str, str | None]:
    """Return the attributes of the product's choices. Every button needs all of them."""
    attributes: dict[str, str | None] = {}
    for number, (name, options) in enumerate(item.provider_data["choices"].items(), start=1):
        attributes[f"custom{number}-name"] = name
        attributes[f"custom{number}-options"] = options
        attributes[f"custom{number}-value"] = variant.options.get(name) if variant else None
    return attributes


def _parse_amount(price: object, currency: str) -> Decimal | None:
    """Parse a price: an amount, or an object with one for each currency (`{"usd": 20}`)."""
    if isinstance(price, dict):
        price = {str(code).upper(): amount for code, amount in price.items()}.get(currency)
    return parsing.parse_amount(price, currency)


def _parse_choices(node: Json) -> dict[str, str]:
    """Return the name and options of each custom field with a choice."""
    fields = parsing.parse_objects(node.get("customFields"))
    pairs = (
        (parsing.parse_text(field.get("name")), parsing.parse_text(field.get("options")))
        for field in fields
    )
    return {name: options for name, options in pairs if name and options}


def _parse_variants(node: Json, price: Decimal, currency: str) -> list[ProductVariant]:
    """Parse the combinations of choices that have their own stock."""
    differences = {
        (name, option_match[1]): _price_difference(option_match, price)
        for name, options in _parse_choices(node).items()
        for choice in options.split("|")
        if (option_match := _OPTION.fullmatch(choice))
    }
    variants = []
    for variant_node in parsing.parse_objects(node.get("variants")):
        options = {
            name: option
            for choice in parsing.parse_objects(variant_node.get("variation"))
            if (name := parsing.parse_text(choice.get("name")))
            and (option := parsing.parse_text(choice.get("option")))
        }
        if not options:
            continue
        variant_price = price + sum(
            (differences.get(choice, Decimal(0)) for choice in options.items()), Decimal(0)
        )
        variants.append(
            ProductVariant(
                id="/".join(options.values()),
                title=", ".join(options.values()),
                # A discount on an option cannot make the price negative.
                price=parsing.make_price(max(variant_price, Decimal(0)), currency),
                inventory=_parse_stock(variant_node),
                options=options,
            )
        )
    return variants


def _price_difference(option_match: re.Match[str], price: Decimal) -> Decimal:
    """Return the surcharge of an option: an amount, or a percentage of the price."""
    amount = Decimal(option_match[2] or 0)
    return price * amount / 100 if option_match[3] else amount


def _parse_inventory(node: Json) -> Inventory | None:
    """Parse the stock of a product. None if its variants have their own stock."""
    return None if parsing.parse_objects(node.get("variants")) else _parse_stock(node)


def _parse_stock(node: Json) -> Inventory | None:
    quantity = parsing.parse_integer(node.get("stock"))
    if quantity is None:
        return None
    allows_backorder = node.get("allowOutOfStockPurchases") is True
    return Inventory(
        quantity=max(0, quantity),
        continue_selling_when_out_of_stock=allows_backorder,
        inventory_policy=InventoryPolicy.CONTINUE if allows_backorder else InventoryPolicy.DENY,
    )


def _parse_image(node: Json) -> MediaAsset | None:
    url = parsing.parse_url(node.get("image"))
    return MediaAsset(id=url, url=url) if url else None

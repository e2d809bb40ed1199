"""Snipcart's products as unified items, and the button that sells any product.

Snipcart learns of products from the buttons that its crawler finds. What our pages sell for
another provider bears a mark in its id, so that it does not come back as one of Snipcart's own.
"""

import re
from decimal import Decimal
from typing import Final

from platform_core.content import (
    ContentStatus,
    Inventory,
    InventoryPolicy,
    MediaAsset,
    ProductVariant,
    UnifiedContent,
)
from platform_core.errors import Malformed
from platform_core.markup import from_text
from platform_core.provider import PAGE, Buy
from platform_core.providers import cart, reading
from platform_core.providers.reading import Json
from platform_core.providers.snipcart.manifest import PROVIDER
from platform_core.providers.snipcart.settings import Settings

PREFIX: Final = "snipcart:"
_MARK: Final = "site/"
_CHOICE: Final = re.compile(r"\s*(.*?)\s*(?:\[([+-]\d{1,9}(?:\.\d{1,4})?)(%?)\])?\s*")
"""`Large[+10.00]`: an option, and what it adds to the price."""


def is_own(name: str) -> bool:
    """Whether an id was not given by one of our buttons for another provider's product."""
    return not name.startswith(_MARK)


@reading.strictly()
def product(node: Json, settings: Settings) -> UnifiedContent:
    """A product as a unified item. Raises `Malformed`."""
    name, amount = reading.text(node.get("userDefinedId")), reading.money(node.get("price"))
    updated = reading.moment(node.get("modificationDate"))
    if name is None or amount is None or updated is None:
        raise Malformed("a product without an id, a price or the time of its last change")
    title = reading.text(node.get("name")) or "Untitled"
    slug, _ = reading.slug(None, title, name)
    image = _image(node)
    description = reading.text(node.get("description"))
    return UnifiedContent(
        id=PREFIX + name,
        title=title,
        slug=slug,
        content_type="product",
        status=ContentStatus.ARCHIVED if node.get("archived") else ContentStatus.PUBLISHED,
        description=description,
        body=from_text(description) if description else None,
        featured_image=image,
        images=[image] if image else [],
        price=reading.price(amount, settings.currency),
        inventory=_inventory(node),
        variants=_variants(node, amount, settings.currency),
        provider_type="ecommerce",
        provider_name=PROVIDER.name,
        provider_data={"item_id": name, "choices": _choices(node)},
        version=reading.micros(updated),
        created_at=reading.moment(node.get("creationDate")) or updated,
        updated_at=updated,
    )


def button(item: UnifiedContent, variant: ProductVariant | None, settings: Settings) -> Buy | None:
    """The button that puts a product into the cart. Snipcart looks for the same button on the
    product's page before it takes money, so the price cannot be tampered with."""
    own = item.provider_name == PROVIDER.name
    price = cart.price(item, None if own else variant, settings.currency)
    if price is None:
        return None
    told = {
        "id": item.provider_data["item_id"] if own else _MARK + cart.code(item, variant),
        "name": item.title if own else cart.title(item, variant),
        "price": price,
        "url": PAGE,
        "description": item.description,
        "image": item.featured_image.url if item.featured_image else None,
        **(_chosen(item, variant) if own else {}),
    }
    attributes = {f"data-item-{name}": value for name, value in told.items() if value}
    return Buy("button", css_class="snipcart-add-item", attributes=attributes)


def _chosen(item: UnifiedContent, variant: ProductVariant | None) -> dict[str, str | None]:
    """The product's own choices, as every button of it must tell them, and what is chosen."""
    told: dict[str, str | None] = {}
    for number, (name, options) in enumerate(item.provider_data["choices"].items(), start=1):
        told[f"custom{number}-name"] = name
        told[f"custom{number}-options"] = options
        told[f"custom{number}-value"] = variant.options.get(name) if variant else None
    return told


def _choices(node: Json) -> dict[str, str]:
    """Name and options of each custom field that offers a choice."""
    fields = reading.records(node.get("customFields"))
    told = ((reading.text(each.get("name")), reading.text(each.get("options"))) for each in fields)
    return {name: options for name, options in told if name and options}


def _variants(node: Json, price: Decimal, currency: str) -> list[ProductVariant]:
    """The combinations of choices whose stock is counted apart."""
    adds = {
        (name, found[1]): _added(found, price)
        for name, options in _choices(node).items()
        for choice in options.split("|")
        if (found := _CHOICE.fullmatch(choice))
    }
    made = []
    for each in reading.records(node.get("variants")):
        chosen = {
            name: option
            for part in reading.records(each.get("variation"))
            if (name := reading.text(part.get("name")))
            and (option := reading.text(part.get("option")))
        }
        if not chosen:
            continue
        cost = price + sum((adds.get(one, Decimal(0)) for one in chosen.items()), Decimal(0))
        made.append(
            ProductVariant(
                id="/".join(chosen.values()),
                title=", ".join(chosen.values()),
                price=reading.price(max(cost, Decimal(0)), currency),
                inventory=_stock(each),
                options=chosen,
            )
        )
    return made


def _added(choice: re.Match[str], price: Decimal) -> Decimal:
    amount = Decimal(choice[2] or 0)
    return price * amount / 100 if choice[3] else amount


def _inventory(node: Json) -> Inventory | None:
    """Of a product whose variants are counted apart, nothing."""
    return None if reading.records(node.get("variants")) else _stock(node)


def _stock(node: Json) -> Inventory | None:
    quantity = reading.whole(node.get("stock"))
    if quantity is None:
        return None
    goes_on = node.get("allowOutOfStockPurchases") is True
    return Inventory(
        quantity=max(0, quantity),
        continue_selling_when_out_of_stock=goes_on,
        inventory_policy=InventoryPolicy.CONTINUE if goes_on else InventoryPolicy.DENY,
    )


def _image(node: Json) -> MediaAsset | None:
    url = reading.address(node.get("image"))
    return MediaAsset(id=url, url=url) if url else None

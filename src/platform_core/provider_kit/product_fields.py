"""Parse the price, the stock and the variants of a product document."""

import logging
import re
from decimal import Decimal
from typing import Any, Final

from platform_core.content.model import Inventory, InventoryPolicy, Price, ProductVariant
from platform_core.provider_kit import amounts, parsing
from platform_core.provider_kit.document_fields import DocumentFields

log = logging.getLogger(__name__)

_UNKNOWN: Final = "XXX"
"""The code of ISO 4217 for no currency. It stands for one that is stated and not understood."""


def parse_product(fields: DocumentFields, item_id: str, currency: str) -> dict[str, Any]:
    """Return the fields that only a product has. `currency` is that of prices that name none."""
    price = _parse_price(fields, item_id, currency)
    currency = _stated_currency(fields, currency) or currency
    variants = _parse_variants(fields, item_id, price, currency)
    cheapest = min(
        (variant.price for variant in variants), key=lambda price: price.amount, default=None
    )
    return {
        "price": price or cheapest,
        "inventory": _parse_inventory(fields),
        "variants": variants,
    }


def _parse_price(fields: DocumentFields, item_id: str, currency: str) -> Price | None:
    """Parse a price: a number, text, or an object with an amount and a currency."""
    price_field = fields["price"]
    price_object = parsing.parse_object(price_field)
    value = price_object.get("amount", price_object.get("value")) if price_object else price_field
    stated = _stated_currency(DocumentFields(price_object), currency) or _stated_currency(
        fields, currency
    )
    amount, currency = _parse_amount(value, stated, currency)
    if amount is None:
        if value is not None:
            log.warning(
                "%s: the price %.40r can mean several amounts or currencies, so the product has no "
                "price", item_id, str(value), extra={"reason": "unreadable price"},
            )  # fmt: skip
        return None
    compare_at = fields["compare_at"] or price_object.get("compare_at_amount")
    return parsing.make_price(amount, currency, _parse_amount(compare_at, currency, currency)[0])


def _parse_amount(value: object, stated: str | None, default: str) -> tuple[Decimal | None, str]:
    """Return an amount and its currency. The amount is None if either is not certain."""
    currency = (stated or default).upper()
    amount: Decimal | None
    if isinstance(value, str):
        price = amounts.parse_written_price(value, currency)
        if price is None or (stated and price.currency not in (None, currency)):
            return None, currency
        amount, currency = price.amount, price.currency or currency
    else:
        amount = parsing.parse_amount(value)
    return None if currency == _UNKNOWN else amount, currency


def _stated_currency(fields: DocumentFields, expected: str) -> str | None:
    """Return the currency that a document names by its code or its sign, or `_UNKNOWN`."""
    text = parsing.parse_text(fields["currency"])
    if not text:
        return None
    # A field of the currency needs no capitals: `eur` is a code there.
    code = text.upper()
    is_code = re.fullmatch(r"[A-Z]{3}", code)
    return amounts.parse_currency(code, expected) or (code if is_code else _UNKNOWN)


def _parse_inventory(fields: DocumentFields) -> Inventory | None:
    """Parse the stock: a number, or an object with its quantity and policy."""
    stock_field = fields["stock"]
    stock_object = DocumentFields(parsing.parse_object(stock_field))
    quantity = parsing.parse_integer(
        stock_object["stock"] if isinstance(stock_field, dict) else stock_field
    )
    if quantity is None:
        return None
    backorder = True in (fields.read_flag("backorder"), stock_object.read_flag("backorder"))
    is_tracked = False not in (fields.read_flag("track"), stock_object.read_flag("track"))
    return Inventory(
        quantity=max(0, quantity),
        track_quantity=is_tracked,
        continue_selling_when_out_of_stock=backorder,
        inventory_policy=InventoryPolicy.CONTINUE if backorder else InventoryPolicy.DENY,
    )


def _parse_variants(
    fields: DocumentFields, item_id: str, price: Price | None, currency: str
) -> list[ProductVariant]:
    """Parse the variants that have a price, their own or the product's."""
    variants = []
    for number, variant in enumerate(parsing.parse_objects(fields["variants"]), start=1):
        variant_fields = DocumentFields(variant)
        variant_price = _parse_price(variant_fields, item_id, currency) or price
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

"""The inputs and the result of a quote.

Amounts are integers in minor units of the shop's currency, and percentages are exact fractions, so
that no sum depends on the order of its parts.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Final

STANDARD: Final = "standard"
"""The tax class of a product or a shipping method that names none."""


@dataclass(frozen=True, slots=True)
class TaxRate:
    """The rate of one tax class in a country, or in one of its regions."""

    country: str
    percent: Fraction
    tax_class: str = STANDARD
    region: str = ""
    """Empty for the whole country. The rate of a region wins over it."""


@dataclass(frozen=True, slots=True)
class ShippingMethod:
    """A way to send an order, with one price."""

    name: str
    countries: frozenset[str]
    price: int
    """With or without tax, as all prices of the shop."""
    free_from: int | None = None
    """Price of the goods after discounts from which the method costs nothing."""
    max_weight: int | None = None
    """Grams."""
    tax_class: str = STANDARD


class PromotionKind(StrEnum):
    """The effect of a promotion code."""

    PERCENT = "percent"
    AMOUNT = "amount"
    FREE_SHIPPING = "free_shipping"


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion code as it is stored. Its counters are conditions of the reservation."""

    code: str
    kind: PromotionKind
    percent: Fraction = Fraction(0)
    amount: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    """The first moment at which the code is no longer valid."""
    min_total: int = 0
    """Price of the goods before the discount."""
    usage_limit: int | None = None
    used: int = 0
    limit_per_customer: int | None = None
    used_by_customer: int = 0
    """Uses by the customer of this quote."""


@dataclass(frozen=True, slots=True)
class PriceRules:
    """The shop's settings that decide a price. They are stored under their digest."""

    currency: str
    """ISO 4217."""
    prices_include_tax: bool
    tax_rates: tuple[TaxRate, ...]
    shipping: tuple[ShippingMethod, ...]


@dataclass(frozen=True, slots=True)
class PricedItem:
    """Units of one variant, with the price of today."""

    sku: str
    title: str
    quantity: int
    """At least 1."""
    unit_price: int
    tax_class: str = STANDARD
    weight: int = 0
    """Grams of one unit."""


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """A line of a quote or an order."""

    sku: str
    title: str
    quantity: int
    unit_price: int
    discount: int
    """Share of the code's discount, with or without tax as the unit price."""
    tax: int
    total: int
    """Amount to pay for the line, with its tax."""


@dataclass(frozen=True, slots=True)
class ShippingLine:
    """The shipping of a quote or an order."""

    name: str
    price: int
    """Before a code that makes it free, with or without tax as all prices of the shop."""
    discount: int
    tax: int
    total: int


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of a cart at one moment. Every sum is the sum of the lines."""

    currency: str
    lines: tuple[QuoteLine, ...]
    shipping: ShippingLine
    discount: int
    tax: int
    total: int
    """Amount to pay."""


class RefusalReason(StrEnum):
    """The reason why a cart has no price."""

    EMPTY = "EMPTY"
    NOT_SHIPPED_TO = "NOT_SHIPPED_TO"
    UNKNOWN_SHIPPING = "UNKNOWN_SHIPPING"
    TOO_HEAVY = "TOO_HEAVY"
    CODE_UNKNOWN = "CODE_UNKNOWN"
    CODE_NOT_STARTED = "CODE_NOT_STARTED"
    CODE_ENDED = "CODE_ENDED"
    CODE_USED_UP = "CODE_USED_UP"
    CODE_NEEDS_MORE = "CODE_NEEDS_MORE"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason without a price, with the name or the amount that it is about."""

    reason: RefusalReason
    subject: str = ""


@dataclass(frozen=True, slots=True)
class RefusedQuote:
    """A cart that cannot be bought as it is, with every reason."""

    refusals: tuple[Refusal, ...]

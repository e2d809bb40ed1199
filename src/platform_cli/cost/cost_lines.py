"""The lines of a cost estimate."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from platform_cli.cost.amounts import Range


class Group(StrEnum):
    """Kinds of cost that are never mixed, because different parties are paid."""

    AWS = "aws"
    """Cloud usage."""
    PLANS = "plans"
    """Monthly plans of the providers."""
    FEES = "fees"
    """Shares of each order that providers and payment gateways keep."""
    AGENCY = "agency"
    """The agency's own price. Never computed: only the amount that a person entered."""


@dataclass(frozen=True, slots=True)
class UsageShare:
    """One part's share of a line's quantity, with the formula behind it."""

    owner: str
    """The part of the blueprint, or the provider."""
    formula: str
    quantity: Range
    uncertain: bool = False
    """True if the figure is not reliable; `formula` gives the reason."""


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of an estimate: a quantity at a price, in dollars per month."""

    group: Group
    item: str
    quantity: Range
    unit: str
    unit_usd: Decimal
    per: int
    amount: Range
    source: str
    as_of: date | None
    certainty: str
    shares: tuple[UsageShare, ...]
    price: str = ""
    """Key in the price book; empty for costs outside AWS."""
    note: str = ""

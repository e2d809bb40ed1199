"""The lines that a cost is made of."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from platform_cli.resolve.cost.amounts import Range


class Group(StrEnum):
    """Four things that are never mixed: who is paid, and what for."""

    AWS = "aws"
    """Usage of the cloud."""
    PLANS = "plans"
    """What providers ask for a month."""
    FEES = "fees"
    """What providers and payment gateways take of each order."""
    AGENCY = "agency"
    """What the agency asks its client for: only ever what somebody entered."""


@dataclass(frozen=True, slots=True)
class Use:
    """A share of a line's quantity, and how it comes about."""

    by: str
    """The part, or the provider."""
    formula: str
    quantity: Range
    doubtful: bool = False
    """Whether the figure is worth less than it looks, for the reason that `formula` says."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: so much of this, at that price, is so many dollars a month."""

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
    uses: tuple[Use, ...]
    price: str = ""
    """Its key in the price book; empty outside AWS."""
    note: str = ""

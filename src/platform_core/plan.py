"""What a vendor asks for: one of its price plans, as a manifest holds it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """One price plan of a vendor, in US dollars a month; `source` and `as_of` date the fact.

    Amounts are decimals as text, so that no float ever carries money.
    """

    name: str
    usd_month: str
    usd_month_low: str = ""
    """Where sources differ: the least that one of them says."""
    fee_percent: str = "0"
    fee_fixed_usd: str = "0"
    """Of each order, on top of the percentage."""
    fee_least_usd: str = "0"
    fee_most_usd: str = ""
    """Of one order; empty: no bound."""
    takes_cards: bool = False
    """Whether the fee is the card's, too; else a payment gateway's fees come on top."""
    per: str = ""
    """What `usd_month` is for, where it is not the whole: `seat`."""
    seats: int | None = None
    """So many editors at most; None: no bound that we know of."""
    sales_below_usd: str = ""
    """It holds in a month with sales below this, in place of the others; empty: in any month."""
    for_clients: bool = True
    """False: to try it with; not meant, or not allowed, for a client's site."""
    hosted_by_oneself: bool = False
    """Whether a server of one's own comes on top."""
    note: str = ""
    source: str = ""
    as_of: str = ""
    certainty: str = "B"
    """A: the vendor's own page or licence; B: one dated source; C: sources differ or bear no date;
    D: from memory, unverified."""

    @property
    def verified(self) -> bool:
        return self.certainty == "A"

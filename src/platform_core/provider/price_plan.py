"""The price plans of a vendor, as its manifest lists them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """One price plan of a vendor, in US dollars a month. `source` and `as_of` date the facts.

    Amounts are decimals as text, so that money never passes through a float.
    """

    name: str
    usd_month: str
    usd_month_low: str = ""
    """The lowest amount that a source states, where sources differ."""
    fee_percent: str = "0"
    fee_fixed_usd: str = "0"
    """Added to the percentage, for each order."""
    fee_least_usd: str = "0"
    fee_most_usd: str = ""
    """Maximum fee of one order. Empty means no limit."""
    takes_cards: bool = False
    """True if the fee includes card processing. If False, a payment gateway's fees are added."""
    per: str = ""
    """The unit that `usd_month` pays for, if it is not the whole account: `seat`."""
    seats: int | None = None
    """Maximum number of editors. None means that no limit is known."""
    sales_below_usd: str = ""
    """The plan applies to months with sales below this amount, instead of the other plans. Empty
    means any month."""
    for_clients: bool = True
    """False for a trial plan that is not meant, or not allowed, for a client's site."""
    hosted_by_oneself: bool = False
    """True if the client also pays for a server of its own."""
    note: str = ""
    source: str = ""
    as_of: str = ""
    certainty: str = "B"
    """A: the vendor's own page or licence; B: one dated source; C: sources differ or have no date;
    D: from memory, unverified."""

    @property
    def verified(self) -> bool:
        return self.certainty == "A"

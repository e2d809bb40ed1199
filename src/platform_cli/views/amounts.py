"""Format dollars for people."""

from decimal import Decimal
from typing import Final

from platform_cli.cost.amounts import Range

HALF_A_CENT: Final = Decimal("0.005")


def format_cents(amount: Decimal) -> str:
    """Format to the cent; a positive amount below half a cent is not shown as zero."""
    return "<0.01" if 0 < amount < HALF_A_CENT else f"{amount:,.2f}"


def describe_dollars(amount: Decimal) -> str:
    """Format an amount for a sentence."""
    return "less than a cent" if 0 < amount < HALF_A_CENT else f"${format_cents(amount)}"


def format_difference(amount: Decimal) -> str:
    """Format with a sign."""
    return f"{amount:+,.2f}"


def format_range(amounts: Range) -> list[str]:
    """Format the low, expected and high amount."""
    return [format_cents(amount) for amount in amounts]

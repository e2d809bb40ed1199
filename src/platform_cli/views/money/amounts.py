"""Format dollars, and the month that they are for."""

from decimal import Decimal
from typing import Final

from platform_cli.cost.amounts import Range
from platform_cli.cost.monthly_usage import Usage

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


def describe_usage(usage: Usage) -> str:
    """Describe the month that a cost is computed for."""
    return (
        f"{usage.page_views:,.0f} page views, {usage.content_edits:,.0f} edits and "
        f"{usage.orders:,.0f} {'order' if usage.orders == 1 else 'orders'}"
    )

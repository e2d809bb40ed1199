"""Format figures and labels for a chart."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from platform_cli.screen import printable

Formatter = Callable[[Decimal], str]
"""A function that formats a figure."""

UNIT_SUFFIXES: Final = ((10**9, "G"), (10**6, "M"), (10**3, "k"))


def format_ticks(ticks: Sequence[Decimal], formatter: Formatter) -> list[str]:
    """Format the tick labels; omits the cents if all values are whole."""
    texts = [formatter(tick) for tick in ticks]
    whole = all("." not in text or text.endswith(".00") for text in texts)
    return [text.removesuffix(".00") if whole else text for text in texts]


def exact_formatter(formatter: Formatter) -> Formatter:
    """Return the unabbreviated variant of an axis formatter, for single figures."""
    return format_number if formatter is format_count else formatter


def format_number(amount: Decimal) -> str:
    """Format a number with at most two decimals.

    >>> format_number(Decimal(1950)), format_number(Decimal("0.50"))
    ('1,950', '0.5')
    """
    text = f"{amount:,.2f}"
    return text.rstrip("0").rstrip(".")


def clean_label(text: str) -> str:
    """Put a label on one line and escape characters unsafe in a terminal or XML."""
    return " ".join(printable(text).split())


def format_dollars(amount: Decimal) -> str:
    """Format an amount in dollars; omits the cents of whole amounts from $1,000.

    >>> format_dollars(Decimal("4.488")), format_dollars(Decimal(1200))
    ('$4.49', '$1,200')
    """
    return f"${amount:,.0f}" if abs(amount) >= 1000 and amount % 1 == 0 else f"${amount:,.2f}"


def format_count(amount: Decimal) -> str:
    """Format a count, abbreviated for an axis.

    >>> format_count(Decimal(50000)), format_count(Decimal("0.50"))
    ('50k', '0.5')
    """
    for size, name in UNIT_SUFFIXES:
        if abs(amount) >= size:
            return f"{format_number(amount / size)}{name}"
    return format_number(amount)

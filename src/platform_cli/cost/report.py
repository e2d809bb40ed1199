"""An estimate as JSON-ready data, with all inputs that are needed to recompute it."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from decimal import Decimal

from platform_cli.cost.amounts import Range, round_to_cents
from platform_cli.cost.compare import BreakEven
from platform_cli.cost.cost_lines import CostLine, Group
from platform_cli.cost.estimate import Estimate, apply_free_allowances
from platform_cli.cost.monthly_usage import Usage, load_assumptions
from platform_cli.cost.price_book import PriceBook

Data = dict[str, object]
MICRODOLLAR = Decimal("0.000001")


def estimate_data(estimate: Estimate, book: PriceBook) -> Data:
    """Describe totals and lines, in dollars per month."""
    return {
        "currency": book.currency,
        "region": book.region,
        "monthly": money_data(estimate.total),
        "groups": {str(group): money_data(estimate.group_total(group)) for group in Group},
        "beyond_free": {
            "aws": money_data(apply_free_allowances(estimate, book).group_total(Group.AWS))
        },
        "lines": [_line_data(line) for line in estimate.lines],
    }


def inputs_data(usage: Usage, book: PriceBook, estimate: Estimate) -> Data:
    """Describe the usage, assumptions and prices behind an estimate."""
    known = dict(usage.known)
    used = {line.price for line in estimate.lines if line.price}
    return {
        "usage": {
            name: None if value is None else float(value)
            for name, value in asdict(usage).items()
            if name != "known"
        },
        "assumptions": {
            name: {
                **_range_data(Range.exactly(known[name]) if name in known else assumption.values),
                "why": "known" if name in known else assumption.why,
            }
            for name, assumption in load_assumptions().items()
        },
        "prices": {
            price.key: {
                "usd": float(price.usd),
                "per": price.per,
                "unit": price.unit,
                "free": float(price.free),
                "tiers": [[float(first_unit), float(usd)] for first_unit, usd in price.tiers],
                "source": price.source,
                "as_of": _format_date(price.as_of),
                "certainty": price.certainty,
                "sku": price.sku,
            }
            for price in book
            if price.key in used
        },
    }


def money_data(amount: Range) -> Data:
    """Describe an amount in dollars, rounded to the cent."""
    return {name: float(round_to_cents(value)) for name, value in _label_range(amount)}


def break_even_data(break_evens: Iterable[BreakEven]) -> list[Data]:
    return [
        {
            "quantity": point.quantity,
            "at": float(point.at),
            "cheaper_from_there": point.cheaper,
            "sales_usd": None if point.sales_usd is None else float(point.sales_usd),
        }
        for point in break_evens
    ]


def price_warnings(book: PriceBook, estimate: Estimate, today: date) -> Iterator[str]:
    """Yield a warning for outdated prices, for unverified prices, and for each caveat."""
    used_prices = [book[line.price] for line in estimate.lines if line.price]
    stale = [price.label for price in used_prices if price.stale(today, book.stale_after_days)]
    unverified = [price.label for price in used_prices if not price.verified]
    if stale:
        yield f"older than {book.stale_after_days} days, or without a date: {', '.join(stale)}"
    if unverified:
        yield f"unverified, from memory: {', '.join(unverified)}"
    yield from estimate.caveats


def _line_data(line: CostLine) -> Data:
    return {
        "group": str(line.group),
        "item": line.item,
        "quantity": float(line.quantity.expected),
        "quantities": _range_data(line.quantity),
        "unit": line.unit,
        "unit_price": float(line.unit_usd / line.per),
        **{name: float(value.quantize(MICRODOLLAR)) for name, value in _label_range(line.amount)},
        "source": line.source,
        "as_of": _format_date(line.as_of),
        "certainty": line.certainty,
        "price": line.price,
        "note": line.note,
        "made_of": [
            {"by": share.owner, "formula": share.formula, **_range_data(share.quantity)}
            for share in line.shares
        ],
    }


def _range_data(amount: Range) -> Data:
    return {name: float(value) for name, value in _label_range(amount)}


def _label_range(amount: Range) -> tuple[tuple[str, Decimal], ...]:
    return tuple(zip(("low", "expected", "high"), amount, strict=True))


def _format_date(day: date | None) -> str | None:
    return day.isoformat() if day else None

"""An estimate as data: with all its inputs, so that every figure can be made again."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from decimal import Decimal

from platform_cli.resolve.cost.amounts import Range, cents
from platform_cli.resolve.cost.book import PriceBook
from platform_cli.resolve.cost.compare import BreakEven
from platform_cli.resolve.cost.estimate import Estimate, beyond_free
from platform_cli.resolve.cost.lines import Group, Line
from platform_cli.resolve.cost.month import Usage, assumptions

Data = dict[str, object]
FINE = Decimal("0.000001")


def figures(estimate: Estimate, book: PriceBook) -> Data:
    """Totals and lines, in dollars a month; JSON-ready."""
    return {
        "currency": book.currency,
        "region": book.region,
        "monthly": money(estimate.total),
        "groups": {str(group): money(estimate.of(group)) for group in Group},
        "beyond_free": {"aws": money(beyond_free(estimate, book).of(Group.AWS))},
        "lines": [_line(line) for line in estimate.lines],
    }


def inputs(usage: Usage, book: PriceBook, estimate: Estimate) -> Data:
    """What the figures were made from."""
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
                **_three(Range.exactly(known[name]) if name in known else each.guess),
                "why": "known" if name in known else each.why,
            }
            for name, each in assumptions().items()
        },
        "prices": {
            price.key: {
                "usd": float(price.usd),
                "per": price.per,
                "unit": price.unit,
                "free": float(price.free),
                "tiers": [[float(begin), float(usd)] for begin, usd in price.tiers],
                "source": price.source,
                "as_of": _day(price.as_of),
                "certainty": price.certainty,
                "sku": price.sku,
            }
            for price in book
            if price.key in used
        },
    }


def money(amount: Range) -> Data:
    """Dollars, to the cent."""
    return {name: float(cents(value)) for name, value in _named(amount)}


def crossings(found: Iterable[BreakEven]) -> list[Data]:
    return [
        {
            "quantity": each.quantity,
            "at": float(each.at),
            "cheaper_from_there": each.cheaper,
            "sales_usd": None if each.sales_usd is None else float(each.sales_usd),
        }
        for each in found
    ]


def doubtful(book: PriceBook, estimate: Estimate, today: date) -> Iterator[str]:
    """What to know before one relies on these prices: old ones, and unverified ones."""
    used = [book[line.price] for line in estimate.lines if line.price]
    old = [price.label for price in used if price.stale(today, book.stale_after_days)]
    guessed = [price.label for price in used if not price.verified]
    if old:
        yield f"older than {book.stale_after_days} days, or without a date: {', '.join(old)}"
    if guessed:
        yield f"unverified, from memory: {', '.join(guessed)}"
    yield from estimate.doubts


def _line(line: Line) -> Data:
    return {
        "group": str(line.group),
        "item": line.item,
        "quantity": float(line.quantity.expected),
        "quantities": _three(line.quantity),
        "unit": line.unit,
        "unit_price": float(line.unit_usd / line.per),
        **{name: float(value.quantize(FINE)) for name, value in _named(line.amount)},
        "source": line.source,
        "as_of": _day(line.as_of),
        "certainty": line.certainty,
        "price": line.price,
        "note": line.note,
        "made_of": [
            {"by": use.by, "formula": use.formula, **_three(use.quantity)} for use in line.uses
        ],
    }


def _three(amount: Range) -> Data:
    return {name: float(value) for name, value in _named(amount)}


def _named(amount: Range) -> tuple[tuple[str, Decimal], ...]:
    return tuple(zip(("low", "expected", "high"), amount, strict=True))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None

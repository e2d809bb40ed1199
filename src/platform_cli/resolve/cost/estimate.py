"""A client's month, in lines; and many clients' months, whose free allowances are one account's."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from platform_cli.resolve.blueprint import Blueprint, Builds
from platform_cli.resolve.cost import vendors
from platform_cli.resolve.cost.amounts import ZERO, Range
from platform_cli.resolve.cost.book import EdgePlan, Price, PriceBook
from platform_cli.resolve.cost.lines import Group, Line, Use
from platform_cli.resolve.cost.meters import meters
from platform_cli.resolve.cost.month import Month, Site, Usage, guesses
from platform_core import providers


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one client, or a fleet, costs in a month."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> Range:
        return _sum(line.amount for line in self.lines)

    def of(self, group: Group) -> Range:
        return _sum(line.amount for line in self.lines if line.group is group)

    @property
    def doubts(self) -> list[str]:
        """What makes these figures worth less than they look."""
        return [
            f"{line.item}: {use.formula}"
            for line in self.lines
            for use in line.uses
            if use.doubtful
        ]


def estimate(
    blueprint: Blueprint, usage: Usage, book: PriceBook, *, cdn: str | None = None
) -> Estimate:
    """One client at list price: free allowances are an account's, see `beyond_free`.

    `cdn`: a flat-rate plan of the edge, in place of paying for what visitors use.
    """
    quantities: Mapping[str, Sequence[Use]] = uses(blueprint, usage)
    if cdn is not None:
        quantities = _flat(quantities, book.plans[cdn])
    return Estimate(
        (
            *priced(quantities, book),
            *_vendors(blueprint, usage, book),
            *_agency(blueprint, usage),
        )
    )


def uses(blueprint: Blueprint, usage: Usage) -> dict[str, list[Use]]:
    """What a client uses of AWS, by price."""
    site = Site.of(blueprint)
    low, expected, high = (Month(usage, guess, site) for guess in guesses(usage))
    found: dict[str, list[Use]] = defaultdict(list)
    for part, meter in meters(blueprint):
        amount = meter.amount
        quantity = Range(amount(low), amount(expected), amount(high))
        found[meter.price].append(Use(part, meter.formula, quantity))
    return found


def priced(quantities: Mapping[str, Sequence[Use]], book: PriceBook) -> Iterator[Line]:
    """A line for each price, in the order of the book. Raises `LookupError` for one it lacks."""
    if missing := quantities.keys() - book.prices.keys():
        raise LookupError(f"not in the price book: {', '.join(sorted(missing))}")
    for price in book:
        if price.key in quantities:
            yield _line(price, tuple(quantities[price.key]))


def fleet(members: Iterable[tuple[Estimate, int]]) -> Estimate:
    """Many clients of one account, each so many times over, at list price.

    How a line's quantity comes about stays with the members.
    """
    alike: dict[object, list[tuple[Line, int]]] = defaultdict(list)
    for member, times in members:
        for line in member.lines:
            alike[line.price or (line.group, line.item, line.unit_usd)].append((line, times))
    return Estimate(tuple(map(_together, alike.values())))


def _together(lines: Sequence[tuple[Line, int]]) -> Line:
    return replace(
        lines[0][0],
        quantity=_sum(line.quantity * times for line, times in lines),
        amount=_sum(line.amount * times for line, times in lines),
        uses=(),
    )


def beyond_free(account: Estimate, book: PriceBook) -> Estimate:
    """The same where nothing else in the account uses its free allowances."""
    return Estimate(
        tuple(
            replace(line, amount=line.quantity.map(book[line.price].charge_beyond_free))
            if line.price
            else line
            for line in account.lines
        )
    )


def _flat(quantities: Mapping[str, Sequence[Use]], plan: EdgePlan) -> dict[str, Sequence[Use]]:
    """The plan's price, and none of what it holds."""
    left = {key: uses for key, uses in quantities.items() if key not in plan.holds}
    too_much = [
        f"{_sum(use.quantity for use in quantities[key]).expected:,.0f} of {most:,}"
        for key, most in plan.most.items()
        if key in quantities and _sum(use.quantity for use in quantities[key]).expected > most
    ]
    formula = "at a flat rate"
    if too_much:
        formula = f"the plan does not hold this month: {' and '.join(too_much)}"
    use = Use("site", formula, Range.exactly(Decimal(1)), doubtful=bool(too_much))
    return {plan.price: [use], **left}


def _line(price: Price, made_of: tuple[Use, ...]) -> Line:
    quantity = _sum(use.quantity for use in made_of)
    return Line(
        group=Group.AWS,
        item=price.label,
        quantity=quantity,
        unit=price.unit,
        unit_usd=price.usd,
        per=price.per,
        amount=quantity.map(price.charge),
        source=price.source,
        as_of=price.as_of,
        certainty=price.certainty,
        uses=made_of,
        price=price.key,
        note=price.note,
    )


def _vendors(blueprint: Blueprint, usage: Usage, book: PriceBook) -> Iterator[Line]:
    builds = next(part for part in blueprint.parts if isinstance(part, Builds))
    for binding in builds.bindings:
        manifest = providers.load_manifest(binding.provider)
        yield from vendors.lines(manifest, usage, book.gateway)


def _agency(blueprint: Blueprint, usage: Usage) -> Iterator[Line]:
    if usage.agency_usd is None:
        return
    once = Range.exactly(usage.agency_usd)
    yield Line(
        group=Group.AGENCY,
        item="The agency's own price",
        quantity=Range.exactly(Decimal(1)),
        unit="month",
        unit_usd=once.expected,
        per=1,
        amount=once,
        source="usage.agency_usd",
        as_of=None,
        certainty="A",
        uses=(Use(blueprint.names.client_id, "as entered", once),),
    )


def _sum(amounts: Iterable[Range]) -> Range:
    low = expected = high = ZERO
    for each in amounts:
        low += each.low
        expected += each.expected
        high += each.high
    return Range(low, expected, high)

"""The estimate of one client's month, and of many clients that share one account."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from platform_cli.blueprint.model import Blueprint, Builds
from platform_cli.cost import provider_costs
from platform_cli.cost.amounts import ZERO, Range
from platform_cli.cost.cost_lines import CostLine, Group, UsageShare
from platform_cli.cost.meters import list_meters
from platform_cli.cost.monthly_usage import Month, SiteProfile, Usage, assumption_sets
from platform_cli.cost.price_book import CdnPlan, PriceBook, UnitPrice
from platform_core import providers


@dataclass(frozen=True, slots=True)
class Estimate:
    """The monthly cost of one client or of several clients."""

    lines: tuple[CostLine, ...]

    @property
    def total(self) -> Range:
        return _sum(line.amount for line in self.lines)

    def group_total(self, group: Group) -> Range:
        return _sum(line.amount for line in self.lines if line.group is group)

    @property
    def caveats(self) -> list[str]:
        """Reasons why some of these figures are not reliable."""
        return [
            f"{line.item}: {share.formula}"
            for line in self.lines
            for share in line.shares
            if share.uncertain
        ]


def estimate_cost(
    blueprint: Blueprint, usage: Usage, book: PriceBook, *, cdn: str | None = None
) -> Estimate:
    """Estimate one client at list price; `apply_free_allowances` subtracts the free units.

    `cdn` names a flat-rate plan of CloudFront that replaces pay-as-you-go prices.
    """
    shares: Mapping[str, Sequence[UsageShare]] = measure_usage(blueprint, usage)
    if cdn is not None:
        shares = _with_cdn_plan(shares, book.plans[cdn])
    return Estimate(
        (
            *price_lines(shares, book),
            *_provider_lines(blueprint, usage, book),
            *_agency_lines(blueprint, usage),
        )
    )


def measure_usage(blueprint: Blueprint, usage: Usage) -> dict[str, list[UsageShare]]:
    """Compute the AWS quantities of a client, by price key."""
    site = SiteProfile.from_blueprint(blueprint)
    low, expected, high = (
        Month(usage, assumptions, site) for assumptions in assumption_sets(usage)
    )
    shares: dict[str, list[UsageShare]] = defaultdict(list)
    for part, meter in list_meters(blueprint):
        amount = meter.amount
        quantity = Range(amount(low), amount(expected), amount(high))
        shares[meter.price].append(UsageShare(part, meter.formula, quantity))
    return shares


def price_lines(shares: Mapping[str, Sequence[UsageShare]], book: PriceBook) -> Iterator[CostLine]:
    """Yield one line per price, in the order of the book.

    Raises `LookupError` for a key that the book does not contain.
    """
    if missing := shares.keys() - book.prices.keys():
        raise LookupError(f"not in the price book: {', '.join(sorted(missing))}")
    for price in book:
        if price.key in shares:
            yield _aws_line(price, tuple(shares[price.key]))


def combine_estimates(members: Iterable[tuple[Estimate, int]]) -> Estimate:
    """Add up the clients of one account, each with its count, at list price.

    The combined lines have no shares: these stay with the members.
    """
    lines_by_price: dict[object, list[tuple[CostLine, int]]] = defaultdict(list)
    for estimate, count in members:
        for line in estimate.lines:
            key = line.price or (line.group, line.item, line.unit_usd)
            lines_by_price[key].append((line, count))
    return Estimate(tuple(map(_sum_cost_lines, lines_by_price.values())))


def _sum_cost_lines(lines: Sequence[tuple[CostLine, int]]) -> CostLine:
    first, _ = lines[0]
    return replace(
        first,
        quantity=_sum(line.quantity * count for line, count in lines),
        amount=_sum(line.amount * count for line, count in lines),
        shares=(),
    )


def apply_free_allowances(account: Estimate, book: PriceBook) -> Estimate:
    """Subtract the free allowances of an account that serves nothing else."""
    return Estimate(
        tuple(
            replace(line, amount=line.quantity.map(book[line.price].charge_beyond_free))
            if line.price
            else line
            for line in account.lines
        )
    )


def _with_cdn_plan(
    shares: Mapping[str, Sequence[UsageShare]], plan: CdnPlan
) -> dict[str, Sequence[UsageShare]]:
    """Replace the usage that the plan includes by the plan's own price."""
    other_shares = {key: value for key, value in shares.items() if key not in plan.included}
    exceeded = []
    for key, limit in plan.limits.items():
        expected = _sum(share.quantity for share in shares.get(key, ())).expected
        if expected > limit:
            exceeded.append(f"{expected:,.0f} of {limit:,}")
    formula = "at a flat rate"
    if exceeded:
        formula = f"the plan is too small for this month: {' and '.join(exceeded)}"
    share = UsageShare("site", formula, Range.exactly(Decimal(1)), uncertain=bool(exceeded))
    return {plan.price: [share], **other_shares}


def _aws_line(price: UnitPrice, shares: tuple[UsageShare, ...]) -> CostLine:
    quantity = _sum(share.quantity for share in shares)
    return CostLine(
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
        shares=shares,
        price=price.key,
        note=price.note,
    )


def _provider_lines(blueprint: Blueprint, usage: Usage, book: PriceBook) -> Iterator[CostLine]:
    builds = next(part for part in blueprint.parts if isinstance(part, Builds))
    for binding in builds.bindings:
        manifest = providers.load_manifest(binding.provider)
        yield from provider_costs.provider_lines(manifest, usage, book.gateway)


def _agency_lines(blueprint: Blueprint, usage: Usage) -> Iterator[CostLine]:
    if usage.agency_usd is None:
        return
    amount = Range.exactly(usage.agency_usd)
    yield CostLine(
        group=Group.AGENCY,
        item="The agency's own price",
        quantity=Range.exactly(Decimal(1)),
        unit="month",
        unit_usd=amount.expected,
        per=1,
        amount=amount,
        source="usage.agency_usd",
        as_of=None,
        certainty="A",
        shares=(UsageShare(blueprint.names.client_id, "as entered", amount),),
    )


def _sum(amounts: Iterable[Range]) -> Range:
    # One loop in place of `Range.__add__`: `cost --all` adds up a thousand clients.
    low = expected = high = ZERO
    for amount in amounts:
        low += amount.low
        expected += amount.expected
        high += amount.high
    return Range(low, expected, high)

"""What the providers themselves cost: their plans, and what they take of each order.

Of the plans that fit, the cheapest is expected; the next dearer one is the high guess, for a client
who outgrows it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from platform_cli.resolve.cost.amounts import ZERO, Range
from platform_cli.resolve.cost.book import Gateway
from platform_cli.resolve.cost.lines import Group, Line, Use
from platform_cli.resolve.cost.month import Usage, guesses
from platform_core.provider import Kind, Plan, Provider

MEMORY = "D"
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """The plan that a client needs of one provider."""

    plan: Plan
    next: Plan
    """The next dearer one that fits; the same where there is none."""
    fits: bool
    """False: no plan that we know of takes so many editors."""


def choose(provider: Provider, usage: Usage) -> Choice:
    """The cheapest plan for this month."""
    offered = [plan for plan in provider.plans if plan.for_clients and _in_band(plan, usage)]
    small = [plan for plan in offered if plan.sales_below_usd]
    seated = [
        plan for plan in small or offered if plan.seats is None or usage.editors <= plan.seats
    ]
    dearest_last = sorted(seated or offered[-1:], key=lambda plan: _with_server(plan, usage))
    return Choice(dearest_last[0], dearest_last[min(1, len(dearest_last) - 1)], bool(seated))


def lines(provider: Provider, usage: Usage, gateway: Gateway) -> Iterator[Line]:
    """What one provider adds to a client's month."""
    choice = choose(provider, usage)
    plan = choice.plan
    yield _plan(provider, choice, usage)
    if plan.hosted_by_oneself:
        yield _hosting(provider, usage)
    if provider.kind is Kind.COMMERCE:
        yield from _fees(provider, plan, usage, gateway)


def _in_band(plan: Plan, usage: Usage) -> bool:
    return not plan.sales_below_usd or usage.sales_usd < Decimal(plan.sales_below_usd)


def _month(plan: Plan, usage: Usage) -> Decimal:
    return Decimal(plan.usd_month) * (usage.editors if plan.per == "seat" else 1)


def _with_server(plan: Plan, usage: Usage) -> Decimal:
    """What a plan comes to, all in all, before any order."""
    server = guesses(usage)[1].hosting_usd if plan.hosted_by_oneself else ZERO
    return _month(plan, usage) + server


def _plan(provider: Provider, choice: Choice, usage: Usage) -> Line:
    plan = choice.plan
    seats = usage.editors if plan.per == "seat" else Decimal(1)
    expected = _month(plan, usage)
    least = Decimal(plan.usd_month_low) * seats if plan.usd_month_low else expected
    return Line(
        group=Group.PLANS,
        item=f"{provider.label}, {plan.name}",
        quantity=Range.exactly(seats),
        unit=plan.per or "month",
        unit_usd=Decimal(plan.usd_month),
        per=1,
        amount=Range(least, expected, max(expected, _month(choice.next, usage))),
        source=plan.source,
        as_of=date.fromisoformat(plan.as_of),
        certainty=plan.certainty,
        uses=(
            Use(
                provider.name,
                _reason(choice, usage),
                Range.exactly(seats),
                doubtful=not choice.fits,
            ),
        ),
        note=plan.note,
    )


def _reason(choice: Choice, usage: Usage) -> str:
    if not choice.fits:
        return f"no plan that we know of takes {usage.editors} editors: ask the vendor"
    if choice.next is choice.plan:
        return "the cheapest plan that fits"
    return f"the cheapest plan that fits; the next is {choice.next.name}"


def _hosting(provider: Provider, usage: Usage) -> Line:
    amount = Range(*(guess.hosting_usd for guess in guesses(usage)))
    return Line(
        group=Group.PLANS,
        item=f"{provider.label}, a server for it",
        quantity=Range.exactly(Decimal(1)),
        unit="month",
        unit_usd=amount.expected,
        per=1,
        amount=amount,
        source="assumed: give yours as hosting_usd",
        as_of=None,
        certainty=MEMORY,
        uses=(Use(provider.name, "one hosts it oneself", Range.exactly(Decimal(1))),),
    )


def _fees(provider: Provider, plan: Plan, usage: Usage, gateway: Gateway) -> Iterator[Line]:
    order = usage.average_order_usd
    own = _fee(plan, order)
    as_of = date.fromisoformat(plan.as_of)
    if own:
        what = "card payments" if plan.takes_cards else "fee"
        yield _per_order(
            f"{provider.label}, {what}", own, usage, _percentage(plan), plan.source, as_of,
            plan.certainty, provider.name,
        )  # fmt: skip
    if not plan.takes_cards:
        yield _per_order(
            gateway.label, gateway.of(order), usage, gateway.terms, gateway.source, gateway.as_of,
            gateway.certainty, provider.name,
        )  # fmt: skip


def _fee(plan: Plan, order_usd: Decimal) -> Decimal:
    """Of one order."""
    fee = order_usd * Decimal(plan.fee_percent) / HUNDRED + Decimal(plan.fee_fixed_usd)
    fee = max(fee, Decimal(plan.fee_least_usd))
    return min(fee, Decimal(plan.fee_most_usd)) if plan.fee_most_usd else fee


def _percentage(plan: Plan) -> str:
    bounds = [f"at least ${plan.fee_least_usd}"] if Decimal(plan.fee_least_usd) else []
    bounds += [f"at most ${plan.fee_most_usd}"] if plan.fee_most_usd else []
    fixed = f" + ${plan.fee_fixed_usd}" if Decimal(plan.fee_fixed_usd) else ""
    return ", ".join([f"{plan.fee_percent} %{fixed} of an order", *bounds])


def _per_order(
    item: str, usd: Decimal, usage: Usage, terms: str, source: str, as_of: date | None,
    certainty: str, by: str,
) -> Line:  # fmt: skip
    orders = Range.exactly(usage.orders)
    return Line(
        group=Group.FEES,
        item=item,
        quantity=orders,
        unit="order",
        unit_usd=usd,
        per=1,
        amount=orders * usd if usd else Range.exactly(ZERO),
        source=source,
        as_of=as_of,
        certainty=certainty,
        uses=(Use(by, f"orders x ({terms})", orders),),
    )

"""The cost of the providers themselves: their plans, and their fees on each order.

Of the plans that fit, the cheapest is the expected one. The next more expensive plan is the high
value, for a client that outgrows the first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from platform_cli.cost.amounts import ZERO, Range
from platform_cli.cost.cost_lines import CostLine, Group, UsageShare
from platform_cli.cost.monthly_usage import Usage, assumption_sets
from platform_cli.cost.price_book import UNVERIFIED, PaymentGateway
from platform_core.provider import Kind, Plan, Provider

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """The plan that a client needs from one provider."""

    plan: Plan
    next_plan: Plan
    """The next more expensive plan that fits; the same plan if there is none."""
    fits: bool
    """False if no known plan allows this number of editors."""


@dataclass(frozen=True, slots=True)
class OrderFee:
    """A fee on each order: the amount for an average order, and the terms behind it."""

    item: str
    usd: Decimal
    terms: str
    source: str
    as_of: date
    certainty: str


def choose_plan(provider: Provider, usage: Usage) -> PlanChoice:
    """Choose the cheapest plan that fits this usage."""
    available = [plan for plan in provider.plans if plan.for_clients and _allows_sales(plan, usage)]
    # A plan for small sales volumes, where it applies, takes precedence over the regular plans.
    small_plans = [plan for plan in available if plan.sales_below_usd]
    fitting = [
        plan
        for plan in small_plans or available
        if plan.seats is None or usage.editors <= plan.seats
    ]
    by_price = sorted(fitting or available[-1:], key=lambda plan: _usd_with_hosting(plan, usage))
    return PlanChoice(by_price[0], by_price[min(1, len(by_price) - 1)], bool(fitting))


def provider_lines(provider: Provider, usage: Usage, gateway: PaymentGateway) -> Iterator[CostLine]:
    """Yield the lines that one provider adds to a client's month."""
    choice = choose_plan(provider, usage)
    yield _plan_line(provider, choice, usage)
    if choice.plan.hosted_by_oneself:
        yield _hosting_line(provider, usage)
    if provider.kind is Kind.COMMERCE:
        for fee in _order_fees(provider, choice.plan, usage, gateway):
            yield _fee_line(fee, usage, provider.name)


def _allows_sales(plan: Plan, usage: Usage) -> bool:
    return not plan.sales_below_usd or usage.sales_usd < Decimal(plan.sales_below_usd)


def _plan_usd(plan: Plan, usage: Usage) -> Decimal:
    return Decimal(plan.usd_month) * (usage.editors if plan.per == "seat" else 1)


def _usd_with_hosting(plan: Plan, usage: Usage) -> Decimal:
    """Compute the monthly cost of a plan including its server, before any order."""
    _, expected, _ = assumption_sets(usage)
    hosting = expected.hosting_usd if plan.hosted_by_oneself else ZERO
    return _plan_usd(plan, usage) + hosting


def _plan_line(provider: Provider, choice: PlanChoice, usage: Usage) -> CostLine:
    plan = choice.plan
    seats = usage.editors if plan.per == "seat" else Decimal(1)
    expected = _plan_usd(plan, usage)
    low = Decimal(plan.usd_month_low) * seats if plan.usd_month_low else expected
    quantity = Range.exactly(seats)
    share = UsageShare(
        provider.name, _plan_reason(choice, usage), quantity, uncertain=not choice.fits
    )
    return CostLine(
        group=Group.PLANS,
        item=f"{provider.label}, {plan.name}",
        quantity=quantity,
        unit=plan.per or "month",
        unit_usd=Decimal(plan.usd_month),
        per=1,
        amount=Range(low, expected, max(expected, _plan_usd(choice.next_plan, usage))),
        source=plan.source,
        as_of=date.fromisoformat(plan.as_of),
        certainty=plan.certainty,
        shares=(share,),
        note=plan.note,
    )


def _plan_reason(choice: PlanChoice, usage: Usage) -> str:
    if not choice.fits:
        return f"no known plan allows {usage.editors} editors: ask the vendor"
    if choice.next_plan is choice.plan:
        return "the cheapest plan that fits"
    return f"the cheapest plan that fits; the next is {choice.next_plan.name}"


def _hosting_line(provider: Provider, usage: Usage) -> CostLine:
    amount = Range(*(assumptions.hosting_usd for assumptions in assumption_sets(usage)))
    one_server = Range.exactly(Decimal(1))
    return CostLine(
        group=Group.PLANS,
        item=f"{provider.label}, a server for it",
        quantity=one_server,
        unit="month",
        unit_usd=amount.expected,
        per=1,
        amount=amount,
        source="assumed: set yours as hosting_usd",
        as_of=None,
        certainty=UNVERIFIED,
        shares=(UsageShare(provider.name, "self-hosted", one_server),),
    )


def _order_fees(
    provider: Provider, plan: Plan, usage: Usage, gateway: PaymentGateway
) -> Iterator[OrderFee]:
    order_usd = usage.average_order_usd
    provider_fee = _provider_fee_usd(plan, order_usd)
    if provider_fee:
        yield OrderFee(
            item=f"{provider.label}, {'card payments' if plan.takes_cards else 'fee'}",
            usd=provider_fee,
            terms=_fee_terms(plan),
            source=plan.source,
            as_of=date.fromisoformat(plan.as_of),
            certainty=plan.certainty,
        )
    # A plan that processes cards itself needs no payment gateway beside it.
    if not plan.takes_cards:
        yield OrderFee(
            item=gateway.label,
            usd=gateway.fee_usd(order_usd),
            terms=gateway.terms,
            source=gateway.source,
            as_of=gateway.as_of,
            certainty=gateway.certainty,
        )


def _provider_fee_usd(plan: Plan, order_usd: Decimal) -> Decimal:
    """Compute the provider's fee on one order."""
    fee = order_usd * Decimal(plan.fee_percent) / HUNDRED + Decimal(plan.fee_fixed_usd)
    fee = max(fee, Decimal(plan.fee_least_usd))
    return min(fee, Decimal(plan.fee_most_usd)) if plan.fee_most_usd else fee


def _fee_terms(plan: Plan) -> str:
    bounds = [f"at least ${plan.fee_least_usd}"] if Decimal(plan.fee_least_usd) else []
    bounds += [f"at most ${plan.fee_most_usd}"] if plan.fee_most_usd else []
    fixed = f" + ${plan.fee_fixed_usd}" if Decimal(plan.fee_fixed_usd) else ""
    return ", ".join([f"{plan.fee_percent} %{fixed} of an order", *bounds])


def _fee_line(fee: OrderFee, usage: Usage, provider: str) -> CostLine:
    orders = Range.exactly(usage.orders)
    return CostLine(
        group=Group.FEES,
        item=fee.item,
        quantity=orders,
        unit="order",
        unit_usd=fee.usd,
        per=1,
        amount=orders * fee.usd if fee.usd else Range.exactly(ZERO),
        source=fee.source,
        as_of=fee.as_of,
        certainty=fee.certainty,
        shares=(UsageShare(provider, f"orders x ({fee.terms})", orders),),
    )

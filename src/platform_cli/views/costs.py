"""Views of monthly costs."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from platform_cli.api.money.costs import ClientCost, CostComparison, FleetCost, WorkspaceCost
from platform_cli.cost.amounts import round_to_cents
from platform_cli.cost.compare import BreakEven, expected_difference
from platform_cli.cost.cost_lines import CostLine, Group
from platform_cli.cost.estimate import Estimate, apply_free_allowances
from platform_cli.cost.price_book import PriceBook
from platform_cli.cost.report import (
    break_even_data,
    estimate_data,
    inputs_data,
    money_data,
    price_warnings,
)
from platform_cli.screen import Data, Screen
from platform_cli.views.amounts import (
    HALF_A_CENT,
    describe_dollars,
    format_cents,
    format_difference,
    format_range,
)

GROUP_LABELS: Final = {
    Group.AWS: "AWS",
    Group.PLANS: "plans",
    Group.FEES: "fees",
    Group.AGENCY: "agency",
}
LINE_COLUMNS: Final = [
    "group", "item", "quantity", "price, $", "low", "expected", "high", "price date",
]  # fmt: skip
CERTAINTY_LABELS: Final = {"A": "A", "B": "B", "C": "C", "D": "unverified"}
UNIT_SUFFIXES: Final = {1_000: "/1k", 10_000: "/10k", 100_000: "/100k", 1_000_000: "/1M"}


def show_client_cost(screen: Screen, cost: ClientCost) -> None:
    """Show the lines and totals of one client, and published figures for comparison."""
    _show_lines(screen, cost.estimate.lines)
    _show_groups(screen, cost.estimate)
    _show_free_allowances(screen, cost.estimate, cost.book)
    published = cost.published_comparison
    low, high = published["all_clients"]["monthly_cost"]
    overhead = sum(published["integration_overhead"]["monthly_cost"].values())
    own = published["monthly_cost"]
    own_range = f"{own[0]}-{own[1]} for this combination, " if own else ""
    screen.say(
        f"Published figures, not ours, $ a month: {own_range}{low}-{high} for all clients, "
        f"{overhead} for combining providers."
    )


def show_price_warnings(screen: Screen, cost: ClientCost) -> None:
    """Warn about outdated and unverified prices, and about unreliable figures."""
    today = date.today()  # noqa: DTZ011 (a calendar day)
    for warning in price_warnings(cost.book, cost.estimate, today):
        screen.warn(warning)


def client_cost_data(cost: ClientCost) -> dict[str, object]:
    """Return one client's cost as JSON data, with all inputs."""
    return {
        "client_id": cost.client_id,
        "environment": str(cost.config.environment),
        "stack_type": cost.config.stack_type,
        **estimate_data(cost.estimate, cost.book),
        "published": cost.published_comparison,
        "inputs": inputs_data(cost.usage, cost.book, cost.estimate),
    }


def show_fleet_cost(screen: Screen, fleet: FleetCost) -> None:
    """Show the cost of a number of equal clients."""
    screen.say(
        f"{fleet.clients} such clients in one account, which has its free allowances once: "
        f"{describe_dollars(fleet.total.expected)} a month, "
        f"{describe_dollars(fleet.per_client.expected)} each."
    )


def fleet_cost_data(fleet: FleetCost) -> Data:
    """Return the cost of a number of equal clients as JSON data."""
    return {
        "clients": fleet.clients,
        "monthly": money_data(fleet.total),
        "each": money_data(fleet.per_client),
    }


def show_comparison(screen: Screen, comparison: CostComparison, client_id: str) -> None:
    """Show a client next to a variant, and the break-even points."""
    client, variant = comparison.client, comparison.estimate
    pairs = [
        (label, client.group_total(group), variant.group_total(group))
        for group, label in GROUP_LABELS.items()
    ]
    pairs.append(("all", client.total, variant.total))
    rows = [
        [
            label,
            format_cents(own.expected),
            format_cents(other.expected),
            format_difference(expected_difference(own, other)),
        ]
        for label, own, other in pairs
        if own.high or other.high
    ]
    variant_label = comparison.variant.label
    columns = ["expected, $ a month", client_id, variant_label, "difference"]
    screen.table(comparison.change, columns, rows)
    for point in comparison.break_evens:
        screen.say(_describe_break_even(point, variant_label, client_id))
    for caveat in variant.caveats:
        screen.warn(f"{variant_label}: {caveat}")


def comparison_data(comparison: CostComparison) -> Data:
    """Return a comparison as JSON data."""
    variant = comparison.estimate
    difference = expected_difference(comparison.client.total, variant.total)
    return {
        "change": comparison.change,
        "monthly": money_data(variant.total),
        "groups": {str(group): money_data(variant.group_total(group)) for group in Group},
        "difference": float(round_to_cents(difference)),
        "break_even": break_even_data(comparison.break_evens),
    }


def show_workspace_cost(screen: Screen, cost: WorkspaceCost) -> None:
    """Show the cost of all clients, and of the account as a whole."""
    rows = [
        [
            client_id,
            *(format_cents(estimate.group_total(group).expected) for group in GROUP_LABELS),
            format_cents(estimate.total.expected),
        ]
        for client_id, estimate in cost.clients.items()
    ]
    screen.table("Clients, $ a month", ["client", *GROUP_LABELS.values(), "expected"], rows)
    _show_groups(screen, cost.account)
    _show_free_allowances(screen, cost.account, cost.book)


def workspace_cost_data(cost: WorkspaceCost) -> Data:
    """Return the cost of all clients as JSON data."""
    return {
        "clients": [
            {
                "client_id": client_id,
                "monthly": money_data(estimate.total),
                "groups": {str(group): money_data(estimate.group_total(group)) for group in Group},
            }
            for client_id, estimate in cost.clients.items()
        ],
        **estimate_data(cost.account, cost.book),
    }


def sort_lines(lines: Iterable[CostLine]) -> list[CostLine]:
    """Sort by group, and the most expensive line first."""
    order = list(GROUP_LABELS)
    return sorted(lines, key=lambda line: (order.index(line.group), -line.amount.expected))


def _show_lines(screen: Screen, lines: Iterable[CostLine]) -> None:
    """Show a table of all lines; AWS lines below a cent are combined into one sentence."""
    charged = [line for line in sort_lines(lines) if line.amount.high]
    shown = [
        line
        for line in charged
        if line.amount.expected >= HALF_A_CENT or line.group is not Group.AWS
    ]
    small = [line for line in charged if line not in shown]
    rows = [
        [
            GROUP_LABELS[line.group],
            line.item,
            f"{_format_quantity(line.quantity.expected)} {line.unit}",
            _format_price(line),
            *format_range(line.amount),
            f"{line.as_of.isoformat() if line.as_of else 'no date'} "
            f"{CERTAINTY_LABELS[line.certainty]}",
        ]
        for line in shown
    ]
    screen.table("Cost in $ a month", LINE_COLUMNS, rows)
    if small:
        total = sum((line.amount.expected for line in small), Decimal(0))
        names = ", ".join(line.item.lower() for line in small)
        screen.say(f"Below a cent each, {describe_dollars(total)} in total: {names}.")


def _show_groups(screen: Screen, estimate: Estimate) -> None:
    totals = [(label, estimate.group_total(group)) for group, label in GROUP_LABELS.items()]
    rows = [[label, *format_range(total)] for label, total in totals if total.high]
    rows.append(["all", *format_range(estimate.total)])
    screen.table("Total", ["$ a month", "low", "expected", "high"], rows)


def _show_free_allowances(screen: Screen, estimate: Estimate, book: PriceBook) -> None:
    remaining = apply_free_allowances(estimate, book).group_total(Group.AWS).expected
    screen.say(
        "AWS at list price. If nothing else uses the account's free allowances, AWS costs "
        f"{describe_dollars(remaining)}."
    )


def _describe_break_even(point: BreakEven, variant: str, client_id: str) -> str:
    below = variant if point.cheaper == client_id else client_id
    sales = f" (${point.sales_usd:,.0f} of sales)" if point.sales_usd is not None else ""
    quantity = point.quantity.replace("_", " ")
    return (
        f"Break-even: {below} is cheaper below {point.at:,.0f} {quantity} a month{sales}, "
        f"{point.cheaper} above."
    )


def _format_quantity(quantity: Decimal) -> str:
    is_whole = quantity == int(quantity)
    return f"{quantity:,.0f}" if quantity >= 100 or is_whole else f"{quantity:.3g}"


def _format_price(line: CostLine) -> str:
    return f"{line.unit_usd.normalize():f}{UNIT_SUFFIXES.get(line.per, '')}"

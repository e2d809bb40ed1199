"""Views of costs next to each other: a client and its variants, or many equal clients."""

from platform_cli.api.money.costs import CostComparison, FleetCost
from platform_cli.cost.amounts import round_to_cents
from platform_cli.cost.compare import BreakEven, expected_difference
from platform_cli.cost.cost_lines import Group
from platform_cli.cost.report import break_even_data, money_data
from platform_cli.screen import Data, Screen
from platform_cli.views.money.amounts import describe_dollars, format_cents, format_difference
from platform_cli.views.money.costs import GROUP_LABELS


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


def _describe_break_even(point: BreakEven, variant: str, client_id: str) -> str:
    below = variant if point.cheaper == client_id else client_id
    sales = f" (${point.sales_usd:,.0f} of sales)" if point.sales_usd is not None else ""
    quantity = point.quantity.replace("_", " ")
    return (
        f"Break-even: {below} is cheaper below {point.at:,.0f} {quantity} a month{sales}, "
        f"{point.cheaper} above."
    )

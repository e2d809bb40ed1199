"""Views of monthly costs."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from platform_cli.api.money.costs import ClientCost, WorkspaceCost
from platform_cli.cost.cost_lines import CostLine, Group
from platform_cli.cost.estimate import Estimate, apply_free_allowances
from platform_cli.cost.price_book import PriceBook
from platform_cli.cost.report import (
    estimate_data,
    inputs_data,
    money_data,
    price_warnings,
)
from platform_cli.screen import Data, Screen
from platform_cli.views.layout import (
    show_answer,
    show_heading,
    show_items,
    show_next,
    show_rows,
    show_text,
)
from platform_cli.views.money.amounts import (
    HALF_A_CENT,
    describe_dollars,
    describe_usage,
    format_cents,
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
DEFAULTS_NOTE: Final = (
    "Our defaults for a small site, where neither the client's file nor --usage has a number."
)
MAX_LINES: Final = 5
"""Number of the dearest lines that are shown without `--details`."""
CERTAINTY_LABELS: Final = {"A": "A", "B": "B", "C": "C", "D": "unverified"}
UNIT_SUFFIXES: Final = {1_000: "/1k", 10_000: "/10k", 100_000: "/100k", 1_000_000: "/1M"}


def show_client_cost(screen: Screen, cost: ClientCost, *, details: bool = False) -> None:
    """Show the total and its groups, the dearest lines, and the assumptions."""
    total = cost.estimate.total
    expected, low, high = map(describe_dollars, (total.expected, total.low, total.high))
    usage = describe_usage(cost.usage)
    show_answer(
        screen, f"{cost.client_id} costs about {expected} a month ({low} to {high}), at {usage}."
    )
    screen.write("")
    _show_groups(screen, cost.estimate)
    if details:
        screen.write("")
        _show_lines(screen, cost.estimate.lines)
    else:
        show_heading(screen, "The dearest lines")
        show_rows(screen, [_dear_row(line) for line in _dearest_lines(cost.estimate.lines)])
    show_heading(screen, "Assumed")
    show_items(screen, [_describe_list_price(cost.estimate, cost.book), DEFAULTS_NOTE])
    if details:
        _show_published(screen, cost)


def show_client_cost_next(screen: Screen, cost: ClientCost) -> None:
    """End the screen of a client's cost."""
    show_next(
        screen,
        (f"platform cost {cost.client_id} --usage orders=300", "with your own numbers"),
        (f"platform cost {cost.client_id} --details", "every line with its price and date"),
    )


def _dearest_lines(lines: Iterable[CostLine]) -> list[CostLine]:
    charged = [line for line in lines if line.amount.expected]
    return sorted(charged, key=lambda line: -line.amount.expected)[:MAX_LINES]


def _dear_row(line: CostLine) -> list[str]:
    quantity = f"{_format_quantity(line.quantity.expected)} {line.unit}"
    price = f"{quantity} at ${_format_price(line)}"
    return [
        f"  {format_cents(line.amount.expected):>8}",
        line.item,
        GROUP_LABELS[line.group],
        price,
    ]


def _show_published(screen: Screen, cost: ClientCost) -> None:
    published = cost.published_comparison
    low, high = published["all_clients"]["monthly_cost"]
    overhead = sum(published["integration_overhead"]["monthly_cost"].values())
    own = published["monthly_cost"]
    own_range = f"{own[0]}-{own[1]} for this combination, " if own else ""
    show_text(
        screen,
        f"Published figures, not ours, $ a month: {own_range}{low}-{high} for all clients, "
        f"{overhead} for combining providers.",
    )


def show_price_warnings(screen: Screen, cost: ClientCost, *, details: bool = False) -> None:
    """Warn about outdated and unverified prices, and about unreliable figures."""
    today = date.today()  # noqa: DTZ011 (a calendar day)
    warnings = list(price_warnings(cost.book, cost.estimate, today))
    if details or screen.flags.json:
        for warning in warnings:
            screen.warn(warning)
        return
    for caveat in cost.estimate.caveats:
        screen.warn(caveat)
    if len(warnings) > len(cost.estimate.caveats):
        screen.warn("some prices are old or unverified: --details names them")


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
    screen.say(_describe_list_price(cost.account, cost.book))


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


def _group_rows(estimate: Estimate) -> list[list[str]]:
    totals = [(label, estimate.group_total(group)) for group, label in GROUP_LABELS.items()]
    totals = [(label, total) for label, total in totals if total.high]
    rows = [
        [label, *(format_cents(amount) for amount in (total.expected, total.low, total.high))]
        for label, total in [*totals, ("all", estimate.total)]
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return [
        [row[0], *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        for row in rows
    ]


def _show_groups(screen: Screen, estimate: Estimate) -> None:
    show_rows(screen, _group_rows(estimate), ("$ a month", "expected", "low", "high"))


def _describe_list_price(estimate: Estimate, book: PriceBook) -> str:
    """Describe the price of AWS that is assumed, and its cost with the free allowances."""
    remaining = apply_free_allowances(estimate, book).group_total(Group.AWS).expected
    return (
        "AWS at list price of us-east-1. If nothing else uses the account's free allowances, AWS "
        f"costs {describe_dollars(remaining)}."
    )


def _format_quantity(quantity: Decimal) -> str:
    is_whole = quantity == int(quantity)
    return f"{quantity:,.0f}" if quantity >= 100 or is_whole else f"{quantity:.3g}"


def _format_price(line: CostLine) -> str:
    return f"{line.unit_usd.normalize():f}{UNIT_SUFFIXES.get(line.per, '')}"

"""How a cost looks to a person."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.resolve.cost.amounts import Range
    from platform_cli.resolve.cost.compare import BreakEven
    from platform_cli.resolve.cost.estimate import Estimate
    from platform_cli.resolve.cost.lines import Line

GROUPS = {"aws": "AWS", "plans": "plans", "fees": "fees", "agency": "agency"}
LINE = ["for", "item", "quantity", "price, $", "low", "expected", "high", "price of"]
CERTAINTY = {"A": "A", "B": "B", "C": "C", "D": "unverified"}
SHORT = {1_000: "/1k", 10_000: "/10k", 100_000: "/100k", 1_000_000: "/1M"}
LEAST = Decimal("0.005")


def dollars(amount: Decimal) -> str:
    """To the cent; what is more than nothing and less than half a cent says so."""
    return "<0.01" if 0 < amount < LEAST else f"{amount:,.2f}"


def usd(amount: Decimal) -> str:
    """The same in a sentence."""
    return "less than a cent" if 0 < amount < LEAST else f"${dollars(amount)}"


def signed(amount: Decimal) -> str:
    return f"{amount:+,.2f}"


def three(amount: "Range") -> list[str]:
    return [dollars(each) for each in amount]


def lines(session: Session, shown: Iterable["Line"]) -> None:
    """By group, the dearest first; those below a cent as one."""
    costing = [line for line in ranked(shown) if line.amount.high]
    dear = [line for line in costing if line.amount.expected >= LEAST or line.group != "aws"]
    small = [line for line in costing if line not in dear]
    rows = [
        [
            GROUPS[line.group],
            line.item,
            f"{_count(line.quantity.expected)} {line.unit}",
            _price(line),
            *three(line.amount),
            f"{line.as_of.isoformat() if line.as_of else 'no date'} {CERTAINTY[line.certainty]}",
        ]
        for line in dear
    ]
    session.screen.table("Cost in $ a month", LINE, rows)
    if small:
        together = sum((line.amount.expected for line in small), Decimal(0))
        names = ", ".join(line.item.lower() for line in small)
        session.screen.say(f"Below a cent each, {usd(together)} together: {names}.")


def groups(session: Session, estimate: "Estimate") -> None:
    """Four things that are never mixed, and their sum."""
    from platform_cli.resolve.cost.lines import Group

    amounts = [(GROUPS[group], estimate.of(group)) for group in Group]
    rows = [[label, *three(amount)] for label, amount in amounts if amount.high]
    rows.append(["all", *three(estimate.total)])
    session.screen.table("Together", ["$ a month", "low", "expected", "high"], rows)


def published(session: Session, found: Mapping[str, Any]) -> None:
    """What others said of such a client: beside our figures, never among them."""
    low, high = found["all_clients"]["monthly_cost"]
    overhead = sum(found["integration_overhead"]["monthly_cost"].values())
    own = found["monthly_cost"]
    of_this = f"{own[0]}-{own[1]} for this combination, " if own else ""
    session.screen.say(
        f"Published, not ours, $ a month: {of_this}{low}-{high} over all clients, "
        f"{overhead} for composing providers."
    )


def ranked(lines: Iterable["Line"]) -> list["Line"]:
    """By group, the dearest first."""
    order = list(GROUPS)
    return sorted(lines, key=lambda line: (order.index(line.group), -line.amount.expected))


def crossing(found: "BreakEven", one: str, other: str) -> str:
    """Where the cheaper of two ways changes."""
    before = one if found.cheaper == other else other
    sales = f" (${found.sales_usd:,.0f} of sales)" if found.sales_usd is not None else ""
    what = found.quantity.replace("_", " ")
    return (
        f"Break-even: {before} is cheaper below {found.at:,.0f} {what} a month{sales}, "
        f"{found.cheaper} from there on."
    )


def _count(quantity: Decimal) -> str:
    return f"{quantity:,.0f}" if quantity >= 100 or quantity == int(quantity) else f"{quantity:.3g}"


def _price(line: "Line") -> str:
    return f"{line.unit_usd.normalize():f}{SHORT.get(line.per, '')}"

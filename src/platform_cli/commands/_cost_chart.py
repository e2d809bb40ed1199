"""A cost as a picture: what each line comes to, or how the whole moves with a quantity."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platform_cli.commands import _cost_screen as show
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.chart import Look
    from platform_cli.resolve.cost.book import PriceBook
    from platform_cli.resolve.cost.compare import Way
    from platform_cli.resolve.cost.estimate import Estimate
    from platform_cli.resolve.cost.month import Usage

POINTS = 48
FEW = Decimal(10)
HEIGHT = 16
LEAST = Decimal("0.01")


class Over(StrEnum):
    """What a cost can be drawn over."""

    ORDERS = "orders"
    PAGE_VIEWS = "page-views"
    CONTENT_EDITS = "content-edits"
    EDITORS = "editors"

    @property
    def field(self) -> str:
        """Of the usage."""
        return self.value.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Month:
    """What is drawn: a month as it is, and at which prices."""

    usage: "Usage"
    book: "PriceBook"

    def with_(self, over: Over, at: Decimal, way: "Way") -> Decimal:
        """Expected of this way, were the quantity another."""
        changed: dict[str, Any] = {over.field: at}
        return way.cost(replace(self.usage, **changed), self.book).total.expected


def lines(session: Session, title: str, estimate: "Estimate", svg: Path | None) -> None:
    """A bar for each line that is expected to cost a cent, by group."""
    from platform_cli import chart

    shown = [each for each in show.ranked(estimate.lines) if each.amount.expected >= LEAST]
    rows = [(each.item, each.amount.expected) for each in shown]
    groups = [show.GROUPS[each.group] for each in shown]
    screen = session.screen
    screen.write(chart.bars(rows, width=screen.width, groups=groups, look=look(session)))
    if svg:
        save(session, svg, chart.svg_bars(rows, title=title, groups=groups))


def curve(
    session: Session, over: Over, ways: Sequence["Way"], month: "Month", svg: Path | None
) -> None:
    """The whole month over one quantity, from nothing to where every crossing can be seen."""
    from platform_cli import chart

    most = _most(over, ways, month)
    axis = sorted({(most * step / POINTS).to_integral_value() for step in range(POINTS + 1)})
    series = {way.label: [(at, month.with_(over, at, way)) for at in axis] for way in ways}
    x, y = f"{over.value.replace('-', ' ')} a month", "$ a month"
    screen = session.screen
    screen.write(
        chart.curve(series, x=x, y=y, width=screen.width, height=HEIGHT, look=look(session))
    )
    if svg:
        save(session, svg, chart.svg_curve(series, title=f"Cost over {x}", x=x, y=y))


def look(session: Session) -> "Look":
    from platform_cli.chart import Look

    return Look(unicode=session.screen.unicode, colour=session.screen.coloured)


def _most(over: Over, ways: Sequence["Way"], month: "Month") -> Decimal:
    """Twice the farther of where the client is and where two ways cross."""
    from platform_cli.resolve.cost.compare import break_even

    own, *others = ways
    crossings = [
        each.at
        for other in others
        for each in break_even(own, other, month.usage, month.book)
        if each.quantity == over.field
    ]
    here: Decimal = getattr(month.usage, over.field)
    return 2 * max(FEW, here, *crossings)


def save(session: Session, file: Path, text: str) -> None:
    from platform_cli.workspace import write_whole

    write_whole(file, text)
    session.screen.say(f"The chart is {file}.")

"""The monthly cost of a client and its variants as a function of one quantity."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from platform_cli.api.money.costs import ClientCost, CostComparison
from platform_cli.cost.compare import Scenario

POINTS: Final = 48
MINIMUM_QUANTITY: Final = Decimal(10)


class CurveQuantity(StrEnum):
    """A quantity that a cost curve can be drawn over."""

    ORDERS = "orders"
    PAGE_VIEWS = "page-views"
    CONTENT_EDITS = "content-edits"
    EDITORS = "editors"

    @property
    def field(self) -> str:
        """The field of the usage."""
        return self.value.replace("-", "_")


@dataclass(frozen=True, slots=True)
class CostCurves:
    """Expected dollars per month over a quantity, by scenario."""

    quantity: CurveQuantity
    series: Mapping[str, list[tuple[Decimal, Decimal]]]


def compute_cost_curves(
    cost: ClientCost, comparisons: Iterable[CostComparison], quantity: CurveQuantity
) -> CostCurves:
    """Compute the curves from zero to where every break-even point is visible."""
    compared = list(comparisons)
    maximum = _choose_maximum(cost, compared, quantity)
    values = sorted({(maximum * step / POINTS).to_integral_value() for step in range(POINTS + 1)})
    scenarios = [cost.scenario, *(comparison.variant for comparison in compared)]
    series = {
        scenario.label: [
            (value, _expected_usd(scenario, cost, quantity, value)) for value in values
        ]
        for scenario in scenarios
    }
    return CostCurves(quantity, series)


def _expected_usd(
    scenario: Scenario, cost: ClientCost, quantity: CurveQuantity, value: Decimal
) -> Decimal:
    changes: dict[str, Any] = {quantity.field: value}
    return scenario.estimate(replace(cost.usage, **changes), cost.book).total.expected


def _choose_maximum(
    cost: ClientCost, comparisons: list[CostComparison], quantity: CurveQuantity
) -> Decimal:
    """Return twice the largest of the client's own quantity and all break-even points."""
    break_evens = [
        point.at
        for comparison in comparisons
        for point in comparison.break_evens
        if point.quantity == quantity.field
    ]
    current: Decimal = getattr(cost.usage, quantity.field)
    return 2 * max(MINIMUM_QUANTITY, current, *break_evens)

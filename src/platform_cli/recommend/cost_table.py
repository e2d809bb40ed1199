"""The expected monthly cost of every choice, computed from shared pieces.

The AWS share depends only on the engine, the kinds of providers and the mode; a plan depends only
on its provider. The 371 choices of the catalog therefore share some fifty pieces.
"""

from collections import defaultdict
from decimal import Decimal
from functools import cache

from platform_cli.blueprint.compose import make_hypothetical_blueprint
from platform_cli.blueprint.model import Blueprint
from platform_cli.cost import provider_costs
from platform_cli.cost.amounts import ZERO
from platform_cli.cost.cost_lines import CostLine, Group
from platform_cli.cost.estimate import Estimate, estimate_cost
from platform_cli.cost.meters import list_meters
from platform_cli.cost.meters.meter import Meter
from platform_cli.cost.monthly_usage import Month, SiteProfile, Usage, assumption_sets
from platform_cli.cost.price_book import PriceBook
from platform_cli.recommend.combination import Choice
from platform_core import providers


class CostTable:
    """The cost of every choice for one month's usage."""

    def __init__(self, usage: Usage, book: PriceBook) -> None:
        self._usage, self._book = usage, book
        _, self._assumptions, _ = assumption_sets(usage)
        self._pieces: dict[object, Decimal] = {}

    def expected_usd(self, choice: Choice) -> Decimal:
        """Return the expected dollars: the sum of the lines of `estimate`."""
        aws_key = (choice.engine, choice.cms is None, choice.shop is None, choice.mode)
        if aws_key not in self._pieces:
            self._pieces[aws_key] = self._aws_usd(choice)
        total = self._pieces[aws_key]
        for name in choice.provider_names:
            if name not in self._pieces:
                self._pieces[name] = self._provider_usd(name)
            total += self._pieces[name]
        return total

    def order_fees_usd(self, choice: Choice) -> Decimal:
        """Return the part of the cost that providers and payment gateways keep of the orders."""
        fees = (
            line.amount.expected
            for name in choice.provider_names
            for line in self._provider_lines(name)
            if line.group is Group.FEES
        )
        return sum(fees, ZERO)

    def estimate(self, choice: Choice) -> Estimate:
        """Estimate a choice line by line, as `platform cost` does."""
        return estimate_cost(_make_blueprint(choice), self._usage, self._book)

    def _aws_usd(self, choice: Choice) -> Decimal:
        blueprint = _make_blueprint(choice)
        month = Month(self._usage, self._assumptions, SiteProfile.from_blueprint(blueprint))
        quantities: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for meter in _choice_meters(choice):
            quantities[meter.price] += meter.amount(month)
        charges = (self._book[key].charge(quantity) for key, quantity in quantities.items())
        return sum(charges, ZERO)

    def _provider_usd(self, name: str) -> Decimal:
        return sum((line.amount.expected for line in self._provider_lines(name)), ZERO)

    def _provider_lines(self, name: str) -> list[CostLine]:
        manifest = providers.load_manifest(name)
        return list(provider_costs.provider_lines(manifest, self._usage, self._book.gateway))


@cache
def _make_blueprint(choice: Choice) -> Blueprint:
    return make_hypothetical_blueprint(
        choice.engine, choice.provider_names, integration_mode=choice.mode
    )


@cache
def _choice_meters(choice: Choice) -> tuple[Meter, ...]:
    return tuple(meter for _, meter in list_meters(_make_blueprint(choice)))

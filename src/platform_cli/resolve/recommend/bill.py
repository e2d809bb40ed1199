"""What each choice is expected to cost in one month, reckoned piece by piece.

AWS's share depends on the engine, the kinds of provider and the mode; a plan on its provider
alone. So the 371 choices of the catalogue share some fifty pieces.
"""

from collections import defaultdict
from decimal import Decimal
from functools import cache

from platform_cli.resolve.blueprint import Blueprint
from platform_cli.resolve.compose import sketch
from platform_cli.resolve.cost import vendors
from platform_cli.resolve.cost.amounts import ZERO
from platform_cli.resolve.cost.book import PriceBook
from platform_cli.resolve.cost.estimate import Estimate, estimate
from platform_cli.resolve.cost.lines import Group
from platform_cli.resolve.cost.meters import meters
from platform_cli.resolve.cost.meters.meter import Meter
from platform_cli.resolve.cost.month import Month, Site, Usage, guesses
from platform_cli.resolve.recommend.choice import Choice
from platform_core import providers


class Bill:
    """One month of every choice."""

    def __init__(self, usage: Usage, book: PriceBook) -> None:
        self._usage, self._book = usage, book
        self._guess = guesses(usage)[1]
        self._pieces: dict[object, Decimal] = {}

    def expected(self, choice: Choice) -> Decimal:
        """Dollars; the sum of what the lines of `whole` expect."""
        aws = (choice.engine, choice.cms is None, choice.shop is None, choice.mode)
        if aws not in self._pieces:
            self._pieces[aws] = self._aws(choice)
        total = self._pieces[aws]
        for name in choice.members:
            if name not in self._pieces:
                self._pieces[name] = self._plan(name)
            total += self._pieces[name]
        return total

    def fees(self, choice: Choice) -> Decimal:
        """What of it providers and gateways take of the orders."""
        of_orders = (
            line.amount.expected
            for name in choice.members
            for line in vendors.lines(
                providers.load_manifest(name), self._usage, self._book.gateway
            )
            if line.group is Group.FEES
        )
        return sum(of_orders, ZERO)

    def whole(self, choice: Choice) -> Estimate:
        """Line by line, as `platform cost` reckons it."""
        return estimate(_sketched(choice), self._usage, self._book)

    def _aws(self, choice: Choice) -> Decimal:
        blueprint = _sketched(choice)
        month = Month(self._usage, self._guess, Site.of(blueprint))
        used: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for meter in _meters(choice):
            used[meter.price] += meter.amount(month)
        return sum((self._book[key].charge(each) for key, each in used.items()), ZERO)

    def _plan(self, name: str) -> Decimal:
        lines = vendors.lines(providers.load_manifest(name), self._usage, self._book.gateway)
        return sum((line.amount.expected for line in lines), ZERO)


@cache
def _sketched(choice: Choice) -> Blueprint:
    return sketch(choice.engine, choice.members, integration_mode=choice.mode)


@cache
def _meters(choice: Choice) -> tuple[Meter, ...]:
    return tuple(meter for _, meter in meters(_sketched(choice)))

"""Every choice weighed against a wish: first what rules it out, then what speaks for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from platform_cli.config.model import IntegrationMode
from platform_cli.resolve.compatibility import Level
from platform_cli.resolve.cost.amounts import ZERO
from platform_cli.resolve.mode import choose_integration_mode
from platform_cli.resolve.recommend import rules
from platform_cli.resolve.recommend.bill import Bill
from platform_cli.resolve.recommend.choice import Choice, Of, every, fit, label, traits
from platform_cli.resolve.recommend.requirements import Requirements
from platform_cli.resolve.recommend.rules import MUSTS, RULES, Must, Rule

BUDGET = "budget"
MOST_ORDERS = 256
"""The orders by capability that are held at once."""

_BY_CAPABILITY: dict[tuple[tuple[int, ...], IntegrationMode], list[tuple[Decimal, Choice]]] = {}


@dataclass(frozen=True, slots=True)
class Mark:
    """Points that a choice gets, or a reason why it does not."""

    points: Decimal
    reason: str
    asked: str
    source: str


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A hard constraint that a choice does not meet."""

    key: str
    """The need or the number that asks for it."""
    reason: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A choice with its score."""

    choice: Choice
    score: Decimal
    expected_usd: Decimal

    @property
    def order(self) -> tuple[object, ...]:
        """The best first; of equals the cheaper, the better matched, then by name."""
        parts = (self.choice.cms or "~", self.choice.shop or "~", self.choice.engine)
        return (-self.score, self.expected_usd, -fit(self.choice).score, *parts, self.choice.mode)


class Ranking:
    """All choices for one wish. The same wish always gives the same ranking."""

    def __init__(self, wish: Requirements, bill: Bill) -> None:
        self.wish, self.bill = wish, bill
        self.mode = choose_integration_mode(wish.needs)
        self._dollar = Decimal(
            sum(points for asked, points in rules.MONEY.items() if not asked or asked in wish.needs)
        ) / Decimal(rules.DOLLARS_PER_POINT)
        self._rules = tuple(rule for rule in RULES if self._times(rule))
        self._musts = tuple(must for must in MUSTS if must.asked in wish.needs)
        self._points: dict[tuple[Of, str | None], int] = {}
        self._barred: dict[tuple[Of, str | None], bool] = {}

    @cached_property
    def possible(self) -> list[Ranked]:
        """What no hard constraint rules out, the best first."""
        return sorted(
            (self.ranked(each) for each in every() if self._is_possible(each)),
            key=lambda each: each.order,
        )

    @cached_property
    def first(self) -> Choice | None:
        """The best choice, found without putting the others in order."""
        best: Ranked | None = None
        for capability, choice in self._by_capability():
            # A cost only takes points off, so no choice from here on reaches the best score.
            if best is not None and capability < best.score:
                break
            if self._is_possible(choice):
                ranked = self._with_cost(choice, capability)
                if best is None or (ranked.score >= best.score and ranked.order < best.order):
                    best = ranked
        return best.choice if best else None

    def ranked(self, choice: Choice) -> Ranked:
        return self._with_cost(choice, self.capability(choice))

    def _with_cost(self, choice: Choice, capability: Decimal) -> Ranked:
        expected = self.bill.expected(choice)
        return Ranked(choice, capability - expected * self._dollar, expected)

    def capability(self, choice: Choice) -> Decimal:
        """The score without what money takes off it."""
        points = fit(choice).score * rules.COMPATIBLE
        points += sum(self._of_part(*part) for part in choice.parts.items())
        return Decimal(points + rules.MODE * self._is_in_its_mode(choice))

    def _by_capability(self) -> list[tuple[Decimal, Choice]]:
        """All choices, the most capable first.

        Wishes that differ in their month or budget alone share this order, and the search for
        flips tries hundreds of those.
        """
        key = (tuple(self._times(rule) for rule in RULES), self.mode[0])
        if key not in _BY_CAPABILITY:
            if len(_BY_CAPABILITY) >= MOST_ORDERS:
                _BY_CAPABILITY.clear()
            choices = ((self.capability(choice), choice) for choice in every())
            _BY_CAPABILITY[key] = sorted(choices, key=lambda pair: pair[0], reverse=True)
        return _BY_CAPABILITY[key]

    def marks(self, choice: Choice) -> Iterator[Mark]:
        """Every point of the score, and what an asked-for trait's absence is worth saying."""
        compatible = fit(choice)
        native = compatible.level is Level.NATIVE
        yield Mark(
            Decimal(compatible.score * rules.COMPATIBLE),
            compatible.reason if native else compatible.reason.split(";")[0],
            "",
            rules.TABLE,
        )
        if compatible.hint:
            yield Mark(ZERO, compatible.hint, "", rules.ADAPTER)
        if self._is_in_its_mode(choice):
            yield Mark(Decimal(rules.MODE), self.mode[1], "", rules.FACTORS)
        for rule in self._rules:
            name = choice.parts[rule.of]
            if not name:
                continue
            own = label(rule.of, name)
            if rule.trait in traits(rule.of, name):
                points = Decimal(rule.points * self._times(rule))
                yield Mark(points, f"{own} {rule.reason}", rule.asked, rule.source)
            elif rule.lack:
                yield Mark(ZERO, f"{own} {rule.lack}", rule.asked, rule.source)
        cost = self.bill.expected(choice)
        expected = f"{self.priced(choice, cost)} a month is expected"
        yield Mark(-cost * self._dollar, expected, "", "platform cost")

    def obstacles(self, choice: Choice) -> Iterator[Obstacle]:
        """What rules it out; nothing: it is possible."""
        wish = self.wish
        for must in self._musts:
            name = choice.parts[must.of]
            if self._lacks(must, name):
                own = label(must.of, name) if name and must.trait else "The site"
                yield Obstacle(must.asked, f"{own} has {must.lack}")
        if choice.shop is None and wish.products:
            yield Obstacle("products", "The site has no shop, and something is sold")
        if choice.shop is None and wish.usage.orders:
            yield Obstacle("orders", "The site has no shop, and there are orders")
        if choice.shop and wish.products == 0:
            yield Obstacle("products", "The site has a shop, and nothing is sold")
        cost = self.bill.expected(choice)
        if wish.budget is not None and cost > wish.budget:
            over = cost - wish.budget
            yield Obstacle(
                BUDGET, f"{self.priced(choice, cost)} a month is ${over:,.2f} over the budget"
            )

    def priced(self, choice: Choice, dollars: Decimal) -> str:
        """An amount in words; the fees of payments said apart."""
        fees = self.bill.fees(choice)
        return f"${dollars:,.2f}" + (f" (${fees:,.2f} of it fees of payments)" if fees else "")

    def _is_possible(self, choice: Choice) -> bool:
        wish = self.wish
        if choice.shop is None and (wish.products or wish.usage.orders):
            return False
        if choice.shop and wish.products == 0:
            return False
        if self._musts and any(self._bars(*part) for part in choice.parts.items()):
            return False
        return wish.budget is None or self.bill.expected(choice) <= wish.budget

    def _bars(self, of: Of, name: str | None) -> bool:
        if (of, name) not in self._barred:
            self._barred[of, name] = any(
                must.of is of and self._lacks(must, name) for must in self._musts
            )
        return self._barred[of, name]

    def _lacks(self, must: Must, name: str | None) -> bool:
        return not name or (must.trait != "" and must.trait not in traits(must.of, name))

    def _is_in_its_mode(self, choice: Choice) -> bool:
        return len(choice.members) == 1 and choice.mode is self.mode[0]

    def _of_part(self, of: Of, name: str | None) -> int:
        if (of, name) not in self._points:
            held = traits(of, name) if name else frozenset()
            self._points[of, name] = sum(
                rule.points * self._times(rule)
                for rule in self._rules
                if rule.of is of and rule.trait in held
            )
        return self._points[of, name]

    def _times(self, rule: Rule) -> int:
        """How often a rule counts: not at all, once, or for each beyond a number."""
        if rule.above is None and rule.below is None:
            return int(not rule.asked or rule.asked in self.wish.asked)
        number = self.wish.number(rule.asked)
        if number is None:
            return 0
        if rule.below is not None:
            return int(number < rule.below)
        beyond = max(0, int(number) - (rule.above or 0))
        return min(beyond, rule.most or 1)

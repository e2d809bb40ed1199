"""Find the single changes of the requirements that would put another choice first.

Every change is found by trial: the changed requirements are ranked again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

from platform_cli.cost.price_book import PriceBook
from platform_cli.recommend.combination import Choice
from platform_cli.recommend.cost_table import CostTable
from platform_cli.recommend.needs import NEEDS
from platform_cli.recommend.ranking import BUDGET, Ranking
from platform_cli.recommend.requirements import USAGE_FIELDS, Requirements


@dataclass(frozen=True, slots=True)
class SearchedNumber:
    """The range in which a number is searched, and the phrases for a change of it."""

    minimum: int
    maximum: int
    more: str
    fewer: str
    some: str = ""
    """Phrase for a change from zero to one."""
    none: str = ""
    """Phrase for a change to zero."""


NUMBERS: Final = {
    "editors": SearchedNumber(
        1, 100, "with more than {:,} editors", "with fewer than {:,} editors"
    ),
    "products": SearchedNumber(
        0, 100_000, "with more than {:,} products", "with fewer than {:,} products",
        "with products to sell", "with nothing to sell",
    ),
    "orders": SearchedNumber(
        0, 100_000, "with more than {:,} orders a month", "with fewer than {:,} orders a month",
        "with orders", "without orders",
    ),
    "average_order_usd": SearchedNumber(
        1, 10_000, "with orders of more than ${:,}", "with orders of less than ${:,}"
    ),
    "content_edits": SearchedNumber(
        0, 100_000, "with more than {:,} edits a month", "with fewer than {:,} edits a month",
        "with edits", "without edits",
    ),
    "pages": SearchedNumber(1, 100_000, "with more than {:,} pages", "with fewer than {:,} pages"),
    "languages": SearchedNumber(
        1, 30, "with more than {:,} languages", "with fewer than {:,} languages"
    ),
    "team": SearchedNumber(
        1, 50, "with a team of more than {:,}", "with a team of fewer than {:,}"
    ),
}  # fmt: skip
"""Page views are missing: they cost the same for every choice, so they never change the order."""
MAXIMUM_BUDGET: Final = 100_000


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """One change of the requirements, and the choice that is first after it."""

    key: str
    """A need, or the name of a number."""
    value: bool | Decimal
    """Whether the need applies, or the new number."""
    first: Choice
    text: str

    def apply(self, requirements: Requirements) -> Requirements:
        """Return the requirements with the change."""
        if isinstance(self.value, bool):
            return requirements.with_need(self.key, needed=self.value)
        return requirements.with_number(self.key, self.value)


class CounterfactualSearch:
    """Searches for counterfactuals around one ranking."""

    def __init__(self, ranking: Ranking, first: Choice, book: PriceBook) -> None:
        self._ranking, self._first, self._book = ranking, first, book
        self._requirements = ranking.requirements

    def counterfactuals(self) -> list[Counterfactual]:
        """List those of the budget, then of other numbers, then of needs."""
        return [*self._by_budget(), *self._by_number(), *self._by_need()]

    def _by_need(self) -> Iterator[Counterfactual]:
        # Stated needs come first: dropping one is the likelier change.
        for need in sorted(NEEDS, key=lambda need: need not in self._requirements.needs):
            is_added = need not in self._requirements.needs
            condition = f"if {need} were {'also required' if is_added else 'not required'}"
            yield from self._find_effect_of_change(need, is_added, condition)

    def _by_number(self) -> Iterator[Counterfactual]:
        for name, number in NUMBERS.items():
            if name == "average_order_usd" and not self._requirements.usage.orders:
                continue
            current = self._requirements.number(name)
            higher = self._find_nearest(name, current, _steps_above(current, number))
            if higher is not None:
                some = number.some if higher == 1 else ""
                yield from self._find_effect_of_change(
                    name, higher, some or number.more.format(higher - 1)
                )
            lower = self._find_nearest(name, current, _steps_below(current, number))
            if lower is not None:
                none = number.none if not lower else ""
                yield from self._find_effect_of_change(
                    name, lower, none or number.fewer.format(lower + 1)
                )

    def _by_budget(self) -> Iterator[Counterfactual]:
        # No search is needed downwards: one dollar below its cost excludes the first choice.
        cost = self._ranking.costs.expected_usd(self._first)
        lower = cost.to_integral_value(ROUND_CEILING) - 1
        yield from self._find_effect_of_change(BUDGET, lower, f"with a budget of ${lower:,}")
        current = self._requirements.budget
        if current is not None:
            steps = [step for step in _round_numbers_up_to(MAXIMUM_BUDGET) if step > current]
            higher = self._find_nearest(BUDGET, current, steps)
            if higher is not None:
                yield from self._find_effect_of_change(
                    BUDGET, higher, f"with a budget of ${higher:,}"
                )

    def _find_effect_of_change(
        self, key: str, value: bool | Decimal, condition: str
    ) -> Iterator[Counterfactual]:
        """Yield the counterfactual if the change puts another choice first."""
        changed_ranking = self._rank_with(key, value)
        first = changed_ranking.first
        if first is None or first == self._first:
            return
        ahead, behind = (
            first.label_difference_from(self._first),
            self._first.label_difference_from(first),
        )
        if any(changed_ranking.obstacles(self._first)):
            effect = f"{behind} is ruled out, and {ahead} comes first"
        else:
            effect = f"{ahead} overtakes {behind}"
        yield Counterfactual(key, value, first, f"{condition}, {effect}")

    def _find_nearest(
        self, name: str, current: Decimal | None, steps: list[Decimal]
    ) -> Decimal | None:
        """Return the value nearest to `current` that changes the first choice.

        A change between two steps that reverts before the second one is not seen.
        """
        previous = current
        for step in steps:
            if self._changes_first(name, step):
                return step if previous is None else self._bisect(name, previous, step)
            previous = step
        return None

    def _bisect(self, name: str, unchanged: Decimal, changed: Decimal) -> Decimal:
        while abs(changed - unchanged) > 1:
            middle = (unchanged + changed) // 2
            if self._changes_first(name, middle):
                changed = middle
            else:
                unchanged = middle
        return changed

    def _changes_first(self, name: str, value: Decimal) -> bool:
        return self._rank_with(name, value).first not in {None, self._first}

    def _rank_with(self, key: str, value: bool | Decimal) -> Ranking:
        if isinstance(value, bool):
            requirements = self._requirements.with_need(key, needed=value)
        else:
            requirements = self._requirements.with_number(key, value)
        if key in USAGE_FIELDS:
            return Ranking(requirements, CostTable(requirements.usage, self._book))
        # The usage is the same, so the computed costs are reused.
        return Ranking(requirements, self._ranking.costs)


def _round_numbers_up_to(maximum: int) -> list[Decimal]:
    """List 1, 2, 5, 10, 20 and so on up to the maximum."""
    return [
        step
        for power in range(len(str(maximum)))
        for digit in (1, 2, 5)
        if (step := Decimal(digit * 10**power)) <= maximum
    ]


def _steps_above(current: Decimal | None, number: SearchedNumber) -> list[Decimal]:
    start = number.minimum if current is None else current
    return [step for step in _round_numbers_up_to(number.maximum) if step > start]


def _steps_below(current: Decimal | None, number: SearchedNumber) -> list[Decimal]:
    """List the steps down to the minimum; only the minimum if no number was stated."""
    minimum = Decimal(number.minimum)
    if current is None:
        return [minimum]
    steps = [
        step for step in reversed(_round_numbers_up_to(number.maximum)) if minimum < step < current
    ]
    return [*steps, minimum] if minimum < current else []

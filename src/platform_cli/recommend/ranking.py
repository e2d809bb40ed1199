"""Rank every choice for a set of requirements: hard constraints first, then points."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final

from platform_cli.blueprint.compatibility import Level
from platform_cli.blueprint.integration_mode import choose_integration_mode
from platform_cli.config.model import IntegrationMode
from platform_cli.cost.amounts import ZERO
from platform_cli.recommend import rules
from platform_cli.recommend.combination import (
    Choice,
    Component,
    all_choices,
    assess_choice,
    get_label,
    get_traits,
)
from platform_cli.recommend.cost_table import CostTable
from platform_cli.recommend.requirements import Requirements
from platform_cli.recommend.rules import HARD_CONSTRAINTS, RULES, HardConstraint, Rule

BUDGET = "budget"
MAX_CACHED_ORDERS = 256

_BY_CAPABILITY: dict[tuple[tuple[int, ...], IntegrationMode], list[tuple[Decimal, Choice]]] = {}
"""All choices, the most capable first, by the rules and the mode that decide their order."""


COST_SOURCE: Final = "platform cost"
"""Source of the deduction for cost."""


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """Points of a choice with their reason; 0 points if a rule notes a missing trait."""

    points: Decimal
    reason: str
    condition: str
    source: str


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A hard constraint that a choice does not meet."""

    key: str
    """The need or the number behind the constraint."""
    reason: str


@dataclass(frozen=True, slots=True)
class RankedChoice:
    """A choice with its score."""

    choice: Choice
    score: Decimal
    expected_usd: Decimal

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Best score first; ties go to the cheaper, then the more compatible, then by name."""
        names = (self.choice.cms or "~", self.choice.shop or "~", self.choice.engine)
        compatibility = assess_choice(self.choice).score
        return (-self.score, self.expected_usd, -compatibility, *names, self.choice.mode)


class Ranking:
    """All choices for one set of requirements. Equal requirements give an equal ranking."""

    def __init__(self, requirements: Requirements, costs: CostTable) -> None:
        self.requirements, self.costs = requirements, costs
        self.mode, self.mode_reason = choose_integration_mode(requirements.needs)
        needs = requirements.needs
        weight = sum(
            points for need, points in rules.COST_WEIGHTS.items() if not need or need in needs
        )
        self._points_per_dollar = Decimal(weight) / Decimal(rules.DOLLARS_PER_POINT)
        self._rules = tuple(rule for rule in RULES if self._multiplier(rule))
        self._constraints = tuple(
            constraint for constraint in HARD_CONSTRAINTS if constraint.need in needs
        )
        # Many choices share a component. The search for counterfactuals ranks all choices
        # hundreds of times, so points and exclusions are computed once per component.
        self._component_points: dict[tuple[Component, str | None], int] = {}
        self._component_excluded: dict[tuple[Component, str | None], bool] = {}

    @cached_property
    def possible(self) -> list[RankedChoice]:
        """The choices that meet all hard constraints, best first."""
        return sorted(
            (self.score_choice(choice) for choice in all_choices() if self._is_possible(choice)),
            key=lambda ranked: ranked.sort_key,
        )

    @cached_property
    def first(self) -> Choice | None:
        """The best choice, found without ranking all others."""
        best: RankedChoice | None = None
        for capability, choice in self._choices_by_capability():
            # A cost only takes points off, so no later choice reaches the best score.
            if best is not None and capability < best.score:
                break
            if self._is_possible(choice):
                ranked = self._deduct_cost(choice, capability)
                if best is None or ranked.sort_key < best.sort_key:
                    best = ranked
        return best.choice if best else None

    def score_choice(self, choice: Choice) -> RankedChoice:
        """Compute the score of a choice."""
        return self._deduct_cost(choice, self.capability(choice))

    def _deduct_cost(self, choice: Choice, capability: Decimal) -> RankedChoice:
        expected = self.costs.expected_usd(choice)
        return RankedChoice(choice, capability - expected * self._points_per_dollar, expected)

    def capability(self, choice: Choice) -> Decimal:
        """Compute the score without the deduction for cost."""
        points = assess_choice(choice).score * rules.COMPATIBILITY_POINTS
        points += sum(
            self._points_of(component, name) for component, name in choice.components.items()
        )
        return Decimal(points + rules.MODE_POINTS * self._has_recommended_mode(choice))

    def _choices_by_capability(self) -> list[tuple[Decimal, Choice]]:
        """Return all choices, the most capable first.

        Requirements that differ only in their budget or quantities share this order, and the
        search for counterfactuals tries hundreds of those.
        """
        key = (tuple(self._multiplier(rule) for rule in RULES), self.mode)
        if key not in _BY_CAPABILITY:
            if len(_BY_CAPABILITY) >= MAX_CACHED_ORDERS:
                _BY_CAPABILITY.clear()
            choices = ((self.capability(choice), choice) for choice in all_choices())
            _BY_CAPABILITY[key] = sorted(choices, key=lambda pair: pair[0], reverse=True)
        return _BY_CAPABILITY[key]

    def score_items(self, choice: Choice) -> Iterator[ScoreItem]:
        """Yield every point of the score, and a note for each missing trait."""
        compatibility = assess_choice(choice)
        reason = compatibility.reason
        if compatibility.level is not Level.NATIVE:
            # The reason continues with a general warning, which belongs to no single point.
            reason = reason.split(";")[0]
        points = Decimal(compatibility.score * rules.COMPATIBILITY_POINTS)
        yield ScoreItem(points, reason, "", rules.TABLE)
        if compatibility.hint:
            yield ScoreItem(ZERO, compatibility.hint, "", rules.ADAPTER)
        if self._has_recommended_mode(choice):
            yield ScoreItem(Decimal(rules.MODE_POINTS), self.mode_reason, "", rules.FACTORS)
        for rule in self._rules:
            name = choice.components[rule.component]
            if not name:
                continue
            label = get_label(rule.component, name)
            if rule.trait in get_traits(rule.component, name):
                points = Decimal(rule.points * self._multiplier(rule))
                yield ScoreItem(points, f"{label} {rule.reason}", rule.condition, rule.source)
            elif rule.absent_reason:
                absence = f"{label} {rule.absent_reason}"
                yield ScoreItem(ZERO, absence, rule.condition, rule.source)
        cost = self.costs.expected_usd(choice)
        reason = f"its expected cost is {self.format_cost(choice, cost)} a month"
        yield ScoreItem(-cost * self._points_per_dollar, reason, "", COST_SOURCE)

    def obstacles(self, choice: Choice) -> Iterator[Obstacle]:
        """Yield the hard constraints that the choice does not meet."""
        requirements = self.requirements
        for constraint in self._constraints:
            name = choice.components[constraint.component]
            if not self._meets(constraint, name):
                is_named = name and constraint.trait
                label = get_label(constraint.component, name) if name and is_named else "The site"
                yield Obstacle(constraint.need, f"{label} has {constraint.absent_reason}")
        if choice.shop is None and requirements.products:
            yield Obstacle("products", "The site has no shop, but sells products")
        if choice.shop is None and requirements.usage.orders:
            yield Obstacle("orders", "The site has no shop, but receives orders")
        if choice.shop and requirements.products == 0:
            yield Obstacle("products", "The site has a shop, but sells nothing")
        cost = self.costs.expected_usd(choice)
        if requirements.budget is not None and cost > requirements.budget:
            excess = cost - requirements.budget
            reason = f"{self.format_cost(choice, cost)} a month is ${excess:,.2f} over the budget"
            yield Obstacle(BUDGET, reason)

    def format_cost(self, choice: Choice, dollars: Decimal) -> str:
        """Format an amount, with the included payment fees in parentheses."""
        fees = self.costs.order_fees_usd(choice)
        return f"${dollars:,.2f}" + (f" (including ${fees:,.2f} payment fees)" if fees else "")

    def _is_possible(self, choice: Choice) -> bool:
        requirements = self.requirements
        if choice.shop is None and (requirements.products or requirements.usage.orders):
            return False
        if choice.shop and requirements.products == 0:
            return False
        if self._constraints and any(
            self._excludes(component, name) for component, name in choice.components.items()
        ):
            return False
        return requirements.budget is None or (
            self.costs.expected_usd(choice) <= requirements.budget
        )

    def _excludes(self, component: Component, name: str | None) -> bool:
        key = (component, name)
        if key not in self._component_excluded:
            self._component_excluded[key] = any(
                constraint.component is component and not self._meets(constraint, name)
                for constraint in self._constraints
            )
        return self._component_excluded[key]

    def _meets(self, constraint: HardConstraint, name: str | None) -> bool:
        if not name:
            return False
        return constraint.trait == "" or constraint.trait in get_traits(constraint.component, name)

    def _has_recommended_mode(self, choice: Choice) -> bool:
        return len(choice.provider_names) == 1 and choice.mode is self.mode

    def _points_of(self, component: Component, name: str | None) -> int:
        key = (component, name)
        if key not in self._component_points:
            traits = get_traits(component, name) if name else frozenset()
            self._component_points[key] = sum(
                rule.points * self._multiplier(rule)
                for rule in self._rules
                if rule.component is component and rule.trait in traits
            )
        return self._component_points[key]

    def _multiplier(self, rule: Rule) -> int:
        """Return how many times a rule counts: 0, 1, or once per unit above its threshold."""
        if rule.above is None and rule.below is None:
            return int(not rule.condition or rule.condition in self.requirements.needs_and_skills)
        number = self.requirements.number(rule.condition)
        if number is None:
            return 0
        if rule.below is not None:
            return int(number < rule.below)
        excess = max(0, int(number) - (rule.above or 0))
        return min(excess, rule.max_count or 1)

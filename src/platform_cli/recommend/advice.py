"""The advice for a set of requirements: recommendations, exclusions, and the way to a solution."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from typing import Any

from platform_cli.cost.amounts import ZERO, Range
from platform_cli.cost.cost_lines import Group
from platform_cli.cost.estimate import Estimate
from platform_cli.cost.price_book import UNVERIFIED, PriceBook
from platform_cli.recommend.combination import Choice, all_choices
from platform_cli.recommend.cost_table import CostTable
from platform_cli.recommend.counterfactuals import Counterfactual, CounterfactualSearch
from platform_cli.recommend.published import Combination, Published, find_recommendations_for_needs
from platform_cli.recommend.ranking import BUDGET, Obstacle, RankedChoice, Ranking, ScoreItem
from platform_cli.recommend.requirements import Requirements


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One choice with the reasons for and against it."""

    rank: int
    """Position among the recommendations, from 1."""
    ranked: RankedChoice
    cost: Range
    score_items: tuple[ScoreItem, ...]
    published: Published | None
    caveats: tuple[str, ...]
    """Reasons why its cost is not reliable."""
    counterfactuals: tuple[Counterfactual, ...]
    """For the first one, the changes that put another before it; for others, those that put it
    first."""

    @property
    def choice(self) -> Choice:
        return self.ranked.choice

    @property
    def reasons(self) -> list[str]:
        """The reasons for it, the most important first."""
        published = [self.published.reason] if self.published else []
        return published + [item.reason for item in self._by_points() if item.points > 0]

    @property
    def against(self) -> list[str]:
        """The reasons against it: deductions first, then missing traits."""
        return [item.reason for item in reversed(self._by_points()) if item.points <= 0]

    def _by_points(self) -> list[ScoreItem]:
        return sorted(self.score_items, key=lambda item: -item.points)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """The choices that one hard constraint rules out."""

    key: str
    count: int
    best: Choice
    """The excluded choice with the highest score."""
    reason: str
    """The reason why the best one is excluded."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """A constraint that alone prevents any solution, and the first choice without it."""

    key: str
    text: str
    first: Choice


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A choice that is not possible, and the constraints that it does not meet."""

    ranked: RankedChoice
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """A possible choice in the chart of cost against capability."""

    label: str
    expected_usd: Decimal
    capability: Decimal
    on_front: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """The result of `platform recommend`.

    If nothing is possible, `recommendations` is empty, and `near_misses` and `blockers` show what
    would have to change.
    """

    ranking: Ranking
    recommendations: tuple[Recommendation, ...]
    exclusions: tuple[Exclusion, ...]
    front: tuple[RankedChoice, ...]
    """The Pareto front, cheapest first: each has more capability than every cheaper choice."""
    near_misses: tuple[NearMiss, ...] = ()
    blockers: tuple[Blocker, ...] = ()

    @property
    def chart_points(self) -> list[ChartPoint]:
        """All possible choices with their cost and capability."""
        front = {ranked.choice for ranked in self.front}
        return [
            ChartPoint(
                ranked.choice.label,
                ranked.expected_usd,
                self.ranking.capability(ranked.choice),
                ranked.choice in front,
            )
            for ranked in self.ranking.possible
        ]


def advise(requirements: Requirements, book: PriceBook, *, top: int) -> Advice:
    """Recommend the best `top` pairs of providers, each with its best engine.

    Published combinations that match the needs are included at any rank.
    """
    ranking = Ranking(requirements, CostTable(requirements.usage, book))
    possible = ranking.possible
    exclusions = tuple(_exclusions(ranking))
    if not possible:
        near_misses = tuple(_near_misses(ranking, top))
        return Advice(ranking, (), exclusions, (), near_misses, tuple(_blockers(ranking)))
    counterfactuals = CounterfactualSearch(ranking, possible[0].choice, book).counterfactuals()
    published = {
        entry.combination: entry for entry in find_recommendations_for_needs(requirements.needs)
    }
    best_pairs = _best_choice_per_provider_pair(possible)[:top]
    chosen = (
        ranked
        for ranked in possible
        if ranked in best_pairs or ranked.choice.combination in published
    )
    recommendations = tuple(
        _recommend(rank, ranked, ranking, published, counterfactuals)
        for rank, ranked in enumerate(chosen, 1)
    )
    return Advice(ranking, recommendations, exclusions, tuple(_pareto_front(ranking)))


def _recommend(
    rank: int,
    ranked: RankedChoice,
    ranking: Ranking,
    published: Mapping[Combination, Published],
    counterfactuals: list[Counterfactual],
) -> Recommendation:
    choice = ranked.choice
    estimate = ranking.costs.estimate(choice)
    return Recommendation(
        rank=rank,
        ranked=ranked,
        cost=estimate.total,
        score_items=tuple(ranking.score_items(choice)),
        published=published.get(choice.combination),
        caveats=tuple(_cost_caveats(estimate)),
        counterfactuals=tuple(
            counterfactual
            for counterfactual in counterfactuals
            if rank == 1 or counterfactual.first == choice
        ),
    )


def _cost_caveats(estimate: Estimate) -> Iterator[str]:
    unverified = [
        line.item
        for line in estimate.lines
        if line.group is not Group.AWS and line.certainty == UNVERIFIED and line.amount.high
    ]
    if unverified:
        yield f"unverified prices: {', '.join(unverified)}"
    yield from estimate.caveats


def _best_choice_per_provider_pair(possible: Iterable[RankedChoice]) -> list[RankedChoice]:
    """Return the best choice of each pair of providers, the best pair first."""
    best: dict[tuple[str, ...], RankedChoice] = {}
    for ranked in possible:
        best.setdefault(ranked.choice.provider_names, ranked)
    return list(best.values())


def _exclusions(ranking: Ranking) -> Iterator[Exclusion]:
    """Yield each constraint, the most restrictive first; a choice may count for several."""
    counts: Counter[str] = Counter()
    best: dict[str, tuple[RankedChoice, str]] = {}
    for choice in all_choices():
        for obstacle in ranking.obstacles(choice):
            counts[obstacle.key] += 1
            ranked = ranking.score_choice(choice)
            if obstacle.key not in best or ranked.sort_key < best[obstacle.key][0].sort_key:
                best[obstacle.key] = (ranked, obstacle.reason)
    for key, count in counts.most_common():
        ranked, reason = best[key]
        yield Exclusion(key, count, ranked.choice, reason)


def _pareto_front(ranking: Ranking) -> Iterator[RankedChoice]:
    highest = None
    by_cost = sorted(
        ranking.possible,
        key=lambda ranked: (
            ranked.expected_usd,
            -ranking.capability(ranked.choice),
            ranked.sort_key,
        ),
    )
    for ranked in by_cost:
        capability = ranking.capability(ranked.choice)
        if highest is None or capability > highest:
            highest = capability
            yield ranked


def _near_misses(ranking: Ranking, top: int) -> Iterator[NearMiss]:
    """Yield the choices that miss the fewest constraints, one for each pair of providers.

    They alternate between the missed constraints, so that each constraint shows its best choice
    before any shows its second.
    """
    obstacles = {choice: tuple(ranking.obstacles(choice)) for choice in all_choices()}
    fewest = min(map(len, obstacles.values()))
    nearest = [
        ranking.score_choice(choice)
        for choice, missed in obstacles.items()
        if len(missed) == fewest
    ]
    nearest.sort(key=lambda ranked: ranked.sort_key)
    candidates = [
        NearMiss(ranked, obstacles[ranked.choice])
        for ranked in _best_choice_per_provider_pair(nearest)
    ]
    count_by_keys: Counter[tuple[str, ...]] = Counter()
    rounds = []
    for candidate in candidates:
        keys = tuple(obstacle.key for obstacle in candidate.obstacles)
        rounds.append((count_by_keys[keys], candidate))
        count_by_keys[keys] += 1
    in_rounds = sorted(rounds, key=lambda pair: pair[0])
    yield from (candidate for _, candidate in in_rounds[:top])


def _blockers(ranking: Ranking) -> Iterator[Blocker]:
    """Yield each constraint whose removal alone makes a choice possible."""
    requirements = ranking.requirements
    keys: dict[str, None] = {}  # A dict keeps the order in which the constraints are found.
    for choice in all_choices():
        keys.update(dict.fromkeys(obstacle.key for obstacle in ranking.obstacles(choice)))
    for key in keys:
        relaxed = Ranking(_without_constraint(requirements, key), ranking.costs)
        first = relaxed.first
        if first is None:
            continue
        if key == BUDGET:
            cheapest = min(
                relaxed.possible, key=lambda ranked: (ranked.expected_usd, ranked.sort_key)
            )
            dollars = cheapest.expected_usd.to_integral_value(ROUND_CEILING)
            cost = ranking.format_cost(cheapest.choice, dollars)
            yield Blocker(key, f"possible with a budget of {cost}", cheapest.choice)
        else:
            yield Blocker(key, f"possible without {key}", first)


def _without_constraint(requirements: Requirements, key: str) -> Requirements:
    """Drop one constraint. The ranking keeps its costs, so the usage still counts in full."""
    if key in requirements.needs:
        return requirements.with_need(key, needed=False)
    if key == "orders":
        return requirements.with_number(key, ZERO)
    unstated: dict[str, Any] = {key: None}
    return replace(requirements, **unstated)

"""The answer to a wish."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from typing import Any

from platform_cli.resolve.cost.amounts import ZERO, Range
from platform_cli.resolve.cost.book import PriceBook
from platform_cli.resolve.cost.estimate import Estimate
from platform_cli.resolve.cost.lines import Group
from platform_cli.resolve.cost.vendors import MEMORY
from platform_cli.resolve.published import Combination, Published, fired
from platform_cli.resolve.recommend.bill import Bill
from platform_cli.resolve.recommend.choice import Choice, every
from platform_cli.resolve.recommend.flips import Flip, Search
from platform_cli.resolve.recommend.ranking import BUDGET, Mark, Obstacle, Ranked, Ranking
from platform_cli.resolve.recommend.requirements import Requirements


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One choice with all that speaks for and against it."""

    rank: int
    """Among all that are possible, from 1."""
    ranked: Ranked
    cost: Range
    marks: tuple[Mark, ...]
    published: Published | None
    doubts: tuple[str, ...]
    """What makes its cost worth less than it looks."""
    flips: tuple[Flip, ...]
    """Of the first one: what would put another before it. Of another: what would put it first."""

    @property
    def choice(self) -> Choice:
        return self.ranked.choice

    @property
    def reasons(self) -> list[str]:
        """What speaks for it, the weightiest first."""
        said = [self.published.reason] if self.published else []
        return said + [mark.reason for mark in self._by_weight() if mark.points > 0]

    @property
    def against(self) -> list[str]:
        """What speaks against it: points that it loses, then what it lacks of what is asked."""
        return [mark.reason for mark in reversed(self._by_weight()) if mark.points <= 0]

    def _by_weight(self) -> list[Mark]:
        return sorted(self.marks, key=lambda mark: -mark.points)


@dataclass(frozen=True, slots=True)
class RuledOut:
    """What a hard constraint rules out."""

    key: str
    count: int
    best: Choice
    """The one of them that would have the highest score."""
    reason: str
    """Why that one is out."""


@dataclass(frozen=True, slots=True)
class Way:
    """A constraint that stands in the way of a wish, and what would be first without it."""

    key: str
    text: str
    first: Choice


@dataclass(frozen=True, slots=True)
class Nearest:
    """A choice that is not possible, and all that it would take."""

    ranked: Ranked
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """Everything that `platform recommend` says. Where nothing is possible, `recommendations` is
    empty, and `nearest` and `in_the_way` say what it would take."""

    ranking: Ranking
    recommendations: tuple[Recommendation, ...]
    ruled_out: tuple[RuledOut, ...]
    front: tuple[Ranked, ...]
    """From the cheapest on, each that can do more than all cheaper ones."""
    nearest: tuple[Nearest, ...] = ()
    in_the_way: tuple[Way, ...] = ()

    @property
    def points(self) -> list[tuple[str, Decimal, Decimal, bool]]:
        """Of every choice that is possible: its label, what it costs, what it can do, and whether
        it is on the front."""
        best = {each.choice for each in self.front}
        return [
            (
                each.choice.label,
                each.expected_usd,
                self.ranking.capability(each.choice),
                each.choice in best,
            )
            for each in self.ranking.possible
        ]


def advise(wish: Requirements, book: PriceBook, *, top: int) -> Advice:
    """The best `top` pairs of providers, each with its best engine; and what was published."""
    ranking = Ranking(wish, Bill(wish.usage, book))
    possible = ranking.possible
    ruled_out = tuple(_ruled_out(ranking))
    if not possible:
        return Advice(
            ranking, (), ruled_out, (), tuple(_nearest(ranking, top)), tuple(_in_the_way(ranking))
        )
    flips = Search(ranking, possible[0].choice, book).flips()
    published = {each.combination: each for each in fired(wish.needs)}
    best = _best_of_pairs(possible)[:top]
    shown = [
        (number, each)
        for number, each in enumerate(possible, 1)
        if (number, each) in best or each.choice.combination in published
    ]
    recommendations = tuple(
        _recommendation(number, each, ranking, published, flips) for number, each in shown
    )
    return Advice(ranking, recommendations, ruled_out, tuple(_front(ranking)))


def _recommendation(
    number: int,
    ranked: Ranked,
    ranking: Ranking,
    published: Mapping[Combination, Published],
    flips: list[Flip],
) -> Recommendation:
    choice = ranked.choice
    cost = ranking.bill.whole(choice)
    return Recommendation(
        rank=number,
        ranked=ranked,
        cost=cost.total,
        marks=tuple(ranking.marks(choice)),
        published=published.get(choice.combination),
        doubts=tuple(_doubts(cost)),
        flips=tuple(flip for flip in flips if number == 1 or flip.first == choice),
    )


def _doubts(cost: Estimate) -> Iterator[str]:
    guessed = [
        line.item
        for line in cost.lines
        if line.group is not Group.AWS and line.certainty == MEMORY and line.amount.high
    ]
    if guessed:
        yield f"unverified prices: {', '.join(guessed)}"
    yield from cost.doubts


def _best_of_pairs(possible: Iterable[Ranked]) -> list[tuple[int, Ranked]]:
    """Of each pair of providers the best, with its place among all."""
    best: dict[tuple[str, ...], tuple[int, Ranked]] = {}
    for number, each in enumerate(possible, 1):
        best.setdefault(each.choice.members, (number, each))
    return list(best.values())


def _ruled_out(ranking: Ranking) -> Iterator[RuledOut]:
    """By constraint, the one that rules out most first; a choice may stand under several."""
    counts: Counter[str] = Counter()
    best: dict[str, tuple[Ranked, str]] = {}
    for choice in every():
        for obstacle in ranking.obstacles(choice):
            counts[obstacle.key] += 1
            ranked = ranking.ranked(choice)
            if obstacle.key not in best or ranked.order < best[obstacle.key][0].order:
                best[obstacle.key] = (ranked, obstacle.reason)
    for key, count in counts.most_common():
        ranked, reason = best[key]
        yield RuledOut(key, count, ranked.choice, reason)


def _front(ranking: Ranking) -> Iterator[Ranked]:
    most = None
    by_cost = sorted(
        ranking.possible,
        key=lambda each: (each.expected_usd, -ranking.capability(each.choice), each.order),
    )
    for each in by_cost:
        capability = ranking.capability(each.choice)
        if most is None or capability > most:
            most = capability
            yield each


def _nearest(ranking: Ranking, top: int) -> Iterator[Nearest]:
    """Those that miss the fewest constraints, one of each pair of providers: first the best for
    each constraint, then the next best for each."""
    missed = {choice: tuple(ranking.obstacles(choice)) for choice in every()}
    fewest = min(map(len, missed.values()))
    close = [ranking.ranked(each) for each, found in missed.items() if len(found) == fewest]
    close.sort(key=lambda each: each.order)
    found = [Nearest(each, missed[each.choice]) for _, each in _best_of_pairs(close)]
    turns: Counter[tuple[str, ...]] = Counter()
    placed = []
    for each in found:
        keys = tuple(obstacle.key for obstacle in each.obstacles)
        placed.append((turns[keys], each))
        turns[keys] += 1
    yield from (each for _, each in sorted(placed, key=lambda pair: pair[0])[:top])


def _in_the_way(ranking: Ranking) -> Iterator[Way]:
    """Each constraint without which, the others as they are, something is possible."""
    wish, keys = ranking.wish, {}
    for choice in every():
        keys.update(dict.fromkeys(each.key for each in ranking.obstacles(choice)))
    for key in keys:
        without = Ranking(_without(wish, key), ranking.bill)
        first = without.first
        if first is None:
            continue
        if key == BUDGET:
            cheapest = min(without.possible, key=lambda each: (each.expected_usd, each.order))
            dollars = cheapest.expected_usd.to_integral_value(ROUND_CEILING)
            said = ranking.priced(cheapest.choice, dollars)
            yield Way(key, f"a budget of {said} would do", cheapest.choice)
        else:
            yield Way(key, f"without {key} it would be possible", first)


def _without(wish: Requirements, key: str) -> Requirements:
    """The wish with one constraint left out; what the month brings is reckoned as before."""
    if key in wish.needs:
        return wish.with_need(key, needed=False)
    if key == "orders":
        return wish.with_number(key, ZERO)
    unsaid: dict[str, Any] = {key: None}
    return replace(wish, **unsaid)

"""What would put another choice first: computed by trying it, one change at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

from platform_cli.resolve.cost.book import PriceBook
from platform_cli.resolve.recommend.bill import Bill
from platform_cli.resolve.recommend.choice import Choice
from platform_cli.resolve.recommend.needs import NEEDS
from platform_cli.resolve.recommend.ranking import BUDGET, Ranking
from platform_cli.resolve.recommend.requirements import USED, Requirements


@dataclass(frozen=True, slots=True)
class Number:
    """Where a number is looked at, and how a change of it is said."""

    least: int
    most: int
    more: str
    fewer: str
    some: str = ""
    """More than none at all."""
    none: str = ""


NUMBERS: Final = {
    "editors": Number(1, 100, "with more than {:,} editors", "with fewer than {:,} editors"),
    "products": Number(
        0, 100_000, "with more than {:,} products", "with fewer than {:,} products",
        "with something to sell", "with nothing to sell",
    ),
    "orders": Number(
        0, 100_000, "with more than {:,} orders a month", "with fewer than {:,} orders a month",
        "with orders", "without orders",
    ),
    "average_order_usd": Number(
        1, 10_000, "with orders of more than ${:,}", "with orders of less than ${:,}"
    ),
    "content_edits": Number(
        0, 100_000, "with more than {:,} edits a month", "with fewer than {:,} edits a month",
        "with edits", "without edits",
    ),
    "pages": Number(1, 100_000, "with more than {:,} pages", "with fewer than {:,} pages"),
    "languages": Number(
        1, 30, "with more than {:,} languages", "with fewer than {:,} languages"
    ),
    "team": Number(1, 50, "with a team of more than {:,}", "with a team of fewer than {:,}"),
}  # fmt: skip
"""Page views cost every choice the same: they can put none before another."""
DEAREST: Final = 100_000
"""A budget beyond which none is looked for."""


@dataclass(frozen=True, slots=True)
class Flip:
    """One change to a wish, and the choice that comes first with it."""

    key: str
    """A need, or the name of a number."""
    value: bool | Decimal
    """Whether it is needed; or how many."""
    first: Choice
    text: str

    def applied(self, wish: Requirements) -> Requirements:
        """The wish with the change."""
        if isinstance(self.value, bool):
            return wish.with_need(self.key, needed=self.value)
        return wish.with_number(self.key, self.value)


class Search:
    """Looks for flips around one wish."""

    def __init__(self, ranking: Ranking, first: Choice, book: PriceBook) -> None:
        self._ranking, self._first, self._book = ranking, first, book
        self._wish = ranking.wish

    def flips(self) -> list[Flip]:
        """Those of numbers, then those of needs: what is asked for before what is not."""
        return [*self._of_budget(), *self._of_numbers(), *self._of_needs()]

    def _of_needs(self) -> Iterator[Flip]:
        for need in sorted(NEEDS, key=lambda each: each not in self._wish.needs):
            needed = need not in self._wish.needs
            when = f"if {need} were {'asked for, too' if needed else 'not asked for'}"
            yield from self._flip(need, needed, when)

    def _of_numbers(self) -> Iterator[Flip]:
        for name, number in NUMBERS.items():
            if name == "average_order_usd" and not self._wish.usage.orders:
                continue
            now = self._wish.number(name)
            up = self._at(name, now, _above(now, number))
            if up is not None:
                some = number.some if up == 1 else ""
                yield from self._flip(name, up, some or number.more.format(up - 1))
            down = self._at(name, now, _below(now, number))
            if down is not None:
                none = number.none if not down else ""
                yield from self._flip(name, down, none or number.fewer.format(down + 1))

    def _of_budget(self) -> Iterator[Flip]:
        """Downwards it is clear: one dollar less than what the first one costs."""
        cost = self._ranking.bill.expected(self._first)
        less = cost.to_integral_value(ROUND_CEILING) - 1
        yield from self._flip(BUDGET, less, f"with a budget of ${less:,}")
        now = self._wish.budget
        if now is not None:
            up = self._at(BUDGET, now, [each for each in _steps(DEAREST) if each > now])
            if up is not None:
                yield from self._flip(BUDGET, up, f"with a budget of ${up:,}")

    def _flip(self, key: str, value: bool | Decimal, when: str) -> Iterator[Flip]:
        """The flip, where this is one."""
        there = self._there(key, value)
        first = there.first
        if first is None or first == self._first:
            return
        ahead, behind = first.differs_from(self._first), self._first.differs_from(first)
        if any(there.obstacles(self._first)):
            what = f"{behind} is ruled out, and {ahead} comes first"
        else:
            what = f"{ahead} overtakes {behind}"
        yield Flip(key, value, first, f"{when}, {what}")

    def _at(self, name: str, now: Decimal | None, steps: list[Decimal]) -> Decimal | None:
        """The value nearest to `now` that puts another one first, as far as the steps see."""
        before = now
        for step in steps:
            if self._differs(name, step):
                return step if before is None else self._nearest(name, before, step)
            before = step
        return None

    def _nearest(self, name: str, same: Decimal, other: Decimal) -> Decimal:
        while abs(other - same) > 1:
            middle = (same + other) // 2
            if self._differs(name, middle):
                other = middle
            else:
                same = middle
        return other

    def _differs(self, name: str, value: Decimal) -> bool:
        return self._there(name, value).first not in {None, self._first}

    def _there(self, key: str, value: bool | Decimal) -> Ranking:
        if isinstance(value, bool):
            wish = self._wish.with_need(key, needed=value)
        else:
            wish = self._wish.with_number(key, value)
        bill = Bill(wish.usage, self._book) if key in USED else self._ranking.bill
        return Ranking(wish, bill)


def _steps(most: int) -> list[Decimal]:
    """1, 2, 5, 10, 20 ... up to so many."""
    return [
        step
        for power in range(len(str(most)))
        for digit in (1, 2, 5)
        if (step := Decimal(digit * 10**power)) <= most
    ]


def _above(now: Decimal | None, number: Number) -> list[Decimal]:
    begin = number.least if now is None else now
    return [step for step in _steps(number.most) if step > begin]


def _below(now: Decimal | None, number: Number) -> list[Decimal]:
    """Downwards, to the least; where nothing was said, the least alone."""
    least = Decimal(number.least)
    if now is None:
        return [least]
    below = [step for step in reversed(_steps(number.most)) if least < step < now]
    return [*below, least] if least < now else []

"""How advice looks to a person."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from platform_cli.commands._cost_chart import look, save
from platform_cli.commands._cost_screen import dollars, three
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.resolve.published import Published
    from platform_cli.resolve.recommend.advice import Advice, Recommendation
    from platform_cli.resolve.recommend.wish import Wish

RANKED = [
    "rank", "CMS", "shop", "engine", "mode", "score", "fit", "complexity",
    "low", "expected", "high",
]  # fmt: skip
FLAGS = {
    "budget": "--budget", "team": "--team", "editors": "--editors", "products": "--products",
    "languages": "--languages", "orders": "--orders", "average_order_usd": "--average-order",
    "content_edits": "--edits", "page_views": "--page-views", "pages": "--pages",
}  # fmt: skip
"""The options for the numbers of a wish."""
HEIGHT = 12
FLIPS = 12
"""So many are shown; `--json` has all."""


def show(session: Session, advice: "Advice") -> None:
    """What is first and why, what comes next, and what would change it."""
    from platform_cli.resolve.published import fired

    first = advice.recommendations[0]
    screen = session.screen
    rows = [_ranked(each) for each in advice.recommendations]
    screen.table("Recommended, $ a month", RANKED, rows)
    marks = sorted(first.marks, key=lambda mark: -mark.points)
    screen.table(
        f"Why {first.choice.label}",
        ["points", "reason", "asked for", "source"],
        [[_points(mark.points), mark.reason, mark.asked, mark.source] for mark in marks],
    )
    screen.table(
        "What speaks against each",
        ["rank", "choice", "against"],
        [
            [each.rank, each.choice.label, "; ".join([*each.against, *each.doubts])]
            for each in advice.recommendations
        ],
    )
    texts = [[flip.text] for flip in first.flips]
    hidden = len(texts) - FLIPS
    more = [[f"... and {hidden} more: --json"]] if hidden > 0 else []
    screen.table("", ["what would put another one first"], [*texts[:FLIPS], *more])
    if advice.ruled_out:
        _show_ruled_out(session, advice)
    screen.table(
        "What more money buys",
        ["expected", "capability", "choice, each the cheapest that can do so much"],
        [
            [dollars(each.expected_usd), advice.ranking.capability(each.choice), each.choice.label]
            for each in advice.front
        ],
    )
    _show_published(session, fired(advice.ranking.wish.needs))


def say_what_next(session: Session, advice: "Advice", wish: "Wish", *, is_saved: bool) -> None:
    """Which one is first, why in its mode, and how to go on: an interview's answers as options."""
    first = advice.recommendations[0]
    say = session.screen.say
    expected = dollars(first.cost.expected)
    say(f"First: {first.choice.label}, about ${expected} a month.")
    say(_mode(advice, first))
    for doubt in first.doubts:
        session.screen.warn(doubt)
    if is_saved:
        return
    say("To make a client of it (with --pick RANK, of another one):")
    say(f"  platform recommend {' '.join([*options(wish), '--save ID'])}")


def options(wish: "Wish") -> list[str]:
    """What was wished for, as one would call it."""
    named = [
        *(("--need", each) for each in wish.needs),
        *(("--skill", each) for each in wish.skills),
        *((flag, getattr(wish, field)) for field, flag in FLAGS.items()),
    ]
    return [f"{flag} {_plain(value)}" for flag, value in named if value is not None]


def show_nearest(session: Session, advice: "Advice") -> None:
    """Why nothing is possible, and what comes nearest."""
    screen = session.screen
    screen.table(
        "What stands in the way",
        ["constraint", "without it", "then first"],
        [[way.key, way.text, way.first.label] for way in advice.in_the_way],
    )
    screen.table(
        "Nearest, though not possible",
        ["choice", "expected", "why not"],
        [
            [
                each.ranked.choice.label,
                dollars(each.ranked.expected_usd),
                "; ".join(obstacle.reason for obstacle in each.obstacles),
            ]
            for each in advice.nearest
        ],
    )


def draw(session: Session, advice: "Advice", svg: Path | None, *, chart: bool) -> None:
    """Cost against capability; the front bears letters."""
    from platform_cli import chart as charts

    points = [charts.Point(*each) for each in advice.points]
    x, y = "$ a month, expected", "capability: the score without money"
    screen = session.screen
    if chart:
        screen.write(
            charts.scatter(points, x=x, y=y, width=screen.width, height=HEIGHT, look=look(session))
        )
    if svg:
        save(session, svg, charts.svg_scatter(points, title="Cost against capability", x=x, y=y))


def _ranked(of: "Recommendation") -> list[object]:
    from platform_cli.resolve.recommend.choice import fit
    from platform_cli.resolve.recommend.report import tenths

    compatible = fit(of.choice)
    made = [of.choice.cms, of.choice.shop, of.choice.engine, of.choice.mode]
    fitness = [tenths(of.ranked.score), f"{compatible.score}/10", compatible.complexity]
    return [of.rank, *made, *fitness, *three(of.cost)]


def _show_ruled_out(session: Session, advice: "Advice") -> None:
    session.screen.table(
        "Ruled out",
        ["by", "choices", "the best of them", "why"],
        [[each.key, each.count, each.best.label, each.reason] for each in advice.ruled_out],
    )


def _show_published(session: Session, those: Iterable["Published"]) -> None:
    rows = [
        [
            f"{each.cms}, {each.shop}, {each.engine}",
            "${}-{}".format(*each.monthly_usd),
            "${:,}-{:,}".format(*each.setup_usd),
            each.complexity,
            each.compatibility_score,
            each.reason,
        ]
        for each in those
    ]
    if rows:
        columns = ["published, not ours", "a month", "setup", "complexity", "score", "reason"]
        session.screen.table("Published figures, not ours", columns, rows)


def _mode(advice: "Advice", first: "Recommendation") -> str:
    mode, why = advice.ranking.mode
    if first.choice.mode is mode:
        return f"Recommended: {mode.value} - {why}"
    return f"Its mode is {first.choice.mode.value}: a CMS and a shop on one site are composed."


def _points(points: Decimal) -> str:
    return f"{points:+.1f}".removesuffix(".0") if points else ""


def _plain(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value

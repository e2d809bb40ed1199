"""How advice looks to a person, and as data."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from platform_cli.commands._cost_chart import look, save
from platform_cli.commands._cost_screen import dollars, three
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.chart import Point
    from platform_cli.resolve.recommend.advice import Advice, Nearest, Recommendation
    from platform_cli.resolve.recommend.choice import Choice
    from platform_cli.resolve.recommend.flips import Flip
    from platform_cli.resolve.recommend.published import Published

Row = dict[str, object]
RANKED = [
    "rank", "CMS", "shop", "engine", "mode", "score", "fit", "complexity",
    "low", "expected", "high",
]  # fmt: skip
HEIGHT = 12
FLIPS = 12
"""So many are shown; `--json` has all."""


def show(session: Session, advice: "Advice") -> None:
    """What is first and why, what comes next, and what would change it."""
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
            [each.rank, each.choice.label, "; ".join(each.against)]
            for each in advice.recommendations
        ],
    )
    texts = [[flip.text] for flip in first.flips]
    hidden = len(texts) - FLIPS
    more = [[f"... and {hidden} more: --json"]] if hidden > 0 else []
    screen.table("", ["what would put another one first"], [*texts[:FLIPS], *more])
    _show_ruled_out(session, advice)
    screen.table(
        "What more money buys",
        ["expected", "capability", "choice, each the cheapest that can do so much"],
        [
            [dollars(each.expected_usd), advice.ranking.capability(each.choice), each.choice.label]
            for each in advice.front
        ],
    )
    _show_published(session, [each for each in advice.recommendations if each.published])


def say_what_next(session: Session, advice: "Advice") -> None:
    """Which one is first, why in its mode, and how to go on."""
    first = advice.recommendations[0]
    say = session.screen.say
    expected = dollars(first.cost.expected)
    say(f"First: {first.choice.label}, about ${expected} a month.")
    say(_mode(advice, first))
    say("The same call with --save ID makes the client; --pick RANK takes another.")


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

    points = _points_of(advice)
    x, y = "$ a month, expected", "capability: the score without money"
    screen = session.screen
    if chart:
        screen.write(
            charts.scatter(points, x=x, y=y, width=screen.width, height=HEIGHT, look=look(session))
        )
    if svg:
        save(session, svg, charts.svg_scatter(points, title="Cost against capability", x=x, y=y))


# --- as data ------------------------------------------------------------------------------------


def data(advice: "Advice") -> Row:
    """Everything, JSON-ready; the amounts as `platform cost` gives them."""
    from platform_cli.resolve.recommend.choice import every

    ranking = advice.ranking
    mode, why = ranking.mode
    return {
        "wish": _wish(advice),
        "integration_mode": {
            "mode": str(mode), "reason": why, "text": f"Recommended: {mode.value} - {why}",
        },
        "considered": len(every()),
        "possible": len(ranking.possible),
        "recommendations": [_recommendation(each) for each in advice.recommendations],
        "ruled_out": [
            {"constraint": each.key, "count": each.count, "reason": each.reason,
             "best": choice(each.best)}
            for each in advice.ruled_out
        ],
        "nearest": [_nearest(each) for each in advice.nearest],
        "in_the_way": [
            {"constraint": way.key, "text": way.text, "first": choice(way.first)}
            for way in advice.in_the_way
        ],
        "points": [
            {"label": point.label, "expected": _cents(point.x), "capability": float(point.y),
             "front": point.best}
            for point in _points_of(advice)
        ],
    }  # fmt: skip


def choice(of: "Choice") -> Row:
    """What it is made of, by the names that a client's file uses."""
    return {
        "cms_provider": of.cms,
        "ecommerce_provider": of.shop,
        "ssg_engine": of.engine,
        "integration_mode": str(of.mode),
    }


def _recommendation(of: "Recommendation") -> Row:
    from platform_cli.resolve.cost.report import money
    from platform_cli.resolve.recommend.choice import fit

    compatible = fit(of.choice)
    return {
        "rank": of.rank,
        "label": of.choice.label,
        **choice(of.choice),
        "score": _tenths(of.ranked.score),
        "compatibility_score": compatible.score,
        "compatibility": str(compatible.level),
        "complexity": compatible.complexity,
        "monthly_cost": money(of.cost),
        "reason": of.reasons[0],
        "reasons": of.reasons,
        "against": of.against,
        "marks": [
            {"points": _tenths(mark.points), "reason": mark.reason, "asked": mark.asked,
             "source": mark.source}
            for mark in of.marks
        ],
        "flips": [_flip(flip) for flip in of.flips],
        "published": _published(of.published) if of.published else None,
    }  # fmt: skip


def _flip(flip: "Flip") -> Row:
    value = flip.value if isinstance(flip.value, bool) else int(flip.value)
    return {"text": flip.text, "change": {flip.key: value}, "first": choice(flip.first)}


def _published(of: "Published") -> Row:
    return {
        "monthly_cost": list(of.monthly_usd),
        "setup_cost": list(of.setup_usd),
        "complexity": of.complexity,
        "compatibility_score": of.compatibility_score,
        "reason": of.reason,
        "source": of.source,
    }


def _nearest(of: "Nearest") -> Row:
    return {
        **choice(of.ranked.choice),
        "expected": _cents(of.ranked.expected_usd),
        "obstacles": [{"constraint": each.key, "reason": each.reason} for each in of.obstacles],
    }


def _wish(advice: "Advice") -> Row:
    wish = advice.ranking.wish
    numbers = ("budget", "team", "products", "languages", "editors", "orders",
               "average_order_usd", "content_edits", "page_views", "pages")  # fmt: skip
    said = {name: wish.number(name) for name in numbers}
    return {
        "needs": sorted(wish.needs),
        "skills": sorted(wish.skills),
        **{name: None if value is None else float(value) for name, value in said.items()},
    }


def _points_of(advice: "Advice") -> list["Point"]:
    from platform_cli.chart import Point

    best = {each.choice for each in advice.front}
    return [
        Point(
            each.choice.label,
            each.expected_usd,
            advice.ranking.capability(each.choice),
            each.choice in best,
        )
        for each in advice.ranking.possible
    ]


# --- to a person --------------------------------------------------------------------------------


def _ranked(of: "Recommendation") -> list[object]:
    from platform_cli.resolve.recommend.choice import fit

    compatible = fit(of.choice)
    made = [of.choice.cms, of.choice.shop, of.choice.engine, of.choice.mode]
    fitness = [_tenths(of.ranked.score), f"{compatible.score}/10", compatible.complexity]
    return [of.rank, *made, *fitness, *three(of.cost)]


def _show_ruled_out(session: Session, advice: "Advice") -> None:
    session.screen.table(
        "Ruled out",
        ["by", "choices", "the best of them", "why"],
        [[each.key, each.count, each.best.label, each.reason] for each in advice.ruled_out],
    )


def _show_published(session: Session, those: Iterable["Recommendation"]) -> None:
    rows = [
        [
            each.choice.label,
            "${}-{}".format(*each.published.monthly_usd),
            "${:,}-{:,}".format(*each.published.setup_usd),
            each.published.complexity,
            each.published.compatibility_score,
            each.published.reason,
        ]
        for each in those
        if each.published
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
    return f"{_tenths(points):+g}" if points else ""


def _tenths(points: Decimal) -> float:
    return float(points.quantize(Decimal("0.1")))


def _cents(amount: Decimal) -> float:
    return float(amount.quantize(Decimal("0.01")))

"""Advice as data, JSON-ready; the amounts as `platform cost` gives them."""

from decimal import Decimal

from platform_cli.resolve.cost.amounts import cents
from platform_cli.resolve.cost.report import money
from platform_cli.resolve.published import Published, fired
from platform_cli.resolve.recommend.advice import Advice, Nearest, Recommendation
from platform_cli.resolve.recommend.choice import Choice, every, fit
from platform_cli.resolve.recommend.flips import Flip

Row = dict[str, object]


def data(advice: Advice) -> Row:
    """All that there is to say."""
    ranking = advice.ranking
    mode, why = ranking.mode
    return {
        "wish": _wish(advice),
        "integration_mode": {
            "mode": str(mode), "reason": why, "text": f"Recommended: {mode.value} - {why}",
        },
        "considered": len(every()),
        "possible": len(ranking.possible),
        "recommendations": [recommendation(each) for each in advice.recommendations],
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
        "published": [
            {**_published(each), "needs": sorted(each.needs), "cms_provider": each.cms,
             "ecommerce_provider": each.shop, "ssg_engine": each.engine}
            for each in fired(ranking.wish.needs)
        ],
        "points": [
            {"label": label, "expected": _dollars(cost), "capability": float(worth), "front": best}
            for label, cost, worth, best in advice.points
        ],
    }  # fmt: skip


def choice(of: Choice) -> Row:
    """What it is made of, by the names that a client's file uses."""
    return {
        "cms_provider": of.cms,
        "ecommerce_provider": of.shop,
        "ssg_engine": of.engine,
        "integration_mode": str(of.mode),
    }


def recommendation(of: Recommendation) -> Row:
    """One of them, with all that speaks for and against it."""
    compatible = fit(of.choice)
    return {
        "rank": of.rank,
        "label": of.choice.label,
        **choice(of.choice),
        "score": tenths(of.ranked.score),
        "compatibility_score": compatible.score,
        "compatibility": str(compatible.level),
        "complexity": compatible.complexity,
        "monthly_cost": money(of.cost),
        "reason": of.reasons[0],
        "reasons": of.reasons,
        "against": of.against,
        "marks": [
            {"points": tenths(mark.points), "reason": mark.reason, "asked": mark.asked,
             "source": mark.source}
            for mark in of.marks
        ],
        "doubts": list(of.doubts),
        "flips": [_flip(flip) for flip in of.flips],
        "published": _published(of.published) if of.published else None,
    }  # fmt: skip


def _flip(flip: Flip) -> Row:
    value = flip.value if isinstance(flip.value, bool) else int(flip.value)
    return {"text": flip.text, "change": {flip.key: value}, "first": choice(flip.first)}


def _published(of: Published) -> Row:
    return {
        "monthly_cost": list(of.monthly_usd),
        "setup_cost": list(of.setup_usd),
        "complexity": of.complexity,
        "compatibility_score": of.compatibility_score,
        "reason": of.reason,
        "source": of.source,
    }


def _nearest(of: Nearest) -> Row:
    return {
        **choice(of.ranked.choice),
        "expected": _dollars(of.ranked.expected_usd),
        "obstacles": [{"constraint": each.key, "reason": each.reason} for each in of.obstacles],
    }


def _wish(advice: Advice) -> Row:
    wish = advice.ranking.wish
    numbers = ("budget", "team", "products", "languages", "editors", "orders",
               "average_order_usd", "content_edits", "page_views", "pages")  # fmt: skip
    said = {name: wish.number(name) for name in numbers}
    return {
        "needs": sorted(wish.needs),
        "skills": sorted(wish.skills),
        **{name: None if value is None else float(value) for name, value in said.items()},
    }


def tenths(score: Decimal) -> float:
    """A score, as it is shown."""
    return float(score.quantize(Decimal("0.1")))


def _dollars(amount: Decimal) -> float:
    return float(cents(amount))

"""Advice as JSON-ready data; amounts as in `platform cost`."""

from decimal import Decimal

from platform_cli.cost.amounts import round_to_cents
from platform_cli.cost.report import money_data
from platform_cli.recommend.advice import (
    Advice,
    Blocker,
    ChartPoint,
    Exclusion,
    NearMiss,
    Recommendation,
)
from platform_cli.recommend.combination import Choice, all_choices, assess_choice
from platform_cli.recommend.counterfactuals import Counterfactual
from platform_cli.recommend.published import Published, find_recommendations_for_needs

Row = dict[str, object]


def advice_data(advice: Advice) -> Row:
    """Describe the whole advice."""
    ranking = advice.ranking
    mode, reason = ranking.mode, ranking.mode_reason
    return {
        "wish": _requirements_data(advice),
        "integration_mode": {
            "mode": str(mode),
            "reason": reason,
            "text": f"Recommended: {mode.value} - {reason}",
        },
        "considered": len(all_choices()),
        "possible": len(ranking.possible),
        "recommendations": [recommendation_data(entry) for entry in advice.recommendations],
        "ruled_out": [_exclusion_data(exclusion) for exclusion in advice.exclusions],
        "nearest": [_near_miss_data(near_miss) for near_miss in advice.near_misses],
        "in_the_way": [_blocker_data(blocker) for blocker in advice.blockers],
        "published": [
            {
                **_published_data(entry),
                "needs": sorted(entry.needs),
                "cms_provider": entry.cms,
                "ecommerce_provider": entry.shop,
                "ssg_engine": entry.engine,
            }
            for entry in find_recommendations_for_needs(ranking.requirements.needs)
        ],
        "points": [_chart_point_data(point) for point in advice.chart_points],
    }


def choice_data(choice: Choice) -> Row:
    """Describe the components of a choice with the names of a client's file."""
    return {
        "cms_provider": choice.cms,
        "ecommerce_provider": choice.shop,
        "ssg_engine": choice.engine,
        "integration_mode": str(choice.mode),
    }


def recommendation_data(recommendation: Recommendation) -> Row:
    """Describe one recommendation with the reasons for and against it."""
    compatibility = assess_choice(recommendation.choice)
    published = recommendation.published
    return {
        "rank": recommendation.rank,
        "label": recommendation.choice.label,
        **choice_data(recommendation.choice),
        "score": round_score(recommendation.ranked.score),
        "compatibility_score": compatibility.score,
        "compatibility": str(compatibility.level),
        "complexity": compatibility.complexity,
        "monthly_cost": money_data(recommendation.cost),
        "reason": recommendation.reasons[0],
        "reasons": recommendation.reasons,
        "against": recommendation.against,
        "marks": [
            {
                "points": round_score(item.points),
                "reason": item.reason,
                "asked": item.condition,
                "source": item.source,
            }
            for item in recommendation.score_items
        ],
        "doubts": list(recommendation.caveats),
        "flips": [
            _counterfactual_data(counterfactual)
            for counterfactual in recommendation.counterfactuals
        ],
        "published": _published_data(published) if published else None,
    }


def round_score(score: Decimal) -> float:
    """Round a score for display."""
    return float(score.quantize(Decimal("0.1")))


def _counterfactual_data(counterfactual: Counterfactual) -> Row:
    value = counterfactual.value
    return {
        "text": counterfactual.text,
        "change": {counterfactual.key: value if isinstance(value, bool) else int(value)},
        "first": choice_data(counterfactual.first),
    }


def _published_data(published: Published) -> Row:
    return {
        "monthly_cost": list(published.monthly_usd),
        "setup_cost": list(published.setup_usd),
        "complexity": published.complexity,
        "compatibility_score": published.compatibility_score,
        "reason": published.reason,
        "source": published.source,
    }


def _exclusion_data(exclusion: Exclusion) -> Row:
    return {
        "constraint": exclusion.key,
        "count": exclusion.count,
        "reason": exclusion.reason,
        "best": choice_data(exclusion.best),
    }


def _blocker_data(blocker: Blocker) -> Row:
    return {
        "constraint": blocker.key,
        "text": blocker.text,
        "first": choice_data(blocker.first),
    }


def _chart_point_data(point: ChartPoint) -> Row:
    return {
        "label": point.label,
        "expected": _dollars(point.expected_usd),
        "capability": float(point.capability),
        "front": point.on_front,
    }


def _near_miss_data(near_miss: NearMiss) -> Row:
    return {
        **choice_data(near_miss.ranked.choice),
        "expected": _dollars(near_miss.ranked.expected_usd),
        "obstacles": [
            {"constraint": obstacle.key, "reason": obstacle.reason}
            for obstacle in near_miss.obstacles
        ],
    }


def _requirements_data(advice: Advice) -> Row:
    requirements = advice.ranking.requirements
    names = (
        "budget", "team", "products", "languages", "editors", "orders", "average_order_usd",
        "content_edits", "page_views", "pages",
    )  # fmt: skip
    numbers = {name: requirements.number(name) for name in names}
    return {
        "needs": sorted(requirements.needs),
        "skills": sorted(requirements.skills),
        **{name: None if value is None else float(value) for name, value in numbers.items()},
    }


def _dollars(amount: Decimal) -> float:
    return float(round_to_cents(amount))

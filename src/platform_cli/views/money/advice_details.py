"""All tables of a recommendation, behind `--details`."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from platform_cli.recommend.advice import Advice, Recommendation
from platform_cli.recommend.combination import assess_choice
from platform_cli.recommend.published import Published, find_recommendations_for_needs
from platform_cli.recommend.report import round_score
from platform_cli.screen import Screen
from platform_cli.views.layout import show_text
from platform_cli.views.money.amounts import format_cents, format_range

RECOMMENDATION_COLUMNS: Final = [
    "rank", "CMS", "shop", "engine", "mode", "points", "fit", "complexity",
    "low", "expected", "high",
]  # fmt: skip
SCORES_NOTE: Final = (
    "Points: the sum of the reasons below, without a maximum; the most points come first. "
    "Fit: how well the three components work together, of 10 (published); the points contain it."
)


def show_all_advice(screen: Screen, advice: Advice) -> None:
    """Show all recommendations, reasons, counterfactuals and exclusions."""
    first = advice.recommendations[0]
    rows = [_recommendation_row(recommendation) for recommendation in advice.recommendations]
    screen.write("")
    screen.table("Recommended, $ a month", RECOMMENDATION_COLUMNS, rows)
    show_text(screen, SCORES_NOTE)
    _show_reasons(screen, advice)
    texts = [[counterfactual.text] for counterfactual in first.counterfactuals]
    screen.table("", ["changes that would put another choice first"], texts)
    if advice.exclusions:
        screen.table(
            "Ruled out",
            ["by", "choices", "best of them", "reason"],
            [
                [exclusion.key, exclusion.count, exclusion.best.label, exclusion.reason]
                for exclusion in advice.exclusions
            ],
        )
    screen.table(
        "Capability by cost",
        ["expected", "capability", "cheapest choice with this capability"],
        [
            [
                format_cents(ranked.expected_usd),
                advice.ranking.capability(ranked.choice),
                ranked.choice.label,
            ]
            for ranked in advice.front
        ],
    )
    _show_published(screen, find_recommendations_for_needs(advice.ranking.requirements.needs))


def _show_reasons(screen: Screen, advice: Advice) -> None:
    first = advice.recommendations[0]
    items = sorted(first.score_items, key=lambda item: -item.points)
    screen.table(
        f"Reasons for {first.choice.label}",
        ["points", "reason", "condition", "source"],
        [
            [_format_signed_points(item.points), item.reason, item.condition, item.source]
            for item in items
        ],
    )
    screen.table(
        "Reasons against each",
        ["rank", "choice", "against"],
        [
            [
                recommendation.rank,
                recommendation.choice.label,
                "; ".join([*recommendation.against, *recommendation.caveats]),
            ]
            for recommendation in advice.recommendations
        ],
    )


def _show_published(screen: Screen, published: Iterable[Published]) -> None:
    rows = [
        [
            f"{entry.cms}, {entry.shop}, {entry.engine}",
            "${}-{}".format(*entry.monthly_usd),
            "${:,}-{:,}".format(*entry.setup_usd),
            entry.complexity,
            entry.compatibility_score,
            entry.reason,
        ]
        for entry in published
    ]
    if rows:
        columns = ["published, not ours", "a month", "setup", "complexity", "score", "reason"]
        screen.table("Published figures, not ours", columns, rows)


def _recommendation_row(recommendation: Recommendation) -> list[object]:
    choice = recommendation.choice
    compatibility = assess_choice(choice)
    return [
        recommendation.rank,
        choice.cms,
        choice.shop,
        choice.engine,
        choice.mode,
        round_score(recommendation.ranked.score),
        f"{compatibility.score}/10",
        compatibility.complexity,
        *format_range(recommendation.cost),
    ]


def _format_signed_points(points: Decimal) -> str:
    return f"{points:+.1f}".removesuffix(".0") if points else ""

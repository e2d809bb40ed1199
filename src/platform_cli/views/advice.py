"""Views of recommendations."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from platform_cli.recommend.advice import Advice, Recommendation
from platform_cli.recommend.combination import assess_choice
from platform_cli.recommend.published import Published, find_recommendations_for_needs
from platform_cli.recommend.report import round_score
from platform_cli.recommend.requirements_input import RequirementsInput
from platform_cli.screen import Screen
from platform_cli.views.amounts import format_cents, format_range

RECOMMENDATION_COLUMNS: Final = [
    "rank", "CMS", "shop", "engine", "mode", "score", "compatibility", "complexity",
    "low", "expected", "high",
]  # fmt: skip
NUMBER_OPTIONS: Final = {
    "budget": "--budget", "team": "--team", "editors": "--editors", "products": "--products",
    "languages": "--languages", "orders": "--orders", "average_order_usd": "--average-order",
    "content_edits": "--edits", "page_views": "--page-views", "pages": "--pages",
}  # fmt: skip
MAX_COUNTERFACTUALS: Final = 12
"""Number of counterfactuals on the screen; `--json` contains all."""


def show_advice(screen: Screen, advice: Advice) -> None:
    """Show the recommendations, the reasons, and the changes that would lead to others."""
    first = advice.recommendations[0]
    rows = [_recommendation_row(recommendation) for recommendation in advice.recommendations]
    screen.table("Recommended, $ a month", RECOMMENDATION_COLUMNS, rows)
    _show_reasons(screen, advice)
    texts = [[counterfactual.text] for counterfactual in first.counterfactuals]
    hidden = len(texts) - MAX_COUNTERFACTUALS
    more = [[f"... and {hidden} more with --json"]] if hidden > 0 else []
    columns = ["changes that would put another choice first"]
    screen.table("", columns, [*texts[:MAX_COUNTERFACTUALS], *more])
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


def show_next_step(
    screen: Screen, advice: Advice, requirements: RequirementsInput, *, is_saved: bool
) -> None:
    """Show the first choice and its mode, and the command that creates a client from it."""
    first = advice.recommendations[0]
    expected = format_cents(first.cost.expected)
    screen.say(f"First: {first.choice.label}, about ${expected} a month.")
    screen.say(_describe_mode(advice, first))
    for caveat in first.caveats:
        screen.warn(caveat)
    if is_saved:
        return
    screen.say("To create a client from it (or from another one, with --pick RANK):")
    screen.say(f"  platform recommend {' '.join([*_format_options(requirements), '--save ID'])}")


def show_near_misses(screen: Screen, advice: Advice) -> None:
    """Show why nothing is possible, and the choices that come closest."""
    screen.table(
        "Blocking constraints",
        ["constraint", "change", "first choice then"],
        [[blocker.key, blocker.text, blocker.first.label] for blocker in advice.blockers],
    )
    screen.table(
        "Closest choices",
        ["choice", "expected", "not possible because"],
        [
            [
                near_miss.ranked.choice.label,
                format_cents(near_miss.ranked.expected_usd),
                "; ".join(obstacle.reason for obstacle in near_miss.obstacles),
            ]
            for near_miss in advice.near_misses
        ],
    )
    keys = ", ".join(blocker.key for blocker in advice.blockers)
    screen.warn(f"no choice meets all requirements; blocked by: {keys or 'several constraints'}")


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


def _describe_mode(advice: Advice, first: Recommendation) -> str:
    ranking = advice.ranking
    if first.choice.mode is ranking.mode:
        return f"Recommended: {ranking.mode.value} - {ranking.mode_reason}"
    return f"Its mode is {first.choice.mode.value}: a CMS with a shop requires it."


def _format_options(requirements: RequirementsInput) -> list[str]:
    """Format requirements as options, so that the answers of an interview can be repeated."""
    values = [
        *(("--need", need) for need in requirements.needs),
        *(("--skill", skill) for skill in requirements.skills),
        *((option, getattr(requirements, field)) for field, option in NUMBER_OPTIONS.items()),
    ]
    return [f"{option} {_format_number(value)}" for option, value in values if value is not None]


def _format_signed_points(points: Decimal) -> str:
    return f"{points:+.1f}".removesuffix(".0") if points else ""


def _format_number(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value

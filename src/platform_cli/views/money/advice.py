"""Views of recommendations: one choice, its reasons, its cost, and its alternatives."""

from typing import Final

from platform_cli.cost.cost_lines import Group
from platform_cli.recommend.advice import Advice, Recommendation
from platform_cli.recommend.ranking import COST_SOURCE
from platform_cli.recommend.requirements_input import RequirementsInput
from platform_cli.screen import Screen
from platform_cli.views.layout import (
    show_answer,
    show_heading,
    show_items,
    show_next,
    show_rows,
    show_text,
)
from platform_cli.views.money.amounts import describe_dollars, describe_usage, format_cents
from platform_cli.views.money.costs import GROUP_LABELS

NUMBER_OPTIONS: Final = {
    "budget": "--budget", "team": "--team", "editors": "--editors", "products": "--products",
    "languages": "--languages", "orders": "--orders", "average_order_usd": "--average-order",
    "content_edits": "--edits", "page_views": "--page-views", "pages": "--pages",
}  # fmt: skip
MAX_REASONS: Final = 3
MAX_ALTERNATIVES: Final = 2
MAX_COUNTERFACTUALS: Final = 4


def show_advice(screen: Screen, advice: Advice) -> None:
    """Show the first choice with its reasons and its cost, and two alternatives to it."""
    first = advice.recommendations[0]
    usage = describe_usage(advice.ranking.requirements.usage)
    expected = describe_dollars(first.cost.expected)
    show_answer(screen, f"Use {first.choice.label}: about {expected} a month, at {usage}.")
    show_heading(screen, "Why")
    show_items(screen, first.reasons[:MAX_REASONS], mark="1")
    show_heading(screen, "Cost")
    show_text(screen, _describe_cost(advice, first), indent="  ")
    alternatives = advice.recommendations[1 : 1 + MAX_ALTERNATIVES]
    if alternatives:
        show_heading(screen, "Instead")
        show_rows(screen, [_alternative_row(alternative) for alternative in alternatives])
    if first.counterfactuals:
        show_heading(screen, "This would change it")
        texts = [counterfactual.text for counterfactual in first.counterfactuals]
        show_items(screen, texts[:MAX_COUNTERFACTUALS])


def show_next_step(
    screen: Screen, advice: Advice, requirements: RequirementsInput, *, is_saved: bool
) -> None:
    """Show the mode of the first choice, and the command that creates a client from it."""
    first = advice.recommendations[0]
    screen.say(_describe_mode(advice, first))
    for caveat in first.caveats:
        screen.warn(caveat)
    if is_saved:
        return
    options = _format_options(requirements)
    repeated = " ".join(["platform recommend", *options])
    others = ", or of another one with --pick RANK" if len(advice.recommendations) > 1 else ""
    show_next(
        screen,
        (f"{repeated} --save ID", f"creates a client of it{others}"),
        (f"{repeated} --details", "shows all reasons and choices"),
    )


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


def _describe_cost(advice: Advice, first: Recommendation) -> str:
    estimate = advice.ranking.costs.estimate(first.choice)
    groups = " + ".join(
        f"{format_cents(total.expected)} {GROUP_LABELS[group]}"
        for group in Group
        if (total := estimate.group_total(group)).high
    )
    low, expected, high = (format_cents(amount) for amount in first.cost)
    return f"${expected} is expected (${low} to ${high}): {groups}."


def _alternative_row(recommendation: Recommendation) -> list[object]:
    drawbacks = sorted(
        (item for item in recommendation.score_items if item.points <= 0),
        key=lambda item: item.points,
    )
    reasons = [item.reason for item in drawbacks if item.source != COST_SOURCE]
    expected = describe_dollars(recommendation.cost.expected)
    against = f"but {reasons[0]}" if reasons else "has fewer reasons for it"
    return [f"  {recommendation.rank}. {recommendation.choice.label}", expected, against]


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


def _format_number(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value

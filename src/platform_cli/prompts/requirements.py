"""The interview of `recommend`: a few choices that stand for needs, and some numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from platform_cli.recommend.requirements import known_skills
from platform_cli.screen import Screen


@dataclass(frozen=True, slots=True)
class RequirementChoice:
    """An answer, and the needs that it stands for."""

    text: str
    needs: tuple[str, ...] = ()
    sells: bool = False


PRODUCT_CHOICES: Final[Mapping[str, RequirementChoice]] = {
    "no": RequirementChoice("nothing"),
    "few": RequirementChoice("a few simple products", ("simple_products",), sells=True),
    "shop": RequirementChoice("a range of products in a shop", sells=True),
    "subscriptions": RequirementChoice("subscriptions", ("subscriptions",), sells=True),
    "open": RequirementChoice("not decided yet"),
}
EDITOR_CHOICES: Final[Mapping[str, RequirementChoice]] = {
    "developers": RequirementChoice(
        "people who know Git", ("technical_team", "content_management")
    ),
    "page": RequirementChoice(
        "editors who want to see the page", ("visual_editing", "content_management")
    ),
    "team": RequirementChoice(
        "an editorial team with a lot of content", ("content_heavy", "content_management")
    ),
    "agency": RequirementChoice(
        "an agency with its own design", ("design_agency", "content_management")
    ),
    "nobody": RequirementChoice("no editors: the pages are the source"),
    "open": RequirementChoice("not decided yet"),
}
PRIORITY_CHOICES: Final[Mapping[str, RequirementChoice]] = {
    "money": RequirementChoice("low cost", ("budget_conscious", "simple_needs")),
    "speed": RequirementChoice("fast pages", ("performance_critical",)),
    "size": RequirementChoice("roles, workflows, large teams", ("enterprise_features",)),
    "growth": RequirementChoice("room for more parts later", ("future_composition",)),
    "nothing": RequirementChoice("none of these in particular"),
}
NO_SKILL: Final = "none"


def ask_requirements(screen: Screen) -> dict[str, Any]:
    """Ask for the requirements of a site. Returns them as the options of `recommend`."""
    products = _ask_choice(screen, "Which products does the site sell?", PRODUCT_CHOICES)
    editors = _ask_choice(screen, "Who edits the content?", EDITOR_CHOICES)
    priority = _ask_choice(screen, "Which goal matters most?", PRIORITY_CHOICES)
    options: dict[str, Any] = {
        "needs": [*products.needs, *editors.needs, *priority.needs],
        "skills": _ask_skills(screen),
        "budget": _ask_number(screen, "Maximum dollars a month (empty: no limit):", "--budget"),
        "editors": _ask_number(screen, "Number of editors:", "--editors", default="1"),
    }
    if products is PRODUCT_CHOICES["no"]:
        options["products"] = 0
    if products.sells:
        options["products"] = _ask_number(screen, "Number of products:", "--products", default="10")
        options["orders"] = _ask_number(screen, "Orders a month:", "--orders", default="0")
        options["average_order_usd"] = _ask_number(
            screen, "Average order in dollars:", "--average-order", default="50"
        )
    return options


def _ask_choice(
    screen: Screen, question: str, choices: Mapping[str, RequirementChoice]
) -> RequirementChoice:
    texts = {key: choice.text for key, choice in choices.items()}
    return choices[screen.choose(question, texts, flag="--need")]


def _ask_skills(screen: Screen) -> list[str]:
    skills = {skill: skill for skill in known_skills()}
    choices = {NO_SKILL: "none of these in particular", **skills}
    chosen = screen.choose("Which technology does the team know best?", choices, flag="--skill")
    return [] if chosen == NO_SKILL else [chosen]


def _ask_number(screen: Screen, question: str, flag: str, default: str = "") -> str | None:
    """Return digits, which `RequirementsInput` parses, or None for an empty answer."""

    def check(answer: str) -> str | None:
        is_number = not answer.strip() or answer.strip().isdigit()
        return None if is_number else "enter a whole number"

    return screen.ask(question, flag=flag, default=default, check=check) or None

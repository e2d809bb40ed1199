"""The questions of `recommend`: a few choices, each of which stands for needs, and some numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from platform_cli.resolve.recommend.requirements import skills
from platform_cli.session import Session


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person reads, and what it says of the wish."""

    text: str
    needs: tuple[str, ...] = ()
    sells: bool = False


SELLS: Mapping[str, Answer] = {
    "no": Answer("nothing"),
    "few": Answer("a few simple products", ("simple_products",), sells=True),
    "shop": Answer("a range of products, as a shop", sells=True),
    "subscriptions": Answer("subscriptions", ("subscriptions",), sells=True),
    "open": Answer("not decided yet"),
}
WRITES: Mapping[str, Answer] = {
    "developers": Answer("people who know Git", ("technical_team", "content_management")),
    "page": Answer("editors who want to see the page", ("visual_editing", "content_management")),
    "team": Answer("an editorial team, much content", ("content_heavy", "content_management")),
    "agency": Answer("an agency, for its own design", ("design_agency", "content_management")),
    "nobody": Answer("nobody: the pages are the source"),
    "open": Answer("not decided yet"),
}
MATTERS: Mapping[str, Answer] = {
    "money": Answer("a low cost", ("budget_conscious", "simple_needs")),
    "speed": Answer("fast pages", ("performance_critical",)),
    "size": Answer("roles, workflows, large teams", ("enterprise_features",)),
    "growth": Answer("that parts can be added later", ("future_composition",)),
    "nothing": Answer("none of these in particular"),
}
NO_SKILL = "none"


def interview(session: Session) -> dict[str, Any]:
    """The answers, as the options of `recommend` would say them."""
    sells = _choose(session, "What does the site sell?", SELLS)
    writes = _choose(session, "Who writes?", WRITES)
    matters = _choose(session, "What matters most?", MATTERS)
    wish: dict[str, Any] = {
        "needs": [*sells.needs, *writes.needs, *matters.needs],
        "skills": _skills(session),
        "budget": _number(session, "Dollars a month at most (empty: no bound)", "--budget"),
        "editors": _number(session, "How many people edit", "--editors", default="1"),
    }
    if sells is SELLS["no"]:
        wish["products"] = 0
    if sells.sells:
        wish["products"] = _number(session, "How many products", "--products", default="10")
        wish["orders"] = _number(session, "How many orders a month", "--orders", default="0")
        wish["average_order_usd"] = _number(
            session, "Dollars of an average order", "--average-order", default="50"
        )
    return wish


def _choose(session: Session, question: str, answers: Mapping[str, Answer]) -> Answer:
    texts = {key: each.text for key, each in answers.items()}
    return answers[session.screen.choose(question, texts, flag="--need")]


def _skills(session: Session) -> list[str]:
    known = {NO_SKILL: "none of these in particular", **{each: each for each in skills()}}
    chosen = session.screen.choose("What does the team know best?", known, flag="--skill")
    return [] if chosen == NO_SKILL else [chosen]


def _number(session: Session, question: str, flag: str, default: str = "") -> str | None:
    """Digits, which the wish itself checks; None where a person leaves it empty."""

    def wrong(answer: str) -> str | None:
        return None if not answer.strip() or answer.strip().isdigit() else "a whole number, please"

    return session.screen.ask(question, flag=flag, default=default, check=wrong) or None

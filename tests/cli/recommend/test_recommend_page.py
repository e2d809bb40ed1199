"""The tables of `docs/recommend.md` match the rules: `UPDATE_DOCS=1` updates them."""

import os
from collections.abc import Iterable
from pathlib import Path

from platform_cli.cost.price_book import load_price_book
from platform_cli.recommend import published, rules
from platform_cli.recommend.advice import advise
from platform_cli.recommend.needs import NEEDS
from tests.cli.recommend.test_recommend import wished

PAGE = Path(__file__).parents[3] / "docs" / "recommend.md"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    columns = list(head)
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def asked(rule: rules.Rule) -> str:
    """Describe a rule's condition."""
    if rule.below is not None:
        return f"{rule.condition} below {rule.below}"
    if rule.above is not None:
        each = f", once per unit above, at most {rule.max_count} times" if rule.max_count else ""
        return f"{rule.condition} above {rule.above}{each}"
    return rule.condition or "always"


def weighed() -> list[tuple[object, ...]]:
    money = [
        (need or "always", "the month", "expected cost", f"-{points} per ${dollars}",
         "platform cost")
        for dollars in [rules.DOLLARS_PER_POINT]
        for need, points in rules.COST_WEIGHTS.items()
    ]  # fmt: skip
    return [
        ("always", "site", "compatibility score",
         f"{rules.COMPATIBILITY_POINTS:+} for each of ten", rules.TABLE),
        ("a site of one provider", "site", "the recommended mode", f"{rules.MODE_POINTS:+}",
         rules.FACTORS),
        *money,
        *((asked(rule), rule.component, rule.trait, f"{rule.points:+}", rule.source)
          for rule in rules.RULES),
    ]  # fmt: skip


def example() -> str:
    first = advise(wished("performance_critical"), load_price_book(), top=1).recommendations[0]
    marks = sorted(first.score_items, key=lambda mark: -mark.points)
    points = table(
        ["points", "reason", "source"],
        [[f"{mark.points:+.1f}", mark.reason, mark.source] for mark in marks],
    )
    flips = "".join(f"- {flip.text}\n" for flip in first.counterfactuals)
    return (
        f"**{first.choice.label}**, {first.ranked.score:.1f} points.\n\n{points}\n"
        f"Changes that would put another choice first:\n\n{flips}"
    )


def sections() -> dict[str, str]:
    return {
        "needs": table(["key", "meaning"], NEEDS.items()),
        "musts": table(
            ["need", "component", "ruled out"],
            [(must.need, must.component, must.absent_reason) for must in rules.HARD_CONSTRAINTS],
        ),
        "rules": table(["condition", "component", "trait", "points", "source"], weighed()),
        "example": example(),
        "published": table(
            ["needs", "combination", "$ a month", "$ setup", "complexity", "score"],
            [
                (
                    ", ".join(sorted(each.needs)),
                    f"{each.cms}, {each.shop}, {each.engine}",
                    "{}-{}".format(*each.monthly_usd),
                    "{:,}-{:,}".format(*each.setup_usd),
                    each.complexity,
                    each.compatibility_score,
                )
                for each in published.all_published()
            ],
        ),
    }


def test_the_page_matches_the_rules() -> None:
    expected = PAGE.read_text()
    for name, text in sections().items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
        before, rest = expected.split(begin)
        expected = f"{before}{begin}{text}{end}{rest.split(end)[1]}"
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(expected)
    assert PAGE.read_text() == expected

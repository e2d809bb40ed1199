"""`platform recommend`: published results, reasons for every point, and counterfactuals."""

from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_cli.blueprint.compose import make_hypothetical_blueprint
from platform_cli.config.model import IntegrationMode
from platform_cli.config.usage import UsageConfig
from platform_cli.cost.estimate import estimate_cost
from platform_cli.cost.monthly_usage import Usage
from platform_cli.cost.price_book import PriceBook, load_price_book
from platform_cli.recommend import published
from platform_cli.recommend.advice import Advice, advise
from platform_cli.recommend.combination import Choice, Component, all_choices, get_traits
from platform_cli.recommend.cost_table import CostTable
from platform_cli.recommend.counterfactuals import CounterfactualSearch
from platform_cli.recommend.needs import NEEDS
from platform_cli.recommend.ranking import Ranking
from platform_cli.recommend.requirements import Requirements, known_skills
from platform_cli.recommend.rules import referenced_traits

FIRST_AS_PUBLISHED = {
    "budget_conscious simple_needs": ("decap", "snipcart", "eleventy"),
    "performance_critical": ("sanity", "shopify_basic", "astro"),
    "enterprise_features": ("contentful", "shopify_basic", "nextjs"),
}
CALLS = (
    "budget_conscious content_management performance_critical",
    "content_heavy design_agency visual_editing",
    "budget_conscious content_management",
)
"""AA-10."""


@cache
def book() -> PriceBook:
    return load_price_book()


def wished(needs: str = "", *, skills: str = "", **numbers: Any) -> Requirements:
    own = {
        name: Decimal(numbers.pop(name))
        for name in ("budget", "team", "products", "languages")
        if numbers.get(name) is not None
    }
    return Requirements(
        Usage.from_config(UsageConfig(**numbers)),
        frozenset(needs.split()),
        frozenset(skills.split()),
        **own,
    )


def advised(needs: str = "", **numbers: Any) -> Advice:
    return advise(wished(needs, **numbers), book(), top=5)


def named(choice: Choice) -> tuple[str | None, str | None, str]:
    return choice.cms, choice.shop, choice.engine


wishes = st.builds(
    lambda needs, skill, numbers: wished(
        " ".join(sorted(needs)),
        skills=skill,
        **{key: value for key, value in numbers.items() if value is not None},
    ),
    st.sets(st.sampled_from(sorted(NEEDS)), max_size=4),
    st.sampled_from(["", *known_skills()]),
    st.fixed_dictionaries(
        {
            "budget": st.none() | st.integers(0, 1200),
            "team": st.none() | st.integers(1, 20),
            "products": st.none() | st.integers(0, 3000),
            "languages": st.none() | st.integers(1, 6),
            "editors": st.integers(1, 40),
            "orders": st.sampled_from([0, 0, 3, 40, 300, 5000]),
            "average_order_usd": st.integers(5, 300),
            "content_edits": st.integers(0, 3000),
            "pages": st.integers(1, 3000),
        }
    ),
)


# --- what was published --------------------------------------------------------------------------


@pytest.mark.parametrize(("needs", "first"), FIRST_AS_PUBLISHED.items(), ids=FIRST_AS_PUBLISHED)
def test_the_published_combination_is_first(needs: str, first: tuple[str, str, str]) -> None:
    best = advised(needs).recommendations[0]
    assert named(best.choice) == first
    assert best.published is not None
    assert best.reasons[0] == best.published.reason


def test_published_figures_match_the_documents() -> None:
    """G-02..G-04, word for word."""
    assert [
        (each.monthly_usd, each.setup_usd, each.complexity, each.compatibility_score, each.reason)
        for each in published.all_published()
    ] == [
        (
            (85, 140), (2400, 3600), "low", 9,
            "Most cost-effective combination with Git-based CMS and simple e-commerce",
        ),
        (
            (150, 225), (3200, 4800), "medium", 10,
            "Optimal performance with component islands and structured content",
        ),
        (
            (400, 700), (4800, 8000), "high", 9,
            "Enterprise CMS with advanced e-commerce and React ecosystem",
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "each", published.all_published(), ids=lambda each: "+".join(sorted(each.needs))
)
def test_our_compatibility_and_complexity_are_the_published_ones(each: Any) -> None:
    from platform_cli.blueprint.compatibility import assess_compatibility

    ours = assess_compatibility(each.engine, cms=each.cms, ecommerce=each.shop)
    assert (ours.score, ours.complexity) == (each.compatibility_score, each.complexity)


@pytest.mark.parametrize(
    ("needs", "stage"),
    [
        ("budget_conscious simple_needs", ("decap", "snipcart", "eleventy")),
        ("content_heavy design_agency visual_editing", ("sanity", "snipcart", "astro")),
        ("design_agency subscriptions", ("sanity", "foxy", "astro")),
    ],
)
def test_every_stage_of_the_growth_path_is_possible(
    needs: str, stage: tuple[str, str, str]
) -> None:
    """A-08; the engine guide itself does not name its last stage."""
    assert named(advised(needs).recommendations[0].choice) == stage


@pytest.mark.parametrize("needs", CALLS)
def test_every_call_of_the_documents_returns_something(needs: str) -> None:
    assert advised(needs).recommendations


def test_several_published_recommendations_may_apply() -> None:
    """G-06: they are part of the answer even if others rank higher."""
    advice = advised("budget_conscious simple_needs performance_critical enterprise_features")
    shown = {
        named(recommendation.choice)
        for recommendation in advice.recommendations
        if recommendation.published
    }
    assert shown == set(FIRST_AS_PUBLISHED.values())


# --- the score -----------------------------------------------------------------------------------


@pytest.mark.parametrize("needs", ["", *FIRST_AS_PUBLISHED, *CALLS])
def test_the_points_add_up_to_the_score(needs: str) -> None:
    ranking = Ranking(wished(needs, editors=5, languages=3), CostTable(wished().usage, book()))
    for each in ranking.possible:
        assert sum(mark.points for mark in ranking.score_items(each.choice)) == each.score


def test_every_point_has_a_reason_and_a_source() -> None:
    for each in advised(CALLS[1]).recommendations:
        assert all(mark.reason and mark.source for mark in each.score_items)


def test_the_cost_matches_the_cost_command() -> None:
    usage = wished(orders=120, editors=4, content_edits=900, pages=700).usage
    bill = CostTable(usage, book())
    for choice in all_choices():
        blueprint = make_hypothetical_blueprint(
            choice.engine, choice.provider_names, integration_mode=choice.mode
        )
        assert bill.expected_usd(choice) == pytest.approx(
            estimate_cost(blueprint, usage, book()).total.expected
        )


def test_every_combination_is_scored_in_each_possible_mode() -> None:
    both = {(each.cms, each.shop) for each in all_choices() if each.cms and each.shop}
    assert all(each.mode == "event_driven" for each in all_choices() if each.cms and each.shop)
    assert len(set(all_choices())) == len(all_choices())
    one = [each for each in all_choices() if each.cms and not each.shop]
    assert {each.mode for each in one} == {"direct", "event_driven"}
    assert len(both) == len({a for a, _ in both}) * len({b for _, b in both})


def test_every_trait_in_a_rule_exists() -> None:
    held = {
        (of, trait)
        for choice in all_choices()
        for of, name in choice.components.items()
        if name
        for trait in get_traits(of, name)
    }
    assert referenced_traits() <= held


def test_a_skill_favours_the_engine_that_needs_it() -> None:
    known = advise(wished(skills="vue"), book(), top=1).recommendations[0].choice
    assert "vue" in get_traits(Component.ENGINE, known.engine)


def test_many_editors_count_against_git_accounts_for_each() -> None:
    few, many = advised("budget_conscious", editors=2), advised("budget_conscious", editors=15)
    assert few.recommendations[0].choice.cms == "decap"
    assert many.recommendations[0].choice.cms != "decap"


def test_a_missing_feature_counts_against_a_combination() -> None:
    ranking = advised("simple_site").ranking
    cart = Choice(None, "foxy", "eleventy", IntegrationMode.DIRECT)
    reasons = [mark.reason for mark in ranking.score_items(cart) if not mark.points]
    assert any("has no product catalog" in reason for reason in reasons)


# --- what is ruled out ---------------------------------------------------------------------------


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(wish=wishes)
def test_no_constraint_is_violated_and_the_answer_is_always_the_same(wish: Requirements) -> None:
    ranking, again = (Ranking(wish, CostTable(wish.usage, book())) for _ in range(2))
    assert ranking.possible == again.possible
    assert ranking.first == (ranking.possible[0].choice if ranking.possible else None)
    possible = {each.choice for each in ranking.possible}
    for choice in all_choices():
        assert (choice in possible) == (not any(ranking.obstacles(choice)))
    for each in ranking.possible:
        chosen = each.choice
        assert wish.budget is None or each.expected_usd <= wish.budget
        assert chosen.shop is None if wish.products == 0 else True
        assert chosen.shop or not (wish.products or wish.usage.orders)
        assert chosen.cms or "content_management" not in wish.needs
        assert "visual_editing" not in wish.needs or (
            chosen.cms and "visual_editing" in get_traits(Component.CMS, chosen.cms)
        )


@given(wish=wishes)
def test_each_counterfactual_changes_the_result(wish: Requirements) -> None:
    ranking = Ranking(wish, CostTable(wish.usage, book()))
    first = ranking.first
    if first is None:
        return
    for flip in CounterfactualSearch(ranking, first, book()).counterfactuals():
        changed = flip.apply(wish)
        assert Ranking(changed, CostTable(changed.usage, book())).first == flip.first != first


@pytest.mark.parametrize("name", ["editors", "orders"])
def test_a_numeric_counterfactual_is_the_nearest_value(name: str) -> None:
    """One less changes nothing."""
    advice = advised("performance_critical", editors=2, orders=10)
    flip = next(
        counterfactual
        for counterfactual in advice.recommendations[0].counterfactuals
        if counterfactual.key == name
    )
    assert not isinstance(flip.value, bool)
    before = advice.ranking.requirements.with_number(name, flip.value - 1)
    assert (
        Ranking(before, CostTable(before.usage, book())).first == advice.recommendations[0].choice
    )


def test_impossible_requirements_report_the_blockers() -> None:
    advice = advised("visual_editing workflows simple_products", budget=40, editors=5)
    assert not advice.recommendations
    assert {way.key for way in advice.blockers} == {"budget", "visual_editing", "workflows"}
    assert all(len(each.obstacles) == 1 for each in advice.near_misses)
    first_of_each = {each.obstacles[0].key for each in advice.near_misses[:3]}
    assert first_of_each == {"budget", "visual_editing", "workflows"}


def test_the_suggested_budget_is_sufficient() -> None:
    advice = advised("enterprise_features subscriptions", budget=1)
    dollars = next(way for way in advice.blockers if way.key == "budget").text.split("$")[1]
    least = int(Decimal(dollars.split()[0]))
    wish = advice.ranking.requirements
    assert Ranking(wish.with_number("budget", Decimal(least)), advice.ranking.costs).first
    assert (
        Ranking(wish.with_number("budget", Decimal(least - 1)), advice.ranking.costs).first is None
    )


@pytest.mark.parametrize(
    ("wish", "plan"),
    [
        (wished(orders=2000), "Shopify Advanced, Advanced"),
        (wished("visual_editing technical_team", editors=60), "TinaCMS, a server for it"),
    ],
    ids=["a shop", "a CMS"],
)
def test_an_unverified_price_is_marked(wish: Requirements, plan: str) -> None:
    doubts = [
        recommendation.caveats for recommendation in advise(wish, book(), top=5).recommendations
    ]
    assert any(plan in doubt for advice in doubts for doubt in advice)


@pytest.mark.parametrize("needs", ["", *FIRST_AS_PUBLISHED])
def test_no_combination_is_cheaper_and_better_than_the_pareto_front(needs: str) -> None:
    advice = advised(needs)
    capability = advice.ranking.capability
    for best in advice.front:
        for each in advice.ranking.possible:
            cheaper_or_same = each.expected_usd <= best.expected_usd
            assert not (cheaper_or_same and capability(each.choice) > capability(best.choice))

"""The price engine: the published study to the cent, and properties of every estimate."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_cli.blueprint.compose import make_hypothetical_blueprint
from platform_cli.config.usage import KnownConfig, UsageConfig
from platform_cli.cost import compare, provider_costs
from platform_cli.cost.amounts import Range, round_to_cents
from platform_cli.cost.cost_lines import Group, UsageShare
from platform_cli.cost.estimate import (
    Estimate,
    apply_free_allowances,
    combine_estimates,
    estimate_cost,
    price_lines,
)
from platform_cli.cost.monthly_usage import Assumptions, Usage, load_assumptions
from platform_cli.cost.price_book import PriceBook, UnitPrice, load_price_book
from platform_cli.errors import ConfigError
from platform_core import providers
from platform_core.provider import Kind
from tests.cli.money.cost_study import MONTH, STUDIED, STUDY

BOOK = load_price_book()


def made_of(quantities: Mapping[str, str]) -> Estimate:
    uses = {
        key: [UsageShare("study", "as given", Range.exactly(Decimal(amount)))]
        for key, amount in quantities.items()
    }
    return Estimate(tuple(price_lines(uses, BOOK)))


def composed(cms: str = "sanity", shop: str = "shopify_basic", engine: str = "eleventy") -> Any:
    return make_hypothetical_blueprint(engine, (cms, shop), integration_mode="event_driven")


def usage(**differs: Any) -> Usage:
    return Usage.from_config(UsageConfig.model_validate(MONTH.model_dump() | differs))


# --- the study ----------------------------------------------------------------------------------


@pytest.mark.parametrize("line", STUDY)
def test_a_line_of_the_study_is_computed_to_the_cent(line: str) -> None:
    priced_line = made_of(STUDY[line])
    alone = apply_free_allowances(priced_line, BOOK)
    assert (
        round_to_cents(priced_line.total.expected),
        round_to_cents(alone.total.expected),
    ) == tuple(map(Decimal, STUDIED[line]))


def test_the_study_adds_up() -> None:
    everything = made_of({key: each for line in STUDY.values() for key, each in line.items()})
    assert round_to_cents(everything.total.expected) == Decimal("23.99")
    assert round_to_cents(apply_free_allowances(everything, BOOK).total.expected) == Decimal("7.22")


def test_the_same_month_on_our_template_is_cheaper() -> None:
    """The goal is $13 of AWS at list price, a DNS zone included."""
    ours = estimate_cost(composed(), usage(), BOOK).group_total(Group.AWS).expected
    assert Decimal(10) < ours + BOOK["route53.zone"].usd <= Decimal(13)


# --- what holds of every estimate -----------------------------------------------------------------

DUST = Decimal("1e-9")
"""Values of fewer than 28 digits keep the order."""
amounts = st.integers(0, 10**7)
months = st.builds(
    UsageConfig,
    content_edits=st.integers(0, 10**5),
    page_views=amounts,
    orders=st.integers(0, 10**5),
    average_order_usd=st.decimals(0, 10_000, places=2).map(float),
    editors=st.integers(1, 40),
    pages=st.integers(1, 5000),
)
sites = st.builds(
    lambda engine, cms, shop: make_hypothetical_blueprint(
        engine, [each for each in (cms, shop) if each], integration_mode="event_driven"
    ),
    st.sampled_from(["eleventy", "hugo", "gatsby"]),
    st.sampled_from([None, "sanity", "decap", "tina", "contentful"]),
    st.sampled_from([None, "snipcart", "foxy", "shopify_basic", "woocommerce"]),
)


@given(sites, months)
def test_lines_are_in_order_and_add_up(site: Any, config: UsageConfig) -> None:
    estimate = estimate_cost(site, Usage.from_config(config), BOOK)
    for line in estimate.lines:
        low, expected, high = line.amount
        assert 0 <= low <= expected <= high
        assert line.quantity.low <= line.quantity.expected <= line.quantity.high
    for place in range(3):
        whole = [tuple(estimate.group_total(group))[place] for group in Group]
        assert abs(sum(whole) - tuple(estimate.total)[place]) < DUST


@given(sites, months, st.sampled_from(["content_edits", "page_views", "pages"]), amounts)
def test_more_of_anything_never_costs_less(
    site: Any, config: UsageConfig, name: str, more: int
) -> None:
    larger = config.model_copy(update={name: getattr(config, name) + more})
    before = estimate_cost(site, Usage.from_config(config), BOOK).total
    after = estimate_cost(site, Usage.from_config(larger), BOOK).total
    assert all(a <= b + DUST for a, b in zip(before, after, strict=True))


@given(sites, months, st.integers(1, 500))
def test_a_fleet_costs_at_most_the_multiple_of_one_client(
    site: Any, config: UsageConfig, clients: int
) -> None:
    one = estimate_cost(site, Usage.from_config(config), BOOK)
    listed = combine_estimates([(one, clients)])
    free = apply_free_allowances(listed, BOOK)
    assert round_to_cents(listed.total.expected) == round_to_cents(one.total.expected * clients)
    assert all(a <= b for a, b in zip(free.total, listed.total, strict=True))
    alone = apply_free_allowances(one, BOOK).total * clients
    assert all(a + DUST >= b for a, b in zip(free.total, alone, strict=True)), "counted twice"


@given(st.decimals(0, 10**10, places=2), st.decimals(0, 10**10, places=2))
def test_a_price_rises_with_the_quantity_and_falls_by_tiers(one: Decimal, other: Decimal) -> None:
    price = BOOK["apigw.http.request"]
    less, more = sorted((one, other))
    assert price.charge(less) <= price.charge(more) <= more * price.usd / price.per
    assert price.charge_beyond_free(more) <= price.charge(more)


def test_a_tier_applies_from_its_first_unit() -> None:
    price = BOOK["apigw.http.request"]
    assert price.charge(Decimal(300_000_000)) == Decimal(300)
    assert price.charge(Decimal(400_000_000)) == Decimal(390)


# --- plans and fees -------------------------------------------------------------------------------


def expected(provider: str, **of_month: Any) -> dict[str, Decimal]:
    estimate = provider_costs.provider_lines(
        providers.load_manifest(provider), usage(**of_month), BOOK.gateway
    )
    return {line.item: round_to_cents(line.amount.expected) for line in estimate}


def test_a_fee_stays_within_its_bounds() -> None:
    assert expected("foxy", orders=100, average_order_usd=200)["Foxy, fee"] == 35
    assert expected("foxy", orders=100, average_order_usd=20)["Foxy, fee"] == 20
    assert expected("foxy", orders=100, average_order_usd=1)["Foxy, fee"] == 5


def test_a_small_month_has_its_own_plan() -> None:
    small = expected("snipcart", orders=10, average_order_usd=60)
    assert small["Snipcart, Standard, small month"] == 20
    assert "Snipcart, fee" not in small
    assert expected("snipcart")["Snipcart, fee"] == 360


def test_card_payments_are_counted_once() -> None:
    assert expected("shopify_basic")["Shopify Basic, card payments"] == 612
    assert expected("snipcart")[BOOK.gateway.label] == 612
    assert BOOK.gateway.label not in expected("shopify_basic")


def test_seats_choose_the_plan() -> None:
    assert expected("sanity", editors=20) == {"Sanity, Free": 0}
    assert expected("sanity", editors=21) == {"Sanity, Growth": 315}
    assert expected("tina", editors=2)["TinaCMS, TinaCloud Free"] == 0


def test_a_plan_that_is_not_for_clients_is_never_chosen() -> None:
    assert expected("contentful") == {"Contentful, Lite": 300}


def test_a_self_hosted_server_is_priced() -> None:
    assert any(expected("woocommerce", orders=0).values())
    assert expected("woocommerce", known={"hosting_usd": 7})["WooCommerce, a server for it"] == 7


@pytest.mark.parametrize("name", providers.provider_names())
def test_every_provider_is_priced_with_a_source(name: str) -> None:
    manifest = providers.load_manifest(name)
    lines = list(provider_costs.provider_lines(manifest, usage(), BOOK.gateway))
    assert lines
    assert all(line.source and line.certainty in "ABCD" for line in lines)
    assert {line.group for line in lines} <= {Group.PLANS, Group.FEES}
    assert (manifest.kind is Kind.COMMERCE) == any(line.group is Group.FEES for line in lines)


# --- another way ----------------------------------------------------------------------------------


def test_the_cheaper_scenario_changes_at_a_break_even() -> None:
    one = compare.Scenario("as it is", composed())
    other = compare.make_variant(one, "provider=snipcart", BOOK)
    estimate = {each.quantity: each for each in compare.find_break_evens(one, other, usage(), BOOK)}
    at = estimate["orders"].at
    assert estimate["orders"].sales_usd == at * 60
    for orders, cheaper in ((at - 1, other), (at, one)):
        there = usage(orders=int(orders))
        assert (
            min((one, other), key=lambda way: way.estimate(there, BOOK).total.expected) is cheaper
        )


def test_a_cdn_plan_that_is_too_small_causes_a_warning() -> None:
    one = compare.Scenario("as it is", composed())
    free = compare.make_variant(one, "cdn=free", BOOK)
    assert any(
        "1,250,000 of 1,000,000" in caveat for caveat in free.estimate(usage(), BOOK).caveats
    )
    assert not free.estimate(usage(page_views=10_000), BOOK).caveats


def test_each_provider_adds_the_parts_that_it_needs() -> None:
    """The first provider brings an entry point, and the second one brings the content."""
    bare = compare.Scenario("x", make_hypothetical_blueprint("hugo", [], integration_mode="direct"))
    one = compare.make_variant(bare, "provider=decap", BOOK)
    two = compare.make_variant(one, "provider=foxy", BOOK)

    def priced_of(way: compare.Scenario) -> set[str]:
        return {line.price for line in way.estimate(usage(), BOOK).lines}

    assert "apigw.http.request" not in priced_of(bare)
    assert "apigw.http.request" in priced_of(one)
    assert "sns.publish" not in priced_of(one)
    assert "sns.publish" in priced_of(two)
    composed_alike = make_hypothetical_blueprint(
        "hugo", ["decap", "foxy"], integration_mode="event_driven"
    )
    assert two.estimate(usage(), BOOK).total == estimate_cost(composed_alike, usage(), BOOK).total


def test_more_editors_than_any_plan_allows_cause_a_doubt() -> None:
    tina = providers.load_manifest("tina")
    hosted = replace(tina, plans=tuple(each for each in tina.plans if not each.hosted_by_oneself))
    for editors, doubtful in ((20, False), (21, True)):
        plan, *_ = provider_costs.provider_lines(hosted, usage(editors=editors), BOOK.gateway)
        assert [use.uncertain for use in plan.shares] == [doubtful]


def test_direct_mode_has_one_part_fewer() -> None:
    alone = compare.Scenario(
        "x", make_hypothetical_blueprint("hugo", ["sanity"], integration_mode="event_driven")
    )
    direct = compare.make_variant(alone, "mode=direct", BOOK)
    there = direct.estimate(usage(), BOOK)
    assert "sns.publish" not in {line.price for line in there.lines}
    assert there.total.expected < alone.estimate(usage(), BOOK).total.expected


# --- inputs ---------------------------------------------------------------------------------------


def test_every_assumption_has_a_reason_and_a_config_field() -> None:
    names = [field.name for field in fields(Assumptions)]
    assert names == list(load_assumptions()) == list(KnownConfig.model_fields)
    for each in load_assumptions().values():
        assert each.values.low <= each.values.expected <= each.values.high
        assert each.why


def test_known_usage_replaces_an_assumption() -> None:
    known = usage(known={"megabytes_per_view": 0.5})
    line = next(
        each
        for each in estimate_cost(composed(), known, BOOK).lines
        if each.price == "cloudfront.egress.us.gb"
    )
    assert line.quantity == Range.exactly(Decimal(50_000) * Decimal("0.5") / 1024)


@pytest.mark.parametrize("price", list(BOOK), ids=lambda price: str(price.key))
def test_every_price_has_a_unit_and_a_source(price: UnitPrice) -> None:
    assert price.usd >= 0
    assert price.unit
    assert price.source
    assert price.certainty in "ABCD"
    assert price.as_of is None or price.as_of <= date(2026, 11, 24)


def test_an_old_price_is_stale_and_so_is_one_without_a_date() -> None:
    price = BOOK["lambda.request"]
    assert price.as_of is not None
    assert not price.stale(date(2026, 12, 30), 90)
    assert price.stale(date(2026, 12, 31), 90)
    assert BOOK["cloudfront.kvs.api"].stale(price.as_of, 90)


def test_prices_of_the_workspace_override_the_bundled_ones(tmp_path: Path) -> None:
    (tmp_path / "prices.yaml").write_text(
        'sources: {list: {what: "AWS Price List", as_of: 2026-11-01}}\n'
        'prices: {lambda.request: {price: "0.40", source: list}}\n'
    )
    own: PriceBook = load_price_book(tmp_path)
    assert own["lambda.request"].usd == Decimal("0.40")
    assert own["lambda.request"].free == BOOK["lambda.request"].free
    assert own["lambda.request"].as_of == date(2026, 11, 1)
    assert own["sns.publish"] == BOOK["sns.publish"]


@pytest.mark.parametrize("text", ["[]", "prices: {lambda.request: {price: x}}", "prices: {no: {}}"])
def test_a_broken_file_of_prices_is_a_finding(text: str, tmp_path: Path) -> None:
    (tmp_path / "prices.yaml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_price_book(tmp_path)
    assert caught.value.findings[0].where == str(tmp_path / "prices.yaml")


def test_a_use_without_a_price_is_an_error() -> None:
    with pytest.raises(LookupError, match="price book: unheard-of"):
        made_of({"unheard-of": "1"})

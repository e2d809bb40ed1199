"""Compatibility of engines and providers: native, bridged or rejected, with suggestions."""

import pytest

from platform_cli import engines
from platform_cli.blueprint import compatibility
from platform_cli.blueprint.compatibility import (
    RECOMMENDED,
    Level,
    assess_compatibility,
    load_published_scores,
    rate_combination,
)
from platform_cli.engines import load_engine
from platform_core.provider import Kind, Needs, Provider, Tier


def made(name: str, kind: Kind, tier: Tier, *engines: str, listing: bool = True) -> Provider:
    return Provider(
        name=name,
        label=name.title(),
        kind=kind,
        tier=tier,
        engines=engines,
        needs=Needs(listing=listing),
    )


BUDGET_CMS = made("loam", Kind.CMS, Tier.BUDGET, "hugo", "eleventy")
FINE_CMS = made("vellum", Kind.CMS, Tier.PROFESSIONAL, "eleventy")
SHOP = made("basket", Kind.COMMERCE, Tier.BUDGET, "hugo", "eleventy")


def test_an_engine_that_every_provider_lists_is_native() -> None:
    rating = rate_combination(load_engine("eleventy"), [BUDGET_CMS, SHOP])
    assert (rating.level, rating.score, rating.complexity) == (Level.NATIVE, 9, "low")
    assert rating.recommended
    assert "Loam" in rating.reason
    assert "Basket" in rating.reason


def test_a_provider_that_does_not_list_the_engine_makes_it_bridged() -> None:
    rating = rate_combination(load_engine("hugo"), [FINE_CMS, SHOP])
    assert (rating.level, rating.score, rating.complexity) == (Level.BRIDGED, 6, "unknown")
    assert not rating.recommended
    assert "Vellum" in rating.reason
    assert "Basket" not in rating.reason
    assert "hasn't been fully tested" in rating.reason


def test_an_engine_alone_is_native() -> None:
    assert rate_combination(load_engine("hugo"), []).level is Level.NATIVE


# --- what was published ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cms", "shop", "generator", "score", "complexity"),
    [
        ("decap", "snipcart", "eleventy", 9, "low"),
        ("sanity", "shopify_basic", "astro", 10, "medium"),
        ("contentful", "shopify_basic", "nextjs", 9, "high"),
    ],
)
def test_the_published_scores(
    cms: str, shop: str, generator: str, score: int, complexity: str
) -> None:
    """C-R14."""
    found = assess_compatibility(generator, cms=cms, ecommerce=shop)
    assert (found.level, found.score, found.complexity) == (Level.NATIVE, score, complexity)
    assert load_published_scores()[cms, shop, generator] == (score, complexity)


def test_published_scores_override_computed_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {("loam", "basket", "hugo"): (3, "high")}
    monkeypatch.setattr(compatibility, "load_published_scores", lambda: table)
    rating = rate_combination(load_engine("hugo"), [BUDGET_CMS, SHOP])
    assert (rating.score, rating.complexity, rating.recommended) == (3, "high", False)
    assert rate_combination(load_engine("eleventy"), [BUDGET_CMS, SHOP]).score == 9


def test_what_was_published_is_of_native_combinations() -> None:
    for cms, shop, generator in load_published_scores():
        assert assess_compatibility(generator, cms=cms, ecommerce=shop).level is Level.NATIVE


def test_a_native_combination_without_a_published_score_is_recommended() -> None:
    for name in engines.starter_engine_names():
        native = made("loam", Kind.CMS, Tier.BUDGET, name)
        assert rate_combination(load_engine(name), [native]).score >= RECOMMENDED


# --- what does not work, and what would --------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "reason", "hint"),
    [
        (("hogo", "sanity", None), "Unsupported site generator: hogo", "did you mean 'hugo'?"),
        (("hugo", "sanitty", "snipcart"), "Unsupported CMS provider: sanitty",
         "did you mean 'sanity'?"),
        (("hugo", "sanity", "foxxy"), "Unsupported E-commerce provider: foxxy",
         "did you mean 'foxy'?"),
        (("hugo", "shopify", None), "Unsupported CMS provider: shopify",
         "Shopify Basic belongs under ecommerce_config"),
        (("hugo", None, "sanity"), "Unsupported E-commerce provider: sanity",
         "Sanity belongs under cms_config"),
    ],
)  # fmt: skip
def test_rejected_with_the_reason_and_the_nearest_choice(
    names: tuple[str, str | None, str | None], reason: str, hint: str
) -> None:
    generator, cms, shop = names
    rating = assess_compatibility(generator, cms=cms, ecommerce=shop)
    assert (rating.level, rating.score, rating.recommended) == (Level.REJECTED, 0, False)
    assert (rating.reason, rating.hint) == (reason, hint)


def test_an_unknown_name_gets_a_list_of_all_names() -> None:
    hint = assess_compatibility("hugo", cms="qqq", ecommerce=None).hint
    assert hint.startswith("one of: ")
    assert "sanity" in hint
    assert "snipcart" not in hint


def test_two_providers_cannot_be_composed_in_direct_mode() -> None:
    rating = assess_compatibility("astro", cms="sanity", ecommerce="shopify", mode="direct")
    assert rating.level is Level.REJECTED
    assert rating.hint == "set integration_mode: event_driven"
    assert assess_compatibility(
        "astro", cms="sanity", ecommerce="shopify", mode="event_driven"
    ).recommended
    assert assess_compatibility("astro", cms="sanity", ecommerce=None, mode="direct").recommended


def test_a_cart_without_a_catalogue_is_rejected_with_a_reason() -> None:
    cart = made("basket", Kind.COMMERCE, Tier.BUDGET, "hugo", listing=False)
    alone = rate_combination(load_engine("hugo"), [cart])
    assert alone.level is Level.NATIVE
    assert "add a CMS" in alone.hint
    assert rate_combination(load_engine("astro"), [cart]).hint == alone.hint
    assert not rate_combination(load_engine("hugo"), [BUDGET_CMS, cart]).hint
    assert not rate_combination(load_engine("hugo"), [SHOP]).hint


def test_known_names_and_aliases_are_rated() -> None:
    assert assess_compatibility("eleventy", cms="decap", ecommerce="shopify").level is Level.NATIVE
    assert (
        assess_compatibility("hugo", cms="sanity", ecommerce="shopify_basic").level is Level.BRIDGED
    )

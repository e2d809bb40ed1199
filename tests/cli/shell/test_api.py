"""The read-only part of the Python API (B-06, B-07, C-09, C-10)."""

import subprocess
import sys
from typing import Any

import pytest

from platform_cli import api, engines
from platform_cli.config.model import providers_of_kind
from platform_cli.errors import ConfigError, UsageError
from platform_core.provider import Kind


def test_importing_the_api_imports_no_cloud_libraries() -> None:
    code = (
        "import sys\nfrom platform_cli import api\n"
        "api.metadata('cms_ecommerce_composed')\n"
        "heavy = {'aws_cdk', 'constructs', 'boto3', 'botocore', 'jsii'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_service_and_provider_has_its_stack_type() -> None:
    listed = api.stack_types()
    assert len(listed) == len(set(listed))
    assert set(listed) == {
        "hugo_template", "gatsby_template", "nextjs_template", "nuxt_template",
        "marketing", "developer", "modern_performance",
        *(f"{name}_cms_tier" for name in providers_of_kind(Kind.CMS)),
        *(f"{name}_ecommerce" for name in providers_of_kind(Kind.COMMERCE)),
        "cms_ecommerce_composed",
    }  # fmt: skip


@pytest.mark.parametrize("name", api.stack_types())
def test_every_stack_type_is_valid_and_known(name: str) -> None:
    assert api.validate_stack_type(name)
    metadata = api.metadata(name)
    assert metadata["tier_name"]
    assert metadata["compatible_engines"] == api.compatible_engines(name) != []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("snipcart_ecommerce_tier", True),
        ("eleventy_template", True),
        ("tina_foxy_composed_stack", True),
        ("decap_shopify_basic_composed_stack", True),
        ("foxy_tina_composed_stack", False),
        ("foxy_cms_tier", False),
        ("sanity_cms_tier ", False),
        ("", False),
    ],
)
def test_a_label_of_the_config_is_valid_too(name: str, expected: bool) -> None:
    assert api.validate_stack_type(name) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sanity_cms_tier", ["astro", "gatsby", "nextjs", "nuxt"]),
        ("shopify_basic_ecommerce", ["astro", "eleventy", "nextjs", "nuxt"]),
        ("decap_snipcart_composed_stack", ["astro", "eleventy", "gatsby", "hugo"]),
        ("developer", ["jekyll"]),
        ("cms_ecommerce_composed", list(engines.starter_engine_names())),
    ],
)
def test_the_usual_engines_are_listed(name: str, expected: list[str]) -> None:
    assert api.compatible_engines(name) == expected


def test_the_description_of_a_tier_is_complete() -> None:
    assert api.metadata("shopify_basic_ecommerce") == {
        "stack_type": "shopify_basic_ecommerce",
        "tier_name": "Shopify Basic",
        "cms_provider": None,
        "ecommerce_provider": "shopify_basic",
        "ssg_engine": None,
        "tiers": ["enterprise"],
        "compatible_engines": ["astro", "eleventy", "nextjs", "nuxt"],
    }


@pytest.mark.parametrize(
    ("name", "tier"),
    [
        ("hugo_template", "hugo template"),
        ("modern_performance", "modern performance"),
        ("decap_cms_tier", "Decap CMS"),
        ("cms_ecommerce_composed", "cms ecommerce composed"),
        ("tina_foxy_composed_stack", "TinaCMS and Foxy"),
    ],
)
def test_a_stack_type_has_a_display_name(name: str, tier: str) -> None:
    assert api.metadata(name)["tier_name"] == tier


def test_an_unknown_stack_type_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="no stack type 'sanity_cms'") as refused:
        api.metadata("sanity_cms")
    assert refused.value.findings[0].hint == "did you mean 'sanity_cms_tier'?"


@pytest.mark.parametrize(
    ("arguments", "label"),
    [
        (("sanity_cms_tier", "astro"), "Sanity + Astro"),
        (("decap_cms_tier", "hugo"), "Decap CMS + Hugo"),
        (
            ("contentful_cms_tier", "gatsby", {"enterprise_features": True}),
            "Contentful + Gatsby",
        ),
    ],
)
def test_a_stack_is_priced(arguments: tuple[Any, ...], label: str) -> None:
    """AA-11, G-11."""
    cost = api.estimate_total_cost(*arguments)
    low, high = cost["monthly_cost_range"]
    assert cost["label"] == label
    assert 0 < low <= cost["monthly"]["expected"] <= high


def test_usage_is_priced_and_a_stack_without_providers_is_refused() -> None:
    few, many = (
        api.estimate_total_cost("sanity_foxy_composed_stack", "astro", {"orders": orders})
        for orders in (1, 1000)
    )
    assert few["monthly_cost_range"] < many["monthly_cost_range"]
    with pytest.raises(UsageError):
        api.estimate_total_cost("cms_ecommerce_composed", "astro")
    with pytest.raises(UsageError):
        api.estimate_total_cost("unheard_of", "astro")
    with pytest.raises(ConfigError, match="page_views"):
        api.estimate_total_cost("sanity_cms_tier", "astro", {"page_views": -1})


def test_recommendations_match_the_command() -> None:
    """B-04, G-02, G-05."""
    first, *_ = api.recommendations({"budget_conscious": True, "simple_needs": True, "team": False})
    assert (first["cms_provider"], first["ecommerce_provider"], first["ssg_engine"]) == (
        "decap", "snipcart", "eleventy"
    )  # fmt: skip
    assert first["complexity"] == "low"
    assert first["compatibility_score"] == 9
    assert first["monthly_cost"]["low"] <= first["monthly_cost"]["high"]
    assert first["published"]["setup_cost"] == [2400, 3600]
    with pytest.raises(ConfigError, match="need"):
        api.recommendations({"unheard_of": True})


def test_there_is_always_a_recommendation() -> None:
    """AA-10."""
    for needs in (
        ("budget_conscious", "content_management", "performance_critical"),
        ("content_heavy", "design_agency", "visual_editing"),
        ("budget_conscious", "content_management"),
    ):
        assert api.recommendations(dict.fromkeys(needs, True))

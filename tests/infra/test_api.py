"""Stacks that the Python API adds to a CDK app: their names, contents and warnings."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from platform_cli import api
from platform_cli.errors import ConfigError, Incompatible, PlatformError, ToolMissing, UsageError
from tests.examples import DEPLOYING, read_examples, run_examples

if TYPE_CHECKING:
    from aws_cdk import App

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
LISTED: dict[str, Any] = {"aws:cdk:bundling-stacks": []}
"""The context of `cdk list`, which needs no code."""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "App":
    from aws_cdk import App

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CDK_VALIDATION", "false")
    return App(outdir=str(tmp_path / "cdk.out"), context=LISTED, analytics_reporting=False)


def template(app: "App", name: str) -> dict[str, Any]:
    app.synth()
    loaded: dict[str, Any] = json.loads(Path("cdk.out", f"{name}.template.json").read_text())
    return loaded


@pytest.mark.parametrize(
    ("client", "stack_type", "engine", "name"),
    [
        ("content-site", "sanity_cms_tier", "astro", "ContentSite-Sanity-Astro-Stack"),
        ("shop-site", "snipcart_ecommerce", "hugo", "ShopSite-Snipcart-Hugo-Stack"),
        ("shop-site", "snipcart_ecommerce_tier", "hugo", "ShopSite-Snipcart-Hugo-Stack"),
        ("content-site", "hugo_template", None, "ContentSite-Prod-HugoTemplate"),
        ("content-site", "modern_performance", None, "ContentSite-Prod-AstroTemplate"),
        ("creative-agency", "sanity_cms_tier", "astro", "CreativeAgency-Sanity-Astro-Stack"),
        ("creative-agency", "snipcart_ecommerce", "astro", "CreativeAgency-Snipcart-Astro-Stack"),
        ("my-business-site", "tina_cms_tier", "astro", "MyBusinessSite-Tina-Astro-Stack"),
        ("my-business-site", "foxy_ecommerce", "astro", "MyBusinessSite-Foxy-Astro-Stack"),
        ("my-site", "foxy_ecommerce", "astro", "MySite-Foxy-Astro-Stack"),
        ("my-business", "tina_foxy_composed_stack", "astro",
         "MyBusiness-Prod-TinaFoxyComposedStack"),
    ],
)  # fmt: skip
def test_stack_names_follow_the_requirements(
    client: str, stack_type: str, engine: str | None, name: str, app: "App"
) -> None:
    stack = api.create_stack(app, client, f"{client}.com", stack_type, ssg_engine=engine)
    assert stack.stack_name == name
    assert template(app, name)["Resources"]


@pytest.mark.parametrize(
    ("client", "cms", "shop", "engine", "name"),
    [
        ("budget-startup", "decap", "snipcart", "eleventy",
         "BudgetStartup-Prod-DecapSnipcartComposedStack"),
        ("enterprise-corp", "contentful", "shopify", "gatsby",
         "EnterpriseCorp-Prod-ContentfulShopifyBasicComposedStack"),
        ("my-business-site", "tina", "foxy", "astro",
         "MyBusinessSite-Prod-TinaFoxyComposedStack"),
    ],
)  # fmt: skip
def test_the_api_and_the_command_line_name_stacks_alike(
    client: str, cms: str, shop: str, engine: str, name: str, app: "App"
) -> None:
    stack = api.create_composed_stack(app, client, f"{client}.com", cms, shop, engine)
    assert stack.stack_name == name
    assert "AWS::SNS::Topic" in kinds(template(app, name)), "it is event-driven"


def kinds(template: dict[str, Any]) -> set[str]:
    return {each["Type"] for each in template["Resources"].values()}


def test_arguments_of_a_call_reach_the_stack(app: "App") -> None:
    stack = api.create_stack(
        app, "acme-corp", "acme.com", "sanity_cms_tier", "astro",
        settings={"sanity": {"project_id": "zp7mbokg"}}, integration_mode="event_driven",
        environment="dev", service_tier="tier2", labels={"team": "north"},
    )  # fmt: skip
    laid = template(app, stack.stack_name)
    text = json.dumps(laid)
    assert "zp7mbokg" in text
    assert "acme-corp-dev-unified-content-cache" in text
    assert "label:team" in text
    assert "AWS::CloudWatch::Dashboard" in kinds(laid)


def test_a_stack_can_be_part_of_a_stage(app: "App") -> None:
    from aws_cdk import Stage

    stack = api.create_stack(Stage(app, "Live"), "my-site", "my.com", "hugo_template")
    assert stack.stack_name == "MySite-Prod-HugoTemplate"


def test_a_stack_warns_of_example_values_and_untested_pairs(app: "App") -> None:
    api.create_composed_stack(
        app, "my-site", "my.com", "sanity", "snipcart", "hugo",
        settings={"snipcart": {"public_api_key": "ZmpvcmQ"}},
    )  # fmt: skip
    assembly = app.synth().get_stack_by_name("MySite-Prod-SanitySnipcartComposedStack")
    messages = " | ".join(str(each.entry.data) for each in assembly.messages)
    assert "sanity.project_id is an example" in messages
    assert "snipcart.public_api_key" not in messages
    assert "hasn't been fully tested" in messages


def test_code_is_packed_only_if_the_cdk_needs_it(
    app: "App", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packing the code fetches packages, and this test has no registry."""
    from aws_cdk import App

    api.create_stack(app, "my-site", "my.com", "hugo_template")
    assert [path.name for path in Path(".platform", "bundles").iterdir()] == ["empty.zip"]
    for name in ("UV_OFFLINE", "UV_NO_CACHE", "PIP_NO_INDEX"):
        monkeypatch.setenv(name, "1")
    with pytest.raises(ToolMissing):
        api.create_stack(App(), "my-site", "my.com", "hugo_template")


@pytest.mark.parametrize(
    ("cms", "shop", "engine", "reason"),
    [
        ("wordpress", "snipcart", "astro", "Unsupported CMS provider: wordpress"),
        ("snipcart", "snipcart", "astro", "Unsupported CMS provider: snipcart"),
        ("sanity", "magento", "astro", "Unsupported E-commerce provider: magento"),
        ("sanity", "snipcart", "foo", "Unsupported site generator: foo"),
    ],
)
def test_unknown_names_raise_value_errors(
    cms: str, shop: str, engine: str, reason: str, app: "App"
) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$") as refused:
        api.create_composed_stack(app, "my-site", "my.com", cms, shop, engine)
    assert isinstance(refused.value, Incompatible)
    assert isinstance(refused.value, PlatformError)


@pytest.mark.parametrize(
    ("stack_type", "engine", "message"),
    [
        ("sanity_cms_tier", None, "sanity_cms_tier needs an ssg_engine"),
        ("hugo_template", "astro", "hugo_template is built with hugo, not with astro"),
        ("cms_ecommerce_composed", "astro", "cms_ecommerce_composed names no providers"),
        ("wordpress_cms_tier", "astro", "there is no stack type 'wordpress_cms_tier'"),
        ("sanity_cms_tier", "foo", "Unsupported site generator: foo"),
    ],
)
def test_an_impossible_stack_is_refused_with_a_reason(
    stack_type: str, engine: str | None, message: str, app: "App"
) -> None:
    with pytest.raises(UsageError, match=f"^{message}$"):
        api.create_stack(app, "my-site", "my.com", stack_type, engine)


def test_every_finding_names_its_field(app: "App") -> None:
    with pytest.raises(ConfigError) as refused:
        api.create_stack(
            app, "x", "my.com", "sanity_cms_tier", "astro",
            settings={"sanity": {"project_id": "A!"}}, colour="red",
        )  # fmt: skip
    assert [finding.where for finding in refused.value.findings] == [
        "client_id",
        "service_integration.cms_config.settings.project_id",
        "colour",
    ]


def test_settings_of_an_unused_provider_are_refused(app: "App") -> None:
    with pytest.raises(UsageError, match="this stack has no provider tina"):
        api.create_stack(
            app, "my-site", "my.com", "sanity_cms_tier", "astro", settings={"tina": {}}
        )


def test_every_example_of_the_page_runs(tmp_path: Path) -> None:
    """Run them in a separate interpreter, under the conditions of `cdk list`."""
    examples = read_examples(PAGE, without=DEPLOYING)
    assert len(examples) >= 5
    run_examples(examples, tmp_path, {"CDK_CONTEXT_JSON": json.dumps(LISTED)})

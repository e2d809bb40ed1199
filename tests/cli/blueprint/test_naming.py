"""Names follow the requirements exactly (D-R01..D-R15)."""

import pytest

from platform_cli.blueprint import naming
from platform_cli.blueprint.naming import Environment, ResourceNames

LONGEST_CLIENT = "a" * 32


@pytest.mark.parametrize(
    ("client_id", "pascal"),
    [
        ("my-business-site", "MyBusinessSite"),
        ("budget-startup", "BudgetStartup"),
        ("creative-agency", "CreativeAgency"),
        ("enterprise-corp", "EnterpriseCorp"),
        ("my-business", "MyBusiness"),
        ("my-online-store", "MyOnlineStore"),
        ("saas-company", "SaasCompany"),
        ("acme-corp", "AcmeCorp"),
    ],
)
def test_client_in_pascal_case(client_id: str, pascal: str) -> None:
    assert naming.client_pascal_name(client_id) == pascal


@pytest.mark.parametrize(
    ("cms", "ecommerce", "stack_type", "pascal"),
    [
        ("sanity", None, "sanity_cms_tier", "SanityCmsTier"),
        (None, "snipcart", "snipcart_ecommerce_tier", "SnipcartEcommerceTier"),
        ("tina", "foxy", "tina_foxy_composed_stack", "TinaFoxyComposedStack"),
        ("sanity", "snipcart", "sanity_snipcart_composed_stack", "SanitySnipcartComposedStack"),
        (None, None, "hugo_template", "HugoTemplate"),
    ],
)
def test_stack_type(cms: str | None, ecommerce: str | None, stack_type: str, pascal: str) -> None:
    assert naming.stack_type(cms, ecommerce, "hugo") == stack_type
    assert naming.to_pascal_case(stack_type) == pascal


@pytest.mark.parametrize(
    ("client_id", "environment", "cms", "ecommerce", "name"),
    [
        (
            "my-business-site",
            Environment.PROD,
            "tina",
            "foxy",
            "MyBusinessSite-Prod-TinaFoxyComposedStack",
        ),
        (
            "budget-startup",
            Environment.PROD,
            "decap",
            "snipcart",
            "BudgetStartup-Prod-DecapSnipcartComposedStack",
        ),
        ("creative-agency", Environment.PROD, "sanity", None, "CreativeAgency-Prod-SanityCmsTier"),
        (
            "creative-agency",
            Environment.PROD,
            "sanity",
            "snipcart",
            "CreativeAgency-Prod-SanitySnipcartComposedStack",
        ),
        (
            "enterprise-corp",
            Environment.PROD,
            "contentful",
            "shopify_basic",
            "EnterpriseCorp-Prod-ContentfulShopifyBasicComposedStack",
        ),
        ("saas-company", Environment.PROD, "tina", None, "SaasCompany-Prod-TinaCmsTier"),
        (
            "my-online-store",
            Environment.PROD,
            "sanity",
            "snipcart",
            "MyOnlineStore-Prod-SanitySnipcartComposedStack",
        ),
        ("acme-corp", Environment.DEV, "sanity", None, "AcmeCorp-Dev-SanityCmsTier"),
        ("acme-corp", Environment.PROD, "sanity", None, "AcmeCorp-Prod-SanityCmsTier"),
        ("my-business", Environment.PROD, "tina", "foxy", "MyBusiness-Prod-TinaFoxyComposedStack"),
        ("my-site", Environment.PROD, "tina", "foxy", "MySite-Prod-TinaFoxyComposedStack"),
    ],
)
def test_deployment_name(
    client_id: str, environment: Environment, cms: str | None, ecommerce: str | None, name: str
) -> None:
    stack_type = naming.stack_type(cms, ecommerce, "astro")
    assert naming.deployment_name(client_id, environment, stack_type) == name


@pytest.mark.parametrize(
    ("client_id", "provider", "name"),
    [
        ("creative-agency", "sanity", "CreativeAgency-Sanity-Astro-Stack"),
        ("creative-agency", "snipcart", "CreativeAgency-Snipcart-Astro-Stack"),
        ("my-business-site", "tina", "MyBusinessSite-Tina-Astro-Stack"),
        ("my-business-site", "foxy", "MyBusinessSite-Foxy-Astro-Stack"),
        ("my-site", "foxy", "MySite-Foxy-Astro-Stack"),
    ],
)
def test_factory_name(client_id: str, provider: str, name: str) -> None:
    assert naming.factory_name(client_id, provider, "astro") == name


def test_an_environment_prints_as_its_value() -> None:
    """A mixed-in `str, Enum` would print its class here from Python 3.12 on."""
    assert f"{Environment.PROD}" == "prod"
    assert naming.resource_prefix("my-business-site", Environment.PROD) == "my-business-site-prod"
    assert [naming.to_pascal_case(environment) for environment in Environment] == [
        "Dev",
        "Staging",
        "Prod",
    ]


def test_the_shared_stack() -> None:
    assert naming.SHARED_STACK == "WebServices-SharedInfra"


def test_resources_are_named_after_client_and_environment() -> None:
    names = ResourceNames("acme", "acme-prod")
    assert names.content_topic == "acme-prod-content-events"
    assert names.commerce_topic == "acme-prod-commerce-events"
    assert names.build_topic == "acme-prod-build-events"
    assert names.inbox_table == "acme-prod-webhook-receipts"
    assert names.content_table == "acme-prod-unified-content-cache"
    assert names.site_table == "acme-prod-build-batching"
    assert names.build_project == "acme-prod-composed-build"
    assert names.api == "acme-integration-api"
    assert names.function("webhook-router") == "acme-prod-webhook-router"


def test_components_and_sort_keys() -> None:
    assert naming.component_id("decap", "acme/site") == "decap-acme-site"
    assert (
        naming.component_id("shopify_basic", "acme.myshopify.com")
        == "shopify_basic-acme.myshopify.com"
    )
    assert naming.content_sort_key("product", "shopify_basic") == "product#shopify_basic"


def test_a_long_name_is_cut_and_stays_distinct() -> None:
    first = naming.shorten_name("x" * 70 + "a", 64)
    second = naming.shorten_name("x" * 70 + "b", 64)
    assert len(first) == len(second) == 64
    assert first != second
    assert first == naming.shorten_name("x" * 70 + "a", 64)
    assert naming.shorten_name("exactly", 7) == "exactly"


def test_a_cut_never_leaves_a_double_hyphen() -> None:
    assert "--" not in naming.shorten_name("a" * 10 + "-" * 1 + "b" * 30, 20)


def test_the_longest_client_id_needs_no_cut() -> None:
    """Names stay predictable for every id that the config accepts."""
    names = ResourceNames(
        LONGEST_CLIENT, naming.resource_prefix(LONGEST_CLIENT, Environment.STAGING)
    )
    assert names.bucket("site") == f"{LONGEST_CLIENT}-staging-site"
    assert len(names.bucket("site") + "-" + "0" * 12) <= 63
    assert names.function("webhook-router") == f"{LONGEST_CLIENT}-staging-webhook-router"

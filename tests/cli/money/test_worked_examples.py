"""The worked examples of the requirements (AA-01..AA-09, D-R07) on the command line.

The results of their Python calls are in `tests/infra/test_api.py` and `test_mode.py`.
"""

import json
from pathlib import Path

import pytest

from platform_cli.config.load import load_client
from tests.cli.conftest import Call

COMPOSED = [
    ("budget-startup", "budgetstartup.com", "decap", "snipcart", "eleventy",
     "BudgetStartup-Prod-DecapSnipcartComposedStack"),
    ("creative-agency", "creativeagency.com", "sanity", "snipcart", "astro",
     "CreativeAgency-Prod-SanitySnipcartComposedStack"),
    ("enterprise-corp", "enterprisecorp.com", "contentful", "shopify_basic", "gatsby",
     "EnterpriseCorp-Prod-ContentfulShopifyBasicComposedStack"),
    ("saas-company", "saascompany.com", "sanity", "foxy", "astro",
     "SaasCompany-Prod-SanityFoxyComposedStack"),
    ("editorial-store", "editorialstore.com", "sanity", "snipcart", "astro",
     "EditorialStore-Prod-SanitySnipcartComposedStack"),
    ("my-client", "myclient.com", "decap", "snipcart", "hugo",
     "MyClient-Prod-DecapSnipcartComposedStack"),
    ("my-business-site", "mybusiness.com", "tina", "foxy", "astro",
     "MyBusinessSite-Prod-TinaFoxyComposedStack"),
    ("full-site", "full.com", "sanity", "foxy", "astro",
     "FullSite-Prod-SanityFoxyComposedStack"),
    ("content-site", "content.com", "tina", None, "astro", "ContentSite-Prod-TinaCmsTier"),
    ("shop-site", "shop.com", None, "snipcart", "hugo", "ShopSite-Prod-SnipcartEcommerceTier"),
    ("creative-agency", "creativeagency.com", "sanity", None, "astro",
     "CreativeAgency-Prod-SanityCmsTier"),
    ("saas-company", "saascompany.com", "tina", None, "astro", "SaasCompany-Prod-TinaCmsTier"),
    ("my-online-store", "myonlinestore.com", "sanity", "snipcart", "astro",
     "MyOnlineStore-Prod-SanitySnipcartComposedStack"),
    ("my-business", "mybusiness.com", "tina", "foxy", "astro",
     "MyBusiness-Prod-TinaFoxyComposedStack"),
]  # fmt: skip
FIXED = {
    "hugo-template": "hugo", "gatsby-template": "gatsby", "nextjs-template": "nextjs",
    "nuxt-template": "nuxt", "marketing": "eleventy", "developer": "jekyll",
    "modern-performance": "astro",
}  # fmt: skip


@pytest.mark.parametrize("example", COMPOSED, ids=lambda example: str(example[-1]))
def test_a_composed_client_is_valid_and_has_the_documented_names(
    example: tuple[str, str, str | None, str | None, str, str], workspace: Path, call: Call
) -> None:
    client, domain, cms, commerce, engine, name = example
    chosen = [f"--cms={cms}"] if cms else []
    chosen += [f"--commerce={commerce}"] if commerce else []
    result = call("new-client", client, *chosen, f"--engine={engine}", f"--domain={domain}")
    assert result.code == 0, result.err
    assert call("validate", client).code == 0
    description = json.loads(call("show", client, "--json").out)["data"]
    assert description["deployment_name"] == name
    assert description["resource_prefix"] == f"{client}-prod"
    assert description["integration_mode"] == ("event_driven" if cms and commerce else "direct")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (
            ["budget-startup", "--template=tier1-composed", "--cms=decap", "--commerce=snipcart",
             "--engine=eleventy", "--mode=event_driven", "--domain=budgetstartup.com",
             "--company=Budget Startup Co", "--email=admin@budgetstartup.com"],
            "BudgetStartup-Prod-DecapSnipcartComposedStack",
        ),
        (
            ["content-site", "--template=tier1-self-managed", "--cms=tina", "--engine=astro",
             "--domain=content.com", "--company=Content", "--email=admin@content.com"],
            "ContentSite-Prod-TinaCmsTier",
        ),
    ],
    ids=["AA-01", "AA-08"],
)  # fmt: skip
def test_a_template_creates_the_client_of_its_example(
    arguments: list[str], name: str, workspace: Path, call: Call
) -> None:
    result = call("new-client", *arguments)
    assert result.code == 0, result.err
    client = load_client(workspace / "clients" / f"{arguments[0]}.yaml")
    assert client.deployment_name == name
    assert (client.service_tier, client.management_model) == ("tier1", "self_managed")
    assert f"--company={client.company_name}" in arguments
    assert f"--email={client.contact_email}" in arguments


def test_each_environment_has_a_stack_of_its_own(workspace: Path, call: Call) -> None:
    result = call("new-client", "acme-corp", "--cms=sanity", "--engine=astro", "--domain=acme.com")
    assert result.code == 0, result.err
    for environment, name in [
        ("dev", "AcmeCorp-Dev-SanityCmsTier"),
        ("prod", "AcmeCorp-Prod-SanityCmsTier"),
    ]:
        description = json.loads(call("show", "acme-corp", "--env", environment, "--json").out)[
            "data"
        ]
        assert description["deployment_name"] == name


@pytest.mark.parametrize("template", FIXED)
def test_a_fixed_service_is_its_engine(template: str, workspace: Path, call: Call) -> None:
    result = call("new-client", "my-site", f"--template={template}")
    assert result.code == 0, result.err
    description = json.loads(call("show", "my-site", "--json").out)["data"]
    assert description["stack_type"] == f"{FIXED[template]}_template"
    assert call("validate", "my-site").code == 0

"""Composition of a client's parts from its configuration."""

from typing import Any

import pytest

from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.model import AWS, Alarms, Builds, Content, Offers, Site, Webhooks
from platform_cli.config.model import ClientServiceConfig

SANITY = {"provider": "sanity", "settings": {"project_id": "zp7mbokg", "dataset": "production"}}
SHOPIFY = {"provider": "shopify", "settings": {"store_domain": "plum-orchard.myshopify.com"}}


def client(mode: str = "event_driven", **differs: Any) -> ClientServiceConfig:
    integration: dict[str, Any] = {"integration_mode": mode, "ssg_engine": "eleventy"}
    if "providers" not in differs:
        integration |= {"cms_config": SANITY, "ecommerce_config": SHOPIFY}
    integration |= differs.pop("providers", {})
    base: dict[str, Any] = {
        "client_id": "plum-orchard",
        "company_name": "Plum Orchard Ltd",
        "domain": "plum-orchard.example",
        "contact_email": "web@plum-orchard.example",
        "service_integration": integration,
    }
    return ClientServiceConfig.model_validate(base | differs)


def kinds(config: ClientServiceConfig) -> list[type]:
    return [type(part) for part in compose(config).parts]


def test_event_driven_mode_has_all_parts() -> None:
    assert kinds(client()) == [Site, Builds, Webhooks, Content, Alarms]


def test_direct_mode_stores_no_content() -> None:
    direct = client("direct", providers={"cms_config": SANITY})
    assert kinds(direct) == [Site, Builds, Webhooks, Alarms]


def test_a_client_without_providers_has_no_webhook_part() -> None:
    assert kinds(client("direct", providers={})) == [Site, Builds, Alarms]


def test_a_binding_contains_the_names_of_secrets_only() -> None:
    [webhooks] = [part for part in compose(client()).parts if isinstance(part, Webhooks)]
    cms, shop = webhooks.bindings
    assert (cms.provider, shop.provider) == ("sanity", "shopify_basic")
    assert "webhook_secret" in cms.secrets
    assert cms.settings["project_id"] == "zp7mbokg"


def test_names_and_tags() -> None:
    blueprint = compose(client(labels={"team": "north"}))
    assert blueprint.names.deployment_name == "PlumOrchard-Prod-SanityShopifyBasicComposedStack"
    assert blueprint.names.resource_prefix == "plum-orchard-prod"
    assert blueprint.tags["label:team"] == "north"
    assert blueprint.tags["platform:client"] == "plum-orchard"
    assert blueprint.tags["platform:environment"] == "prod"


def test_a_label_cannot_replace_a_standard_tag() -> None:
    tags = compose(client(labels={"client": "somebody-else"})).tags
    assert tags["platform:client"] == "plum-orchard"


@pytest.mark.parametrize(
    ("environment", "kept"), [("dev", False), ("staging", True), ("prod", True)]
)
def test_data_is_retained_outside_dev(environment: str, kept: bool) -> None:
    assert compose(client(environment=environment)).retain_data is kept


@pytest.mark.parametrize(
    ("differs", "dashboard"),
    [
        ({"service_tier": "tier1"}, False),
        ({"service_tier": "tier2"}, True),
        ({"service_tier": "tier3"}, True),
        ({"service_tier": "tier1", "dashboard": True}, True),
        ({"service_tier": "tier3", "dashboard": False}, False),
    ],
)
def test_the_second_tier_and_higher_have_a_dashboard(
    differs: dict[str, Any], dashboard: bool
) -> None:
    [alarms] = [part for part in compose(client(**differs)).parts if isinstance(part, Alarms)]
    assert alarms.dashboard is dashboard


def test_the_policy_is_the_clients() -> None:
    config = client(builds={"grace_seconds": 7, "staleness_slo_seconds": 600})
    [builds] = [part for part in compose(config).parts if isinstance(part, Builds)]
    assert builds.policy.grace_seconds == 7
    assert builds.policy.staleness_slo_seconds == 600
    assert builds.policy.bulk_threshold == 10


def test_targets_differ_only_in_their_offers() -> None:
    here = Offers(provider_api_url="http://127.0.0.1:4566/vendors", powertools_layer=False)
    cloud, embedded = compose(client()), compose(client(), offers=here)
    assert cloud.offers is AWS
    assert embedded.offers is here
    assert cloud.parts == embedded.parts
    assert cloud.names == embedded.names

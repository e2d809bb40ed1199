"""Representative clients, and their templates."""

import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platform_cli.blueprint import codec
from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.model import AWS, Blueprint, Offers
from platform_cli.config.model import ClientServiceConfig
from platform_cli.infra.bundle import Bundle
from platform_core.webhooks.addresses import AddressTokens, FormerAddress

if TYPE_CHECKING:
    from aws_cdk import Stack

ACCOUNT = "123456789012"
"""An example: the golden templates are those of a deploy, which knows its account."""

EMBEDDED = Offers(
    provider_api_url="http://127.0.0.1:4566/vendors/plum-orchard",
    powertools_layer=False,
    budgets=False,
)

SANITY = {"provider": "sanity", "settings": {"project_id": "zp7mbokg", "dataset": "production"}}
SHOPIFY = {"provider": "shopify_basic", "settings": {"store_domain": "plum-orchard.myshopify.com"}}
DECAP: dict[str, Any] = {
    "provider": "decap",
    "settings": {"repository": "github:birch-bakery/site"},
}


def client(**differs: Any) -> ClientServiceConfig:
    base: dict[str, Any] = {
        "client_id": "plum-orchard",
        "company_name": "Plum Orchard Ltd",
        "domain": "plum-orchard.example",
        "contact_email": "web@plum-orchard.example",
        "service_integration": {
            "integration_mode": "event_driven",
            "ssg_engine": "eleventy",
            "cms_config": SANITY,
            "ecommerce_config": SHOPIFY,
        },
    }
    return ClientServiceConfig.model_validate(base | differs)


def composed() -> ClientServiceConfig:
    """Event-driven, two providers, production, all extras."""
    return client(
        service_tier="tier2",
        labels={"team": "north"},
        notify_email="alerts@plum-orchard.example",
        budget_usd_per_month=20,
        site={
            "hosted_zone_id": "Z0123456789ABC",
            "hosted_zone_name": "plum-orchard.example",
            "forms": {
                "contact": {
                    "fields": ["name", {"name": "email", "required": True}, "message"],
                    "notify": "hello@plum-orchard.example",
                }
            },
        },
    )


def direct() -> ClientServiceConfig:
    """One provider, the fewest parts, in `dev`."""
    return client(
        client_id="birch-bakery",
        environment="dev",
        domain="birch-bakery.example",
        service_integration={
            "integration_mode": "direct",
            "ssg_engine": "hugo",
            "cms_config": DECAP,
        },
    )


def shop() -> ClientServiceConfig:
    """Commerce alone, its source in a repository, its secrets in Secrets Manager.

    `BLUEPRINTS` gives it a webhook address with a token, a week after the open form.
    """
    return client(
        environment="staging",
        secret_store="secretsmanager",
        site={"source": "git", "repository": "github:plum-orchard/shop", "branch": "live"},
        service_integration={
            "integration_mode": "event_driven",
            "ssg_engine": "hugo",
            "ecommerce_config": SHOPIFY,
        },
    )


def aliased() -> ClientServiceConfig:
    """One provider with a login relay, and several domains of one hosted zone."""
    settings = {**DECAP["settings"], "login_client_id": "Ov23liFigPress"}
    return client(
        client_id="fig-press",
        domain="fig-press.example",
        service_integration={
            "integration_mode": "direct",
            "ssg_engine": "hugo",
            "cms_config": {"provider": "decap", "settings": settings},
        },
        site={
            "hosted_zone_id": "Z0123456789ABC",
            "hosted_zone_name": "fig-press.example",
            "aliases": ["www.fig-press.example", "shop.fig-press.example"],
        },
    )


ROTATED = AddressTokens("0123456789abcdef0123456789abcdef", FormerAddress("", 1796000000))

BLUEPRINTS: dict[str, Callable[[], Blueprint]] = {
    "composed": lambda: compose(composed()).for_target(AWS, ACCOUNT),
    "aliased": lambda: compose(aliased()).for_target(AWS, ACCOUNT),
    "direct": lambda: compose(direct()).for_target(AWS, ACCOUNT),
    "shop": lambda: compose(shop()).with_address_tokens(ROTATED).for_target(AWS, ACCOUNT),
}


@dataclass(frozen=True)
class Synthesized:
    """The template of one client, and its location."""

    blueprint: Blueprint
    path: Path
    template: dict[str, Any]

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the properties by logical id."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.template["Resources"].items()
            if resource["Type"] == kind
        }

    def one(self, kind: str) -> dict[str, Any]:
        [found] = self.of_type(kind).values()
        return found


def synthesize(
    blueprint: Blueprint, folder: Path, with_: Callable[["Stack"], None] = lambda stack: None
) -> Synthesized:
    """Synthesize a blueprint as the deploy's child process does, after encoding it as JSON.

    The template has no real bundles. They have tests of their own, and a golden template should not
    change with every line of a function.
    """
    os.environ["CDK_VALIDATION"] = "false"
    from platform_cli.infra import app
    from platform_cli.infra.stack import ClientStack

    folder.mkdir(exist_ok=True)
    empty = folder / "empty.zip"
    zipfile.ZipFile(empty, "w").close()

    cdk = app.new_app(folder / "cdk.out")
    arrived = codec.from_json(codec.to_json(blueprint))
    stack = ClientStack(cdk, arrived, lambda function: Bundle(empty, f"bundle-of-{function}"))
    with_(stack)
    cdk.synth()
    path = folder / "cdk.out" / f"{blueprint.names.deployment_name}.template.json"
    return Synthesized(blueprint, path, json.loads(path.read_text()))


def text(value: Any) -> str:
    """Return a template value as one line, with `<Ref>` and `<Id.Attribute>` for references."""
    match value:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [glue, parts]}:
            return str(glue).join(text(part) for part in parts)
        case str():
            return value
    return json.dumps(value)

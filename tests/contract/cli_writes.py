"""Everything that the command line writes into an account and a workspace.

It is the only golden producer that imports the command line's modules.
"""

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from platform_cli.blueprint.compose import compose
from platform_cli.config.model import ClientServiceConfig
from platform_cli.local.addresses import SiteAddresses
from platform_cli.site_source import build_inputs
from platform_cli.site_source.archive import SourceArchive
from platform_cli.targets.deployments import Deployment, Deployments
from platform_cli.targets.secrets import ClientSecrets, ParameterStore
from platform_cli.targets.stack import Stack
from platform_cli.targets.target import Target
from tests.contract.account import Account

GENERIC = base64.b64encode(bytes(range(32))).decode()
SHOPIFY = "a-secret-of-the-shop"
LISTING = "https://press.acme.example/content.json"
CONFIG = {
    "client_id": "acme",
    "company_name": "Acme Ltd",
    "domain": "acme.example",
    "contact_email": "web@acme.example",
    "service_integration": {
        "integration_mode": "event_driven",
        "ssg_engine": "eleventy",
        "cms_config": {"provider": "generic", "settings": {"listing_url": LISTING}},
        "ecommerce_config": {
            "provider": "shopify_basic", "settings": {"store_domain": "acme.myshopify.com"},
        },
    },
}  # fmt: skip


def from_cli(account: Account, folder: Path) -> dict[str, Any]:
    """Write the facts of a site, secrets and a deployment record. Returns the record's files."""
    blueprint = compose(config := ClientServiceConfig.model_validate(CONFIG))
    target = Target("aws", "us-east-1", "123456789012")
    stack = Stack(blueprint.names.deployment_name, "CREATE_COMPLETE", {"DataBucket": "data"})
    deployed = Deployment(
        blueprint.names, target, stack, SiteAddresses("https://acme.example", "", "")
    )
    source = SourceArchive("5" * 64, b"a zip file")
    facts = build_inputs.make_site_facts(config, source, "https://acme.example/")
    facts = replace(facts, engine_version="3.0.0", buildspec_digest="b" * 64)
    assert build_inputs.upload_inputs(deployed, source, facts, version="0.1.0")
    secrets = ClientSecrets(ParameterStore(target), "acme", "prod", account.clock)
    secrets.set_value("generic", "webhook_secret", f"whsec_{GENERIC}")
    secrets.set_value("shopify_basic", "webhook_secret", SHOPIFY)
    secrets.set_value("generic", "read_token", "first")
    secrets.rotate_value("generic", "read_token", "second")
    Deployments(folder).save_record(blueprint.names, target)
    return {
        path.relative_to(folder).as_posix(): json.loads(path.read_text())
        for path in folder.rglob("*.json")
    }

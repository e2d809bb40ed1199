"""The web pages of a deployed client that a person opens in a browser."""

from enum import StrEnum
from typing import Final, Unpack
from urllib.parse import quote

from platform_cli.api.clients.blueprints import load_blueprint, provider_bindings
from platform_cli.api.deployments.lookup import find_deployed
from platform_cli.api.workspaces import Location
from platform_cli.errors import UsageError
from platform_cli.suggest import did_you_mean
from platform_cli.targets.deployments import Deployment
from platform_core import providers
from platform_core.provider import Kind

WEBHOOKS_PATH: Final = "/webhooks"


class WebPage(StrEnum):
    """A web page of a client."""

    SITE = "site"
    WEBHOOKS = "webhooks"
    """The health page of the webhook API: a browser cannot open an address for deliveries."""
    AWS = "aws"
    """The stack in the console of AWS."""
    CMS = "cms"
    """The page at which editors work."""


def find_page(client: str, page: str = WebPage.SITE, **location: Unpack[Location]) -> str:
    """Return the address of a page of a deployed client. Raises `UsageError` if there is none."""
    if page not in set(WebPage):
        raise UsageError(f"there is no page {page!r}", hint=did_you_mean(page, WebPage))
    deployed = find_deployed(client, **location)
    match WebPage(page):
        case WebPage.SITE:
            return f"{deployed.addresses.site_url}/"
        case WebPage.WEBHOOKS:
            return _find_health_page(deployed)
        case WebPage.AWS:
            return _find_console_page(deployed)
        case WebPage.CMS:
            return _find_editor_page(client, deployed, **location)


def _find_health_page(deployed: Deployment) -> str:
    base = deployed.addresses.webhook_base_url
    if not base:
        raise UsageError(f"{deployed.names.client_id} has no provider, so it takes no webhooks")
    return f"{base.removesuffix(WEBHOOKS_PATH)}/health"


def _find_console_page(deployed: Deployment) -> str:
    target, client = deployed.target, deployed.names.client_id
    if target.is_local:
        raise UsageError(
            f"{client} runs on this machine, which has no AWS console",
            hint=f"platform status {client} --local",
        )
    stack = quote(deployed.stack.name, safe="")
    return (
        f"https://{target.region}.console.aws.amazon.com/cloudformation/home"
        f"?region={target.region}#/stacks?filteringText={stack}"
    )


def _find_editor_page(client: str, deployed: Deployment, **location: Unpack[Location]) -> str:
    blueprint = load_blueprint(
        client, location.get("environment"), workspace=location.get("workspace")
    )
    for binding in provider_bindings(blueprint):
        manifest = providers.load_manifest(binding.provider)
        if manifest.kind is not Kind.CMS:
            continue
        module = providers.load_edited_settings(binding.provider)
        if module is None:
            raise UsageError(f"the address of the editor of {manifest.label} is not known")
        settings = module.Settings.model_validate(binding.settings)
        return module.editor_page(settings, deployed.addresses.site_url)
    raise UsageError(f"{client} has no CMS", hint=f"platform open {client} site")

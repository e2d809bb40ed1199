"""Register webhooks at WooCommerce through its REST API, one for each topic.

WooCommerce permanently disables a webhook after more than five failures in a row. Its API never
returns the secret, so each registration sends it again.
"""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from platform_core.errors import VendorRefused
from platform_core.provider import Context, Hook
from platform_core.provider.own_webhooks import find_own_webhooks
from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers.woocommerce import rest
from platform_core.providers.woocommerce.settings import Settings
from platform_core.webhooks.request import WEBHOOK_SECRET

MANAGE_TOKEN: Final = "manage_token"  # noqa: S105 - the name of the secret, not its value
WEBHOOKS: Final = "webhooks"
TOPICS: Final = (
    "product.created",
    "product.updated",
    "product.deleted",
    "product.restored",
    "order.created",
    "order.updated",
    "order.deleted",
)
_ACTIVE: Final = "active"
_TROUBLE_BY_STATUS: Final[Mapping[str, str]] = {
    _ACTIVE: "",
    "paused": "paused manually",
    "disabled": "disabled after too many failures",
}


def instructions(context: Context, address: str) -> Sequence[str]:
    """Return the steps in WordPress."""
    store = cast("Settings", context.settings).store_url
    return (
        f"Open {store}/wp-admin/admin.php?page=wc-settings&tab=advanced&section=webhooks.",
        f"Add a webhook for each of these topics: {', '.join(TOPICS)}.",
        f"Status: Active; delivery URL: {address}.",
        f"Secret: the value of {WEBHOOK_SECRET} that this client has; API version: WP REST API "
        "Integration v3.",
        "Save each; the shop sends a test request, and a webhook with a 2xx response stays active.",
    )


def hooks(context: Context) -> Sequence[Hook]:
    """Return every webhook of the shop."""
    return tuple(_parse_hook(node) for node in _list_webhooks(context))


def register(context: Context, address: str) -> Sequence[Hook]:
    own = find_own_webhooks(
        context,
        address,
        _list_webhooks(context),
        lambda node: node.get("delivery_url"),
        lambda node: node["topic"],
    )
    existing = {topic: nodes[-1] for topic, nodes in own.items()}
    webhooks = [_ensure_webhook(context, topic, address, existing.get(topic)) for topic in TOPICS]
    return tuple(_parse_hook(node) for node in webhooks)


def _list_webhooks(context: Context) -> list[Json]:
    """List all webhooks of the shop, in every status."""
    query = {"status": "all", "orderby": "id", "order": "asc"}
    return list(rest.iterate_records(context, WEBHOOKS, query, token=MANAGE_TOKEN))


def _ensure_webhook(context: Context, topic: str, address: str, existing: Json | None) -> Json:
    """Create the webhook, or repair the existing one."""
    # Always send the secret: the current one cannot be compared, because the API hides it.
    desired = {
        "status": _ACTIVE,
        "secret": context.secret(WEBHOOK_SECRET),
        "delivery_url": address,
    }
    if existing is None:
        definition = desired | {"name": f"Site: {topic}", "topic": topic}
        response = rest.send_request(context, "POST", WEBHOOKS, body=definition, token=MANAGE_TOKEN)
    else:
        path = f"{WEBHOOKS}/{existing['id']}"
        response = rest.send_request(context, "PUT", path, body=desired, token=MANAGE_TOKEN)
    webhook = parsing.parse_object(parsing.parse_response(response, absent=()))
    if not webhook:
        raise VendorRefused("the vendor created no webhook and gave no reason")
    return webhook


def _parse_hook(node: Json) -> Hook:
    """Convert a webhook of WooCommerce's API."""
    status = str(node.get("status"))
    return Hook(
        id=str(node.get("id")),
        address=str(node.get("delivery_url")),
        topics=(str(node.get("topic")),),
        active=status == _ACTIVE,
        trouble=_TROUBLE_BY_STATUS.get(status, status),
    )

"""Register webhooks at Foxy through its API, one for each type of resource.

Foxy disables a webhook after twelve failures in a row and does not resend the missed deliveries.
Registering enables it again. It also sets the key that Foxy signs with.
"""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from platform_core.provider import Context, Hook
from platform_core.provider.own_webhooks import find_own_webhooks
from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers.foxy import hapi
from platform_core.providers.foxy.settings import Settings
from platform_core.webhooks.request import WEBHOOK_SECRET

MANAGE_TOKEN: Final = "manage_token"  # noqa: S105 - the name of the secret, not its value
RESOURCES: Final[Mapping[str, str]] = {"transaction": "zoom=items", "subscription": ""}
"""The resources and the query of their webhook, which embeds order lines but no customer."""


def instructions(context: Context, address: str) -> Sequence[str]:
    """Return the steps in Foxy's admin."""
    store = cast("Settings", context.settings).store_domain
    return (
        f"Open https://admin.foxy.io, the store {store}, Settings, Integrations, Webhooks.",
        "Create two webhooks of the format JSON: one for transactions with the query zoom=items, "
        "one for subscriptions with none.",
        f"URL of both: {address}.",
        f"Encryption key of both: the value that this client has as {WEBHOOK_SECRET}.",
        "Do not change the pre-payment webhook: the checkout uses its response.",
        "Under Settings, Cart, enable cart validation, and store its secret as store_secret.",
    )


def hooks(context: Context) -> Sequence[Hook]:
    """Return every webhook of the store."""
    store = hapi.StoreApi(context, context.secret(MANAGE_TOKEN))
    return tuple(_parse_hook(webhook) for webhook in store.list_hooks())


def register(context: Context, address: str) -> Sequence[Hook]:
    """Create missing webhooks, and repair and enable those of this client.

    The key is always sent, because the store's current one can be outdated.
    """
    store = hapi.StoreApi(context, context.secret(MANAGE_TOKEN))
    own = find_own_webhooks(
        context,
        address,
        filter(_own_url, store.list_hooks()),
        lambda webhook: webhook.get("url"),
        _event_resource,
    )
    existing = {resource: _own_url(webhooks[-1]) for resource, webhooks in own.items()}
    for resource in RESOURCES:
        desired = _desired_webhook(context, resource, address)
        # Always write: a webhook can be disabled, and its key cannot be read back.
        if url := existing.get(resource):
            store.request_json("PATCH", url, desired)
        else:
            store.request_json("POST", store.webhooks, desired)
    return tuple(hook for hook in map(_parse_hook, store.list_hooks()) if hook.address == address)


def _desired_webhook(context: Context, resource: str, address: str) -> Json:
    """Return the definition that a webhook should have."""
    return {
        "format": "json",
        "version": 2,
        "name": f"platform: {context.client_id} {context.environment} {resource}",
        "url": address,
        "query": RESOURCES[resource],
        "encryption_key": context.secret(WEBHOOK_SECRET),
        "event_resource": resource,
        "is_active": 1,
    }


def _parse_hook(webhook: Json) -> Hook:
    """Convert a webhook of Foxy's API."""
    resource = _event_resource(webhook)
    return Hook(
        id=_own_url(webhook).rpartition("/")[2],
        address=str(webhook.get("url")),
        topics=(resource,) if resource else (),
        active=bool(webhook.get("is_active", True)),
        trouble=_find_trouble(webhook, resource),
    )


def _find_trouble(webhook: Json, resource: str) -> str:
    """Describe the first problem of a webhook. Empty if there is none."""
    if webhook.get("format") != "json":
        return f"sends {webhook.get('format')} instead of JSON"
    if resource == "transaction" and "items" not in str(webhook.get("query")):
        return "sends no order lines: its query has no zoom=items"
    return ""


def _event_resource(webhook: Json) -> str:
    """Return the resource, usually one word. The vendor's own library also accepts a list."""
    resource = webhook.get("event_resource")
    return ",".join(parsing.parse_texts(resource))


def _own_url(webhook: Json) -> str:
    """Return the URL of a webhook's resource."""
    link = parsing.parse_object(parsing.parse_object(webhook.get("_links")).get("self"))
    return parsing.parse_text(link.get("href")) or ""

"""Register a webhook with a filter and a projection at Sanity through its API.

The projection adds the operation to the signed body. It omits the content of the document, which is
fetched from the API anyway. The shape of the API follows sanity.io/docs/http-webhooks, in a copy
read for 2026-11-20.
"""

import json
from collections.abc import Sequence
from typing import Any, Final, cast

from platform_core.provider import Context, Hook
from platform_core.provider.own_webhooks import find_own_webhooks
from platform_core.provider_kit import parsing
from platform_core.provider_kit.json_api import bearer_token, request_json
from platform_core.provider_kit.parsing import Json
from platform_core.providers.sanity.settings import Settings
from platform_core.webhooks.request import WEBHOOK_SECRET

MANAGE_TOKEN: Final = "manage_token"  # noqa: S105 - the name of the secret, not its value
HOOKS_URL: Final = "https://api.sanity.io/v2021-10-04/hooks/projects"
OPERATIONS: Final = {"create": "creation", "update": "change", "delete": "deletion"}
PROJECTION: Final = '{_id, _type, _rev, _updatedAt, "operation": delta::operation()}'


def instructions(context: Context, address: str) -> Sequence[str]:
    """Return the steps in Sanity's console."""
    settings = _settings_of(context)
    return (
        f"Open sanity.io/manage, the project {settings.project_id}, API, and create a webhook.",
        f"URL: {address}.",
        f"Dataset: {settings.dataset}; trigger on create, update and delete; no drafts.",
        f"Filter: {_groq_filter(settings)}.",
        f"Projection: {PROJECTION}.",
        "HTTP method POST, API version v2021-03-25; as secret, the value that this client has as "
        f"{WEBHOOK_SECRET}.",
    )


def hooks(context: Context) -> Sequence[Hook]:
    """Return every webhook of the project."""
    settings = _settings_of(context)
    return tuple(_parse_hook(webhook, settings) for webhook in _list_webhooks(context))


def register(context: Context, address: str) -> Sequence[Hook]:
    """Create the webhook, or repair those of this client.

    Sanity never returns a secret, so it is always sent.
    """
    desired = _desired_webhook(context, address)
    own = find_own_webhooks(
        context, address, _list_webhooks(context), lambda webhook: webhook.get("url")
    )
    webhook_ids = [webhook["id"] for webhook in own.get("", [])]
    # More than one webhook at the address would deliver each edit twice, but deleting one is for a
    # person to decide; all of them get the right settings.
    for webhook_id in webhook_ids:
        _call_api(context, "PATCH", f"/{webhook_id}", desired)
    if not webhook_ids:
        name = {"name": f"platform: {context.client_id} {context.environment}"}
        _call_api(context, "POST", "", name | desired)
    return tuple(hook for hook in hooks(context) if hook.address == address)


def _settings_of(context: Context) -> Settings:
    """Return the context's settings with their type."""
    return cast("Settings", context.settings)


def _groq_filter(settings: Settings) -> str:
    """Return the GROQ filter for the site's document types."""
    return f"_type in {json.dumps(sorted(settings.types))}"


def _desired_webhook(context: Context, address: str) -> Json:
    """Return the definition that the webhook should have."""
    settings = _settings_of(context)
    return {
        "type": "document",
        "url": address,
        "dataset": settings.dataset,
        "rule": {
            "on": list(OPERATIONS),
            "filter": _groq_filter(settings),
            "projection": PROJECTION,
        },
        "apiVersion": "v2021-03-25",
        "httpMethod": "POST",
        "includeDrafts": False,
        "isDisabledByUser": False,
        "secret": context.secret(WEBHOOK_SECRET),
    }


def _parse_hook(webhook: Json, settings: Settings) -> Hook:
    """Convert a webhook of Sanity's API."""
    operations = parsing.parse_texts(parsing.parse_object(webhook.get("rule")).get("on"))
    return Hook(
        id=str(webhook["id"]),
        address=str(webhook.get("url")),
        topics=tuple(operations),
        active=not webhook.get("isDisabledByUser"),
        trouble=_find_trouble(webhook, operations, settings),
    )


def _find_trouble(webhook: Json, operations: list[str], settings: Settings) -> str:
    """Describe the first problem of a webhook. Empty if there is none."""
    missing = [word for operation, word in OPERATIONS.items() if operation not in operations]
    if missing:
        return f"does not send {' and '.join(missing)} events"
    dataset = webhook.get("dataset")
    # `*` stands for every dataset of the project.
    if dataset not in {settings.dataset, "*"}:
        return f"sends events of the dataset {dataset}"
    return "" if webhook.get("httpMethod", "POST") == "POST" else "uses a method other than POST"


def _list_webhooks(context: Context) -> list[Json]:
    """List all webhooks of the project."""
    webhooks = parsing.parse_objects(_call_api(context, "GET", ""))
    return [webhook for webhook in webhooks if parsing.parse_text(webhook.get("id"))]


def _call_api(context: Context, method: str, path: str, body: Json | None = None) -> Any:
    """Send a request to the webhook API of the project."""
    return request_json(
        context,
        method,
        f"{HOOKS_URL}/{_settings_of(context).project_id}{path}",
        headers=bearer_token(context.secret(MANAGE_TOKEN)),
        body=body,
    )
